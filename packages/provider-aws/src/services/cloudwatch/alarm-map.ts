/** The attribute map of a metric alarm. */
import type { Dimension, Metric, MetricDataQuery, MetricStat, PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import { isList, isObject } from "@dovetail/model";
import { blocks, type Codec, flag, nonZero, rowsOf, stringsOf, text, texts, whole } from "../attribute-map.ts";

const dimensions: Codec<Dimension[]> = {
  expand: (value) =>
    isObject(value) && Object.keys(value).length > 0
      ? Object.entries(stringsOf(value)).map(([Name, Value]) => ({ Name, Value }))
      : undefined,
  flatten: (member) => Object.fromEntries((member ?? []).map((dimension) => [dimension.Name ?? "", dimension.Value ?? ""])),
};

/** A block `metric` of a query: the API keeps its name apart from its statistic. */
const metricStat: Codec<MetricStat> = {
  expand: (value) => {
    const [item] = isList(value) ? value : [];
    if (!isObject(item)) return undefined;
    const { metric_name, namespace, period, stat, unit } = item;
    const Dimensions = dimensions.expand(item.dimensions ?? null);
    const metric: Metric = {
      MetricName: String(metric_name),
      ...(typeof namespace === "string" && namespace !== "" ? { Namespace: namespace } : {}),
      ...(Dimensions ? { Dimensions } : {}),
    };
    const Unit = text<NonNullable<MetricStat["Unit"]>>().expand(unit ?? null);
    return { Metric: metric, Period: Number(period), Stat: String(stat), ...(Unit ? { Unit } : {}) };
  },
  flatten: (member) =>
    member === undefined
      ? []
      : [
          {
            metric_name: member.Metric?.MetricName ?? "",
            namespace: member.Metric?.Namespace ?? "",
            dimensions: dimensions.flatten(member.Metric?.Dimensions),
            period: member.Period ?? 0,
            stat: member.Stat ?? "",
            unit: member.Unit ?? "",
          },
        ],
};

/** Left null where the API has none (internal/service/cloudwatch/metric_alarm.go, flattenMetricAlarmMetrics). */
const queryPeriod: Codec<number> = { expand: nonZero().expand, flatten: (member) => member ?? null };

const query = rowsOf<MetricDataQuery>();
const QUERY = [
  query("account_id", "AccountId", text()),
  query("expression", "Expression", text()),
  query("id", "Id", text()),
  query("label", "Label", text()),
  query("metric", "MetricStat", metricStat),
  query("period", "Period", queryPeriod),
  query("return_data", "ReturnData", flag()),
];

const row = rowsOf<PutMetricAlarmCommandInput>();

export const ALARM = [
  row("actions_enabled", "ActionsEnabled", flag()),
  row("alarm_actions", "AlarmActions", texts()),
  row("alarm_description", "AlarmDescription", text()),
  row("alarm_name", "AlarmName", text()),
  row("comparison_operator", "ComparisonOperator", text()),
  row("datapoints_to_alarm", "DatapointsToAlarm", nonZero()),
  row("dimensions", "Dimensions", dimensions),
  row("evaluate_low_sample_count_percentiles", "EvaluateLowSampleCountPercentile", text()),
  row("evaluation_periods", "EvaluationPeriods", nonZero()),
  row("extended_statistic", "ExtendedStatistic", text()),
  row("insufficient_data_actions", "InsufficientDataActions", texts()),
  row("metric_name", "MetricName", text()),
  row("metric_query", "Metrics", blocks(QUERY)),
  row("namespace", "Namespace", text()),
  row("ok_actions", "OKActions", texts()),
  row("period", "Period", nonZero()),
  row("statistic", "Statistic", text()),
  row("threshold", "Threshold", whole()),
  row("threshold_metric_id", "ThresholdMetricId", text()),
  row("treat_missing_data", "TreatMissingData", text()),
  row("unit", "Unit", text()),
];
