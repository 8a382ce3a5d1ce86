import { describe, expect, test } from "vitest";
import { parseExpression } from "../syntax/parse.ts";
import { convert } from "./conversion.ts";
import { applyDefaults } from "./defaults.ts";
import { jsonOfValue, valueOfJson } from "./json.ts";
import { parseJsonText } from "./json-text.ts";
import { typeConstraint } from "./type-constraint.ts";
import { typeExpression } from "./type-text.ts";

function constraint(text: string): ReturnType<typeof typeConstraint> {
  const { expression } = parseExpression(text, "main.tf");
  return typeConstraint(expression);
}

describe("type constraints", () => {
  test.each([
    ["string", "string"],
    ["any", "any"],
    ["list(any)", "list(any)"],
    ["map(set(number))", "map(set(number))"],
    ["tuple([string, bool])", "tuple([string,bool])"],
    ['object({ b = optional(string, "x"), a = list(object({})) })', "object({a=list(object({})),b=string})"],
  ])("%s", (text, wanted) => {
    const { type, diagnostics } = constraint(text);
    expect([typeExpression(type), diagnostics]).toEqual([wanted, []]);
  });

  test.each([
    ["strin", 'The keyword "strin" is not a valid type specification.'],
    ["list", "The list type constructor requires one argument specifying the element type."],
    ["object", "The object type constructor requires one argument specifying the attribute types and values as a map."],
    ["tuple()", "The tuple type constructor requires one argument specifying the element types as a list."],
    ["list(string, string)", "The list type constructor requires one argument specifying the element type."],
    ["string()", 'Primitive type keyword "string" does not expect arguments.'],
    ["any()", 'Type constraint keyword "any" does not expect arguments.'],
    ["vector(string)", 'Keyword "vector" is not a valid type constructor.'],
    ["optional(string)", 'Keyword "optional" is valid only as a modifier for object type attributes.'],
    [
      '"string"',
      "A type specification is either a primitive type keyword (bool, number, string) or a complex type constructor call, like list(string).",
    ],
    [
      "object([])",
      "Object type constructor requires a map whose keys are attribute names and whose values are the corresponding attribute types.",
    ],
    ["tuple(string)", "Tuple type constructor requires a list of element types."],
    ["object({ a = string, a = string })", "Object constructor map keys must be unique."],
    ['object({ "a" = string })', "Object constructor map keys must be attribute names."],
    ["object({ a = optional() })", "Optional attribute modifier requires the attribute type as its argument."],
    [
      "object({ a = optional(string, 1, 2) })",
      "Optional attribute modifier expects at most two arguments: the attribute type, and a default value.",
    ],
    [
      'object({ a = optional(number, "x") })',
      "This default value is not compatible with the attribute's type constraint: a number is required.",
    ],
  ])("%s: %s", (text, detail) => {
    expect(constraint(text).diagnostics[0]?.detail).toBe(detail);
  });
});

describe("defaults", () => {
  test.each([
    ['object({ a = optional(string, "x"), b = optional(number) })', "{}", '{"a":"x","b":null}'],
    ['object({ a = optional(string, "x") })', '{"a":null}', '{"a":"x"}'],
    [
      "list(object({ a = string, b = optional(bool, true) }))",
      '[{"a":"1"},{"a":"2","b":false}]',
      '[{"a":"1","b":true},{"a":"2","b":false}]',
    ],
    ["object({ o = optional(object({ n = optional(number, 5) }), {}) })", "{}", '{"o":{"n":5}}'],
    ["map(object({ l = optional(list(string), []) }))", '{"k":{}}', '{"k":{"l":[]}}'],
    ["tuple([object({ a = optional(number, 1) }), string])", '[{},"x"]', '[{"a":1},"x"]'],
    ['object({ a = optional(string, "x") })', "null", "null"],
  ])("%s of %s is %s", (text, given, wanted) => {
    const { type, defaults } = constraint(text);
    const value = valueOfJson(parseJsonText(given));
    expect(jsonOfValue(convert(defaults === undefined ? value : applyDefaults(defaults, value), type))).toBe(wanted);
  });
});
