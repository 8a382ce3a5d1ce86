/** What holds for a value with everything in it: marks, unknowns. */
import { isElements, isEntries } from "./contents.ts";
import { DYNAMIC, type Type } from "./type.ts";
import { isUnknown, type Mark, type Marks, makeVal, NO_MARKS, type Raw, UnknownRaw, type Val } from "./value.ts";

/** The values right inside a value; none of a primitive, null or unknown one. */
export function partsOf(raw: Raw): Iterable<Val> {
  if (isElements(raw)) return raw;
  return isEntries(raw) ? raw.values() : [];
}

/** Whether the value or anything in it is marked. */
export function containsMarks(value: Val): boolean {
  return value.marks.size > 0 || remembered(MARKED, value.raw, containsMarks);
}

/** Below this many parts it costs more to remember an answer than to find it again. */
const REMEMBERED_PARTS_MIN = 16;
const MARKED = new WeakMap<object, boolean>();
const NOT_KNOWN = new WeakMap<object, boolean>();

/** Whether a question is true of one of the parts: raws never change, so neither does the answer (a large list is an argument many times). */
function remembered(answers: WeakMap<object, boolean>, raw: Raw, question: (part: Val) => boolean): boolean {
  if (!isElements(raw) && !isEntries(raw)) return false;
  const known = answers.get(raw);
  if (known !== undefined) return known;
  let isSo = false;
  for (const part of partsOf(raw)) {
    isSo = question(part);
    if (isSo) break;
  }
  if ((isElements(raw) ? raw.length : raw.size) >= REMEMBERED_PARTS_MIN) answers.set(raw, isSo);
  return isSo;
}

/** All marks of the value and of everything in it. */
export function deepMarks(value: Val): Marks {
  if (!containsMarks(value)) return NO_MARKS;
  const found = new Set<Mark>();
  collectMarks(value, found);
  return found;
}
function collectMarks(value: Val, into: Set<Mark>): void {
  for (const mark of value.marks) into.add(mark);
  for (const part of partsOf(value.raw)) collectMarks(part, into);
}

/** The value with no marks anywhere in it; the same object where it has none. */
export function unmarkedDeep(value: Val): Val {
  return containsMarks(value) ? makeVal(value.type, mapParts(value.raw, unmarkedDeep)) : value;
}

/** A raw with each of its direct parts replaced. */
export function mapParts(raw: Raw, change: (part: Val, key: string | number) => Val): Raw {
  if (isElements(raw)) return raw.map(change);
  if (isEntries(raw)) return new Map([...raw].map(([key, part]) => [key, change(part, key)]));
  return raw;
}

/** Whether nothing in the value is unknown. */
export function isWhollyKnown(value: Val): boolean {
  return !hasUnknown(value);
}
function hasUnknown({ raw }: Val): boolean {
  return raw instanceof UnknownRaw || remembered(NOT_KNOWN, raw, hasUnknown);
}

/** Whether the value is known not to be null. */
export function isDefinitelyNotNull(value: Val): boolean {
  return value.raw instanceof UnknownRaw ? value.raw.isNotNull : value.raw !== null;
}

/** Whether a type has a part that only a value can tell. */
export function hasDynamic(type: Type): boolean {
  if ("element" in type) return hasDynamic(type.element);
  if (type.kind === "tuple") return type.elements.some(hasDynamic);
  if (type.kind === "object") return [...type.attributes.values()].some(hasDynamic);
  return type.kind === "dynamic";
}

/** Whether the types of the value and of everything in it are known; an empty collection of any type is one. */
export function isTypeWhollyKnown({ type, raw }: Val): boolean {
  if (raw === null) return true;
  if (raw instanceof UnknownRaw) return !hasDynamic(type);
  for (const part of partsOf(raw)) if (!isTypeWhollyKnown(part)) return false;
  return true;
}

/** The one type of several values, as cty's lists and maps ask for it: those of unknown type take on the others'; undefined where they differ. */
export function commonElementType(values: Iterable<Val>, isSame: (a: Type, b: Type) => boolean): Type | undefined {
  let common: Type = DYNAMIC;
  for (const { type } of values) {
    if (common.kind === "dynamic") common = type;
    else if (type.kind !== "dynamic" && !isSame(common, type)) return undefined;
  }
  return common;
}

/** The value under another type that it is known to have: what unknown or null values of unknown type become in a collection. */
export function retyped(value: Val, type: Type): Val {
  return value.type.kind === "dynamic" && (isUnknown(value) || value.raw === null)
    ? makeVal(type, value.raw, value.marks)
    : value;
}
