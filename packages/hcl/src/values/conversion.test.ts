import { describe, expect, test } from "vitest";
import { convert, mismatchMessage, unifyTypes } from "./conversion.ts";
import { ConversionError, pathText } from "./conversion-rules.ts";
import { sameValue } from "./equality.ts";
import { lengthBounds } from "./refinement.ts";
import { BOOL, DYNAMIC, listOf, mapOf, NUMBER, objectOf, STRING, setOf, type Type, tupleOf } from "./type.ts";
import { typeExpression } from "./type-text.ts";
import {
  boolVal,
  DYNAMIC_NULL,
  intVal,
  isNull,
  isUnknown,
  listVal,
  mapVal,
  nullVal,
  objectVal,
  stringVal,
  tupleVal,
  unknownVal,
  type Val,
  withMarks,
} from "./value.ts";

const SENSITIVE = new Set(["sensitive"] as const);

function failure(value: Val, type: Type): string {
  try {
    convert(value, type);
  } catch (error) {
    if (error instanceof ConversionError) return `${pathText(error.path)}${error.path.length > 0 ? ": " : ""}${error.message}`;
    throw error;
  }
  return "converted";
}

describe("convert", () => {
  test.each<[string, Val, Type, Val]>([
    ["a number to text", intVal(5), STRING, stringVal("5")],
    ["text to a bool", stringVal("1"), BOOL, boolVal(true)],
    [
      "a tuple to a list",
      tupleVal([intVal(1), stringVal("a")]),
      listOf(STRING),
      listVal(STRING, [stringVal("1"), stringVal("a")]),
    ],
    ["an object to a map", objectVal({ a: intVal(1) }), mapOf(STRING), mapVal(STRING, new Map([["a", stringVal("1")]]))],
    [
      "an object to a smaller one",
      objectVal({ a: intVal(1), b: intVal(2) }),
      objectOf({ a: NUMBER }),
      objectVal({ a: intVal(1) }),
    ],
    [
      "a map to an object",
      mapVal(STRING, new Map([["a", stringVal("1")]])),
      objectOf({ a: NUMBER, b: BOOL }, new Set(["b"])),
      objectVal({ a: intVal(1), b: nullVal(BOOL) }),
    ],
    ["what may be left out to null", objectVal({}), objectOf({ a: NUMBER }, new Set(["a"])), objectVal({ a: nullVal(NUMBER) })],
    ["null of no type to null of the type", DYNAMIC_NULL, listOf(STRING), nullVal(listOf(STRING))],
  ])("%s", (_, given, type, wanted) => {
    expect(sameValue(convert(given, type), wanted)).toBe(true);
  });

  test.each<[string, Val, Type]>([
    ["string required", tupleVal([]), STRING],
    ["a number is required", stringVal("x"), NUMBER],
    ['a bool is required; to convert from string, use lowercase "true"', stringVal("True"), BOOL],
    ["[1]: a number is required", tupleVal([intVal(1), stringVal("x")]), listOf(NUMBER)],
    ['.a["k"]: a number is required', objectVal({ a: objectVal({ k: stringVal("x") }) }), objectOf({ a: mapOf(NUMBER) })],
    ['attribute "a" is required', objectVal({}), objectOf({ a: NUMBER })],
    ['attributes "a" and "b" are required', objectVal({}), objectOf({ b: NUMBER, a: NUMBER })],
    ['attributes "a", "b", and "c" are required', objectVal({}), objectOf({ c: STRING, b: NUMBER, a: NUMBER })],
    ['attribute "a": number required', objectVal({ a: tupleVal([]) }), objectOf({ a: NUMBER })],
    ["element 0: string required", tupleVal([tupleVal([])]), listOf(STRING)],
    ["list of string required", objectVal({ a: intVal(1) }), listOf(STRING)],
    ["list of any single type required", stringVal("x"), listOf(DYNAMIC)],
    ["all list elements must have the same type", tupleVal([intVal(1), tupleVal([])]), listOf(DYNAMIC)],
    ["incorrect map element type: number required", mapVal(BOOL, new Map()), mapOf(NUMBER)],
    ['map has no element for required attribute "a"', mapVal(STRING, new Map()), objectOf({ a: STRING })],
  ])("%s", (message, given, type) => {
    expect(failure(given, type)).toBe(message);
  });

  test("marks stay on the parts that have them, except in a set, which has them as a whole", () => {
    const part = withMarks(intVal(1), SENSITIVE);
    const list = convert(tupleVal([part, intVal(2)]), listOf(STRING));
    expect([...list.marks]).toEqual([]);
    expect([...(Array.isArray(list.raw) ? (list.raw[0] as Val).marks : [])]).toEqual(["sensitive"]);
    expect([...convert(tupleVal([part]), setOf(STRING)).marks]).toEqual(["sensitive"]);
  });

  test("an unknown tuple is an unknown list of the same length", () => {
    const list = convert(unknownVal(tupleOf([NUMBER, NUMBER])), listOf(STRING));
    expect([isUnknown(list), lengthBounds(list)]).toEqual([true, { min: 2, max: 2 }]);
    expect(isNull(convert(nullVal(tupleOf([])), listOf(STRING)))).toBe(true);
  });
});

describe("unifyTypes", () => {
  test.each<[string, readonly Type[]]>([
    ["string", [STRING, NUMBER]],
    ["list(string)", [tupleOf([STRING]), listOf(NUMBER)]],
    ["tuple([string])", [tupleOf([STRING]), tupleOf([NUMBER])]],
    ["list(number)", [tupleOf([NUMBER]), tupleOf([NUMBER, NUMBER])]],
    ["object({a=string})", [objectOf({ a: STRING }), objectOf({ a: BOOL })]],
    ["map(string)", [objectOf({ a: STRING }), objectOf({ b: NUMBER })]],
    ["map(number)", [objectOf({ a: NUMBER }), mapOf(NUMBER)]],
    ["any", [listOf(STRING), DYNAMIC]],
    ["string", [DYNAMIC, STRING]],
  ])("%s is what they have in common", (common, types) => {
    const unified = unifyTypes(types);
    expect(unified && typeExpression(unified.type)).toBe(common);
  });
  test.each<[readonly Type[]]>([[[NUMBER, BOOL]], [[tupleOf([]), objectOf({})]], [[STRING, listOf(STRING)]], [[]]])(
    "nothing is: %j",
    (types) => {
      expect(unifyTypes(types)).toBeUndefined();
    },
  );
});

test("a type that nests deeply has its message at the bottom", () => {
  let given: Type = BOOL;
  let wanted: Type = NUMBER;
  for (let i = 0; i < 200; i += 1) {
    given = listOf(given);
    wanted = listOf(wanted);
  }
  expect(mismatchMessage(given, wanted)).toMatch(/^(incorrect list element type: ){200}number required$/);
});
