import { parseNative } from "@dovetail/hcl";
import { errorDiagnostic } from "@dovetail/model";
import { expect, test } from "vitest";
import { atArgument } from "./argument-place.ts";

const HEADER = { file: "a.tf", line: 1, column: 1 };
const { body } = parseNative(
  `name = "a"
sizes = [1, 22]
tags = { b = "c" }
rule {
  id = "x"
  filter {
  }
}
rule {
  id = "y"
}
`,
  "a.tf",
);

test.each([
  ["an argument", "name", "1:8-1:11"],
  ["an element of a list that is written out", "sizes[1]", "2:13-2:15"],
  ["an element that is not written out: the list", "sizes[7]", "2:9-2:16"],
  ["a member of an object", "tags.b", "3:14-3:17"],
  ["an argument of the second of two blocks", "rule[1].id", "10:8-10:11"],
  ["the same as the old SDK writes it", "rule.1.id", "10:8-10:11"],
  ["an argument that is not there: where its block begins", "rule[1].status", "9:6-9:6"],
  ["a block as a whole: where the object begins", "rule", "1:1-1:1"],
  ["a block within another: where it begins", "rule[0].filter", "6:10-6:10"],
  ["a block that is not there", "rule[5].id", "1:1-1:1"],
  ["nothing", undefined, "1:1-1:1"],
  ["no path at all", "...[", "1:1-1:1"],
])("%s", (_what, attribute, wanted) => {
  const found = errorDiagnostic("DVT3001", "Wrong", { range: HEADER, ...(attribute === undefined ? {} : { attribute }) });
  const { range } = atArgument(found, body, HEADER);
  expect(`${range?.line}:${range?.column}-${range?.endLine}:${range?.endColumn}`).toBe(wanted);
});

test("what has a place of its own keeps it", () => {
  const range = { file: "b.tf", line: 7, column: 1 };
  expect(atArgument(errorDiagnostic("DVT3001", "Wrong", { range, attribute: "name" }), body, HEADER).range).toBe(range);
});
