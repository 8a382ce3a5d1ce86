import { UNKNOWN, type ValueObject } from "@dovetail/model";
import { describe, expect, it } from "vitest";
import {
  atLeastOneOf,
  between,
  type Check,
  conflicts,
  exactlyOneOf,
  isArn,
  isJson,
  jsonProblem,
  lastStepOnly,
  matches,
  oneOf,
  requiredWith,
} from "./checks.ts";

const details = (check: Check, config: ValueObject) => check.run(config).map((d) => d.detail);

describe("checks speak as the real provider's", () => {
  it.each<[Check, ValueObject, string]>([
    [oneOf("a", ["x", "y"]), { a: "z" }, 'expected a to be one of ["x" "y"], got z'],
    [between("a.b", 1, 5), { a: [{ b: 6 }] }, "expected a.0.b to be in the range (1 - 5), got 6"],
    [lastStepOnly(between("a.b", 1, 5)), { a: [{ b: 6 }] }, "expected b to be in the range (1 - 5), got 6"],
    [matches("a", /^x/, "must start with x"), { a: "y" }, "invalid value for a (must start with x)"],
    [isArn("a"), { a: "x" }, '"a" (x) is an invalid ARN: arn: invalid prefix'],
    [
      isArn("a"),
      { a: ["arn:aws:sns:us-east-1:1:t"] },
      '"a.0" (arn:aws:sns:us-east-1:1:t) is an invalid ARN: invalid account ID value (expecting to match regular expression: ^(aws|aws-managed|third-party|aws-marketplace|\\d{12}|cw.{10})$)',
    ],
    [isJson("a"), { a: "{" }, '"a" contains an invalid JSON: unexpected end of JSON input'],
    [conflicts("a", ["b"]), { a: 1, b: 2 }, '"a": conflicts with b'],
    [requiredWith("b", ["a"]), { b: 1 }, '"b": all of `a,b` must be specified'],
  ])("%#", (check, config, sentence) => {
    expect(details(check, config)).toEqual([sentence]);
  });

  it.each([
    ["exactlyOneOf", exactlyOneOf(["b", "a"])],
    ["atLeastOneOf", atLeastOneOf(["b", "a"])],
  ])("%s says so at each of its arguments", (_name, check) => {
    const why = "one of `a,b` must be specified";
    expect(details(check, { a: null })).toEqual([`"b": ${why}`, `"a": ${why}`]);
  });

  it.each<[string, Check, ValueObject]>([
    ["unset", oneOf("a", ["x"]), { a: null }],
    ["unknown", oneOf("a", ["x"]), { a: UNKNOWN }],
    ["unknown inside", between("a.b", 1, 2), { a: [{ b: UNKNOWN }] }],
    ["an unknown block", between("a.b", 1, 2), { a: UNKNOWN }],
    ["a good ARN", isArn("a"), { a: "arn:aws-cn:iam::123456789012:role/path/r" }],
    ["one of two", exactlyOneOf(["a", "b"]), { b: UNKNOWN }],
  ])("nothing is said of %s", (_what, check, config) => {
    expect(details(check, config)).toEqual([]);
  });
});

describe("jsonProblem", () => {
  it.each([
    ["", "unexpected end of JSON input"],
    ["{", "unexpected end of JSON input"],
    ['{"a":', "unexpected end of JSON input"],
    ["nope", "invalid character 'o' in literal null (expecting 'u')"],
    ["{a}", "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
    ["[1 2]", "invalid character '2' after array element"],
    ["{} x", "invalid character 'x' after top-level value"],
    ["<x>", "invalid character '<' looking for beginning of value"],
  ])("%j", (text, why) => {
    expect(jsonProblem(text)).toBe(why);
  });
});
