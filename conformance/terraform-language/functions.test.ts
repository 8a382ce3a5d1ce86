import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scope } from "@dovetail/hcl";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasTerraform } from "../terraform/dovetail.ts";
import { LOCALS_HCL, writeFixtures } from "./fixtures.ts";
import { functionCases, recordedAnswers } from "./function-cases.ts";
import { OPENTOFU_CASES } from "./opentofu-cases.ts";
import { answerText, ourAnswer, planScope } from "./our-answers.ts";
import { askTerraform } from "./terraform-oracle.ts";

const recorded = recordedAnswers();
let folder = "";
let scope: Scope;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "functions-"));
  await writeFixtures(folder);
  scope = planScope(folder);
});
afterAll(() => rm(folder, { recursive: true }));

describe("functions and operators answer as terraform 1.11.4 answered", () => {
  test.each(functionCases())("$subject", ({ expressions }) => {
    const ours = Object.fromEntries(expressions.map((expression) => [expression, answerText(ourAnswer(expression, scope))]));
    const theirs = Object.fromEntries(expressions.map((expression) => [expression, recorded[expression]]));
    expect(ours).toEqual(theirs);
  });
});

test("what only OpenTofu has answers as its documentation says", () => {
  const tofu = planScope(folder, "opentofu");
  const ours = Object.fromEntries(
    Object.keys(OPENTOFU_CASES).map((expression) => [expression, answerText(ourAnswer(expression, tofu))]),
  );
  expect(ours).toEqual(OPENTOFU_CASES);
});

test.runIf(hasTerraform())(
  "what was written down is what the terraform of this machine answers to a tenth of the cases",
  async () => {
    const expressions = functionCases()
      .flatMap((group) => group.expressions)
      .filter((_, i) => i % 10 === 0);
    const answers = await askTerraform(folder, expressions, LOCALS_HCL);
    const theirs = Object.fromEntries(
      expressions.map((expression, i) => [expression, answerText(answers[i] ?? { unknown: true })]),
    );
    expect(theirs).toEqual(Object.fromEntries(expressions.map((expression) => [expression, recorded[expression]])));
  },
);
