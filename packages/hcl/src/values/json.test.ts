import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConversionError, pathText } from "./conversion-rules.ts";
import { sameValue } from "./equality.ts";
import { jsonOfValue, valueOfJson, valueOfJsonAs } from "./json.ts";
import { parseJsonText } from "./json-text.ts";
import { typeFromJson, typeJson } from "./json-type.ts";
import { BOOL, DYNAMIC, listOf, mapOf, NUMBER, objectOf, STRING, setOf, type Type, tupleOf } from "./type.ts";
import { listVal, stringVal, unknownVal } from "./value.ts";

const TYPES: readonly (readonly [Type, string])[] = [
  [STRING, '"string"'],
  [DYNAMIC, '"dynamic"'],
  [listOf(setOf(NUMBER)), '["list",["set","number"]]'],
  [tupleOf([BOOL, mapOf(STRING)]), '["tuple",["bool",["map","string"]]]'],
  [objectOf({ b: STRING, a: NUMBER }, new Set(["b"])), '["object",{"a":"number","b":"string"},["b"]]'],
  [objectOf({}), '["object",{}]'],
];

describe("types as JSON", () => {
  test.each(TYPES)("%j is %s", (type, json) => {
    expect(JSON.stringify(typeJson(type))).toBe(json);
    expect(typeFromJson(JSON.parse(json))).toEqual(type);
    expect(typeFromJson(parseJsonText(json))).toEqual(type);
  });
  test.each([
    "strin",
    5,
    null,
    [],
    ["list"],
    ["vector", "string"],
    ["tuple", "string"],
    ["object", ["a"]],
    ["object", { a: "nope" }],
  ])("%j is no type", (json) => {
    expect(typeFromJson(json)).toBeUndefined();
  });
});

describe("values of a type from JSON", () => {
  test.each<[string, Type, string]>([
    ["12345678901234567890.5", NUMBER, "12345678901234567890.5"],
    ['"5"', NUMBER, "5"],
    ["5", STRING, '"5"'],
    ["true", STRING, '"true"'],
    ['["b","a","b"]', setOf(STRING), '["a","b"]'],
    ['{"z":1,"a":2}', mapOf(NUMBER), '{"a":2,"z":1}'],
    ['{"a":1}', objectOf({ a: NUMBER, b: STRING }), '{"a":1,"b":null}'],
    ['{"value":["x"],"type":["list","string"]}', DYNAMIC, '["x"]'],
    ["[null]", listOf(NUMBER), "[null]"],
  ])("%s as %j is %s", (json, type, wanted) => {
    expect(jsonOfValue(valueOfJsonAs(parseJsonText(json), type))).toBe(wanted);
  });

  test.each<[string, Type, string]>([
    ['"x"', NUMBER, "a number is required"],
    ["[]", STRING, "string is required"],
    ['{"a":{"b":[1,"x"]}}', objectOf({ a: mapOf(listOf(NUMBER)) }), '.a["b"][1]: a number is required'],
    ['{"c":1}', objectOf({ a: NUMBER }), 'unsupported attribute "c"'],
    ["[1]", tupleOf([]), "too many tuple elements (need 0)"],
    ["[]", tupleOf([NUMBER]), "not enough tuple elements (need 1)"],
    ["5", listOf(NUMBER), "missing expected ["],
    ["[]", mapOf(NUMBER), "missing expected {"],
    ['{"value":1}', DYNAMIC, "missing type in dynamically-typed value"],
  ])("%s is not of type %j", (json, type, message) => {
    let told = "";
    try {
      valueOfJsonAs(parseJsonText(json), type);
    } catch (error) {
      if (!(error instanceof ConversionError)) throw error;
      told = `${pathText(error.path)}${error.path.length > 0 ? ": " : ""}${error.message}`;
    }
    expect(told).toBe(message);
  });

  test("where the constraint says any, the type stands beside the value", () => {
    expect(jsonOfValue(listVal(STRING, [stringVal("<")]), DYNAMIC)).toBe('{"value":["\\u003c"],"type":["list","string"]}');
  });
  test("what is not known has no JSON", () => {
    expect(() => jsonOfValue(listVal(STRING, [unknownVal(STRING)]))).toThrow("value is not known");
  });
});

test("what any JSON means is written as the same JSON", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (json) => {
      const value = valueOfJson(parseJsonText(json));
      expect(sameValue(valueOfJson(parseJsonText(jsonOfValue(value))), value)).toBe(true);
    }),
  );
});

test("text that is cut anywhere is refused, or means something, but never goes on", () => {
  const whole = '{"a":[1.5e3,true,null,"\\u00e9\\n"],"b":{}}';
  for (let length = 0; length < whole.length; length += 1)
    expect(() => parseJsonText(whole.slice(0, length))).toThrow(/EOF|invalid character/);
});
