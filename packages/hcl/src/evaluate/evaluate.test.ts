// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL's templates look like JavaScript's
import { describe, expect, test } from "vitest";
import { showVal } from "../../test/show-val.ts";
import { evaluateExpression } from "../syntax/parse.ts";
import { STRING } from "../values/type.ts";
import { intVal, objectVal, stringVal, tupleVal, unknownVal } from "../values/value.ts";
import { scopeOf } from "./scope-of.ts";

const SCOPE = scopeOf({
  local: objectVal({
    secret: { ...stringVal("s"), marks: new Set(["sensitive"] as const) },
    name: stringVal("x"),
    list: tupleVal([intVal(1), intVal(2), intVal(3)]),
  }),
  unknown: unknownVal(STRING),
  secret: { ...stringVal("s"), marks: new Set(["sensitive"] as const) },
});

describe("evaluateExpression", () => {
  test.each([
    ["1 + 2 * 3", "7"],
    ["-5 % 3", "-2"],
    ["local.name", '"x"'],
    ['local["name"]', '"x"'],
    ["local.list[*]", "[1, 2, 3]"],
    ["[for x in local.list : x * 2 if x > 1]", "[4, 6]"],
    ['{ for i, x in local.list : "k${i}" => x }', '{"k0" = 1, "k1" = 2, "k2" = 3}'],
    ['true ? 1 : "a"', '"1"'],
    ['unknown == "x" ? 1 : 2', "unknown number"],
    ['"p-${unknown}"', "unknown string"],
    ["false && local.missing", "false"],
    ['"a-${secret}"', 'sensitive("a-s")'],
    ["<<-E\n    a\n      b\n    E\n", '"a\\n  b\\n"'],
    ["<<E\n%{ for x in local.list ~}\n${x}\n%{ endfor ~}\nE\n", '"1\\n2\\n3\\n"'],
  ])("%s is %s", (text, expected) => {
    const { value, diagnostics } = evaluateExpression(text, SCOPE);
    expect(diagnostics).toEqual([]);
    expect(showVal(value)).toBe(expected);
  });

  test.each([
    ["local.missing", 'DVT2003 Unsupported attribute: This object does not have an attribute named "missing".'],
    ["locl.name", 'DVT2003 Unknown variable: There is no variable named "locl". Did you mean "local"?'],
    [
      "local.list[0.5]",
      "DVT2003 Invalid index: The given key does not identify an element in this collection value: indexing a sequence requires a whole number, but the given index has a fractional part.",
    ],
    ["1 + null", "DVT2003 Operation failed: Error during operation: argument must not be null."],
    [
      '"a ${local}"',
      "DVT2003 Invalid template interpolation value: Cannot include the given value in a string template: string required.",
    ],
  ])("%s fails: %s", (text, expected) => {
    const { diagnostics } = evaluateExpression(text, SCOPE);
    expect(diagnostics.map(({ code, summary, detail }) => `${code} ${summary}: ${detail}`)).toEqual([expected]);
  });

  test("an error tells what the names in it stand for, nothing of what is sensitive, and of what has parts only how many", () => {
    const { diagnostics } = evaluateExpression("[local.list, local.secret, local.list[1], unknown, local.zz.y] + 1", SCOPE);
    expect(diagnostics[0]?.values).toEqual([
      { traversal: "local.list", statement: "is tuple with 3 elements" },
      { traversal: "local.list[1]", statement: "is 2" },
    ]);
  });

  test("a key made of something sensitive is not shown", () => {
    const { diagnostics } = evaluateExpression('{ for x in ["a", "b"] : "${secret}!" => x }', SCOPE);
    expect(diagnostics.map(({ detail }) => detail)).toEqual([
      "Two different items produced the key (sensitive value) in this 'for' expression. If duplicates are expected, use the ellipsis (...) after the value expression to enable grouping by key.",
    ]);
  });
});
