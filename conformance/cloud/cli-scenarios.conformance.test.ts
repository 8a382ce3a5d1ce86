/** The scenarios that boto3 and the AWS SDK for JavaScript run, as commands of the aws CLI, which reads and writes in ways of its own. */
import { startCloud } from "@dovetail/cloud";
import { beforeAll, describe, expect, test } from "vitest";
import type { Outcome, Scenario } from "./case.ts";
import { CLI_CANNOT, cannotSay } from "./cli-cannot.ts";
import { hasCliInPython, runCli } from "./python.ts";
import { scenarios, seen, wanted } from "./scenarios.ts";
import { functionScenarios } from "./scenarios-functions.ts";

/** Each on a cloud of its own, as the other clients run them. */
const SUITES: readonly (readonly Scenario[])[] = [scenarios, functionScenarios];

describe.skipIf(!hasCliInPython())("through the aws CLI", () => {
  const outcomes = new Map<Scenario, readonly Outcome[]>();
  beforeAll(async () => {
    for (const suite of SUITES) {
      const cloud = await startCloud();
      const ran = await runCli(cloud.endpoint, suite);
      await cloud.stop();
      for (const [at, scenario] of suite.entries()) outcomes.set(scenario, ran[at] ?? []);
    }
    // More than a thousand commands of the CLI, on a machine that others use too.
  }, 400_000);

  for (const scenario of SUITES.flat()) {
    test(scenario.name, () => {
      for (const [at, step] of scenario.steps.entries()) {
        const outcome = outcomes.get(scenario)?.[at];
        if (cannotSay(step, outcome) === undefined) expect.soft(seen(step, outcome)).toMatchObject(wanted(step));
      }
    });
  }

  test("each reason why the CLI cannot say a step is needed", () => {
    const rows = [...outcomes].flatMap(([{ steps }, ran]) => steps.map((step, at) => cannotSay(step, ran[at])));
    expect(CLI_CANNOT.filter((row) => !rows.includes(row))).toEqual([]);
    console.info(`${rows.filter((row) => row === undefined).length} of ${rows.length} steps as commands of the CLI`);
  });
});
