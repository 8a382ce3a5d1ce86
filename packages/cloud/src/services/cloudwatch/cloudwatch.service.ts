import type { Ctx, IamRequest, ServiceDefinition } from "../../core/service.ts";
import { alarmArn } from "./alarm-describe.ts";
import { onEvaluate } from "./alarm-evaluate.ts";
import { onSilence } from "./alarm-silence.ts";
import { onSuppressionEnd, onUnmute } from "./alarm-transition.ts";
import { muteRuleArn } from "./mute-rules.ts";
import * as alarms from "./operations/alarms.ts";
import * as anomaly from "./operations/anomaly.ts";
import { describeAlarmContributors } from "./operations/contributors.ts";
import * as dashboards from "./operations/dashboards.ts";
import * as metrics from "./operations/metrics.ts";
import * as mute from "./operations/mute-rules.ts";
import * as tags from "./operations/tags.ts";

/** CloudWatch metrics, alarms and dashboards: the table of operations. */

const onAlarm = (ctx: Ctx, input: { readonly AlarmName?: string }): IamRequest => ({
  resources: [alarmArn(ctx, input.AlarmName ?? "*")],
});
const onAlarms = (ctx: Ctx, input: { readonly AlarmNames?: readonly string[] }): IamRequest => ({
  resources: (input.AlarmNames ?? ["*"]).map((name) => alarmArn(ctx, name)),
});
const onDashboard = (ctx: Ctx, input: { readonly DashboardName?: string }): IamRequest => ({
  resources: [dashboards.dashboardArn(ctx, input.DashboardName ?? "*")],
});
const onDashboards = (ctx: Ctx, input: { readonly DashboardNames?: readonly string[] }): IamRequest => ({
  resources: (input.DashboardNames ?? ["*"]).map((name) => dashboards.dashboardArn(ctx, name)),
});
/** The rule, and each alarm that it is to mute. */
const onMuteRule = (
  ctx: Ctx,
  input: {
    readonly Name?: string;
    readonly AlarmMuteRuleName?: string;
    readonly MuteTargets?: { readonly AlarmNames?: readonly string[] };
  },
): IamRequest => ({
  resources: [
    muteRuleArn(ctx, input.Name ?? input.AlarmMuteRuleName ?? "*"),
    ...(input.MuteTargets?.AlarmNames ?? []).map((name) => alarmArn(ctx, name)),
  ],
});
const onArn = (_ctx: Ctx, input: { readonly ResourceARN?: string }): IamRequest => ({ resources: [input.ResourceARN ?? "*"] });
const onNamespace = (_ctx: Ctx, input: { readonly Namespace?: string }): IamRequest => ({
  conditions: { "cloudwatch:namespace": input.Namespace ?? "" },
});

export const service: ServiceDefinition = {
  name: "cloudwatch",
  operations: {
    PutMetricData: { handler: metrics.putMetricData, iam: onNamespace },
    GetMetricData: { handler: metrics.getMetricData, readonly: true, missing: "anomaly bands know no seasons" },
    GetMetricStatistics: { handler: metrics.getMetricStatistics, readonly: true },
    ListMetrics: { handler: metrics.listMetrics, readonly: true },
    PutMetricAlarm: {
      handler: alarms.putMetricAlarm,
      iam: onAlarm,
      missing: "actions other than SNS and Lambda",
    },
    PutCompositeAlarm: { handler: alarms.putCompositeAlarm, iam: onAlarm },
    DescribeAlarmContributors: {
      handler: describeAlarmContributors,
      readonly: true,
      iam: onAlarm,
      missing: "the groups of a Metrics Insights query",
    },
    DescribeAlarms: { handler: alarms.describeAlarms, readonly: true },
    DescribeAlarmsForMetric: { handler: alarms.describeAlarmsForMetric, readonly: true },
    DescribeAlarmHistory: { handler: alarms.describeAlarmHistory, readonly: true, iam: onAlarm },
    SetAlarmState: { handler: alarms.setAlarmState, iam: onAlarm },
    EnableAlarmActions: { handler: alarms.enableAlarmActions, iam: onAlarms },
    DisableAlarmActions: { handler: alarms.disableAlarmActions, iam: onAlarms },
    DeleteAlarms: { handler: alarms.deleteAlarms, iam: onAlarms },
    PutAlarmMuteRule: { handler: mute.putAlarmMuteRule, iam: onMuteRule },
    GetAlarmMuteRule: { handler: mute.getAlarmMuteRule, readonly: true, iam: onMuteRule },
    ListAlarmMuteRules: { handler: mute.listAlarmMuteRules, readonly: true },
    DeleteAlarmMuteRule: { handler: mute.deleteAlarmMuteRule, iam: onMuteRule },
    PutAnomalyDetector: {
      handler: anomaly.putAnomalyDetector,
      missing:
        "the band is a mean of two weeks and its deviation: no seasons, no trend; MetricTimezone and PeriodicSpikes are kept",
    },
    DescribeAnomalyDetectors: { handler: anomaly.describeAnomalyDetectors, readonly: true },
    DeleteAnomalyDetector: { handler: anomaly.deleteAnomalyDetector },
    PutDashboard: { handler: dashboards.putDashboard, iam: onDashboard },
    GetDashboard: { handler: dashboards.getDashboard, readonly: true, iam: onDashboard },
    ListDashboards: { handler: dashboards.listDashboards, readonly: true },
    DeleteDashboards: { handler: dashboards.deleteDashboards, iam: onDashboards },
    TagResource: { handler: tags.tagResource, iam: onArn },
    UntagResource: { handler: tags.untagResource, iam: onArn },
    ListTagsForResource: { handler: tags.listTagsForResource, readonly: true, iam: onArn },
  },
  timers: { evaluate: onEvaluate, silence: onSilence, suppress: onSuppressionEnd, unmute: onUnmute },
  internal: { ingest: metrics.ingest },
  inventory: (ctx) => ({
    alarms: [...ctx.store.keys({ prefix: ["alarm", ctx.account] })].length,
    dashboards: [...ctx.store.keys({ prefix: ["dashboard", ctx.account] })].length,
  }),
};
