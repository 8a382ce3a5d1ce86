/** Names and lookups that the EventBridge resources share. */
import type { DescribeRuleCommandOutput, Target } from "@aws-sdk/client-eventbridge";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { AwsContext } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";

export const EVENTS_MISSING = ["ResourceNotFoundException"];
export const DEFAULT_BUS = "default";

/** A rule; undefined when it or its bus does not exist. */
export function findRule(aws: AwsContext, bus: string, name: string): Promise<DescribeRuleCommandOutput | undefined> {
  return unlessMissing(EVENTS_MISSING, () => aws.clients.events.describeRule({ Name: name, EventBusName: bus }));
}

/** A bus's resource policy; undefined when it has none, or does not exist. */
export async function findBusPolicy(aws: AwsContext, name: string): Promise<string | undefined> {
  const bus = await unlessMissing(EVENTS_MISSING, () => aws.clients.events.describeEventBus({ Name: name }));
  return bus?.Policy === undefined || bus.Policy === "" ? undefined : bus.Policy;
}

const PAGES_MAX = 1000;

/** One target of a rule; undefined when it, its rule or its bus does not exist. */
export async function findTarget(aws: AwsContext, bus: string, rule: string, id: string): Promise<Target | undefined> {
  let NextToken: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const input = { Rule: rule, EventBusName: bus, Limit: 100, ...(NextToken ? { NextToken } : {}) };
    const answer = await unlessMissing(EVENTS_MISSING, () => aws.clients.events.listTargetsByRule(input));
    const match = answer?.Targets?.find((target) => target.Id === id);
    if (match !== undefined) return match;
    NextToken = answer?.NextToken;
    if (NextToken === undefined) return undefined;
  }
  return undefined;
}

/** Throws when a batch call answered with failed entries. */
export function throwFailedEntries(
  operation: string,
  entries:
    | readonly { TargetId?: string | undefined; ErrorCode?: string | undefined; ErrorMessage?: string | undefined }[]
    | undefined,
): void {
  const first = entries?.[0];
  if (first === undefined) return;
  const code = first.ErrorCode ?? "InternalException";
  throw new DiagnosticError(
    errorDiagnostic("DVT4001", "Provider operation failed", {
      detail: (entries ?? []).map((e) => `${e.TargetId}: ${e.ErrorCode}: ${e.ErrorMessage}`).join("\n"),
      aws: { code, operation },
    }),
  );
}
