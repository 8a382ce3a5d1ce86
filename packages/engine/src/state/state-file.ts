import { DiagnosticError, errorDiagnostic, formatAddress } from "@dovetail/model";
import { undecryptable } from "../encryption/payload.ts";
import { isJsonList, isJsonObject } from "../values/state-attributes.ts";
import type { Json, JsonObject, State, StateInstance, StateObject, StateOutput } from "./state.ts";

/** State version 4, byte for byte as Terraform writes it (`statefile/version4.go`, read for behaviour in OpenTofu, MPL). */

/** Beyond this the text does not fit a JavaScript string. */
export const STATE_BYTES_MAX = 400 * 1024 * 1024;

/**
 * Reads a state file. `place` names it in diagnostics. Throws DiagnosticError DVT5002 for what is damaged, DVT5003 for
 * what is whole but of a format that we don't write (older than 4, newer).
 */
export function parseState(bytes: Uint8Array, place: string): State {
  if (bytes.length > STATE_BYTES_MAX)
    throw damaged(place, `It has ${bytes.length} bytes; at most ${STATE_BYTES_MAX} can be read.`);
  const json = parseJson(Buffer.from(bytes).toString("utf8"), place);
  if (!isJsonObject(json)) throw damaged(place, "It is not a JSON object.");
  checkVersion(json, place);
  const { version: _, terraform_version, serial, lineage, outputs, resources, check_results, ...extra } = json;
  if (typeof serial !== "number" || !Number.isSafeInteger(serial) || serial < 0)
    throw damaged(place, "Its serial is no whole number.");
  if (typeof lineage !== "string") throw damaged(place, "It has no lineage.");
  if (!isJsonList(resources ?? [])) throw damaged(place, '"resources" is not a list.');
  return {
    terraformVersion: typeof terraform_version === "string" ? terraform_version : "",
    serial,
    lineage,
    outputs: parseOutputs(outputs ?? {}, place),
    instances: parseResources(isJsonList(resources) ? resources : [], place),
    checkResults: check_results ?? null,
    extra,
  };
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const hint = text.trim() === "" ? "It is empty." : `It is not valid JSON, as after a write that was cut off: ${reason}.`;
    throw damaged(place, hint);
  }
}

function damaged(place: string, reason: string): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT5002", "State file is damaged", {
      detail: `${place} cannot be read as a Terraform state. ${reason} Nothing was changed.`,
      fix: `Put the last good state in its place; the one before the last write is kept beside it:\n    cp ${place}.backup ${place}`,
    }),
  );
}

function checkVersion(json: JsonObject, place: string): void {
  if (json.version === 4) return;
  if (typeof json.encryption_version === "string")
    throw undecryptable(
      `${place} is encrypted, as OpenTofu does it, and no encryption is configured. Nothing was changed.`,
      "Configure it in the root's terraform block (encryption), or in TF_ENCRYPTION.",
    );
  if (typeof json.version !== "number") throw damaged(place, "It has no format version.");
  const isNewer = json.version > 4;
  throw new DiagnosticError(
    errorDiagnostic("DVT5003", "State belongs to something else", {
      detail: `${place} has state format version ${json.version}; this version of Dovetail reads and writes version 4. Nothing was changed.`,
      fix: isNewer ? "Use a newer Dovetail." : "Let terraform (1.x) write it once, which upgrades it:\n    terraform refresh",
    }),
  );
}

function parseOutputs(json: Json, place: string): { readonly [name: string]: StateOutput } {
  if (!isJsonObject(json)) throw damaged(place, '"outputs" is not an object.');
  return Object.fromEntries(
    Object.entries(json).map(([name, output]) => {
      if (!isJsonObject(output)) throw damaged(place, `Output "${name}" is not an object.`);
      return [name, { value: output.value ?? null, type: output.type ?? "dynamic", sensitive: output.sensitive === true }];
    }),
  );
}

function parseResources(resources: readonly Json[], place: string): Map<string, StateInstance> {
  const instances = new Map<string, StateInstance>();
  resources.forEach((resource, i) => {
    if (!isJsonObject(resource)) throw damaged(place, `resources[${i}] is not an object.`);
    parseResource(resource, `resources[${i}]`, place, instances);
  });
  return instances;
}

function parseResource(resource: JsonObject, at: string, place: string, into: Map<string, StateInstance>): void {
  const { mode, type, name, module, provider, instances, ...resourceExtra } = resource;
  if (mode !== "managed" && mode !== "data") throw damaged(place, `${at}.mode is neither "managed" nor "data".`);
  if (typeof type !== "string" || typeof name !== "string" || typeof provider !== "string") {
    throw damaged(place, `${at} lacks its type, name or provider.`);
  }
  if (!isJsonList(instances)) throw damaged(place, `${at}.instances is not a list.`);
  for (const instance of instances) {
    if (!isJsonObject(instance)) throw damaged(place, `${at} has an instance that is not an object.`);
    const { index_key, deposed, ...fields } = instance;
    const base = {
      mode: mode === "data" ? ("data" as const) : ("managed" as const),
      type,
      name,
      ...(typeof module === "string" && module !== "" ? { module } : {}),
      ...(typeof index_key === "string" || typeof index_key === "number" ? { index: index_key } : {}),
    };
    const address = formatAddress(base);
    const object = parseObject(fields, address, place);
    const known = into.get(address) ?? { address, ...base, provider, deposed: {}, resourceExtra };
    if (typeof deposed === "string" && deposed !== "") {
      into.set(address, { ...known, deposed: { ...known.deposed, [deposed]: object } });
    } else {
      if (known.current !== undefined) throw damaged(place, `It has ${address} twice.`);
      into.set(address, { ...known, current: object });
    }
  }
}

function parseObject(fields: JsonObject, address: string, place: string): StateObject {
  const {
    schema_version,
    attributes,
    sensitive_attributes,
    private: privateData,
    dependencies,
    status,
    create_before_destroy,
    ...extra
  } = fields;
  if (attributes !== undefined && attributes !== null && !isJsonObject(attributes)) {
    throw damaged(place, `The attributes of ${address} are not an object.`);
  }
  return {
    schemaVersion: typeof schema_version === "number" ? schema_version : 0,
    attributes: attributes ?? {},
    sensitive: isJsonList(sensitive_attributes) ? sensitive_attributes : [],
    ...(typeof privateData === "string" && privateData !== "" ? { private: privateData } : {}),
    dependencies: isJsonList(dependencies) ? dependencies.filter((d) => typeof d === "string") : [],
    isTainted: status === "tainted",
    createBeforeDestroy: create_before_destroy === true,
    extra,
  };
}

/** The file's text, ending in a newline: resources sorted by module, mode, type, name; instances by key, then deposed key. */
export function formatState(state: State): string {
  const document = {
    version: 4,
    terraform_version: state.terraformVersion,
    serial: state.serial,
    lineage: state.lineage,
    outputs: Object.fromEntries(
      Object.entries(state.outputs)
        .sort(([a], [b]) => order(a, b))
        .map(([name, o]) => [name, { value: o.value, type: o.type, ...(o.sensitive ? { sensitive: true } : {}) }]),
    ),
    resources: formatResources(state),
    check_results: state.checkResults,
    ...state.extra,
  };
  return `${goEscape(JSON.stringify(document, null, 2))}\n`;
}

/** Go's encoding/json escapes these inside strings, the only place where they occur. */
function goEscape(text: string): string {
  return text
    .replaceAll("&", "\\u0026")
    .replaceAll("<", "\\u003c")
    .replaceAll(">", "\\u003e")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function formatResources(state: State): readonly JsonObject[] {
  const groups = new Map<string, StateInstance[]>();
  for (const instance of state.instances.values()) {
    const key = JSON.stringify([instance.module ?? "", instance.mode, instance.type, instance.name]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [instance]);
    else group.push(instance);
  }
  return [...groups.values()].sort(([a], [b]) => compareResources(a, b)).map(formatResource);
}

function compareResources(a: StateInstance | undefined, b: StateInstance | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return order(a.module ?? "", b.module ?? "") || order(a.mode, b.mode) || order(a.type, b.type) || order(a.name, b.name);
}

function formatResource(instances: readonly StateInstance[]): JsonObject {
  const [first] = instances;
  if (first === undefined) throw new Error("a resource without instances");
  const sorted = [...instances].sort(compareKeys);
  return {
    ...(first.module === undefined ? {} : { module: first.module }),
    mode: first.mode,
    type: first.type,
    name: first.name,
    ...first.resourceExtra,
    provider: first.provider,
    instances: sorted.flatMap((instance) => [
      ...(instance.current === undefined ? [] : [formatObject(instance, instance.current)]),
      ...Object.keys(instance.deposed)
        .sort(order)
        .flatMap((key) => {
          const object = instance.deposed[key];
          return object === undefined ? [] : [formatObject(instance, object, key)];
        }),
    ]),
  };
}

function compareKeys(a: StateInstance, b: StateInstance): number {
  if (typeof a.index === "number" && typeof b.index === "number") return a.index - b.index;
  if (typeof a.index === "string" && typeof b.index === "string") return order(a.index, b.index);
  return rank(a) - rank(b);
}

function rank(instance: StateInstance): number {
  return instance.index === undefined ? 0 : typeof instance.index === "number" ? 1 : 2;
}

function formatObject(instance: StateInstance, object: StateObject, deposed?: string): JsonObject {
  const hasFlat = object.extra.attributes_flat !== undefined;
  return {
    ...(instance.index === undefined ? {} : { index_key: instance.index }),
    ...(object.isTainted ? { status: "tainted" } : {}),
    ...(deposed === undefined ? {} : { deposed }),
    schema_version: object.schemaVersion,
    ...(hasFlat ? {} : { attributes: object.attributes }),
    sensitive_attributes: object.sensitive,
    ...(object.private === undefined ? {} : { private: object.private }),
    ...(object.dependencies.length === 0 ? {} : { dependencies: [...object.dependencies].sort(order) }),
    ...(object.createBeforeDestroy ? { create_before_destroy: true } : {}),
    ...object.extra,
  };
}
