import type {
  CustomizedMetricSpecification,
  MetricDimension,
  PredefinedMetricSpecification,
  ScalingPolicy,
  StepAdjustment,
  StepScalingPolicyConfiguration,
  TargetTrackingMetric,
  TargetTrackingMetricDataQuery,
  TargetTrackingMetricDimension,
  TargetTrackingMetricStat,
  TargetTrackingScalingPolicyConfiguration,
} from "@aws-sdk/client-application-auto-scaling";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, RetryRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { block, blocks, type Codec, enumAt, expand, flag, flatten, requiredText, rowsOf, text, whole } from "../attribute-map.ts";
import { conflicts, runChecks } from "../checks.ts";
import { importScaled, MISSING, type Scaled, scaledOf } from "./scaled.ts";

/** A bound that config writes as text, for none is another thing than 0. */
const bound: Codec<number> = {
  expand: (value) => (typeof value === "string" && value !== "" ? Number(value) : undefined),
  flatten: (member) => (member === undefined ? "" : String(member)),
};

const step = rowsOf<StepScalingPolicyConfiguration>();
const adjustment = rowsOf<StepAdjustment>();
const STEP = block([
  step("adjustment_type", "AdjustmentType", text()),
  step("cooldown", "Cooldown", whole()),
  step("metric_aggregation_type", "MetricAggregationType", text()),
  step("min_adjustment_magnitude", "MinAdjustmentMagnitude", whole()),
  step(
    "step_adjustment",
    "StepAdjustments",
    blocks([
      adjustment("metric_interval_lower_bound", "MetricIntervalLowerBound", bound),
      adjustment("metric_interval_upper_bound", "MetricIntervalUpperBound", bound),
      adjustment("scaling_adjustment", "ScalingAdjustment", whole()),
    ]),
  ),
]);

const own = rowsOf<CustomizedMetricSpecification>();
const dimension = rowsOf<MetricDimension>();
const query = rowsOf<TargetTrackingMetricDataQuery>();
const stat = rowsOf<TargetTrackingMetricStat>();
const metric = rowsOf<TargetTrackingMetric>();
const queryDimension = rowsOf<TargetTrackingMetricDimension>();
const ready = rowsOf<PredefinedMetricSpecification>();
const tracking = rowsOf<TargetTrackingScalingPolicyConfiguration>();

const CUSTOMIZED = block([
  own("dimensions", "Dimensions", blocks([dimension("name", "Name", text()), dimension("value", "Value", text())])),
  own("metric_name", "MetricName", text()),
  own(
    "metrics",
    "Metrics",
    blocks([
      query("expression", "Expression", text()),
      query("id", "Id", text()),
      query("label", "Label", text()),
      query(
        "metric_stat",
        "MetricStat",
        block([
          stat(
            "metric",
            "Metric",
            block([
              metric(
                "dimensions",
                "Dimensions",
                blocks([queryDimension("name", "Name", text()), queryDimension("value", "Value", text())]),
              ),
              metric("metric_name", "MetricName", text()),
              metric("namespace", "Namespace", text()),
            ]),
          ),
          stat("stat", "Stat", text()),
          stat("unit", "Unit", text()),
        ]),
      ),
      query("return_data", "ReturnData", flag()),
    ]),
  ),
  own("namespace", "Namespace", text()),
  own("statistic", "Statistic", text()),
  own("unit", "Unit", text()),
]);

const TRACKING = block([
  tracking("customized_metric_specification", "CustomizedMetricSpecification", CUSTOMIZED),
  tracking("disable_scale_in", "DisableScaleIn", flag()),
  tracking(
    "predefined_metric_specification",
    "PredefinedMetricSpecification",
    block([ready("predefined_metric_type", "PredefinedMetricType", text()), ready("resource_label", "ResourceLabel", text())]),
  ),
  tracking("scale_in_cooldown", "ScaleInCooldown", whole()),
  tracking("scale_out_cooldown", "ScaleOutCooldown", whole()),
  tracking("target_value", "TargetValue", whole()),
]);

const policy = rowsOf<ScalingPolicy>();
const CONFIGURATIONS = [
  policy("step_scaling_policy_configuration", "StepScalingPolicyConfiguration", STEP),
  policy("target_tracking_scaling_policy_configuration", "TargetTrackingScalingPolicyConfiguration", TRACKING),
];

const METRICS = ["customized", "predefined"].map(
  (kind) => `target_tracking_scaling_policy_configuration.0.${kind}_metric_specification`,
);
const CHECKS = METRICS.map((metric) =>
  conflicts(
    metric,
    METRICS.filter((other) => other !== metric),
  ),
);

const NEW_TARGET: RetryRow = {
  codes: ["ObjectNotFoundException", "FailedResourceAccessException"],
  message: /^(?!.*No scaling policy)/,
  timeoutMs: 120_000,
  why: "a target registered just before is not everywhere yet",
  source: "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html",
};

/** aws_appautoscaling_policy. Its id is its name. */
export const resource: NativeResource = {
  type: "aws_appautoscaling_policy",
  noun: "Application Auto Scaling Scaling Policy",
  forceNew: ["name", "resource_id", "scalable_dimension", "service_namespace"],
  defaults: { policy_type: "StepScaling", "target_tracking_scaling_policy_configuration.disable_scale_in": false },
  unsupported: {
    predictive_scaling_policy_configuration: "predictive scaling is for ECS services, which the native provider does not have",
  },
  validate: (config) => runChecks(CHECKS, config),
  importId: (id) => importScaled(id, true),
  async create(aws, planned, onCreated) {
    await aws.retry(NEW_TARGET, () => aws.clients.appautoscaling.putScalingPolicy(settings(planned)));
    await onCreated({ ...planned, id: requiredText(planned, "name") });
  },
  async read(aws, state) {
    const found = await findPolicy(aws, scaledOf(state), requiredText(state, "name"));
    if (found === undefined) return null;
    return {
      ...state,
      ...flatten(CONFIGURATIONS, found),
      id: found.PolicyName ?? "",
      alarm_arns: (found.Alarms ?? []).map(({ AlarmARN }) => AlarmARN ?? ""),
      arn: found.PolicyARN ?? "",
      name: found.PolicyName ?? "",
      policy_type: found.PolicyType ?? "",
      resource_id: found.ResourceId ?? "",
      scalable_dimension: found.ScalableDimension ?? "",
      service_namespace: found.ServiceNamespace ?? "",
    };
  },
  async update(aws, _prior, planned) {
    await aws.retry(NEW_TARGET, () => aws.clients.appautoscaling.putScalingPolicy(settings(planned)));
  },
  async delete(aws, state) {
    const name = requiredText(state, "name");
    await unlessMissing(MISSING, () => aws.clients.appautoscaling.deleteScalingPolicy({ ...scaledOf(state), PolicyName: name }));
  },
  async find(aws, planned) {
    const name = requiredText(planned, "name");
    return (await findPolicy(aws, scaledOf(planned), name)) === undefined ? null : { ...planned, id: name };
  },
};

function settings(planned: ValueObject) {
  return {
    ...scaledOf(planned),
    ...expand<Pick<ScalingPolicy, "StepScalingPolicyConfiguration" | "TargetTrackingScalingPolicyConfiguration">>(
      CONFIGURATIONS,
      planned,
    ),
    PolicyName: requiredText(planned, "name"),
    PolicyType: enumAt<NonNullable<ScalingPolicy["PolicyType"]>>(planned, "policy_type"),
  };
}

async function findPolicy(aws: AwsContext, scaled: Scaled, name: string): Promise<ScalingPolicy | undefined> {
  const { ScalingPolicies } = await aws.clients.appautoscaling.describeScalingPolicies({ ...scaled, PolicyNames: [name] });
  return ScalingPolicies?.[0];
}
