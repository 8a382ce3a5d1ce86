/** Every scenario of the suite, whichever client carries it, and how an outcome is compared with what AWS documents. */
import { expect } from "vitest";
import type { Outcome, Scenario, Step } from "./case.ts";
import { computeScenarios } from "./scenarios-compute.ts";
import { dataScenarios } from "./scenarios-data.ts";
import { eventScenarios } from "./scenarios-events.ts";
import { federationScenarios } from "./scenarios-federation.ts";
import { identityScenarios } from "./scenarios-identity.ts";
import { mailScenarios } from "./scenarios-mail.ts";
import { messagingScenarios } from "./scenarios-messaging.ts";
import { networkScenarios } from "./scenarios-network.ts";
import { observingScenarios } from "./scenarios-observing.ts";
import { restApiScenarios } from "./scenarios-rest-apis.ts";
import { storageScenarios } from "./scenarios-storage.ts";

export const scenarios: readonly Scenario[] = [
  ...dataScenarios,
  ...storageScenarios,
  ...messagingScenarios,
  ...mailScenarios,
  ...eventScenarios,
  ...observingScenarios,
  ...computeScenarios,
  ...identityScenarios,
  ...federationScenarios,
  ...networkScenarios,
  ...restApiScenarios,
];

/** What of the outcome a step speaks about, in the shape of what it expects. */
export function seen(step: Step, outcome: Outcome | undefined): object {
  return { at: `${step.service}.${step.operation} ${JSON.stringify(step.input).slice(0, 120)}`, ...outcome };
}

/** What the outcome must match (`toMatchObject`). */
export function wanted(step: Step): object {
  if (step.error === undefined) return { output: step.output ?? {} };
  const { message, ...error } = step.error;
  return { error: { ...error, ...(message === undefined ? {} : { message: expect.stringContaining(message) }) } };
}
