/**
 * Terraform's documented JSON output format ("JSON Output Format", internals), as a schema small enough to read,
 * and what of a document does not fit it.
 */

type Shape =
  | "string"
  | "number"
  | "boolean"
  | "any"
  | { readonly list: Shape }
  | { readonly map: Shape }
  | { readonly oneOf: readonly unknown[] }
  | { readonly either: readonly Shape[] }
  /** Keys ending in `?` may be missing. */
  | { readonly object: { readonly [key: string]: Shape | (() => Shape) } };

const bools: Shape = "any";
const key: Shape = { either: ["string", "number"] };

const outputs: Shape = { map: { object: { sensitive: "boolean", "type?": "any", "value?": "any" } } };

const resourceValues: Shape = {
  object: {
    address: "string",
    mode: { oneOf: ["managed", "data"] },
    type: "string",
    name: "string",
    "index?": key,
    provider_name: "string",
    schema_version: "number",
    "values?": { map: "any" },
    sensitive_values: bools,
    "depends_on?": { list: "string" },
    "tainted?": "boolean",
    "deposed_key?": "string",
  },
};

const module = (): Shape => ({
  object: { "address?": "string", "resources?": { list: resourceValues }, "child_modules?": () => ({ list: module() }) },
});

const values: Shape = { object: { "outputs?": outputs, root_module: module() } };

export const stateDocument: Shape = { object: { format_version: "string", "terraform_version?": "string", "values?": values } };

const actions: Shape = {
  oneOf: ["no-op", "create", "read", "update", "delete,create", "create,delete", "delete", "forget"],
};

const change: Shape = {
  object: {
    actions,
    before: "any",
    "after?": "any",
    after_unknown: bools,
    before_sensitive: bools,
    after_sensitive: bools,
    "replace_paths?": { list: { list: key } },
    "importing?": { object: { id: "string" } },
  },
};

const resourceChange: Shape = {
  object: {
    address: "string",
    "previous_address?": "string",
    "module_address?": "string",
    mode: { oneOf: ["managed", "data"] },
    type: "string",
    name: "string",
    "index?": key,
    provider_name: "string",
    "deposed?": "string",
    change,
    "action_reason?": {
      oneOf: [
        "replace_because_tainted",
        "replace_because_cannot_update",
        "replace_by_request",
        "replace_by_triggers",
        "delete_because_no_resource_config",
        "read_because_config_unknown",
        "read_because_dependency_pending",
      ],
    },
  },
};

const moduleConfig = (): Shape => ({
  object: {
    "outputs?": { map: { object: { "sensitive?": "boolean", expression: "any" } } },
    "resources?": {
      list: {
        object: {
          address: "string",
          mode: { oneOf: ["managed", "data"] },
          type: "string",
          name: "string",
          provider_config_key: "string",
          expressions: { map: "any" },
          schema_version: "number",
          "depends_on?": { list: "string" },
        },
      },
    },
    "module_calls?": () => ({ map: { object: { module: moduleConfig() } } }),
  },
});

export const planDocument: Shape = {
  object: {
    format_version: "string",
    terraform_version: "string",
    "variables?": { map: { object: { value: "any" } } },
    planned_values: values,
    "resource_drift?": { list: resourceChange },
    "resource_changes?": { list: resourceChange },
    "output_changes?": { map: change },
    "prior_state?": stateDocument,
    configuration: {
      object: {
        "provider_config?": { map: { object: { name: "string", full_name: "string", "alias?": "string" } } },
        root_module: moduleConfig(),
      },
    },
    "relevant_attributes?": { list: { object: { resource: "string", attribute: { list: key } } } },
    "checks?": { list: "any" },
    timestamp: "string",
    applyable: "boolean",
    complete: "boolean",
    errored: "boolean",
  },
};

/** One line for each place that does not fit. */
export function violations(shape: Shape, value: unknown, path = ""): readonly string[] {
  const at = path === "" ? "document" : path;
  if (shape === "any") return [];
  if (typeof shape === "string") return typeof value === shape ? [] : [`${at}: is not a ${shape}`];
  if ("oneOf" in shape)
    return shape.oneOf.includes(String(value)) ? [] : [`${at}: ${String(value)} is none of ${shape.oneOf.join(", ")}`];
  if ("either" in shape)
    return shape.either.some((s) => violations(s, value).length === 0) ? [] : [`${at}: is of none of the types`];
  if ("list" in shape) {
    if (!Array.isArray(value)) return [`${at}: is not a list`];
    return value.flatMap((item, i) => violations(shape.list, item, `${path}[${i}]`));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${at}: is not an object`];
  const prefix = path === "" ? "" : `${path}.`;
  const entries = Object.entries(value);
  if ("map" in shape) return entries.flatMap(([name, item]) => violations(shape.map, item, `${prefix}${name}`));
  const known = Object.entries(shape.object).map(([name, s]) => ({
    name: name.replace("?", ""),
    isOptional: name.endsWith("?"),
    shape: s,
  }));
  const missing = known
    .filter((k) => !k.isOptional && !Object.hasOwn(value, k.name))
    .map((k) => `${prefix}${k.name}: is missing`);
  const wrong = entries.flatMap(([name, item]) => {
    const found = known.find((k) => k.name === name);
    if (found === undefined) return [`${prefix}${name}: is not in the format`];
    return violations(typeof found.shape === "function" ? found.shape() : found.shape, item, `${prefix}${name}`);
  });
  return [...missing, ...wrong];
}
