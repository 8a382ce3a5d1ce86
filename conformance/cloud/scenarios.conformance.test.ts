/** What AWS's documentation says of each operation: happy paths, missing resources, refusals. One Python process runs them all through boto3. */
import { type Cloud, startCloud } from "@dovetail/cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Outcome } from "./case.ts";
import { hasBoto3, runBoto3 } from "./python.ts";
import { scenarios, seen, wanted } from "./scenarios.ts";

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
