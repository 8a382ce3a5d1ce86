/** Default values of attributes that a constraint allows to be left out (`typeexpr.Defaults` of hashicorp/hcl 2.23, read 2026-11-21). */
import { listFrom, mapFrom, setOfOneType } from "./collections.ts";
import { elementsOf, entriesOf } from "./contents.ts";
import { unifyTypes } from "./conversion.ts";
import { ConversionError } from "./conversion-rules.ts";
import { isDefinitelyNotNull } from "./deep.ts";
import { refinedNotNull } from "./refinement.ts";
import type { Type } from "./type.ts";
import { isNull, isUnknown, objectVal, tupleVal, type Val, withMarks } from "./value.ts";

export interface Defaults {
  readonly type: Type;
  /** Of an object's attributes, by name. */
  readonly values: ReadonlyMap<string, Val>;
  /** Defaults inside attributes by name, inside a tuple's elements by position, inside a collection's elements under "". */
  readonly children: ReadonlyMap<string, Defaults>;
}

/** undefined where there is no default in it at all. */
export function defaultsOf(
  type: Type,
  values: ReadonlyMap<string, Val>,
  children: ReadonlyMap<string, Defaults>,
): Defaults | undefined {
  return values.size === 0 && children.size === 0 ? undefined : { type, values, children };
}

/**
 * The value with defaults in place of what is missing or null in it, to be converted to the constraint afterwards. A collection
 * whose elements differ in type for that comes back as a tuple or object.
 */
export function applyDefaults(defaults: Defaults, value: Val): Val {
  if (isUnknown(value) || isNull(value)) return value;
  const { kind } = value.type;
  if (kind === "list" || kind === "set" || kind === "tuple") return withMarks(sequenceWithDefaults(defaults, value), value.marks);
  if (kind === "object" || kind === "map") return withMarks(mappingWithDefaults(defaults, value), value.marks);
  return value;
}

function childAt({ type, children }: Defaults, key: string): Defaults | undefined {
  return children.get(type.kind === "tuple" || type.kind === "object" ? key : "");
}

function applied(defaults: Defaults | undefined, value: Val): Val {
  return defaults === undefined ? value : applyDefaults(defaults, value);
}

function sequenceWithDefaults(defaults: Defaults, value: Val): Val {
  const elements = elementsOf(value).map((element, i) => applied(childAt(defaults, String(i)), element));
  if (elements.length === 0) return value;
  const alike = value.type.kind === "tuple" ? undefined : unified(elements);
  const collection = alike && (value.type.kind === "set" ? setOfOneType(alike) : listFrom(alike));
  return collection ?? tupleVal(elements);
}

function mappingWithDefaults(defaults: Defaults, value: Val): Val {
  const entries = new Map([...entriesOf(value)].map(([key, part]) => [key, applied(childAt(defaults, key), part)]));
  for (const [key, fallback] of defaults.values) {
    const given = entries.get(key);
    const filled = given === undefined || isNull(given) ? applied(defaults.children.get(key), fallback) : given;
    entries.set(key, isDefinitelyNotNull(fallback) ? refinedNotNull(filled) : filled);
  }
  if (value.type.kind === "object") return objectVal(entries);
  if (entries.size === 0) return value;
  const keys = [...entries.keys()];
  const alike = unified([...entries.values()]);
  const map = alike && mapFrom(new Map(alike.map((part, i) => [keys[i] ?? "", part])));
  return map ?? objectVal(entries);
}

function unified(values: readonly Val[]): readonly Val[] | undefined {
  const common = unifyTypes(values.map(({ type }) => type));
  if (common === undefined) return undefined;
  try {
    return values.map((value, i) => common.conversions[i]?.(value) ?? value);
  } catch (error) {
    if (error instanceof ConversionError) return undefined;
    throw error;
  }
}
