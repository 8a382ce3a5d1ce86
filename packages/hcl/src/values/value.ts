import { BigFloat } from "./big-float.ts";
import { limitedParts, limitedText } from "./limits.ts";
import { compareText } from "./text-order.ts";
import { BOOL, DYNAMIC, listOf, mapOf, NUMBER, objectOf, STRING, setOf, type Type, tupleOf } from "./type.ts";

/**
 * A value of the Terraform language: immutable, with its exact type. Marks (`sensitive`, `ephemeral`) lie on the value or on the
 * parts of it that have them; what is computed from a marked value has its marks.
 */
export interface Val {
  readonly type: Type;
  /** What it holds; `UNKNOWN_RAW` or an `UnknownRaw` with refinements where it is not known yet; null for the null of its type. */
  readonly raw: Raw;
  readonly marks: Marks;
}

export type Mark = "sensitive" | "ephemeral";
export type Marks = ReadonlySet<Mark>;

/** A list, set or tuple holds an array (a set's without repeats, in cty's order), a map or object a Map with its keys in order of their bytes. */
export type Raw = null | boolean | string | BigFloat | readonly Val[] | ReadonlyMap<string, Val> | UnknownRaw;

/** What is known of a value that is not known yet (cty's refinements). */
export interface Refinements {
  /** A string begins with this. */
  readonly prefix?: string;
  /** Bounds of a collection's length. */
  readonly lengthMin?: number;
  readonly lengthMax?: number;
  /** Inclusive bounds of a number. */
  readonly numberMin?: BigFloat;
  readonly numberMax?: BigFloat;
}
const NO_REFINEMENTS: Refinements = {};

/** Not known yet; what is known about it all the same. */
export class UnknownRaw {
  /** It is known not to be null. */
  readonly isNotNull: boolean;
  readonly refinements: Refinements;
  constructor(isNotNull = false, refinements: Refinements = NO_REFINEMENTS) {
    this.isNotNull = isNotNull;
    this.refinements = refinements;
  }
}

export const UNKNOWN_RAW: UnknownRaw = new UnknownRaw();
export const NO_MARKS: Marks = new Set<Mark>();

export function makeVal(type: Type, raw: Raw, marks: Marks = NO_MARKS): Val {
  return { type, raw, marks };
}

/** Text in Unicode's form NFC, as every string of the language is. It and what makes composites throw LimitError for what is too large. */
export function stringVal(text: string): Val {
  return { type: STRING, raw: limitedText(text).normalize("NFC"), marks: NO_MARKS };
}
export const TRUE: Val = { type: BOOL, raw: true, marks: NO_MARKS };
export const FALSE: Val = { type: BOOL, raw: false, marks: NO_MARKS };
export function boolVal(value: boolean): Val {
  return value ? TRUE : FALSE;
}
export function numberVal(value: BigFloat): Val {
  return { type: NUMBER, raw: value, marks: NO_MARKS };
}
/** A count, a position, a size: a whole number that did not come from text. */
export function intVal(value: number | bigint): Val {
  return numberVal(BigFloat.fromInteger(value));
}
export function nullVal(type: Type): Val {
  return { type, raw: null, marks: NO_MARKS };
}
export function unknownVal(type: Type): Val {
  return { type, raw: UNKNOWN_RAW, marks: NO_MARKS };
}
/** Not known yet, but not null, and what else is known of it. */
export function unknownNotNull(type: Type, refinements?: Refinements): Val {
  return { type, raw: new UnknownRaw(true, refinements), marks: NO_MARKS };
}
/** The unknown of unknown type: what an operation on a value of unknown type gives. */
export const DYNAMIC_UNKNOWN: Val = { type: DYNAMIC, raw: UNKNOWN_RAW, marks: NO_MARKS };
export const DYNAMIC_NULL: Val = { type: DYNAMIC, raw: null, marks: NO_MARKS };

export function tupleVal(elements: readonly Val[]): Val {
  return { type: tupleOf(elements.map((e) => e.type)), raw: limitedParts(elements, elements), marks: NO_MARKS };
}
export function objectVal(attributes: ReadonlyMap<string, Val> | { readonly [name: string]: Val }): Val {
  const map = inKeyOrder(
    attributes instanceof Map ? (attributes as ReadonlyMap<string, Val>) : new Map(Object.entries(attributes)),
  );
  return {
    type: objectOf(new Map([...map].map(([k, v]) => [k, v.type]))),
    raw: limitedParts(map, map.values()),
    marks: NO_MARKS,
  };
}
/** @param elements all of type `element` */
export function listVal(element: Type, elements: readonly Val[]): Val {
  return { type: listOf(element), raw: limitedParts(elements, elements), marks: NO_MARKS };
}
/** @param elements all of type `element`, without repeats and in cty's order: `setFrom` of `set-order.ts` makes them so */
export function orderedSetVal(element: Type, elements: readonly Val[]): Val {
  return { type: setOf(element), raw: limitedParts(elements, elements), marks: NO_MARKS };
}
/** @param entries all of type `element` */
export function mapVal(element: Type, entries: ReadonlyMap<string, Val>): Val {
  const ordered = inKeyOrder(entries);
  return { type: mapOf(element), raw: limitedParts(ordered, ordered.values()), marks: NO_MARKS };
}
function inKeyOrder(entries: ReadonlyMap<string, Val>): ReadonlyMap<string, Val> {
  let previous: string | undefined;
  for (const key of entries.keys()) {
    if (previous !== undefined && compareText(previous, key) > 0)
      return new Map([...entries].sort(([a], [b]) => compareText(a, b)));
    previous = key;
  }
  return entries;
}

export function isUnknown(value: Val): boolean {
  return value.raw instanceof UnknownRaw;
}
export function isNull(value: Val): boolean {
  return value.raw === null;
}

/** The value with more marks on it as a whole; the same object where it has them already. */
export function withMarks(value: Val, marks: Marks): Val {
  if ([...marks].every((m) => value.marks.has(m))) return value;
  return { ...value, marks: value.marks.size === 0 ? marks : new Set([...value.marks, ...marks]) };
}
/** The value without its own marks (its parts keep theirs). */
export function unmarked(value: Val): Val {
  return value.marks.size === 0 ? value : { ...value, marks: NO_MARKS };
}
