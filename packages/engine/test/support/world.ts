import {
  type Diagnostic,
  errorDiagnostic,
  isObject,
  type MutableValueObject,
  type Path,
  type ResourceSchema,
  type SchemaKind,
  UNKNOWN,
  type Value,
  type ValueObject,
  valuesEqual,
} from "@dovetail/model";
import type { ApplyRequest, ApplyResponse, PlanRequest, PlanResponse, Provider, ReadRequest } from "@dovetail/provider";
import type { ProviderRegistry } from "../../src/index.ts";

/**
 * A cloud in memory and the provider for it: `test_thing`s, known by a name that only one of them can have, and `test_spare`s, which have
 * no name and all look alike.
 */

export const THING: ResourceSchema = {
  version: 1,
  attributes: {
    id: { type: "string", computed: true },
    name: { type: "string", required: true, force_new: true },
    value: { type: "string", optional: true },
    size: { type: "number", optional: true },
    kind: { type: "string", optional: true, force_new: true },
    mode: { type: "string", optional: true, computed: true },
    secret: { type: "string", optional: true, sensitive: true },
    tags: { type: ["map", "string"], optional: true },
    zones: { type: ["set", "string"], optional: true },
    etag: { type: "string", computed: true },
  },
  blocks: {
    rule: {
      nesting: "list",
      attributes: { key: { type: "string", required: true }, rule_id: { type: "string", computed: true } },
    },
  },
};

export const SPARE: ResourceSchema = {
  version: 0,
  attributes: { id: { type: "string", computed: true }, value: { type: "string", optional: true } },
};

/** An attribute-less sibling with dynamic attributes, as `terraform_data`. */
export const DATA: ResourceSchema = {
  version: 0,
  attributes: {
    id: { type: "string", computed: true },
    input: { type: "dynamic", optional: true },
    output: { type: "dynamic", computed: true },
    triggers_replace: { type: "dynamic", optional: true },
  },
};

export const LOOKUP: ResourceSchema = {
  version: 0,
  attributes: {
    name: { type: "string", required: true },
    value: { type: "string", computed: true },
  },
};

/**
 * What happens to a call: before it has an effect, or after. `hang` never answers; `late` neither, and its effect comes when the world
 * delivers it; `lost` breaks the connection.
 */
export interface Fault {
  readonly operation: "create" | "update" | "delete" | "read";
  readonly name: string;
  /** `lost`: done, and the answer does not come. */
  readonly when: "before" | "after" | "partial" | "lost";
  readonly kind: "error" | "throw" | "hang" | "late" | "lost";
}

export interface Call {
  readonly operation: "create" | "update" | "delete";
  readonly name: string;
}

export class World {
  readonly things = new Map<string, ValueObject>();
  readonly spares = new Map<string, ValueObject>();
  /** Requests of clients that are gone, still on their way. */
  late: (() => void)[] = [];
  /** Asked at each call of the provider, before anything is done. */
  onCall: ((what: "recover" | "plan" | "apply" | "read") => void) | undefined;
  readonly calls: Call[] = [];
  faults: Fault[] = [];
  /** Asked before each effect of a call; a simulator lets time pass here. */
  pause: (() => Promise<void>) | undefined;
  created = 0;
  running = 0;
  runningMax = 0;

  faultFor(operation: Fault["operation"], name: string, when: Fault["when"]): Fault | undefined {
    const at = this.faults.findIndex((f) => f.operation === operation && (f.name === name || f.name === "*") && f.when === when);
    return at < 0 ? undefined : this.faults.splice(at, 1)[0];
  }
}

async function meet(fault: Fault | undefined): Promise<readonly Diagnostic[]> {
  if (fault === undefined) return [];
  if (fault.kind === "hang") await new Promise(() => undefined);
  if (fault.kind === "throw" || fault.kind === "lost") throw new Error("connection reset");
  return [errorDiagnostic("DVT4001", "Provider operation failed", { detail: `injected: ${fault.operation} ${fault.name}` })];
}

export function worldProvider(world: World, options: { readonly recovers?: boolean } = {}): Provider {
  const provider: Provider = {
    source: "registry.terraform.io/test/test",
    version: "1.0.0",
    getSchema: (kind, type) => schemaOf(kind, type),
    listTypes: (kind) => (kind === "data" ? ["test_lookup"] : ["test_thing", "test_spare", "test_data"]),
    configure: async () => [],
    validateConfig: (_kind, _type, config) =>
      config.value === "refused"
        ? [errorDiagnostic("DVT3001", "Invalid configuration", { attribute: "value", detail: "No." })]
        : [],
    async planChange(request) {
      world.onCall?.("plan");
      return planThing(request);
    },
    async applyChange(request) {
      world.onCall?.("apply");
      return await applyThing(world, request);
    },
    async read(request) {
      world.onCall?.("read");
      return await readThing(world, request);
    },
    importState: async (type, id) => ({ imported: [{ type, state: { id, name: id } }], diagnostics: [] }),
    upgradeState: async (_type, version, state) => ({ state: version === 0 ? upgrade(state) : state, diagnostics: [] }),
    readData: async (_type, config) => ({
      state: { ...config, value: text(world.things.get(text(config.name))?.value) },
      diagnostics: [],
    }),
    owns: (type, planned) => (type === "test_thing" && typeof planned.name === "string" ? `thing ${planned.name}` : undefined),
    close: async () => undefined,
  };
  if (options.recovers === false) return provider;
  return {
    ...provider,
    recover: async (type, planned, held = []) => {
      world.onCall?.("recover");
      const isFree = (object: ValueObject) => !held.some((other) => other.id === object.id);
      const isAlike = (object: ValueObject) => valuesEqual(object.value ?? null, planned.value ?? null);
      const found =
        type === "test_spare"
          ? [...world.spares.values()].find((object) => isFree(object) && isAlike(object))
          : type === "test_thing"
            ? world.things.get(text(planned.name))
            : undefined;
      return found === undefined || !isFree(found) ? null : { state: found };
    },
  };
}

const RESOURCES: ReadonlyMap<string, ResourceSchema> = new Map([
  ["test_thing", THING],
  ["test_spare", SPARE],
  ["test_data", DATA],
]);

function schemaOf(kind: SchemaKind, type: string): ResourceSchema | undefined {
  if (kind === "data") return type === "test_lookup" ? LOOKUP : undefined;
  return RESOURCES.get(type);
}

/** Version 0 called `value` `content`. */
function upgrade(state: ValueObject): ValueObject {
  const { content, ...rest } = state;
  return { ...rest, value: content ?? null };
}

function text(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

function planThing(request: PlanRequest): PlanResponse {
  const { prior, proposed, type } = request;
  if (proposed === null) return { planned: null, requiresReplace: [], diagnostics: [] };
  if (type === "test_data") return planData(prior, proposed);
  if (type === "test_spare") {
    return { planned: prior === null ? { ...proposed, id: UNKNOWN } : proposed, requiresReplace: [], diagnostics: [] };
  }
  const planned: MutableValueObject = { ...proposed };
  if (prior === null) planned.id = UNKNOWN;
  if (prior === null && planned.mode === null) planned.mode = "plain";
  const isChanged = prior === null || !valuesEqual({ ...prior, etag: null }, { ...planned, etag: null });
  if (isChanged) planned.etag = UNKNOWN;
  planned.rule = Array.isArray(proposed.rule) ? proposed.rule.map((r, i) => planRule(r, prior, i)) : (proposed.rule ?? []);
  const requiresReplace: Path[] = [["name"], ["kind"]];
  return { planned, requiresReplace, diagnostics: [] };
}

function planRule(rule: Value, prior: ValueObject | null, i: number): Value {
  if (!isObject(rule)) return rule;
  void prior;
  return rule.rule_id === null ? { ...rule, rule_id: UNKNOWN } : { ...rule, rule_id: rule.rule_id ?? `r${i}` };
}

function planData(prior: ValueObject | null, proposed: ValueObject): PlanResponse {
  const isSame = prior !== null && valuesEqual(prior.input ?? null, proposed.input ?? null);
  const planned: ValueObject = {
    ...proposed,
    id: prior === null ? UNKNOWN : (prior.id ?? null),
    output: isSame ? (prior.output ?? null) : proposed.input === null ? null : UNKNOWN,
  };
  return { planned, requiresReplace: [["triggers_replace"]], diagnostics: [] };
}

async function applyThing(world: World, request: ApplyRequest): Promise<ApplyResponse> {
  if (request.type === "test_data") return applyData(world, request);
  world.running += 1;
  world.runningMax = Math.max(world.runningMax, world.running);
  try {
    await (world.pause?.() ?? Promise.resolve());
    if (request.type === "test_spare") return await applySpare(world, request);
    return request.planned === null ? await deleteThing(world, request) : await putThing(world, request, request.planned);
  } finally {
    world.running -= 1;
  }
}

async function applySpare(world: World, request: ApplyRequest): Promise<ApplyResponse> {
  const { prior, planned } = request;
  if (planned === null) {
    world.spares.delete(text(prior?.id));
    return { state: null, diagnostics: [] };
  }
  const make = (): ValueObject => {
    const id = prior === null ? `spare-${++world.created}` : text(prior.id);
    const state: ValueObject = { ...planned, id };
    world.spares.set(id, state);
    return state;
  };
  const fault = prior === null ? world.faultFor("create", text(planned.value), "before") : undefined;
  await delay(world, fault, make);
  await meet(fault);
  const state = make();
  const after = prior === null ? world.faultFor("create", text(planned.value), "after") : undefined;
  if (after?.kind === "lost") return LOST;
  await meet(after);
  return { state, diagnostics: [] };
}

/** The request goes on without its client, which hears nothing any more. */
async function delay(world: World, fault: Fault | undefined, effect: () => void): Promise<void> {
  if (fault?.kind !== "late") return;
  world.late.push(effect);
  await new Promise(() => undefined);
}

const LOST: ApplyResponse = {
  state: null,
  diagnostics: [errorDiagnostic("DVT4001", "Provider operation failed", { detail: "connection reset" })],
  isAnswerLost: true,
};

async function deleteThing(world: World, request: ApplyRequest): Promise<ApplyResponse> {
  const name = text(request.prior?.name);
  const before = await meet(world.faultFor("delete", name, "before"));
  if (before.length > 0) return { state: request.prior, diagnostics: before };
  if (world.things.delete(name)) world.calls.push({ operation: "delete", name });
  const after = await meet(world.faultFor("delete", name, "after"));
  return after.length > 0 ? { state: request.prior, diagnostics: after } : { state: null, diagnostics: [] };
}

async function putThing(world: World, request: ApplyRequest, planned: ValueObject): Promise<ApplyResponse> {
  const name = text(planned.name);
  const operation = request.prior === null ? "create" : "update";
  const fault = world.faultFor(operation, name, "before");
  await delay(world, fault, () => {
    if (!world.things.has(name)) world.things.set(name, finished(planned, undefined, name));
  });
  const before = await meet(fault);
  if (before.length > 0) return { state: request.prior, diagnostics: before };
  const known = world.things.get(name);
  if (operation === "create" && known !== undefined) {
    const diagnostic = errorDiagnostic("DVT4004", "Object already exists", { detail: `There is a thing named ${name}.` });
    return { state: null, diagnostics: [diagnostic] };
  }
  const state = finished(planned, known, name);
  if (operation === "create") world.created += 1;
  world.things.set(name, state);
  world.calls.push({ operation, name });
  if (operation === "create" && world.faultFor("create", name, "lost")) return LOST;
  await request.onPartial?.({ ...planned, id: state.id ?? null, etag: UNKNOWN }, undefined);
  await (world.pause?.() ?? Promise.resolve());
  const partial = await meet(world.faultFor(operation, name, "partial"));
  if (partial.length > 0) return { state, diagnostics: partial };
  const after = await meet(world.faultFor(operation, name, "after"));
  return { state, private: "p", diagnostics: after };
}

function finished(planned: ValueObject, known: ValueObject | undefined, name: string): ValueObject {
  const rules = Array.isArray(planned.rule) ? planned.rule : [];
  const version = Number.parseInt(text(known?.etag).slice(1), 10) || 0;
  return {
    ...planned,
    id: known?.id ?? `id-${name}`,
    etag: `v${version + 1}`,
    rule: rules.map((rule, i) => (isObject(rule) && rule.rule_id === UNKNOWN ? { ...rule, rule_id: `rule-${i}` } : rule)),
  };
}

function applyData(world: World, request: ApplyRequest): ApplyResponse {
  if (request.planned === null) return { state: null, diagnostics: [] };
  const id = request.planned.id === UNKNOWN ? `data-${++world.created}` : (request.planned.id ?? null);
  return { state: { ...request.planned, id, output: request.planned.input ?? null }, diagnostics: [] };
}

async function readThing(world: World, request: ReadRequest) {
  if (request.type === "test_data") return { state: request.state, diagnostics: [] };
  if (request.type === "test_spare") return { state: world.spares.get(text(request.state.id)) ?? null, diagnostics: [] };
  const name = text(request.state.name);
  const failed = await meet(world.faultFor("read", name, "before"));
  const found = world.things.get(name);
  return { state: failed.length > 0 ? request.state : (found ?? null), private: "p", diagnostics: failed };
}

export function worldRegistry(provider: Provider): ProviderRegistry {
  return {
    localNameFor: (type) => (type.startsWith("test_") ? "test" : undefined),
    provider: async () => ({ provider, diagnostics: [] }),
    close: async () => undefined,
  };
}
