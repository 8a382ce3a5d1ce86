/** The scenarios of `scenarios.conformance.test.ts` through the AWS SDK for JavaScript. */
import { type Cloud, startCloud } from "@dovetail/cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Outcome, Step } from "./case.ts";
import { runJsSdk } from "./js-sdk.ts";
import { scenarios, seen, wanted } from "./scenarios.ts";

/** Where the client itself does something that boto3 doesn't, so that the step speaks of another request. */
const CLIENTS_OWN: readonly { readonly step: (step: Step) => boolean; readonly why: string }[] = [
  {
    step: ({ service, operation, input }) =>
      service === "s3" && operation === "CreateBucket" && "Bucket" in input && input.Bucket === "scenario-bucket",
    why: "the client fills in LocationConstraint with its region when it is absent",
  },
];

/** An answer without a body carries no code: boto3 takes the status for it, this client says `NotFound` or `Unknown`. */
function withClientsCode(step: Step): Step {
  if (step.error === undefined || !/^\d+$/.test(step.error.code)) return step;
  return { ...step, error: { ...step.error, code: step.error.code === "404" ? "NotFound" : "Unknown" } };
}

describe("through the AWS SDK for JavaScript", () => {
  let cloud: Cloud;
  let outcomes: readonly (readonly Outcome[])[] = [];
  beforeAll(async () => {
    cloud = await startCloud();
    outcomes = await runJsSdk(cloud.endpoint, scenarios);
  });
  afterAll(() => cloud.stop());

  for (const [index, { name, steps }] of scenarios.entries()) {
    test(name, () => {
      for (const [at, step] of steps.entries()) {
        if (CLIENTS_OWN.some((own) => own.step(step))) continue;
        expect.soft(seen(step, outcomes[index]?.[at])).toMatchObject(wanted(withClientsCode(step)));
      }
    });
  }
});
