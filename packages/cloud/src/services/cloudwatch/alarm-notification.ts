import { alarmArn, type Place } from "./alarm-describe.ts";
import { javaDouble } from "./alarm-state.ts";
import type { AlarmRecord, MetricAlarmRecord } from "./alarm-store.ts";

/**
 * What an alarm tells: the JSON of its SNS notification, the event of its Lambda action and the event on the default bus.
 * Source: CloudWatch user guide, "Alarm events and EventBridge", "Invoke a Lambda function from an alarm", and notifications received. Pure.
 */

const REGION_NAMES: { readonly [region: string]: string } = {
  "us-east-1": "US East (N. Virginia)",
  "us-east-2": "US East (Ohio)",
  "us-west-1": "US West (N. California)",
  "us-west-2": "US West (Oregon)",
  "af-south-1": "Africa (Cape Town)",
  "ap-east-1": "Asia Pacific (Hong Kong)",
  "ap-south-1": "Asia Pacific (Mumbai)",
  "ap-northeast-1": "Asia Pacific (Tokyo)",
  "ap-northeast-2": "Asia Pacific (Seoul)",
  "ap-northeast-3": "Asia Pacific (Osaka)",
  "ap-southeast-1": "Asia Pacific (Singapore)",
  "ap-southeast-2": "Asia Pacific (Sydney)",
  "ca-central-1": "Canada (Central)",
  "eu-central-1": "EU (Frankfurt)",
  "eu-west-1": "EU (Ireland)",
  "eu-west-2": "EU (London)",
  "eu-west-3": "EU (Paris)",
  "eu-north-1": "EU (Stockholm)",
  "eu-south-1": "EU (Milan)",
  "me-south-1": "Middle East (Bahrain)",
  "sa-east-1": "South America (Sao Paulo)",
};

const regionName = (region: string) => REGION_NAMES[region] ?? region;
const plusZero = (ms: number) => new Date(ms).toISOString().replace("Z", "+0000");

/** JSON text whose `{"java": n}` numbers are printed as Java's doubles. */
class JavaNumber {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

function json(value: unknown): string {
  if (value instanceof JavaNumber) return javaDouble(value.value);
  if (Array.isArray(value)) return `[${value.map(json).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  return `{${Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${JSON.stringify(name)}:${json(member)}`)
    .join(",")}}`;
}

export function snsMessage(
  place: Place,
  before: AlarmRecord,
  alarm: AlarmRecord,
): { readonly subject: string; readonly message: string } {
  const subject = `${alarm.state}: "${alarm.name}" in ${regionName(place.region)}`;
  const message = json({
    AlarmName: alarm.name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: place.account,
    AlarmConfigurationUpdatedTimestamp: plusZero(alarm.configuredMs),
    NewStateValue: alarm.state,
    NewStateReason: alarm.reason,
    StateChangeTime: plusZero(alarm.stateMs),
    Region: regionName(place.region),
    AlarmArn: alarmArn(place, alarm.name),
    OldStateValue: before.state,
    OKActions: alarm.okActions,
    AlarmActions: alarm.alarmActions,
    InsufficientDataActions: alarm.insufficientDataActions,
    ...(alarm.kind === "metric"
      ? { Trigger: trigger(alarm) }
      : { AlarmRule: alarm.rule, TriggeringChildren: children(alarm.reasonData) }),
  });
  // SNS takes subjects of at most 100 characters.
  return { subject: subject.length > 100 ? `${subject.slice(0, 97)}...` : subject, message };
}

function children(reasonData: string | undefined): unknown {
  if (reasonData === undefined) return [];
  const data: { triggeringAlarms?: { arn: string; state: { value: string; timestamp: string } }[] } = JSON.parse(reasonData);
  return (data.triggeringAlarms ?? []).map((child) => ({
    Arn: child.arn,
    State: { Value: child.state.value, Timestamp: child.state.timestamp },
  }));
}

const dimensions = (list: readonly { Name?: string | undefined; Value?: string | undefined }[] | undefined) =>
  (list ?? []).map(({ Name, Value }) => ({ value: Value, name: Name }));

const SNS_STATISTICS: { readonly [name: string]: string } = {
  SampleCount: "SAMPLE_COUNT",
  Average: "AVERAGE",
  Sum: "SUM",
  Minimum: "MINIMUM",
  Maximum: "MAXIMUM",
};

function trigger(alarm: MetricAlarmRecord): object {
  const { settings } = alarm;
  const tail = {
    ...(settings.Period === undefined ? {} : { Period: settings.Period }),
    EvaluationPeriods: settings.EvaluationPeriods,
    ...(settings.DatapointsToAlarm === undefined ? {} : { DatapointsToAlarm: settings.DatapointsToAlarm }),
    ComparisonOperator: settings.ComparisonOperator,
    ...(settings.ThresholdMetricId === undefined
      ? { Threshold: new JavaNumber(settings.Threshold ?? 0) }
      : { ThresholdMetricId: settings.ThresholdMetricId }),
    TreatMissingData: settings.TreatMissingData ?? "missing",
    EvaluateLowSampleCountPercentile: settings.EvaluateLowSampleCountPercentile ?? "",
  };
  if (settings.Metrics !== undefined) return { ...tail, Metrics: settings.Metrics.map(queryShape) };
  const stat =
    settings.ExtendedStatistic === undefined
      ? { StatisticType: "Statistic", Statistic: SNS_STATISTICS[settings.Statistic ?? ""] ?? settings.Statistic }
      : { StatisticType: "ExtendedStatistic", ExtendedStatistic: settings.ExtendedStatistic };
  return {
    MetricName: settings.MetricName,
    Namespace: settings.Namespace,
    ...stat,
    Unit: settings.Unit ?? null,
    Dimensions: dimensions(settings.Dimensions),
    ...tail,
  };
}

type Query = NonNullable<MetricAlarmRecord["settings"]["Metrics"]>[number];

function queryShape(query: Query): object {
  const stat = query.MetricStat;
  return {
    Id: query.Id,
    ...(query.Expression === undefined ? {} : { Expression: query.Expression }),
    ...(stat === undefined
      ? {}
      : {
          MetricStat: {
            Metric: {
              Dimensions: dimensions(stat.Metric?.Dimensions),
              MetricName: stat.Metric?.MetricName,
              Namespace: stat.Metric?.Namespace,
            },
            Period: stat.Period,
            Stat: stat.Stat,
          },
        }),
    ...(query.Label === undefined ? {} : { Label: query.Label }),
    ReturnData: query.ReturnData ?? true,
  };
}

const state = (alarm: AlarmRecord) => ({
  value: alarm.state,
  reason: alarm.reason,
  ...(alarm.reasonData === undefined ? {} : { reasonData: alarm.reasonData }),
  timestamp: plusZero(alarm.stateMs),
});

function configuration(alarm: AlarmRecord): object {
  const description = alarm.description === undefined ? {} : { description: alarm.description };
  if (alarm.kind === "composite") return { ...description, alarmRule: alarm.rule };
  return { ...description, metrics: (alarm.settings.Metrics ?? [singleQuery(alarm)]).map(metricShape) };
}

function singleQuery(alarm: MetricAlarmRecord): Query {
  const { settings } = alarm;
  return {
    Id: alarm.name,
    MetricStat: {
      Metric: { Namespace: settings.Namespace, MetricName: settings.MetricName, Dimensions: settings.Dimensions },
      Period: settings.Period,
      Stat: settings.Statistic ?? settings.ExtendedStatistic,
      Unit: settings.Unit,
    },
  };
}

function metricShape(query: Query): object {
  const stat = query.MetricStat;
  return {
    id: query.Id,
    ...(query.Expression === undefined ? {} : { expression: query.Expression }),
    ...(stat === undefined
      ? {}
      : {
          metricStat: {
            metric: {
              namespace: stat.Metric?.Namespace,
              name: stat.Metric?.MetricName,
              dimensions: Object.fromEntries((stat.Metric?.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
            },
            period: stat.Period,
            stat: stat.Stat,
            ...(stat.Unit === undefined ? {} : { unit: stat.Unit }),
          },
        }),
    ...(query.Label === undefined ? {} : { label: query.Label }),
    returnData: query.ReturnData ?? true,
  };
}

/** What a Lambda action gets. */
export function lambdaEvent(place: Place, before: AlarmRecord, alarm: AlarmRecord): object {
  return {
    source: "aws.cloudwatch",
    alarmArn: alarmArn(place, alarm.name),
    accountId: place.account,
    time: plusZero(alarm.stateMs),
    region: place.region,
    alarmData: { alarmName: alarm.name, state: state(alarm), previousState: state(before), configuration: configuration(alarm) },
  };
}

/** Entry for the default bus. */
export function stateChangeEvent(place: Place, before: AlarmRecord, alarm: AlarmRecord) {
  return {
    source: "aws.cloudwatch",
    detailType: "CloudWatch Alarm State Change",
    resources: [alarmArn(place, alarm.name)],
    detail: { alarmName: alarm.name, state: state(alarm), previousState: state(before), configuration: configuration(alarm) },
  };
}
