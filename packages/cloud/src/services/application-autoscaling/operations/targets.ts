import type {
  DeregisterScalableTargetRequest,
  DescribeScalableTargetsRequest,
  DescribeScalingActivitiesRequest,
  RegisterScalableTargetRequest,
  ScalableTarget,
} from "@aws-sdk/client-application-auto-scaling";
import { arn } from "../../../core/arn.ts";
import type { Ctx } from "../../../core/service.ts";
import { scalable } from "../resources.ts";
import {
  type ActivityRecord,
  allOf,
  findTarget,
  invalid,
  isAsked,
  keyOf,
  listed,
  needTarget,
  page,
  putTarget,
  removeTarget,
  type TargetName,
  type TargetRecord,
} from "../store.ts";
import { checkTags } from "../tags.ts";
import { removeAlarms } from "../tracking.ts";
import { disarm } from "./scheduled.ts";

/** Scalable targets, and what has been done to them. */

export async function registerScalableTarget(ctx: Ctx, input: RegisterScalableTargetRequest & TargetName) {
  const what = scalable(ctx, input);
  await what.current();
  const target = ctx.transact((store) => {
    const before = findTarget(ctx, store, input);
    const min = input.MinCapacity ?? before?.min;
    const max = input.MaxCapacity ?? before?.max;
    if (min === undefined || max === undefined)
      throw invalid("MinCapacity and MaxCapacity must be specified when a scalable target is registered");
    if (min < 0 || max < 0) throw invalid("Minimum and maximum capacity must be greater than or equal to 0");
    if (max < min) throw invalid("Maximum capacity cannot be less than minimum capacity");
    if (before !== undefined && input.Tags !== undefined)
      throw invalid("Tags can only be specified when a scalable target is first registered; use TagResource");
    const record: TargetRecord = {
      ServiceNamespace: input.ServiceNamespace,
      ResourceId: input.ResourceId,
      ScalableDimension: input.ScalableDimension,
      arn:
        before?.arn ??
        arn(
          "application-autoscaling",
          ctx.region,
          ctx.account,
          `scalable-target/${Buffer.from(ctx.random.bytes(17)).toString("hex")}`,
        ),
      roleArn: input.RoleARN ?? before?.roleArn ?? `arn:aws:iam::${ctx.account}:role/aws-service-role/${what.role}`,
      min,
      max,
      createdMs: before?.createdMs ?? ctx.now(),
      suspended: { ...NOT_SUSPENDED, ...before?.suspended, ...input.SuspendedState },
      tags: before?.tags ?? checkTags(input.Tags ?? {}),
      ...(before?.outMs === undefined ? {} : { outMs: before.outMs }),
      ...(before?.inMs === undefined ? {} : { inMs: before.inMs }),
    };
    putTarget(ctx, store, record);
    return record;
  });
  return { ScalableTargetARN: target.arn };
}

const NOT_SUSPENDED = { DynamicScalingInSuspended: false, DynamicScalingOutSuspended: false, ScheduledScalingSuspended: false };

/** Its policies with their alarms and its scheduled actions go with it (API reference, DeregisterScalableTarget). */
export async function deregisterScalableTarget(ctx: Ctx, input: DeregisterScalableTargetRequest & TargetName): Promise<object> {
  const policies = ctx.transact((store) => {
    needTarget(ctx, store, input, "found");
    const found = allOf(ctx, store, "policy", input);
    for (const { name } of found) store.remove(keyOf(ctx, "policy", input, name));
    for (const action of allOf(ctx, store, "scheduled", input)) {
      store.remove(keyOf(ctx, "scheduled", input, action.name));
      disarm(ctx, action);
    }
    removeTarget(ctx, store, input);
    return found;
  });
  for (const policy of policies) await removeAlarms(ctx, policy);
  return {};
}

export function describeScalableTargets(ctx: Ctx, input: DescribeScalableTargetsRequest) {
  const wanted = input.ResourceIds;
  if (wanted === undefined && input.ScalableDimension !== undefined)
    throw invalid("ResourceIds must be specified when a scalable dimension is specified");
  const all = listed<TargetRecord>(ctx, "target", input.ServiceNamespace).filter(
    (target) =>
      (wanted === undefined || wanted.includes(target.ResourceId)) &&
      (input.ScalableDimension === undefined || input.ScalableDimension === target.ScalableDimension),
  );
  const { items, ...rest } = page(all, input);
  return { ScalableTargets: items.map(shown), ...rest };
}

function shown(target: TargetRecord): ScalableTarget {
  return {
    ServiceNamespace: target.ServiceNamespace,
    ResourceId: target.ResourceId,
    ScalableDimension: target.ScalableDimension,
    MinCapacity: target.min,
    MaxCapacity: target.max,
    RoleARN: target.roleArn,
    CreationTime: new Date(target.createdMs),
    SuspendedState: target.suspended,
    ScalableTargetARN: target.arn,
  };
}

/** The newest first. */
export function describeScalingActivities(ctx: Ctx, input: DescribeScalingActivitiesRequest) {
  const all = listed<ActivityRecord>(ctx, "activity", input.ServiceNamespace)
    .filter((activity) => isAsked(activity as TargetName, input))
    .sort((a, b) => b.startMs - a.startMs);
  const { items, ...rest } = page(all, input);
  const ScalingActivities = items.map(({ startMs, endMs, ...activity }) => ({
    ...activity,
    StartTime: new Date(startMs),
    EndTime: new Date(endMs),
  }));
  return { ScalingActivities, ...rest };
}
