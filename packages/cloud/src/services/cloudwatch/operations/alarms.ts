import type {
  DeleteAlarmsCommandInput,
  DescribeAlarmHistoryCommandInput,
  DescribeAlarmsCommandInput,
  DescribeAlarmsForMetricCommandInput,
  EnableAlarmActionsCommandInput,
  PutCompositeAlarmCommandInput,
  PutMetricAlarmCommandInput,
  SetAlarmStateCommandInput,
} from "@aws-sdk/client-cloudwatch";
import { parseArn } from "../../../core/arn.ts";
import type { Ctx } from "../../../core/service.ts";
import { refuseMembers } from "../../../core/unsupported.ts";
import { statistic } from "../aggregate.ts";
import { describeCompositeAlarm, describeMetricAlarm } from "../alarm-describe.ts";
import { periodSeconds, statisticName } from "../alarm-evaluate.ts";
import { watchForSilence } from "../alarm-silence.ts";
import { BAND_COMPARISONS } from "../alarm-state.ts";
import {
  type AlarmRecord,
  type CompositeAlarmRecord,
  getAlarm,
  type HistoryRecord,
  keys,
  type MetricAlarmRecord,
  type MetricAlarmSettings,
  putAlarm,
  putHistory,
  removeAlarm,
} from "../alarm-store.ts";
import { actionsOf, reconsider, transition } from "../alarm-transition.ts";
import { queriedName, scheduleEvaluation } from "../alarm-wake.ts";
import { detectorKey, findDetector } from "../anomaly-store.ts";
import { alarmName, parseRule, ruleAlarms } from "../composite-rule.ts";
import { invalidFormat, invalidNextToken, resourceNotFound, validationError } from "../errors.ts";
import { mathNames } from "../math.ts";
import { forgetWatches } from "../memory.ts";
import { metricHash, sortedDimensions } from "../metric-store.ts";
import { parseInsights } from "../metrics-insights.ts";
import { checkAlarmQueries, isInsights } from "../query.ts";

/** Alarms: put, describe, set, delete. */

const ACTIONS_MAX = 5;
const DAY_SECONDS = 86_400;
const INITIAL_REASON = "Unchecked: Initial alarm creation";

type Common = Pick<
  PutMetricAlarmCommandInput & PutCompositeAlarmCommandInput,
  "AlarmName" | "AlarmDescription" | "ActionsEnabled" | "OKActions" | "AlarmActions" | "InsufficientDataActions" | "Tags"
>;

/** What both kinds of alarm have. An existing alarm keeps its state and tags. */
function commonParts(ctx: Ctx, input: Common, existing: AlarmRecord | undefined) {
  checkActions(input);
  const tags = existing?.tags ?? Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""]));
  return {
    name: input.AlarmName ?? "",
    ...(input.AlarmDescription === undefined ? {} : { description: input.AlarmDescription }),
    actionsEnabled: input.ActionsEnabled ?? true,
    okActions: input.OKActions ?? [],
    alarmActions: input.AlarmActions ?? [],
    insufficientDataActions: input.InsufficientDataActions ?? [],
    state: existing?.state ?? ("INSUFFICIENT_DATA" as const),
    reason: existing?.reason ?? INITIAL_REASON,
    ...(existing?.reasonData === undefined ? {} : { reasonData: existing.reasonData }),
    stateMs: existing?.stateMs ?? ctx.now(),
    transitionedMs: existing?.transitionedMs ?? ctx.now(),
    configuredMs: ctx.now(),
    tags,
  };
}

function checkActions(input: Common): void {
  for (const [name, list] of [
    ["OKActions", input.OKActions],
    ["AlarmActions", input.AlarmActions],
    ["InsufficientDataActions", input.InsufficientDataActions],
  ] as const) {
    if ((list ?? []).length > ACTIONS_MAX)
      throw validationError(`The collection ${name} must not have a size greater than ${ACTIONS_MAX}.`);
    for (const action of list ?? []) if (parseArn(action) === undefined) throw validationError(`Invalid arn syntax: ${action}`);
    if (new Set(list).size < (list ?? []).length) throw validationError(`The collection ${name} must not contain duplicates.`);
  }
}

export function putMetricAlarm(ctx: Ctx, input: PutMetricAlarmCommandInput): object {
  refuseMembers("cloudwatch.PutMetricAlarm", input, ["EvaluationCriteria", "EvaluationInterval"]);
  const settings = metricSettings(input);
  const existing = getAlarm(ctx.store, ctx.account, ctx.region, input.AlarmName ?? "");
  if (existing?.kind === "composite")
    throw validationError(`Cannot create a metric alarm named ${existing.name}: a composite alarm has that name.`);
  const alarm: MetricAlarmRecord = {
    kind: "metric",
    ...commonParts(ctx, input, existing),
    settings,
    watches: watchedBy(ctx, settings),
  };
  putAlarm(ctx.store, ctx.account, ctx.region, alarm);
  forgetWatches(ctx);
  configured(ctx, alarm, existing);
  scheduleEvaluation(ctx, alarm.name, periodSeconds(settings));
  watchForSilence(ctx, alarm);
  makeDetector(ctx, input);
  return {};
}

function configured(ctx: Ctx, alarm: AlarmRecord, existing: AlarmRecord | undefined): void {
  putHistory(ctx.store, ctx.account, ctx.region, {
    atMs: ctx.now(),
    alarm: alarm.name,
    alarmType: alarm.kind === "metric" ? "MetricAlarm" : "CompositeAlarm",
    type: "ConfigurationUpdate",
    summary: existing === undefined ? `Alarm "${alarm.name}" created` : `Alarm "${alarm.name}" updated`,
    data: JSON.stringify({ version: "1.0", type: existing === undefined ? "Create" : "Update" }),
  });
}

function metricSettings(input: PutMetricAlarmCommandInput): MetricAlarmSettings {
  const periods = input.EvaluationPeriods ?? 0;
  if (periods < 1) throw validationError("The value for parameter EvaluationPeriods must be greater than 0.");
  if ((input.DatapointsToAlarm ?? 1) > periods)
    throw validationError("The parameter DatapointsToAlarm must be less than or equal to EvaluationPeriods.");
  if (BAND_COMPARISONS[input.ComparisonOperator ?? ""] !== undefined || input.ThresholdMetricId !== undefined) checkBand(input);
  else if (input.Threshold === undefined || !Number.isFinite(input.Threshold))
    throw validationError("The parameter Threshold is required.");
  if (!["missing", "ignore", "breaching", "notBreaching", undefined].includes(input.TreatMissingData))
    throw validationError(
      `Option ${input.TreatMissingData} is not supported. Supported options for TreatMissingData are [breaching, notBreaching, ignore, missing].`,
    );
  if (input.Metrics === undefined) checkSingle(input);
  else checkMath(input);
  const { AlarmName, AlarmDescription, ActionsEnabled, OKActions, AlarmActions, InsufficientDataActions, Tags, ...settings } =
    input;
  const kept: MetricAlarmSettings = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  checkSpan(kept);
  return kept;
}

function checkSingle(input: PutMetricAlarmCommandInput): void {
  if (input.MetricName === undefined || input.Namespace === undefined)
    throw validationError("Exactly one of Metrics or MetricName must be specified");
  if ((input.Statistic === undefined) === (input.ExtendedStatistic === undefined))
    throw validationError("Exactly one of Statistic or ExtendedStatistic must be specified");
  const name = statisticName(input);
  if (statistic(name) === undefined) throw validationError(`The value ${name} for parameter ExtendedStatistic is not supported.`);
  const period = input.Period ?? 0;
  if (period !== 10 && period !== 20 && period !== 30 && (period < 60 || period % 60 !== 0))
    throw validationError("Period must be 10, 20, 30 or a multiple of 60");
}

function checkMath(input: PutMetricAlarmCommandInput): void {
  const single = [input.MetricName, input.Namespace, input.Statistic, input.ExtendedStatistic, input.Period, input.Unit];
  if (single.some((value) => value !== undefined) || (input.Dimensions ?? []).length > 0)
    throw validationError(
      "If Metrics list is supplied, then Namespace, MetricName, Dimensions, Period, Unit, Statistic and ExtendedStatistic must not be set",
    );
  const queries = input.Metrics ?? [];
  checkAlarmQueries(queries);
  if (queries.filter((query) => query.ReturnData !== false && query.Id !== input.ThresholdMetricId).length !== 1)
    throw validationError("Exactly one element of the metrics list should return data.");
}

/** An alarm over an anomaly band: its comparison, and the query that makes the band. */
function checkBand(input: PutMetricAlarmCommandInput): void {
  if (input.Threshold !== undefined)
    throw validationError("Threshold must not be set for alarms based on anomaly detection models.");
  if (BAND_COMPARISONS[input.ComparisonOperator ?? ""] === undefined)
    throw validationError(`ComparisonOperator ${input.ComparisonOperator} is not supported for alarms with ThresholdMetricId.`);
  const band = (input.Metrics ?? []).find((query) => query.Id === input.ThresholdMetricId);
  if (band === undefined || mathNames(band.Expression ?? "")?.functions.includes("ANOMALY_DETECTION_BAND") !== true)
    throw validationError("ThresholdMetricId must be the Id of an ANOMALY_DETECTION_BAND expression in Metrics.");
}

/** CloudWatch makes the model for the metric of an alarm that needs one. */
function makeDetector(ctx: Ctx, { ThresholdMetricId, Metrics }: PutMetricAlarmCommandInput): void {
  if (ThresholdMetricId === undefined) return;
  const band = Metrics?.find((query) => query.Id === ThresholdMetricId);
  const [id] = mathNames(band?.Expression ?? "")?.ids ?? [];
  const stat = Metrics?.find((query) => query.Id === id)?.MetricStat;
  if (stat?.Metric === undefined) return;
  const { Namespace: namespace = "", MetricName: name = "", Dimensions = [] } = stat.Metric;
  const detector = { kind: "single", namespace, name, stat: stat.Stat ?? "", dimensions: sortedDimensions(Dimensions) } as const;
  if (findDetector(ctx.store, ctx, detector) === undefined) ctx.store.put(detectorKey(ctx, detector), detector);
}

function checkSpan(settings: MetricAlarmSettings): void {
  const period = periodSeconds(settings);
  const span = period * (settings.EvaluationPeriods ?? 1);
  if (period < 3600 && span > DAY_SECONDS)
    throw validationError("Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).");
  if (span > 7 * DAY_SECONDS)
    throw validationError("Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= 604800).");
}

function watchedBy(ctx: Ctx, settings: MetricAlarmSettings): string[] {
  const { account, region } = ctx;
  if (settings.Metrics === undefined)
    return [
      metricHash({
        account,
        region,
        namespace: settings.Namespace ?? "",
        name: settings.MetricName ?? "",
        dimensions: settings.Dimensions ?? [],
      }),
    ];
  const query = settings.Metrics.find(({ Expression }) => isInsights(Expression ?? ""));
  const found = query === undefined ? undefined : parseInsights(query.Expression ?? "");
  if (found !== undefined && typeof found !== "string")
    return [queriedName({ account, region, namespace: found.namespace, name: found.metric })];
  return settings.Metrics.map((each) => each.MetricStat?.Metric)
    .filter((metric) => metric !== undefined)
    .map((metric) =>
      metricHash({
        account,
        region,
        namespace: metric.Namespace ?? "",
        name: metric.MetricName ?? "",
        dimensions: metric.Dimensions ?? [],
      }),
    );
}

export function putCompositeAlarm(ctx: Ctx, input: PutCompositeAlarmCommandInput): object {
  const name = input.AlarmName ?? "";
  const rule = parseRule(input.AlarmRule ?? "");
  if (rule === undefined) throw validationError("AlarmRule is not valid: it must be a logical expression of alarm states.");
  const children = ruleAlarms(rule);
  const suppressor = input.ActionsSuppressor === undefined ? undefined : alarmName(input.ActionsSuppressor);
  const missing = [...children, ...(suppressor === undefined ? [] : [suppressor])].filter(
    (child) => child !== name && getAlarm(ctx.store, ctx.account, ctx.region, child) === undefined,
  );
  if (missing.length > 0)
    throw validationError(`Could not save the composite alarm as alarms [${missing.join(", ")}] in the alarm rule do not exist`);
  if (children.includes(name) || children.some((child) => leadsTo(ctx, child, name, 0)))
    throw validationError("Could not save the composite alarm as it would create a cycle.");
  if (
    suppressor !== undefined &&
    (input.ActionsSuppressorWaitPeriod === undefined || input.ActionsSuppressorExtensionPeriod === undefined)
  )
    throw validationError(
      "ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod are required with ActionsSuppressor.",
    );
  const existing = getAlarm(ctx.store, ctx.account, ctx.region, name);
  if (existing?.kind === "metric")
    throw validationError(`Cannot create a composite alarm named ${name}: a metric alarm has that name.`);
  const alarm: CompositeAlarmRecord = {
    kind: "composite",
    ...commonParts(ctx, input, existing),
    rule: input.AlarmRule ?? "",
    children,
    ...(suppressor === undefined
      ? {}
      : {
          suppressor: {
            alarm: suppressor,
            waitSeconds: input.ActionsSuppressorWaitPeriod ?? 0,
            extensionSeconds: input.ActionsSuppressorExtensionPeriod ?? 0,
          },
        }),
  };
  putAlarm(ctx.store, ctx.account, ctx.region, alarm);
  configured(ctx, alarm, existing);
  reconsider(ctx, ctx.store, alarm, undefined);
  return {};
}

const DEPTH_MAX = 50;

function leadsTo(ctx: Ctx, from: string, to: string, depth: number): boolean {
  const alarm = getAlarm(ctx.store, ctx.account, ctx.region, from);
  if (alarm?.kind !== "composite" || depth > DEPTH_MAX) return false;
  return alarm.children.includes(to) || alarm.children.some((child) => leadsTo(ctx, child, to, depth + 1));
}

export function describeAlarms(ctx: Ctx, input: DescribeAlarmsCommandInput) {
  if (input.AlarmNames !== undefined && input.AlarmNamePrefix !== undefined)
    throw validationError("AlarmNamePrefix and AlarmNames are mutually exclusive");
  const types: readonly string[] =
    input.AlarmTypes ?? (input.AlarmNames === undefined ? ["MetricAlarm"] : ["MetricAlarm", "CompositeAlarm"]);
  const limit = input.MaxRecords ?? 50;
  const found: AlarmRecord[] = [];
  let next: string | undefined;
  for (const alarm of candidates(ctx, input)) {
    if (!types.includes(alarm.kind === "metric" ? "MetricAlarm" : "CompositeAlarm") && !related(input)) continue;
    if (input.StateValue !== undefined && alarm.state !== input.StateValue) continue;
    if (input.ActionPrefix !== undefined && !allActions(alarm).some((action) => action.startsWith(input.ActionPrefix ?? "")))
      continue;
    if (found.length === limit) {
      next = Buffer.from(alarm.name).toString("base64url");
      break;
    }
    found.push(alarm);
  }
  return {
    MetricAlarms: found.filter((alarm) => alarm.kind === "metric").map((alarm) => describeMetricAlarm(ctx, alarm)),
    CompositeAlarms: found.filter((alarm) => alarm.kind === "composite").map((alarm) => describeCompositeAlarm(ctx, alarm)),
    ...(next === undefined ? {} : { NextToken: next }),
  };
}

const related = (input: DescribeAlarmsCommandInput) =>
  input.ChildrenOfAlarmName !== undefined || input.ParentsOfAlarmName !== undefined;
const allActions = (alarm: AlarmRecord) => [
  ...actionsOf(alarm, "OK"),
  ...actionsOf(alarm, "ALARM"),
  ...actionsOf(alarm, "INSUFFICIENT_DATA"),
];

function* candidates(ctx: Ctx, input: DescribeAlarmsCommandInput): Iterable<AlarmRecord> {
  const named = namesAsked(ctx, input);
  if (named !== undefined) {
    for (const name of named) {
      const alarm = getAlarm(ctx.store, ctx.account, ctx.region, name);
      if (alarm !== undefined) yield alarm;
    }
    return;
  }
  const prefix = keys.alarms(ctx.account, ctx.region);
  const start =
    input.NextToken === undefined ? {} : { start: [...prefix, Buffer.from(input.NextToken, "base64url").toString("utf8")] };
  for (const { value } of ctx.store.range<AlarmRecord>({ prefix, ...start }))
    if (value.name.startsWith(input.AlarmNamePrefix ?? "")) yield value;
}

function namesAsked(ctx: Ctx, input: DescribeAlarmsCommandInput): readonly string[] | undefined {
  if (input.AlarmNames !== undefined && input.AlarmNames.length > 0) return input.AlarmNames.map(alarmName);
  if (input.ChildrenOfAlarmName !== undefined) {
    const parent = getAlarm(ctx.store, ctx.account, ctx.region, alarmName(input.ChildrenOfAlarmName));
    return parent?.kind === "composite" ? parent.children : [];
  }
  if (input.ParentsOfAlarmName === undefined) return undefined;
  return [...ctx.store.keys({ prefix: ["parent", ctx.account, ctx.region, alarmName(input.ParentsOfAlarmName)] })].map((key) =>
    String(key[4]),
  );
}

export function describeAlarmsForMetric(ctx: Ctx, input: DescribeAlarmsForMetricCommandInput) {
  const hash = metricHash({
    account: ctx.account,
    region: ctx.region,
    namespace: input.Namespace ?? "",
    name: input.MetricName ?? "",
    dimensions: input.Dimensions ?? [],
  });
  const names = [...ctx.store.keys({ prefix: ["watch", hash] })].map((key) => String(key[2]));
  const alarms = names
    .map((name) => getAlarm(ctx.store, ctx.account, ctx.region, name))
    .filter((alarm) => alarm?.kind === "metric");
  const same = (asked: string | number | undefined, has: string | number | undefined) => asked === undefined || asked === has;
  const matching = alarms.filter(
    ({ settings }) =>
      settings.Metrics === undefined &&
      same(input.Statistic, settings.Statistic) &&
      same(input.ExtendedStatistic, settings.ExtendedStatistic) &&
      same(input.Period, settings.Period) &&
      same(input.Unit, settings.Unit),
  );
  return { MetricAlarms: matching.map((alarm) => describeMetricAlarm(ctx, alarm)) };
}

export function setAlarmState(ctx: Ctx, input: SetAlarmStateCommandInput): object {
  const alarm = getAlarm(ctx.store, ctx.account, ctx.region, input.AlarmName ?? "");
  if (alarm === undefined) throw resourceNotFound("Resource not found");
  if (input.StateReasonData !== undefined && !isJson(input.StateReasonData))
    throw invalidFormat("StateReasonData is not valid JSON.");
  transition(ctx, ctx.store, alarm, input.StateValue ?? "OK", input.StateReason ?? "", input.StateReasonData);
  // The next evaluation puts a metric alarm right again, as on AWS.
  if (alarm.kind === "metric") scheduleEvaluation(ctx, alarm.name, periodSeconds(alarm.settings));
  return {};
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function setActions(enabled: boolean) {
  return (ctx: Ctx, input: EnableAlarmActionsCommandInput): object => {
    for (const name of input.AlarmNames ?? []) {
      const alarm = getAlarm(ctx.store, ctx.account, ctx.region, name);
      if (alarm !== undefined)
        putAlarm(ctx.store, ctx.account, ctx.region, { ...alarm, actionsEnabled: enabled, configuredMs: ctx.now() });
    }
    return {};
  };
}

export const enableAlarmActions = setActions(true);
export const disableAlarmActions = setActions(false);

export function deleteAlarms(ctx: Ctx, input: DeleteAlarmsCommandInput): object {
  const alarms = (input.AlarmNames ?? [])
    .map((name) => getAlarm(ctx.store, ctx.account, ctx.region, alarmName(name)))
    .filter((alarm) => alarm !== undefined);
  if (alarms.filter((alarm) => alarm.kind === "composite").length > 1)
    throw validationError("DeleteAlarms can delete at most one composite alarm.");
  for (const alarm of alarms) {
    removeAlarm(ctx.store, ctx.account, ctx.region, alarm);
    forgetWatches(ctx);
    ctx.unschedule("evaluate", alarm.name);
  }
  return {};
}

export function describeAlarmHistory(ctx: Ctx, input: DescribeAlarmHistoryCommandInput) {
  const prefix = ["history", ctx.account, ctx.region, ...(input.AlarmName === undefined ? [] : [input.AlarmName])];
  const types: readonly string[] = input.AlarmTypes ?? ["MetricAlarm"];
  const all = [...ctx.store.range<HistoryRecord>({ prefix })]
    .map(({ value }) => value)
    .filter((item) => input.AlarmName !== undefined || types.includes(item.alarmType))
    .filter((item) => input.HistoryItemType === undefined || item.type === input.HistoryItemType)
    .filter(
      (item) =>
        item.atMs >= (input.StartDate?.getTime() ?? 0) && item.atMs <= (input.EndDate?.getTime() ?? Number.MAX_SAFE_INTEGER),
    );
  const direction = input.ScanBy === "TimestampAscending" ? 1 : -1;
  const ordered = all
    .map((item, index) => ({ item, index }))
    .sort((a, b) => direction * (a.item.atMs - b.item.atMs || a.index - b.index));
  const from = input.NextToken === undefined ? 0 : Number(input.NextToken);
  if (!Number.isInteger(from) || from < 0) throw invalidNextToken("The specified next token is invalid.");
  const end = from + (input.MaxRecords ?? 100);
  return {
    AlarmHistoryItems: ordered.slice(from, end).map(({ item }) => ({
      AlarmName: item.alarm,
      AlarmType: item.alarmType,
      Timestamp: new Date(item.atMs),
      HistoryItemType: item.type,
      HistorySummary: item.summary,
      HistoryData: item.data,
    })),
    ...(end < ordered.length ? { NextToken: String(end) } : {}),
  };
}
