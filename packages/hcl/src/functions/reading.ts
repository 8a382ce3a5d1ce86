/** Functions that look into a collection. */
import { boolOf, elementsOf, entriesOf, isElements, numberOf, textOf } from "../values/contents.ts";
import { convert } from "../values/conversion.ts";
import { isWhollyKnown } from "../values/deep.ts";
import { equals, isTrue } from "../values/equality.ts";
import { friendlyName } from "../values/friendly.ts";
import { goQuote } from "../values/go-quote.ts";
import { compareText } from "../values/text-order.ts";
import { BOOL, DYNAMIC, listOf, NUMBER, STRING, type Type, tupleOf } from "../values/type.ts";
import {
  boolVal,
  FALSE,
  intVal,
  isNull,
  isUnknown,
  listVal,
  NO_MARKS,
  nullVal,
  numberVal,
  stringVal,
  tupleVal,
  unknownVal,
  unmarked,
  type Val,
  withMarks,
} from "../values/value.ts";
import { integerOf } from "./argument-numbers.ts";
import { convertOrBlame, isConvertible } from "./convert-or-blame.ts";
import { FunctionError, type LanguageFunction } from "./function.ts";
import { textLength } from "./graphemes.ts";
import { knownLength, lengthOf } from "./lengths.ts";
import { type FunctionTable, parameter } from "./parameters.ts";
import { redacted } from "./redact.ts";

const length: LanguageFunction = {
  description: "How many characters a text, elements a collection or attributes an object has.",
  parameters: [parameter("value", DYNAMIC, "dynamic", "unknown", "marked")],
  returns([value]) {
    if (value?.type.kind === "number" || value?.type.kind === "bool") {
      throw new FunctionError("argument must be a string, a collection type, or a structural type");
    }
    return NUMBER;
  },
  isNeverNull: true,
  implementation([value = unknownVal(DYNAMIC)]) {
    const bare = unmarked(value);
    if (bare.type.kind === "dynamic") return withMarks(unknownVal(NUMBER), value.marks);
    return withMarks(bare.type.kind === "string" ? textLength(bare) : lengthOf(bare), value.marks);
  },
};

const alltrue: LanguageFunction = {
  description: "Whether every element of a list is true; so of an empty one.",
  parameters: [parameter("list", listOf(BOOL))],
  returns: BOOL,
  isNeverNull: true,
  implementation([list]) {
    for (const element of elementsOf(list)) {
      if (isUnknown(element)) return unknownVal(BOOL);
      if (isNull(element) || !boolOf(element)) return FALSE;
    }
    return boolVal(true);
  },
};

const anytrue: LanguageFunction = {
  description: "Whether an element of a list is true.",
  parameters: [parameter("list", listOf(BOOL))],
  returns: BOOL,
  isNeverNull: true,
  implementation([list]) {
    const elements = elementsOf(list);
    if (elements.some((element) => element.raw === true)) return boolVal(true);
    return elements.some(isUnknown) ? unknownVal(BOOL) : FALSE;
  },
};

const contains: LanguageFunction = {
  description: "Whether a list, tuple or set has a value among its elements.",
  parameters: [parameter("list", DYNAMIC), parameter("value", DYNAMIC)],
  returns: BOOL,
  isNeverNull: true,
  implementation([list, value]) {
    if (list === undefined || value === undefined || !isElements(list.raw))
      throw new FunctionError("argument must be list, tuple, or set");
    const answers = list.raw.map((element) => equals(value, element));
    if (answers.some(isTrue)) return boolVal(true);
    return answers.some(isUnknown) ? unknownVal(BOOL) : FALSE;
  },
};

const element: LanguageFunction = {
  description: "The element of a list or tuple at a position, counted on from the start again where the list ends.",
  parameters: [parameter("list", DYNAMIC, "marked"), parameter("index", NUMBER)],
  returns([list, index]) {
    const type = list?.type ?? DYNAMIC;
    if (type.kind === "list") return type.element;
    if (type.kind !== "tuple") throw new FunctionError(`cannot read elements from ${friendlyName(type)}`);
    if (index === undefined || isUnknown(index)) return DYNAMIC;
    return type.elements[wrapped(index, type.elements.length)] ?? DYNAMIC;
  },
  implementation([list, index], returns) {
    if (list === undefined || isUnknown(list)) return unknownVal(returns);
    const elements = elementsOf(list);
    const found = elements[wrapped(index, elements.length)] ?? unknownVal(returns);
    return withMarks(found, list.marks);
  },
};

function wrapped(index: Val | undefined, length: number): number {
  const position = invalidAs("invalid index", () => integerOf(index));
  if (length === 0) throw new FunctionError("cannot use element function with an empty list");
  return ((position % length) + length) % length;
}
/** Runs a check whose failure is told after a few words. */
export function invalidAs<T>(words: string, check: () => T, argument?: number): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof FunctionError ? new FunctionError(`${words}: ${error.message}`, argument) : error;
  }
}

const index: LanguageFunction = {
  description: "The position of a value in a list.",
  parameters: [parameter("list", DYNAMIC), parameter("value", DYNAMIC)],
  returns: NUMBER,
  isNeverNull: true,
  implementation([list, value]) {
    if (list === undefined || value === undefined || (list.type.kind !== "list" && list.type.kind !== "tuple")) {
      throw new FunctionError("argument must be a list or tuple");
    }
    const elements = elementsOf(list);
    if (elements.length === 0) throw new FunctionError("cannot search an empty list");
    for (const [i, candidate] of elements.entries()) {
      const answer = equals(candidate, value);
      if (isUnknown(answer)) return unknownVal(NUMBER);
      if (isTrue(answer)) return intVal(i);
    }
    throw new FunctionError("item not found");
  },
};

const keys: LanguageFunction = {
  description: "The keys of a map or the names of an object's attributes, in order.",
  parameters: [parameter("inputMap", DYNAMIC, "unknown", "marked")],
  returns([map]) {
    if (map?.type.kind === "map") return listOf(STRING);
    if (map?.type.kind === "object") return tupleOf([...map.type.attributes].map(() => STRING));
    throw new FunctionError("must have map or object type", 0);
  },
  isNeverNull: true,
  implementation([map], returns) {
    const marks = map?.marks ?? NO_MARKS;
    if (map?.type.kind === "object") {
      return withMarks(tupleVal([...map.type.attributes.keys()].sort(compareText).map(stringVal)), marks);
    }
    if (map === undefined || isUnknown(map)) return withMarks(unknownVal(returns), marks);
    return withMarks(listVal(STRING, [...entriesOf(map).keys()].map(stringVal)), marks);
  },
};

const values: LanguageFunction = {
  description: "The values of a map or of an object's attributes, in the order of their keys.",
  parameters: [parameter("mapping", DYNAMIC, "marked")],
  returns([map]) {
    if (map?.type.kind === "map") return listOf(map.type.element);
    if (map?.type.kind !== "object") throw new FunctionError("values() requires a map as the first argument");
    return tupleOf([...map.type.attributes].sort(([a], [b]) => compareText(a, b)).map(([, type]) => type));
  },
  isNeverNull: true,
  implementation([map], returns) {
    const found = [...entriesOf(map).values()];
    return withMarks(returns.kind === "list" ? listVal(returns.element, found) : tupleVal(found), map?.marks ?? NO_MARKS);
  },
};

const lookup: LanguageFunction = {
  description: "The value of a map or object at a key, or a default where it has none.",
  parameters: [parameter("inputMap", DYNAMIC, "marked"), parameter("key", STRING, "marked")],
  variadic: parameter("default", DYNAMIC, "unknown", "dynamic", "null", "marked"),
  returns: lookupType,
  implementation([map, key, fallback], returns) {
    const marked = (value: Val): Val => withMarks(withMarks(value, map?.marks ?? NO_MARKS), key?.marks ?? NO_MARKS);
    if (map === undefined || isUnknown(map)) return marked(unknownVal(returns));
    const found = entriesOf(map).get(textOf(key));
    if (found !== undefined) return marked(found);
    if (fallback !== undefined) return marked(convertOrBlame(fallback, returns));
    throw new FunctionError(`lookup failed to find key ${redacted(goQuote(textOf(key)), key?.marks ?? NO_MARKS)}`);
  },
};

function lookupType(arguments_: readonly Val[]): Type {
  const [map, key, fallback] = arguments_;
  if (arguments_.length > 3) throw new FunctionError(`lookup() takes two or three arguments, got ${arguments_.length}`);
  const type = map?.type ?? DYNAMIC;
  if (type.kind === "map") {
    if (fallback !== undefined && !isConvertible(fallback, type.element)) {
      throw new FunctionError("the default value must have the same type as the map elements", 2);
    }
    return type.element;
  }
  if (type.kind !== "object") throw new FunctionError("lookup() requires a map as the first argument", 0);
  if (key === undefined || isUnknown(key)) return DYNAMIC;
  const found = type.attributes.get(textOf(key)) ?? fallback?.type;
  if (found === undefined) throw new FunctionError(`the given object has no attribute ${goQuote(textOf(key))}`, 0);
  return found;
}

const NOT_ONE = "must be a list, set, or tuple value with either zero or one elements";

const one: LanguageFunction = {
  description: "The only element of a list, set or tuple; null where it has none.",
  parameters: [parameter("list", DYNAMIC)],
  returns([list]) {
    const type = list?.type ?? DYNAMIC;
    if (type.kind === "list" || type.kind === "set") return type.element;
    if (type.kind === "tuple" && type.elements.length < 2) return type.elements[0] ?? DYNAMIC;
    throw new FunctionError(NOT_ONE, 0);
  },
  implementation([list], returns) {
    const count = list === undefined ? undefined : knownLength(list);
    if (count === undefined) return unknownVal(returns);
    if (count > 1) throw new FunctionError(NOT_ONE, 0);
    return elementsOf(list)[0] ?? nullVal(returns);
  },
};

const NOT_NUMBERS = "argument must be list, set, or tuple of number values";

const sum: LanguageFunction = {
  description: "The sum of the numbers of a list, set or tuple.",
  parameters: [parameter("list", DYNAMIC)],
  returns: NUMBER,
  isNeverNull: true,
  implementation([list = unknownVal(DYNAMIC)]) {
    const { kind } = list.type;
    if (kind === "string" || kind === "number" || kind === "bool") throw new FunctionError("cannot sum noniterable", 0);
    if (knownLength(list) === 0) throw new FunctionError("cannot sum an empty list", 0);
    if (kind === "map" || kind === "object") {
      throw new FunctionError(`argument must be list, set, or tuple. Received ${friendlyName(list.type)}`, 0);
    }
    if (!isWhollyKnown(list)) return unknownVal(NUMBER);
    return summed(elementsOf(list));
  },
};

function summed(elements: readonly Val[]): Val {
  if (elements.some((part) => isNull(part) || !isConvertible(part, NUMBER))) throw new FunctionError(NOT_NUMBERS, 0);
  try {
    return numberVal(elements.map((part) => numberOf(convert(part, NUMBER))).reduce((total, number) => total.plus(number)));
  } catch (error) {
    throw error instanceof RangeError ? new FunctionError("can't compute sum of opposing infinities") : error;
  }
}

export const READING_FUNCTIONS: FunctionTable = {
  alltrue,
  anytrue,
  contains,
  element,
  index,
  keys,
  length,
  lookup,
  one,
  sum,
  values,
};
