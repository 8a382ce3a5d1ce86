import type { Ctx, IamRequest, Operation, ServiceDefinition } from "../../core/service.ts";
import * as policies from "./operations/policies.ts";
import * as scheduled from "./operations/scheduled.ts";
import * as targets from "./operations/targets.ts";
import { listed, type PolicyRecord, type ScheduledRecord, type TargetRecord } from "./store.ts";
import * as tags from "./tags.ts";

/** Application Auto Scaling: the table of operations. */

const reads = (handler: Operation["handler"], missing?: string): Operation => ({
  handler,
  readonly: true,
  ...(missing === undefined ? {} : { missing }),
});
const onArn = (_ctx: Ctx, input: { readonly ResourceARN?: string }): IamRequest => ({ resources: [input.ResourceARN ?? "*"] });

export const service: ServiceDefinition = {
  name: "application-autoscaling",
  operations: {
    RegisterScalableTarget: {
      handler: targets.registerScalableTarget,
      waits: true,
      missing: "everything but DynamoDB's throughput and Lambda's provisioned concurrency; RoleARN is not checked",
    },
    DeregisterScalableTarget: { handler: targets.deregisterScalableTarget, waits: true },
    DescribeScalableTargets: reads(targets.describeScalableTargets, "PredictedCapacity"),
    DescribeScalingActivities: reads(
      targets.describeScalingActivities,
      "activities that did not scale (IncludeNotScaledActivities)",
    ),
    PutScalingPolicy: {
      handler: policies.putScalingPolicy,
      waits: true,
      missing:
        "metric math in customized metrics; Lambda emits no ProvisionedConcurrencyUtilization, so an alarm on it stays without data",
    },
    DeleteScalingPolicy: { handler: policies.deleteScalingPolicy, waits: true },
    DescribeScalingPolicies: reads(policies.describeScalingPolicies),
    PutScheduledAction: { handler: scheduled.putScheduledAction },
    DeleteScheduledAction: { handler: scheduled.deleteScheduledAction },
    DescribeScheduledActions: reads(scheduled.describeScheduledActions),
    ListTagsForResource: { ...reads(tags.listTagsForResource), iam: onArn },
    TagResource: { handler: tags.tagResource, iam: onArn },
    UntagResource: { handler: tags.untagResource, iam: onArn },
  },
  timers: { scheduled: scheduled.onScheduled },
  internal: { alarmed: policies.alarmed },
  inventory: (ctx) => ({
    scalableTargets: namespaces(ctx, "target"),
    scalingPolicies: namespaces(ctx, "policy"),
    scheduledActions: namespaces(ctx, "scheduled"),
  }),
};

/** How many of a kind there are, over the services that can be scaled. */
function namespaces(ctx: Ctx, kind: "target" | "policy" | "scheduled"): number {
  return ["dynamodb", "lambda"].reduce(
    (sum, namespace) => sum + listed<TargetRecord | PolicyRecord | ScheduledRecord>(ctx, kind, namespace).length,
    0,
  );
}
