import type { MetricAlarm, PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import type { MutableValueObject, ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { blockAt, expand, flatten, isTrue, numberAt, requiredText, textAt } from "../attribute-map.ts";
import { alarmDiagnostics, combinationErrors } from "./alarm-checks.ts";
import { ALARM } from "./alarm-map.ts";
import { alarmTags, deleteAlarm, findMetricAlarm, tagsToCreate, updateAlarmTags } from "./find.ts";

/** aws_cloudwatch_metric_alarm. Its id is its name. */
export const resource: NativeResource = {
  type: "aws_cloudwatch_metric_alarm",
  noun: "CloudWatch Metric Alarm",
  defaults: {
    actions_enabled: true,
    "metric_query.return_data": false,
    treat_missing_data: "missing",
    "warm_up_configuration.only_start_evaluating_after_warm_up_period_ends": false,
  },
  forceNew: ["alarm_name"],
  tagged: true,
  validate: alarmDiagnostics,
  checkPlan: combinationErrors,
  async create(aws, planned, onCreated) {
    const name = requiredText(planned, "alarm_name");
    await aws.clients.cloudwatch.putMetricAlarm({ ...toApi(planned), ...tagsToCreate(planned) });
    await onCreated({ id: name });
  },
  async read(aws, state) {
    const alarm = await findMetricAlarm(aws, requiredText(state, "id"));
    return alarm === undefined
      ? null
      : { ...state, ...toState(aws, alarm), tags_all: await alarmTags(aws, alarm.AlarmArn ?? "") };
  },
  async update(aws, prior, planned, changed) {
    if (Object.keys(planned).some((name) => name !== "tags" && name !== "tags_all" && changed(name))) {
      await aws.clients.cloudwatch.putMetricAlarm(toApi(planned));
    }
    await updateAlarmTags(aws, prior, planned);
  },
  delete: (aws, state) => deleteAlarm(aws, requiredText(state, "id")),
  async find(aws, planned) {
    const name = requiredText(planned, "alarm_name");
    return (await findMetricAlarm(aws, name)) === undefined ? null : { id: name };
  },
  upgrades: { 0: (state) => state },
};

function toApi(planned: ValueObject): PutMetricAlarmCommandInput {
  const { Threshold, ...input } = expand(ALARM, planned);
  const criteria = blockAt(blockAt(planned, "evaluation_criteria") ?? {}, "promql_criteria");
  const warmUp = blockAt(planned, "warm_up_configuration");
  const interval = numberAt(planned, "evaluation_interval");
  return {
    ...input,
    ...(textAt(planned, "threshold_metric_id") === undefined && criteria === undefined ? { Threshold } : {}),
    ...(criteria ? { EvaluationCriteria: { PromQLCriteria: promql(criteria) } } : {}),
    ...(interval ? { EvaluationInterval: interval } : {}),
    ...(warmUp
      ? {
          WarmUpConfiguration: {
            WarmUpPeriodDurationInMinutes: numberAt(warmUp, "warm_up_period_duration_in_minutes"),
            OnlyStartEvaluatingAfterWarmUpPeriodEnds: isTrue(warmUp, "only_start_evaluating_after_warm_up_period_ends"),
          },
        }
      : {}),
  };
}

function promql(criteria: ValueObject) {
  const pending = numberAt(criteria, "pending_period");
  const recovery = numberAt(criteria, "recovery_period");
  return {
    Query: requiredText(criteria, "query"),
    ...(pending === undefined ? {} : { PendingPeriod: pending }),
    ...(recovery === undefined ? {} : { RecoveryPeriod: recovery }),
  };
}

function toState(aws: AwsContext, alarm: MetricAlarm): ValueObject {
  const values: MutableValueObject = { ...flatten(ALARM, alarm as Partial<PutMetricAlarmCommandInput>) };
  values.id = alarm.AlarmName ?? "";
  values.arn = alarm.AlarmArn ?? "";
  if (aws.edition === "5.100.0") return values;
  const criteria = alarm.EvaluationCriteria?.PromQLCriteria;
  const warmUp = alarm.WarmUpConfiguration;
  values.evaluation_interval = alarm.EvaluationInterval ?? 0;
  values.evaluation_criteria = criteria
    ? [
        {
          promql_criteria: [
            {
              query: criteria.Query ?? "",
              pending_period: criteria.PendingPeriod ?? 0,
              recovery_period: criteria.RecoveryPeriod ?? 0,
            },
          ],
        },
      ]
    : [];
  values.warm_up_configuration = warmUp
    ? [
        {
          warm_up_period_duration_in_minutes: warmUp.WarmUpPeriodDurationInMinutes ?? 0,
          only_start_evaluating_after_warm_up_period_ends: warmUp.OnlyStartEvaluatingAfterWarmUpPeriodEnds ?? false,
        },
      ]
    : [];
  return values;
}
