/** A configuration in Terraform's JSON form that says what a state has: each argument that the schema lets one set and that the object holds. */
import {
  type BlockSchema,
  isList,
  isObject,
  type MutableValueObject,
  type NestedBlockSchema,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import type { Provider } from "@dovetail/provider";

export interface StateInstance {
  readonly type: string;
  readonly name: string;
  readonly attributes: ValueObject;
  /** Addresses. */
  readonly dependencies: readonly string[];
}

interface StateFile {
  readonly resources: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly attributes: ValueObject; readonly dependencies?: readonly string[] }[];
  }[];
}

/** The managed objects of a version 4 state file without `count`. */
export function instancesOf(text: string): readonly StateInstance[] {
  const file = JSON.parse(text) as StateFile;
  return file.resources
    .filter(({ mode }) => mode === "managed")
    .flatMap(({ type, name, instances }) =>
      instances.map(({ attributes, dependencies = [] }) => ({ type, name, attributes, dependencies })),
    );
}

/** Arguments that say the same as another one: the state has both. */
const TWICE: { readonly [argument: string]: string } = {
  name_prefix: "name",
  bucket_prefix: "bucket",
  function_name_prefix: "function_name",
};

/** Computed too, where they are left out; but nothing else says them. */
const NAMING = new Set([...Object.values(TWICE), "hash_key"]);

/** Tags that every tagged object has beyond its own: the provider's `default_tags`. */
export function defaultTagsOf(instances: readonly StateInstance[]): ValueObject {
  const rest = instances.flatMap(({ attributes: { tags, tags_all: all } }) => {
    const own = isObject(tags) ? tags : {};
    return isObject(all) ? [Object.fromEntries(Object.entries(all).filter(([key]) => !Object.hasOwn(own, key)))] : [];
  });
  const [first = {}] = rest;
  return Object.fromEntries(Object.entries(first).filter(([key, value]) => rest.every((each) => each[key] === value)));
}

/** What a configuration says of the object. An argument that is computed too is left out, unless it names the object or stands in a block. */
export function configOf(schema: BlockSchema, state: ValueObject, isWithin = false): ValueObject {
  const out: MutableValueObject = {};
  for (const [name, attribute] of Object.entries(schema.attributes ?? {})) {
    const value = state[name] ?? null;
    const isNaming = (isWithin || attribute.computed !== true || NAMING.has(name)) && !Object.hasOwn(TWICE, name);
    if (attribute.required !== true && !(attribute.optional === true && isNaming)) continue;
    if (
      attribute.write_only === true ||
      (name === "id" && attribute.required !== true) ||
      isUnset(value, attribute.required === true)
    )
      continue;
    out[name] = value;
  }
  for (const [name, block] of Object.entries(schema.blocks ?? {})) {
    const items = blockOf(block, state[name] ?? null);
    if (items !== undefined) out[name] = items;
  }
  return out;
}

/** The SDK stores 0 for a number that was left out. */
function isUnset(value: Value, isRequired: boolean): boolean {
  if (isRequired && value !== null) return false;
  if (value === 0) return true;
  return (
    value === null ||
    value === "" ||
    (isList(value) && value.length === 0) ||
    (isObject(value) && Object.keys(value).length === 0)
  );
}

function blockOf(block: NestedBlockSchema, value: Value): Value | undefined {
  if (block.nesting === "single") return isObject(value) ? configOf(block, value, true) : undefined;
  if (!isList(value)) return undefined;
  const items = value.filter(isObject).map((item) => configOf(block, item, true));
  return items.length === 0 ? undefined : items;
}

/** As `configOf`, in HCL's JSON: what another object answered becomes a reference to it, so that the whole can be made anew. */
export function hclOf(
  instances: readonly StateInstance[],
  provider: Provider,
): { readonly resource: { readonly [type: string]: { readonly [name: string]: object } } } {
  const out: { [type: string]: { [name: string]: object } } = {};
  const known = new Map(instances.map((each) => [`${each.type}.${each.name}`, each]));
  for (const each of instances) {
    const schema = provider.getSchema("resource", each.type);
    if (schema === undefined) throw new Error(`no schema of ${each.type}`);
    const rows = referencesOf(each, known, provider);
    out[each.type] ??= {};
    const group = out[each.type] ?? {};
    group[each.name] = {
      ...(escaped(configOf(schema, each.attributes), rows) as object),
      ...(each.dependencies.length === 0 ? {} : { depends_on: each.dependencies.filter((address) => known.has(address)) }),
    };
  }
  return { resource: out };
}

type Reference = readonly [text: string, expression: string];

const REFERENCE_CHARACTERS_MIN = 6;

/** Texts of the objects that it depends on, the longest first: an ARN holds an id. */
function referencesOf(
  { dependencies }: StateInstance,
  known: ReadonlyMap<string, StateInstance>,
  provider: Provider,
): readonly Reference[] {
  const rows: Reference[] = [];
  for (const address of dependencies) {
    const owner = known.get(address);
    if (owner === undefined) continue;
    for (const [name, attribute] of Object.entries(provider.getSchema("resource", owner.type)?.attributes ?? {})) {
      const value = owner.attributes[name];
      if (attribute.computed !== true || typeof value !== "string" || value.length < REFERENCE_CHARACTERS_MIN) continue;
      rows.push([value, `\${${address}.${name}}`]);
    }
  }
  return rows.sort(([a], [b]) => b.length - a.length);
}

/** Sequences that begin a template are doubled in HCL. */
function escaped(value: Value, rows: readonly Reference[]): unknown {
  if (typeof value === "string") return withReferences(value, rows);
  if (isList(value)) return value.map((item) => escaped(item, rows));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [withReferences(key, []), escaped(item, rows)]));
  return value;
}

function withReferences(text: string, [row, ...rest]: readonly Reference[]): string {
  if (row === undefined) return text.replaceAll("${", "$${").replaceAll("%{", "%%{");
  const [found, expression] = row;
  return text
    .split(found)
    .map((part) => withReferences(part, rest))
    .join(expression);
}
