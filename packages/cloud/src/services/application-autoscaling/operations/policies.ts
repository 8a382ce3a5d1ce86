import type {
  DeleteScalingPolicyRequest,
  DescribeScalingPoliciesRequest,
  PutScalingPolicyRequest,
  ScalingPolicy,
} from "@aws-sdk/client-application-auto-scaling";
import { randomUuid } from "@dovetail/model";
import { arn } from "../../../core/arn.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { scalable } from "../resources.ts";
import { track } from "../scaling.ts";
import {
  allOf,
  find,
  invalid,
  isAsked,
  keyOf,
  listed,
  need,
  needTarget,
  type PolicyRecord,
  page,
  type TargetName,
} from "../store.ts";
import { putAlarms, removeAlarms, watched } from "../tracking.ts";

/** Scaling policies. DynamoDB and Lambda know target tracking only (user guide, "Step scaling policies", considerations). */

const POLICIES_MAX = 50;

export async function putScalingPolicy(ctx: Ctx, input: PutScalingPolicyRequest & TargetName & { readonly PolicyName: string }) {
  ctx.snapshot((store) => needTarget(ctx, store, input));
  const type = input.PolicyType ?? "StepScaling";
  if (type !== "TargetTrackingScaling")
    throw invalid(`Policy type ${type} is not supported for service namespace ${input.ServiceNamespace}`);
  const tracking = input.TargetTrackingScalingPolicyConfiguration;
  if (tracking === undefined)
    throw invalid("TargetTrackingScalingPolicyConfiguration must be specified for a target tracking policy");
  const what = scalable(ctx, input);
  watched(tracking, what);
  const before = ctx.snapshot((store) => find(ctx, store, "policy", input, input.PolicyName));
  if (before === undefined && ctx.snapshot((store) => allOf(ctx, store, "policy", input)).length >= POLICIES_MAX)
    throw new ServiceError("LimitExceededException", 400, `A scalable target can have at most ${POLICIES_MAX} scaling policies.`);
  const draft: PolicyRecord = {
    ServiceNamespace: input.ServiceNamespace,
    ResourceId: input.ResourceId,
    ScalableDimension: input.ScalableDimension,
    name: input.PolicyName,
    arn: before?.arn ?? policyArn(ctx, input),
    createdMs: before?.createdMs ?? ctx.now(),
    tracking,
    alarms: before?.alarms ?? [],
  };
  const policy = { ...draft, alarms: await putAlarms(ctx, draft, await what.current()) };
  ctx.transact((store) => store.put(keyOf(ctx, "policy", input, policy.name), policy));
  return { PolicyARN: policy.arn, Alarms: policy.alarms };
}

function policyArn(ctx: Ctx, input: TargetName & { readonly PolicyName: string }): string {
  const place = `resource/${input.ServiceNamespace}/${input.ResourceId}`;
  return arn(
    "autoscaling",
    ctx.region,
    ctx.account,
    `scalingPolicy:${randomUuid(ctx.random)}:${place}:policyName/${input.PolicyName}`,
  );
}

export async function deleteScalingPolicy(
  ctx: Ctx,
  input: DeleteScalingPolicyRequest & TargetName & { readonly PolicyName: string },
): Promise<object> {
  const policy = ctx.transact((store) => {
    const found = need(ctx, store, "policy", input, input.PolicyName);
    store.remove(keyOf(ctx, "policy", input, input.PolicyName));
    return found;
  });
  await removeAlarms(ctx, policy);
  return {};
}

export function describeScalingPolicies(ctx: Ctx, input: DescribeScalingPoliciesRequest) {
  const all = listed<PolicyRecord>(ctx, "policy", input.ServiceNamespace).filter(
    (policy) => isAsked(policy, input) && (input.PolicyNames === undefined || input.PolicyNames.includes(policy.name)),
  );
  const { items, ...rest } = page(all, input);
  return { ScalingPolicies: items.map(shown), ...rest };
}

function shown(policy: PolicyRecord): ScalingPolicy {
  return {
    PolicyARN: policy.arn,
    PolicyName: policy.name,
    ServiceNamespace: policy.ServiceNamespace,
    ResourceId: policy.ResourceId,
    ScalableDimension: policy.ScalableDimension,
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: policy.tracking,
    Alarms: [...policy.alarms],
    CreationTime: new Date(policy.createdMs),
  };
}

/** CloudWatch carries out the action of a policy's alarm; answers what is wrong with it. */
export async function alarmed(
  ctx: Ctx,
  input: { readonly policyArn: string; readonly alarm: string },
): Promise<string | undefined> {
  const policy = [...ctx.store.range<PolicyRecord>({ prefix: ["policy", ctx.account, ctx.region] })]
    .map(({ value }) => value)
    .find((each) => each.arn === input.policyArn);
  if (policy === undefined) return `the scaling policy ${input.policyArn} does not exist`;
  const isHigh = input.alarm.includes("-AlarmHigh-");
  if (isHigh || input.alarm.includes("-AlarmLow-")) await track(ctx, policy, { name: input.alarm, isHigh });
  return undefined;
}
