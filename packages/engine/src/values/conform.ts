import {
  type AttributeSchema,
  attributesOf,
  type BlockSchema,
  blocksOf,
  isList,
  isObject,
  type MutableValueObject,
  type NestedBlockSchema,
  type NestedType,
  type Path,
  type TypeExpr,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import { orderSet } from "./set-order.ts";

/** Bringing a value into the shape of its schema: everything present, Terraform's conversions made, sets in their order. */

export interface Misfit {
  readonly path: Path;
  readonly kind: "unsupported" | "type";
  /** Whole sentence. */
  readonly detail: string;
}

export interface Conformed {
  readonly value: ValueObject;
  readonly misfits: readonly Misfit[];
}

/** Nesting of values below which nobody writes by hand; deeper ones are refused rather than overflow the stack. */
const DEPTH_MAX = 200;

/**
 * The whole object of `schema` that `value` gives: unset attributes null, unset list and set blocks empty. Strings, numbers and
 * booleans are converted as Terraform converts them. Misfits are told by path; the value then holds null there. Pure.
 */
export function conform(schema: BlockSchema, value: ValueObject): Conformed {
  const misfits: Misfit[] = [];
  return { value: conformBlock(schema, value, [], misfits), misfits };
}

function conformBlock(schema: BlockSchema, value: ValueObject, path: Path, misfits: Misfit[]): ValueObject {
  const { attributes = NONE, blocks = NONE } = schema;
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(attributes, key) && !Object.hasOwn(blocks, key)) {
      misfits.push({ path: [...path, key], kind: "unsupported", detail: unsupported(key, schema) });
    }
  }
  // Most of what a type has is not set: nothing is made for it.
  const out: MutableValueObject = {};
  for (const { name, attribute } of attributesOf(schema)) {
    const given = own(value, name);
    out[name] = given === null ? null : conformAttribute(attribute, given, [...path, name], misfits);
  }
  for (const { name, block } of blocksOf(schema)) {
    const given = own(value, name);
    out[name] = given === null ? noBlock(block) : conformNested(block, given, [...path, name], misfits);
  }
  return out;
}

const NONE = {};

function unsupported(key: string, schema: BlockSchema): string {
  const names = [...Object.keys(schema.attributes ?? {}), ...Object.keys(schema.blocks ?? {})];
  const near = nearest(key, names);
  return `There is no argument named "${key}" here.${near === undefined ? "" : ` Did you mean "${near}"?`}`;
}

function own(value: ValueObject, name: string): Value {
  return Object.hasOwn(value, name) ? (value[name] ?? null) : null;
}

function conformAttribute(attribute: AttributeSchema, value: Value, path: Path, misfits: Misfit[]): Value {
  if (attribute.nested_type !== undefined) return conformNestedType(attribute.nested_type, value, path, misfits);
  return convert(attribute.type ?? "dynamic", value, path, misfits);
}

function conformNestedType(nested: NestedType, value: Value, path: Path, misfits: Misfit[]): Value {
  if (value === UNKNOWN) return value;
  const block = { attributes: nested.attributes };
  return collection(nested.nesting, value, path, misfits, (item, at) => inBlock(block, item, at, misfits));
}

/** What stands for a block that is not there. */
function noBlock({ nesting }: NestedBlockSchema): Value {
  return nesting === "list" || nesting === "set" ? [] : nesting === "map" ? {} : null;
}

function conformNested(block: NestedBlockSchema, value: Value, path: Path, misfits: Misfit[]): Value {
  if (value === UNKNOWN) return value;
  return collection(block.nesting, value, path, misfits, (item, at) => inBlock(block, item, at, misfits));
}

function collection(
  nesting: "list" | "set" | "single" | "map",
  value: Value,
  path: Path,
  misfits: Misfit[],
  each: (item: Value, path: Path) => Value,
): Value {
  switch (nesting) {
    case "single":
      return each(isList(value) && value.length === 1 ? (value[0] ?? null) : value, path);
    case "map":
      if (!isObject(value)) return misfit(path, "An object is needed.", misfits);
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, each(item, [...path, key])]));
    case "list":
    case "set": {
      const list = isList(value) ? value : isObject(value) ? [value] : undefined;
      if (list === undefined) return misfit(path, "A list of objects is needed.", misfits);
      const items = list.map((item, i) => each(item, [...path, i]));
      return nesting === "set" ? orderSet(items) : items;
    }
  }
}

function inBlock(block: BlockSchema, item: Value, path: Path, misfits: Misfit[]): Value {
  if (item === UNKNOWN || item === null) return item;
  if (!isObject(item)) return misfit(path, "An object is needed.", misfits);
  return conformBlock(block, item, path, misfits);
}

function misfit(path: Path, detail: string, misfits: Misfit[]): null {
  misfits.push({ path, kind: "type", detail });
  return null;
}

function convert(type: TypeExpr, value: Value, path: Path, misfits: Misfit[]): Value {
  if (value === null || value === UNKNOWN) return value;
  if (path.length > DEPTH_MAX) return misfit(path, `Values nest at most ${DEPTH_MAX} levels deep.`, misfits);
  switch (type) {
    case "dynamic":
      return value;
    case "string":
      if (typeof value === "string") return value;
      if (typeof value === "number" || typeof value === "boolean") return String(value);
      return misfit(path, "A string is needed.", misfits);
    case "number":
      return toNumber(value, path, misfits);
    case "bool":
      if (typeof value === "boolean") return value;
      if (value === "true" || value === "false") return value === "true";
      return misfit(path, "A boolean is needed.", misfits);
    default:
      return convertCollection(type, value, path, misfits);
  }
}

function toNumber(value: Value, path: Path, misfits: Misfit[]): Value {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "string" && /^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(value)) return Number(value);
  return misfit(path, "A number is needed.", misfits);
}

function convertCollection(type: Exclude<TypeExpr, string>, value: Value, path: Path, misfits: Misfit[]): Value {
  switch (type[0]) {
    case "list":
    case "set": {
      if (!isList(value)) return misfit(path, `A ${type[0]} is needed.`, misfits);
      const items = value.map((item, i) => convert(type[1], item, [...path, i], misfits));
      return type[0] === "set" ? orderSet(items) : items;
    }
    case "map":
      if (!isObject(value)) return misfit(path, "A map is needed.", misfits);
      return Object.fromEntries(Object.entries(value).map(([k, item]) => [k, convert(type[1], item, [...path, k], misfits)]));
    case "object":
      if (!isObject(value)) return misfit(path, "An object is needed.", misfits);
      return Object.fromEntries(
        Object.entries(type[1]).map(([k, inner]) => [k, convert(inner, own(value, k), [...path, k], misfits)]),
      );
    case "tuple":
      if (!isList(value) || value.length !== type[1].length) {
        return misfit(path, `A tuple of ${type[1].length} is needed.`, misfits);
      }
      return value.map((item, i) => convert(type[1][i] ?? "dynamic", item, [...path, i], misfits));
  }
}

/** The one of `names` within a third of its length in edits, if any: for "did you mean". */
export function nearest(word: string, names: readonly string[]): string | undefined {
  let best: { name: string; distance: number } | undefined;
  for (const name of names) {
    const distance = editDistance(word, name);
    if (distance <= Math.max(1, Math.floor(name.length / 3)) && (best === undefined || distance < best.distance)) {
      best = { name, distance };
    }
  }
  return best?.name;
}

const WORD_MAX = 100;

/** Insertions, deletions, replacements and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  if (a.length > WORD_MAX || b.length > WORD_MAX) return WORD_MAX;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? (before[j - 2] ?? 0) + 1 : change;
      next.push(Math.min(change, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
