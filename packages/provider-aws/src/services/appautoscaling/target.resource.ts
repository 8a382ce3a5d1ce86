import type { ScalableTarget, SuspendedState } from "@aws-sdk/client-application-auto-scaling";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, RetryRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { block, flag, numberAt, requiredText, rowsOf, textAt, textMapAt } from "../attribute-map.ts";
import { changedTags } from "../tags.ts";
import { importScaled, MISSING, type Scaled, scaledOf } from "./scaled.ts";

const suspended = rowsOf<SuspendedState>();
const SUSPENDED = block([
  suspended("dynamic_scaling_in_suspended", "DynamicScalingInSuspended", flag()),
  suspended("dynamic_scaling_out_suspended", "DynamicScalingOutSuspended", flag()),
  suspended("scheduled_scaling_suspended", "ScheduledScalingSuspended", flag()),
]);

const NEW_ROLE: RetryRow = {
  codes: ["ValidationException"],
  message: /Unable to assume IAM role|ECS service doesn't exist/,
  timeoutMs: 120_000,
  why: "a role or a service made just before is not everywhere yet",
  source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html#troubleshoot_general_eventual-consistency",
};

/** aws_appautoscaling_target. Its id is the resource's. */
export const resource: NativeResource = {
  type: "aws_appautoscaling_target",
  noun: "Application AutoScaling Target",
  forceNew: ["resource_id", "scalable_dimension", "service_namespace"],
  defaults: {
    "suspended_state.dynamic_scaling_in_suspended": false,
    "suspended_state.dynamic_scaling_out_suspended": false,
    "suspended_state.scheduled_scaling_suspended": false,
  },
  computedBlocks: { suspended_state: true },
  tagged: true,
  importId: (id) => importScaled(id, false),
  async create(aws, planned, onCreated) {
    const Tags = textMapAt(planned, "tags_all");
    const tagged = Object.keys(Tags).length > 0 ? { Tags } : {};
    await aws.retry(NEW_ROLE, () => aws.clients.appautoscaling.registerScalableTarget({ ...settings(planned), ...tagged }));
    await onCreated({ ...planned, id: requiredText(planned, "resource_id") });
  },
  async read(aws, state) {
    const target = await findTarget(aws, scaledOf(state));
    if (target === undefined) return null;
    const tags = await unlessMissing(["ResourceNotFoundException"], () =>
      aws.clients.appautoscaling.listTagsForResource({ ResourceARN: target.ScalableTargetARN }),
    );
    return {
      ...state,
      id: target.ResourceId ?? "",
      arn: target.ScalableTargetARN ?? "",
      max_capacity: target.MaxCapacity ?? 0,
      min_capacity: target.MinCapacity ?? 0,
      resource_id: target.ResourceId ?? "",
      role_arn: target.RoleARN ?? "",
      scalable_dimension: target.ScalableDimension ?? "",
      service_namespace: target.ServiceNamespace ?? "",
      suspended_state: SUSPENDED.flatten(target.SuspendedState),
      tags_all: tags?.Tags ?? {},
    };
  },
  async update(aws, prior, planned, changed) {
    const { removed, added } = changedTags(prior, planned);
    const ResourceARN = requiredText(prior, "arn");
    if (removed.length > 0) await aws.clients.appautoscaling.untagResource({ ResourceARN, TagKeys: removed });
    if (Object.keys(added).length > 0) await aws.clients.appautoscaling.tagResource({ ResourceARN, Tags: added });
    if (["max_capacity", "min_capacity", "role_arn", "suspended_state"].some(changed))
      await aws.clients.appautoscaling.registerScalableTarget(settings(planned));
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.appautoscaling.deregisterScalableTarget(scaledOf(state)));
  },
  async find(aws, planned) {
    return (await findTarget(aws, scaledOf(planned))) === undefined
      ? null
      : { ...planned, id: requiredText(planned, "resource_id") };
  },
};

function settings(planned: ValueObject) {
  const RoleARN = textAt(planned, "role_arn");
  const SuspendedState = SUSPENDED.expand(planned.suspended_state ?? null);
  return {
    ...scaledOf(planned),
    MinCapacity: numberAt(planned, "min_capacity"),
    MaxCapacity: numberAt(planned, "max_capacity"),
    ...(RoleARN === undefined ? {} : { RoleARN }),
    ...(SuspendedState === undefined ? {} : { SuspendedState }),
  };
}

async function findTarget(
  aws: AwsContext,
  { ServiceNamespace, ResourceId, ScalableDimension }: Scaled,
): Promise<ScalableTarget | undefined> {
  const { ScalableTargets } = await aws.clients.appautoscaling.describeScalableTargets({
    ServiceNamespace,
    ResourceIds: [ResourceId],
    ScalableDimension,
  });
  return ScalableTargets?.[0];
}
