/** Lists, sets and maps of the values given, as cty makes them: one element type for all, a set's elements in its order and without repeats. */
import { BigFloat } from "./big-float.ts";
import { formatNumber } from "./big-float-text.ts";
import { isEntries } from "./contents.ts";
import { commonElementType, containsMarks, deepMarks, retyped, unmarkedDeep } from "./deep.ts";
import { equals, isTrue } from "./equality.ts";
import { goQuote } from "./go-quote.ts";
import { compareText } from "./text-order.ts";
import { sameType, type Type } from "./type.ts";
import { isNull, isUnknown, listVal, mapVal, orderedSetVal, UnknownRaw, type Val, withMarks } from "./value.ts";

/** A list of elements, at least one; undefined where they are not of one type. */
export function listFrom(elements: readonly Val[]): Val | undefined {
  const type = commonElementType(elements, sameType);
  return type === undefined ? undefined : listVal(type, retypedAll(elements, type));
}

/** A map of elements, at least one; undefined where they are not of one type. */
export function mapFrom(elements: ReadonlyMap<string, Val>): Val | undefined {
  const type = commonElementType(elements.values(), sameType);
  return type === undefined ? undefined : mapVal(type, new Map([...elements].map(([key, value]) => [key, retyped(value, type)])));
}

/** A set of elements; the marks of its elements are the set's own. */
export function setFrom(element: Type, elements: readonly Val[]): Val {
  const bare = elements.some(containsMarks) ? elements.map(unmarkedDeep) : elements;
  const set = orderedSetVal(element, inSetOrder(withoutRepeats(retypedAll(bare, element))));
  return bare === elements ? set : elements.reduce((marked, value) => withMarks(marked, deepMarks(value)), set);
}

/** A set of elements, at least one; undefined where they are not of one type. */
export function setOfOneType(elements: readonly Val[]): Val | undefined {
  const type = commonElementType(elements, sameType);
  return type === undefined ? undefined : setFrom(type, elements);
}

function retypedAll(elements: readonly Val[], type: Type): readonly Val[] {
  return elements.map((element) => retyped(element, type));
}

/** Known values without those that equal one before them. */
export function withoutRepeats(elements: readonly Val[]): readonly Val[] {
  const seen = new Members();
  return elements.filter((element) => {
    if (seen.has(element)) return false;
    seen.add(element);
    return true;
  });
}

/** Whether a value equals one of many, found without comparing it to each. */
export class Members {
  readonly #buckets = new Map<string, Val[]>();

  constructor(elements: readonly Val[] = []) {
    for (const element of elements) this.add(element);
  }
  has(element: Val): boolean {
    return this.#buckets.get(setKey(element))?.some((other) => isTrue(equals(element, other))) === true;
  }
  add(element: Val): void {
    const key = setKey(element);
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) this.#buckets.set(key, [element]);
    else bucket.push(element);
  }
}

function inSetOrder(elements: readonly Val[]): readonly Val[] {
  if (elements.length < 2) return elements;
  const keyed = elements.map((value) => ({ value, key: rankOf(value) === 0 ? setKey(value) : "" }));
  return keyed.sort((a, b) => compareKeyed(a, b)).map(({ value }) => value);
}

function compareKeyed(
  a: { readonly value: Val; readonly key: string },
  b: { readonly value: Val; readonly key: string },
): number {
  const byRank = rankOf(a.value) - rankOf(b.value);
  if (byRank !== 0) return byRank;
  const left = a.value.raw;
  const right = b.value.raw;
  if (typeof left === "string" && typeof right === "string") return compareText(left, right);
  if (left instanceof BigFloat && right instanceof BigFloat) return left.compare(right);
  if (typeof left === "boolean") return Number(left) - Number(right);
  return compareText(a.key, b.key);
}

/** Unknown elements come after known ones, a null comes last. */
function rankOf(value: Val): number {
  if (isNull(value)) return 2;
  return isUnknown(value) ? 1 : 0;
}

/** The text by which cty groups and orders a set's elements (`makeSetHashBytes`); equal values have equal texts. */
function setKey({ type, raw }: Val): string {
  if (raw instanceof UnknownRaw) return "?";
  if (raw === null) return "~";
  if (typeof raw === "string") return goQuote(raw);
  if (typeof raw === "boolean") return raw ? "T" : "F";
  if (raw instanceof BigFloat) return formatNumber(raw, "g", 10);
  if (isEntries(raw)) {
    const entries = [...raw];
    if (type.kind === "object") return `<${entries.map(([, value]) => `${setKey(value)};`).join("")}>`;
    return `{${entries.map(([key, value]) => `${goQuote(key)}:${setKey(value)};`).join("")}}`;
  }
  const elements = raw.map((value) => `${setKey(value)};`).join("");
  return type.kind === "tuple" ? `<${elements}>` : `[${elements}]`;
}
