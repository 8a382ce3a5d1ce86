import type {
  CustomizedMetricSpecification,
  TargetTrackingScalingPolicyConfiguration,
} from "@aws-sdk/client-application-auto-scaling";
import { randomUuid } from "@dovetail/model";
import { arn } from "../../core/arn.ts";
import type { Ctx } from "../../core/service.ts";
import { type MetricOf, type Scalable, scalable } from "./resources.ts";
import { invalid, type PolicyRecord } from "./store.ts";

/**
 * Target tracking: the CloudWatch alarms that a policy makes, and the capacity at which its metric would be at its target.
 * User guide, "Target tracking scaling policies for Application Auto Scaling"; the alarms of DynamoDB as the console of DynamoDB shows them:
 * two minutes over the target, fifteen under twenty points less, and two that tell when the provisioned capacity was changed by others.
 */

const MINUTE_MS = 60_000;
const HIGH_MINUTES = 2;
const LOW_MINUTES = 15;
/** How much of a minute's sum is a capacity unit: units are per second. */
const SECONDS = 60;
const POINTS_BELOW = 20;

interface Watched extends Pick<MetricOf, "Namespace" | "MetricName" | "provisioned"> {
  readonly Statistic: string;
  readonly Dimensions: readonly { readonly Name?: string | undefined; readonly Value?: string | undefined }[];
}

/** Throws ValidationException where the policy names no metric, or one of another service. */
export function watched(tracking: TargetTrackingScalingPolicyConfiguration, what: Scalable): Watched {
  const { PredefinedMetricSpecification: ready, CustomizedMetricSpecification: own } = tracking;
  if ((ready === undefined) === (own === undefined))
    throw invalid("Exactly one of PredefinedMetricSpecification or CustomizedMetricSpecification must be specified");
  if (own !== undefined) return customized(own);
  const metric = what.predefined[ready?.PredefinedMetricType ?? ""];
  if (metric === undefined)
    throw invalid(`Predefined metric type ${ready?.PredefinedMetricType} is not supported for the scalable dimension`);
  if (metric.provisioned !== undefined && !((tracking.TargetValue ?? 0) >= 20 && (tracking.TargetValue ?? 0) <= 90))
    throw invalid("Target value must be between 20.0 and 90.0");
  return { ...metric, Dimensions: what.dimensions };
}

function customized({ Namespace, MetricName, Statistic, Dimensions = [], Metrics }: CustomizedMetricSpecification): Watched {
  if (Metrics !== undefined || Namespace === undefined || MetricName === undefined || Statistic === undefined)
    throw invalid("MetricName, Namespace and Statistic must be specified; metric math is not emulated by this cloud");
  return { Namespace, MetricName, Statistic, Dimensions };
}

const shareOf = (tracking: TargetTrackingScalingPolicyConfiguration) => (tracking.TargetValue ?? 0) / 100;

/** What an alarm of a policy compares, by the end of its name. */
function alarmsAt(policy: PolicyRecord, metric: Watched, capacity: number) {
  const target = policy.tracking.TargetValue ?? 0;
  const isShare = metric.provisioned !== undefined;
  const high = isShare ? capacity * shareOf(policy.tracking) * SECONDS : target;
  const low = isShare ? capacity * ((target - POINTS_BELOW) / 100) * SECONDS : target * 0.9;
  const over = {
    MetricName: metric.MetricName,
    Statistic: metric.Statistic,
    Period: SECONDS,
    ComparisonOperator: "GreaterThanThreshold",
  };
  const provisioned = {
    MetricName: metric.provisioned,
    Statistic: "Average",
    Period: 300,
    EvaluationPeriods: 3,
    Threshold: capacity,
  };
  return {
    AlarmHigh: { ...over, EvaluationPeriods: isShare ? HIGH_MINUTES : 3, Threshold: high },
    AlarmLow: { ...over, EvaluationPeriods: LOW_MINUTES, Threshold: low, ComparisonOperator: "LessThanThreshold" },
    ...(isShare
      ? {
          ProvisionedCapacityHigh: { ...provisioned, ComparisonOperator: "GreaterThanThreshold" },
          ProvisionedCapacityLow: { ...provisioned, ComparisonOperator: "LessThanThreshold" },
        }
      : {}),
  };
}

/** Makes the alarms of a policy, or moves their thresholds to another capacity. Answers the alarms' names and ARNs. */
export async function putAlarms(ctx: Ctx, policy: PolicyRecord, capacity: number): Promise<PolicyRecord["alarms"]> {
  const metric = watched(policy.tracking, scalable(ctx, policy));
  const alarms: PolicyRecord["alarms"][number][] = [];
  for (const [end, comparison] of Object.entries(alarmsAt(policy, metric, capacity))) {
    if (end === "AlarmLow" && policy.tracking.DisableScaleIn === true) continue;
    const known = policy.alarms.find(({ AlarmName }) => AlarmName.includes(`-${end}-`));
    const AlarmName = known?.AlarmName ?? `TargetTracking-${policy.ResourceId}-${end}-${randomUuid(ctx.random)}`;
    await ctx.call("cloudwatch", "PutMetricAlarm", {
      AlarmName,
      AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policy.arn}.`,
      ActionsEnabled: true,
      AlarmActions: [policy.arn],
      Namespace: metric.Namespace,
      Dimensions: metric.Dimensions,
      ...comparison,
    });
    alarms.push({ AlarmName, AlarmARN: arn("cloudwatch", ctx.region, ctx.account, `alarm:${AlarmName}`) });
  }
  return alarms;
}

export async function removeAlarms(ctx: Ctx, policy: PolicyRecord): Promise<void> {
  if (policy.alarms.length > 0)
    await ctx.call("cloudwatch", "DeleteAlarms", { AlarmNames: policy.alarms.map(({ AlarmName }) => AlarmName) });
}

/** The capacity at which the metric would be at its target; undefined where there is no data. */
export async function capacityOf(ctx: Ctx, policy: PolicyRecord, what: Scalable, from: number): Promise<number | undefined> {
  const metric = watched(policy.tracking, what);
  const { Datapoints = [] } = await ctx.call<{ readonly Datapoints?: readonly Record<string, unknown>[] }>(
    "cloudwatch",
    "GetMetricStatistics",
    {
      Namespace: metric.Namespace,
      MetricName: metric.MetricName,
      Dimensions: metric.Dimensions,
      StartTime: new Date(ctx.now() - LOW_MINUTES * MINUTE_MS),
      EndTime: new Date(ctx.now() + MINUTE_MS),
      Period: SECONDS,
      Statistics: [metric.Statistic],
    },
  );
  const values = Datapoints.map((point) => Number(point[metric.Statistic]));
  if (values.length === 0) return undefined;
  const most = Math.max(...values);
  return metric.provisioned === undefined
    ? Math.ceil((from * most) / (policy.tracking.TargetValue ?? 1))
    : Math.max(1, Math.ceil(most / SECONDS / shareOf(policy.tracking)));
}
