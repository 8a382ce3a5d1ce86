/** Functions that make a collection of others. */
import { listFrom, mapFrom, withoutRepeats } from "../values/collections.ts";
import { elementsOf, entriesOf, isElements, isEntries, numberOf, textOf } from "../values/contents.ts";
import { unifyTypes } from "../values/conversion.ts";
import { isWhollyKnown } from "../values/deep.ts";
import { equals, isTrue } from "../values/equality.ts";
import { friendlyName } from "../values/friendly.ts";
import { goQuote } from "../values/go-quote.ts";
import { compareText } from "../values/text-order.ts";
import { DYNAMIC, listOf, mapOf, NUMBER, objectOf, STRING, sameType, type Type, tupleOf } from "../values/type.ts";
import {
  DYNAMIC_UNKNOWN,
  intVal,
  isNull,
  isUnknown,
  listVal,
  type Marks,
  mapVal,
  NO_MARKS,
  numberVal,
  objectVal,
  stringVal,
  tupleVal,
  unknownVal,
  unmarked,
  type Val,
  withMarks,
} from "../values/value.ts";
import { integerOf } from "./argument-numbers.ts";
import { convertOrBlame } from "./convert-or-blame.ts";
import { FunctionError, type LanguageFunction } from "./function.ts";
import { type FunctionTable, parameter } from "./parameters.ts";
import { invalidAs } from "./reading.ts";

function allMarks(values: readonly Val[]): Marks {
  return values.reduce<Val>((marked, value) => withMarks(marked, value.marks), DYNAMIC_UNKNOWN).marks;
}
function listOfElements(element: Type, elements: readonly Val[]): Val {
  return (elements.length === 0 ? undefined : listFrom(elements)) ?? listVal(element, elements);
}

const chunklist: LanguageFunction = {
  description: "A list cut into lists of a given size.",
  parameters: [parameter("list", listOf(DYNAMIC), "marked"), parameter("size", NUMBER, "marked")],
  returns: ([list]) => listOf(list?.type ?? DYNAMIC),
  isNeverNull: true,
  implementation([list, sizeGiven], returns) {
    const marks = allMarks([list ?? DYNAMIC_UNKNOWN, sizeGiven ?? DYNAMIC_UNKNOWN]);
    const size = invalidAs("invalid size", () => integerOf(sizeGiven));
    if (size < 0) throw new FunctionError("the size argument must be positive");
    const elements = elementsOf(list);
    const type = list?.type ?? returns;
    const chunks: Val[] = [];
    for (let start = 0; start < elements.length; start += size === 0 ? elements.length : size) {
      chunks.push({ type, raw: elements.slice(start, size === 0 ? undefined : start + size), marks: NO_MARKS });
    }
    return withMarks(listVal(type, chunks), marks);
  },
};

const compact: LanguageFunction = {
  description: "A list of texts without its empty and null elements.",
  parameters: [parameter("list", listOf(STRING))],
  returns: listOf(STRING),
  isNeverNull: true,
  implementation([list = DYNAMIC_UNKNOWN], returns) {
    if (!isWhollyKnown(list)) return unknownVal(returns);
    return listVal(
      STRING,
      elementsOf(list).filter((element) => !isNull(element) && element.raw !== ""),
    );
  },
};

const concat: LanguageFunction = {
  description: "Lists and tuples one after the other, as one.",
  parameters: [],
  variadic: parameter("seqs", DYNAMIC, "marked"),
  returns: concatType,
  isNeverNull: true,
  implementation(sequences, returns) {
    const marks = allMarks(sequences);
    if (returns.kind !== "list") return withMarks(tupleVal(sequences.flatMap(elementsOf)), marks);
    const elements = sequences.flatMap((sequence, i) => elementsOf(convertOrBlame(sequence, returns, i)));
    return withMarks(listOfElements(returns.element, elements), marks);
  },
};

function concatType(sequences: readonly Val[]): Type {
  if (sequences.length === 0) throw new FunctionError("at least one argument is required");
  if (sequences.every(({ type }) => type.kind === "list")) {
    const common = unifyTypes(sequences.map(({ type }) => type));
    if (common !== undefined) return common.type;
  }
  const elements: Type[] = [];
  for (const [i, { type, raw }] of sequences.entries()) {
    if (type.kind === "tuple") for (const each of type.elements) elements.push(each);
    else if (type.kind !== "list") throw new FunctionError(`all arguments must be lists or tuples; got ${friendlyName(type)}`, i);
    else if (!isElements(raw)) return DYNAMIC;
    else for (const _ of raw) elements.push(type.element);
  }
  return tupleOf(elements);
}

const distinct: LanguageFunction = {
  description: "A list without repeats, each element where it stood first.",
  parameters: [parameter("list", listOf(DYNAMIC))],
  returns: ([list]) => list?.type ?? DYNAMIC,
  isNeverNull: true,
  implementation([list = DYNAMIC_UNKNOWN], returns) {
    if (!isWhollyKnown(list)) return unknownVal(returns);
    return { type: list.type, raw: withoutRepeats(elementsOf(list)), marks: NO_MARKS };
  },
};

interface Flattened {
  readonly elements: readonly Val[];
  readonly marks: readonly Val[];
  readonly isKnown: boolean;
}

function isSequence(type: Type): boolean {
  return type.kind === "list" || type.kind === "set" || type.kind === "tuple";
}

function flattened(value: Val): Flattened {
  const elements: Val[] = [];
  const marks: Val[] = [value];
  let isKnown = isElements(value.raw) && !(value.type.kind === "set" && value.raw.length > 1 && !isWhollyKnown(value));
  for (const part of isKnown ? elementsOf(value) : []) {
    if (part.type.kind === "dynamic" && isUnknown(part)) isKnown = false;
    if (isNull(part) || !isSequence(part.type)) {
      elements.push(part);
      continue;
    }
    const inner = flattened(part);
    marks.push(...inner.marks);
    for (const each of inner.elements) elements.push(each);
    isKnown &&= inner.isKnown;
  }
  return { elements, marks, isKnown };
}

const flatten: LanguageFunction = {
  description: "A list whose elements that are lists are replaced by what is in them, however deep.",
  parameters: [parameter("list", DYNAMIC, "marked")],
  returns([list = DYNAMIC_UNKNOWN]) {
    if (!isWhollyKnown(list)) return DYNAMIC;
    if (!isSequence(list.type)) throw new FunctionError("can only flatten lists, sets and tuples");
    return tupleOf(flattened(list).elements.map(({ type }) => type));
  },
  isNeverNull: true,
  implementation([list = DYNAMIC_UNKNOWN], returns) {
    if (!isSequence(list.type)) throw new FunctionError("can only flatten lists, sets and tuples");
    const { elements, marks, isKnown } = flattened(list);
    return withMarks(isKnown ? tupleVal(elements) : unknownVal(returns), allMarks(marks));
  },
};

const matchkeys: LanguageFunction = {
  description: "Those elements of a list whose counterparts in a second list are in a third.",
  parameters: [parameter("values", listOf(DYNAMIC)), parameter("keys", listOf(DYNAMIC)), parameter("searchset", listOf(DYNAMIC))],
  returns([values, keys = DYNAMIC_UNKNOWN, searchset = DYNAMIC_UNKNOWN]) {
    if (unifyTypes([keys.type, searchset.type]) === undefined)
      throw new FunctionError("keys and searchset must be of the same type");
    return values?.type ?? DYNAMIC;
  },
  isNeverNull: true,
  implementation([values = DYNAMIC_UNKNOWN, keys = DYNAMIC_UNKNOWN, searchset = DYNAMIC_UNKNOWN], returns) {
    if (elementsOf(values).length !== elementsOf(keys).length)
      throw new FunctionError("length of keys and values should be equal");
    const type = unifyTypes([keys.type, searchset.type])?.type ?? keys.type;
    const wanted = elementsOf(convertOrBlame(searchset, type, 2));
    if (wanted.length > 0 && !(isWhollyKnown(values) && isWhollyKnown(keys))) return unknownVal(returns);
    const searched = elementsOf(convertOrBlame(keys, type, 1));
    const found = elementsOf(values).filter((_, i) => wanted.some((key) => isTrue(equals(searched[i] ?? DYNAMIC_UNKNOWN, key))));
    return { type: values.type, raw: found, marks: NO_MARKS };
  },
};

const merge: LanguageFunction = {
  description: "Maps or objects as one; of a key that several have, the value of the last.",
  parameters: [],
  variadic: parameter("maps", DYNAMIC, "dynamic", "null", "marked"),
  returns: mergeType,
  isNeverNull: true,
  implementation(maps, returns) {
    const merged = new Map<string, Val>();
    for (const map of maps) {
      if (isEntries(map.raw)) for (const [key, value] of map.raw) merged.set(key, value);
    }
    const marks = allMarks(maps.filter((map) => !isNull(map)));
    if (returns.kind !== "map") return withMarks(objectVal(merged), marks);
    return withMarks((merged.size === 0 ? undefined : mapFrom(merged)) ?? mapVal(returns.element, merged), marks);
  },
};

function mergeType(maps: readonly Val[]): Type {
  const first = maps[0];
  if (first === undefined) return objectOf({});
  const attributes = new Map<string, Type>();
  let isKnown = true;
  for (const { type, raw } of maps) {
    if (type.kind === "dynamic") return DYNAMIC;
    if (type.kind !== "map" && type.kind !== "object") {
      throw new FunctionError(`arguments must be maps or objects, got ${goQuote(friendlyName(type))}`);
    }
    if (type.kind === "object" && raw !== null) for (const [name, attribute] of type.attributes) attributes.set(name, attribute);
    if (type.kind === "map" && isEntries(raw)) for (const key of raw.keys()) attributes.set(key, type.element);
    if (type.kind === "map" && raw !== null && !isEntries(raw)) isKnown = false;
  }
  if (maps.every(({ type }) => sameType(type, first.type))) return first.type;
  return isKnown ? objectOf(attributes) : DYNAMIC;
}

const RANGE_LENGTH_MAX = 1024;

const range: LanguageFunction = {
  description: "Numbers from a start (0) up to a limit in steps (1).",
  parameters: [],
  variadic: parameter("params", NUMBER),
  returns: listOf(NUMBER),
  isNeverNull: true,
  implementation(bounds) {
    const [first, second, third] = bounds;
    if (first === undefined || bounds.length > 3) throw new FunctionError("must have one, two, or three arguments");
    const start = second === undefined ? numberOf(intVal(0)) : numberOf(first);
    const end = numberOf(second ?? first);
    const step = third === undefined ? numberOf(intVal(end.compare(start) < 0 ? -1 : 1)) : numberOf(third);
    if (step.isNegative && end.compare(start) > 0)
      throw new FunctionError("end must be less than start when step is negative", 1);
    if (!step.isNegative && end.compare(start) < 0)
      throw new FunctionError("end must be greater than start when step is positive", 1);
    const numbers: Val[] = [];
    for (let number = start; number.compare(end) * (step.isNegative ? -1 : 1) < 0; number = number.plus(step)) {
      if (numbers.length >= RANGE_LENGTH_MAX) {
        throw new FunctionError(
          "more than 1024 values were generated; either decrease the difference between start and end or use a smaller step",
        );
      }
      numbers.push(numberVal(number));
    }
    return listVal(NUMBER, numbers);
  },
};

const reverse: LanguageFunction = {
  description: "A list, set or tuple from its end to its start.",
  parameters: [parameter("list", DYNAMIC, "marked")],
  returns([list]) {
    const type = list?.type ?? DYNAMIC;
    if (type.kind === "tuple") return tupleOf(type.elements.toReversed());
    if (type.kind === "list" || type.kind === "set") return listOf(type.element);
    throw new FunctionError(`can only reverse list or tuple values, not ${friendlyName(type)}`, 0);
  },
  isNeverNull: true,
  implementation([list = DYNAMIC_UNKNOWN], returns) {
    const elements = elementsOf(list).toReversed();
    return withMarks(returns.kind === "list" ? listVal(returns.element, elements) : tupleVal(elements), list.marks);
  },
};

const slice: LanguageFunction = {
  description: "The elements of a list or tuple from one position up to before another.",
  parameters: [parameter("list", DYNAMIC, "marked"), parameter("start_index", NUMBER), parameter("end_index", NUMBER)],
  returns([list = DYNAMIC_UNKNOWN, start = DYNAMIC_UNKNOWN, end = DYNAMIC_UNKNOWN]) {
    const { type } = list;
    if (type.kind === "set") {
      throw new FunctionError(
        "cannot slice a set, because its elements do not have indices; explicitly convert to a list if the ordering of the result is not important",
        0,
      );
    }
    if (type.kind !== "list" && type.kind !== "tuple") throw new FunctionError("must be a list or tuple value", 0);
    const bounds = sliceBounds(list, start, end);
    if ("element" in type) return type;
    return bounds === undefined ? DYNAMIC : tupleOf(type.elements.slice(bounds[0], bounds[1]));
  },
  isNeverNull: true,
  implementation([list = DYNAMIC_UNKNOWN, start = DYNAMIC_UNKNOWN, end = DYNAMIC_UNKNOWN], returns) {
    const bounds = sliceBounds(list, start, end);
    if (bounds === undefined) return withMarks(unknownVal(returns), list.marks);
    const elements = elementsOf(list).slice(...bounds);
    return withMarks(returns.kind === "list" ? listVal(returns.element, elements) : tupleVal(elements), list.marks);
  },
};

function sliceBounds(list: Val, start: Val, end: Val): [number, number] | undefined {
  const from = isUnknown(start) ? undefined : sliceBound(list, start, "start", 1);
  const to = isUnknown(end) ? undefined : sliceBound(list, end, "end", 2);
  if (from === undefined || to === undefined) return undefined;
  if (from > to) throw new FunctionError("start index must not be greater than end index", 1);
  return [from, to];
}
function sliceBound(list: Val, given: Val, which: "start" | "end", argument: number): number {
  const bound = invalidAs(`invalid ${which} index`, () => integerOf(given), argument);
  const length =
    list.type.kind === "tuple" ? list.type.elements.length : isElements(list.raw) ? list.raw.length : Number.POSITIVE_INFINITY;
  if (bound < 0) throw new FunctionError(`${which} index must not be less than zero`, argument);
  if (bound > length) throw new FunctionError(`${which} index must not be greater than the length of the list`, argument);
  return bound;
}

const transpose: LanguageFunction = {
  description: "A map of lists turned round: its elements are the keys, the keys they stood under the elements.",
  parameters: [parameter("values", mapOf(listOf(STRING)))],
  returns: mapOf(listOf(STRING)),
  isNeverNull: true,
  implementation([map = DYNAMIC_UNKNOWN], returns) {
    if (!isWhollyKnown(map)) return unknownVal(returns);
    const turned = new Map<string, string[]>();
    for (const [key, list] of entriesOf(map)) {
      if (isNull(list)) throw new FunctionError("input must not contain null list");
      for (const element of elementsOf(list)) {
        if (isNull(element)) throw new FunctionError("input list must not contain null string");
        turned.set(textOf(element), [...(turned.get(textOf(element)) ?? []), key]);
      }
    }
    return mapVal(
      listOf(STRING),
      new Map([...turned].map(([key, keys]) => [key, listVal(STRING, keys.sort(compareText).map(stringVal))])),
    );
  },
};

const zipmap: LanguageFunction = {
  description: "A map or object of a list of keys and a list of their values.",
  parameters: [parameter("keys", listOf(STRING), "marked"), parameter("values", DYNAMIC, "marked")],
  returns([keys = DYNAMIC_UNKNOWN, values = DYNAMIC_UNKNOWN]) {
    const { type } = values;
    if (type.kind === "list") return mapOf(type.element);
    if (type.kind !== "tuple") throw new FunctionError("values argument must be a list or tuple value");
    if (!isWhollyKnown(keys)) return DYNAMIC;
    checkKeys(elementsOf(keys), type.elements.length);
    return objectOf(new Map(elementsOf(keys).map((key, i) => [textOf(key), type.elements[i] ?? DYNAMIC])));
  },
  isNeverNull: true,
  implementation([keys = DYNAMIC_UNKNOWN, values = DYNAMIC_UNKNOWN], returns) {
    const names = isElements(keys.raw) ? keys.raw : [];
    const marks = allMarks([keys, values, ...names]);
    if (!isWhollyKnown(keys)) return withMarks(unknownVal(returns), marks);
    const elements = elementsOf(values);
    checkKeys(names, elements.length);
    const entries = new Map(names.map((key, i) => [textOf(unmarked(key)), elements[i] ?? DYNAMIC_UNKNOWN]));
    return withMarks(returns.kind === "map" ? mapVal(returns.element, entries) : objectVal(entries), marks);
  },
};

function checkKeys(keys: readonly Val[], values: number): void {
  if (keys.length !== values)
    throw new FunctionError(`number of keys (${keys.length}) does not match number of values (${values})`);
  const nameless = keys.findIndex(isNull);
  if (nameless >= 0) throw new FunctionError(`keys list has null value at index ${nameless}`);
}

export const BUILDING_FUNCTIONS: FunctionTable = {
  chunklist,
  compact,
  concat,
  distinct,
  flatten,
  matchkeys,
  merge,
  range,
  reverse,
  slice,
  transpose,
  zipmap,
};
