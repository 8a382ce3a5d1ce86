/** Plan documents and states in parts, each of one piece, in a form in which all ways must have them alike. */
import type { Json, JsonObject } from "../both.ts";

/** A piece's name (`` for what is no piece's) -> part of the document -> what it says. */
export type Parts = ReadonlyMap<string, { readonly [part: string]: Json }>;

export function partsOfPlan(plan: Json): Parts {
  const parts = new Collected();
  const whole = objectOf(plan);
  for (const [name, each] of [
    ["change", whole.resource_changes],
    ["drift", whole.resource_drift],
  ] as const) {
    for (const item of listOf(each)) {
      const { address, deposed, ...rest } = objectOf(item);
      // A key is drawn; there is never more than one object deposed.
      parts.add(String(address), `${name} ${String(address)}${deposed === undefined ? "" : " (deposed)"}`, rest);
    }
  }
  for (const [name, change] of Object.entries(objectOf(whole.output_changes)))
    parts.addOutput(name, `output change ${name}`, change);
  for (const [part, values] of [
    ["planned", whole.planned_values],
    ["prior", objectOf(whole.prior_state).values],
  ] as const) {
    for (const [name, output] of Object.entries(objectOf(objectOf(values).outputs)))
      parts.addOutput(name, `${part} output ${name}`, output);
    const root = objectOf(objectOf(values).root_module);
    for (const child of listOf(root.child_modules)) {
      const { address, ...rest } = objectOf(child);
      parts.add(String(address), `${part} ${String(address)}`, ordered(rest));
    }
    parts.add("", `${part} root`, root.resources ?? null);
  }
  for (const check of listOf(whole.checks)) {
    const { address, instances, ...rest } = objectOf(check);
    const shown = String(objectOf(address).to_display);
    const byAddress = Object.fromEntries(
      listOf(instances).map((each) => [String(objectOf(objectOf(each).address).to_display), each]),
    );
    parts.add(shown, `check ${shown}`, { ...rest, address: address ?? null, instances: byAddress });
  }
  const { root_module = null, provider_config = null } = objectOf(whole.configuration);
  for (const [name, call] of Object.entries(objectOf(objectOf(root_module).module_calls)))
    parts.add(`module.${name}`, "configuration", call);
  parts.add("", "providers", provider_config);
  return parts.all;
}

export function partsOfState(text: string): Parts {
  const parts = new Collected();
  const { resources, outputs, check_results } = objectOf(JSON.parse(text) as Json);
  for (const item of listOf(resources)) {
    const { module = "", mode, type, name, instances, ...rest } = objectOf(item);
    const address = `${String(module)} ${String(mode)} ${String(type)}.${String(name)}`;
    for (const instance of listOf(instances)) {
      const { index_key = null, deposed, private: _private, identity_schema_version: _identity, ...own } = objectOf(instance);
      const key = `${index_key === null ? "" : `[${JSON.stringify(index_key)}]`}${deposed === undefined ? "" : " (deposed)"}`;
      parts.add(String(module), `state ${address}${key}`, {
        ...rest,
        ...own,
        sensitive_attributes: inOneOrder(own.sensitive_attributes),
      });
    }
  }
  for (const [name, output] of Object.entries(objectOf(outputs))) parts.addOutput(name, `state output ${name}`, output);
  for (const check of listOf(check_results)) {
    const { config_addr, objects, ...rest } = objectOf(check);
    const byAddress = Object.fromEntries(listOf(objects).map((each) => [String(objectOf(each).object_addr), each]));
    parts.add(String(config_addr), `state check ${String(config_addr)}`, { ...rest, objects: byAddress });
  }
  return parts.all;
}

/** Terraform writes paths in no order. */
function inOneOrder(paths: Json | undefined): Json {
  return listOf(paths)
    .map((path) => JSON.stringify(path))
    .sort();
}

/** `module.queues["a"].aws_sqs_queue.this` -> `queues`. */
export function pieceOf(address: string): string {
  return /^module\.(\w+)/.exec(address)?.[1] ?? "";
}

class Collected {
  readonly all = new Map<string, { [part: string]: Json }>();

  add(address: string, part: string, value: Json): void {
    this.#under(pieceOf(address), part, value);
  }

  /** Outputs of the root are called `PIECE_OUTPUT`; the pieces are known by their calls. */
  addOutput(name: string, part: string, value: Json | undefined): void {
    this.#under(`output ${name}`, part, value ?? null);
  }

  #under(piece: string, part: string, value: Json): void {
    const parts = this.all.get(piece) ?? {};
    parts[part] = value;
    this.all.set(piece, parts);
  }
}

/** Resources and modules by address. */
function ordered(module: JsonObject): Json {
  const { resources, child_modules, ...rest } = module;
  return {
    ...rest,
    resources: Object.fromEntries(listOf(resources).map((each) => [String(objectOf(each).address), each])),
    child_modules: Object.fromEntries(
      listOf(child_modules).map((each) => [String(objectOf(each).address), ordered(objectOf(each))]),
    ),
  };
}

export function objectOf(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
