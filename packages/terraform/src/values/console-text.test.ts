import { evaluateExpression, scopeOf, unknownVal, withMarks } from "@dovetail/hcl";
import { expect, test } from "vitest";
import { consoleText } from "./console-text.ts";

const EMPTY = scopeOf({});

test.each([
  ['"a"', '"a"'],
  ["1 / 3 * 3", "1"],
  ["[]", "[]"],
  ["{}", "{}"],
  ["null", "null"],
  ['[1, "x", null]', '[\n  1,\n  "x",\n  null,\n]'],
  ["{ a = { b = [] } }", '{\n  "a" = {\n    "b" = []\n  }\n}'],
  ['"a\\nb"', "<<EOT\na\nb\nEOT"],
  ['{ t = "a\\nb" }', '{\n  "t" = <<-EOT\n  a\n  b\n  EOT\n}'],
  ['"$${x} \\"q\\""', '"${x} \\"q\\""'],
])("%s is printed as terraform console prints it", (text, wanted) => {
  expect(consoleText(evaluateExpression(text, EMPTY).value)).toBe(wanted);
});

test("what is secret or not known yet is not printed", () => {
  const { value } = evaluateExpression('"hush"', EMPTY);
  expect(consoleText(withMarks(value, new Set(["sensitive"])))).toBe("(sensitive value)");
  expect(consoleText(unknownVal({ kind: "string" }))).toBe("(known after apply)");
});
