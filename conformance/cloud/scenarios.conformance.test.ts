/** What AWS's documentation says of each operation: happy paths, missing resources, refusals. One Python process runs them all through boto3. */
import { type Cloud, startCloud } from "@dovetail/cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBoto3, runBoto3 } from "./boto3.ts";
import type { Outcome, Scenario, Step } from "./case.ts";
import { computeScenarios } from "./scenarios-compute.ts";
import { dataScenarios } from "./scenarios-data.ts";
import { identityScenarios } from "./scenarios-identity.ts";
import { messagingScenarios } from "./scenarios-messaging.ts";
import { storageScenarios } from "./scenarios-storage.ts";

const scenarios: readonly Scenario[] = [
  ...dataScenarios,
  ...storageScenarios,
  ...messagingScenarios,
  ...computeScenarios,
  ...identityScenarios,
];

/** What of the outcome a step speaks about, in the shape of what it expects. */
function seen(step: Step, outcome: Outcome | undefined): unknown {
  const at = `${step.service}.${step.operation} ${JSON.stringify(step.input).slice(0, 120)}`;
  return { at, ...outcome };
}

function wanted(step: Step): object {
  if (step.error === undefined) return { output: step.output ?? {} };
  const { message, ...error } = step.error;
  return { error: { ...error, ...(message === undefined ? {} : { message: expect.stringContaining(message) }) } };
}

describe.skipIf(!hasBoto3())("through boto3", () => {
  let cloud: Cloud;
  let outcomes: readonly (readonly Outcome[])[] = [];
  beforeAll(async () => {
    cloud = await startCloud();
    outcomes = (await runBoto3(cloud.endpoint, { scenarios })).scenarios;
  });
  afterAll(() => cloud.stop());

  for (const [index, { name, steps }] of scenarios.entries()) {
    test(name, () => {
      for (const [at, step] of steps.entries()) expect.soft(seen(step, outcomes[index]?.[at])).toMatchObject(wanted(step));
    });
  }
});
