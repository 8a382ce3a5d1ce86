/** What is wrong with a metric alarm before CloudWatch is asked. */
import { type Diagnostic, errorDiagnostic, isObject, UNKNOWN, type ValueObject, warningDiagnostic } from "@dovetail/model";
import { blockAt, blocksAt, textAt } from "../attribute-map.ts";
import { atLeast, between, conflicts, each, isArn, lengthBetween, matches, oneOf, runChecks } from "../checks.ts";
import { metricProblem } from "./known-metrics.ts";

const OPERATORS = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
  "LessThanLowerOrGreaterThanUpperThreshold",
  "LessThanLowerThreshold",
  "GreaterThanUpperThreshold",
];

const WITH_METRIC = ["metric_name", "namespace", "period", "statistic", "extended_statistic", "unit", "dimensions"];
const ACTION_LISTS = ["alarm_actions", "insufficient_data_actions", "ok_actions"];

const CHECKS = [
  lengthBetween("alarm_name", 0, 255, { code: "DVT3007" }),
  lengthBetween("alarm_description", 0, 1024),
  oneOf("comparison_operator", OPERATORS),
  atLeast("datapoints_to_alarm", 1),
  atLeast("evaluation_periods", 1),
  oneOf("evaluate_low_sample_count_percentiles", ["evaluate", "ignore"]),
  oneOf("statistic", ["SampleCount", "Average", "Sum", "Minimum", "Maximum"]),
  oneOf("treat_missing_data", ["breaching", "ignore", "missing", "notBreaching"]),
  lengthBetween("metric_name", 1, 255),
  matches("namespace", /^[^:]+$/, "must not contain colon characters"),
  conflicts("statistic", ["extended_statistic", "metric_query"]),
  conflicts("extended_statistic", ["statistic", "metric_query"]),
  ...["dimensions", "metric_name", "namespace", "period", "unit"].map((name) => conflicts(name, ["metric_query"])),
  conflicts("metric_query", WITH_METRIC),
  conflicts("threshold", ["threshold_metric_id"]),
  conflicts("threshold_metric_id", ["threshold"]),
  ...ACTION_LISTS.map(isArn),
  each("extended_statistic", (value, key) =>
    typeof value === "string" && !/^(p(\d{1,2}(\.\d{0,10})?|100)|(tm|wm|tc|ts|pr|TM|WM|TC|TS|PR)[\d.(:)%]+|IQM)$/i.test(value)
      ? `invalid value for ${key} (invalid statistic, see: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html)`
      : undefined,
  ),
  between("evaluation_interval", 10, 3600),
  between("evaluation_criteria.promql_criteria.pending_period", 0, 86_400),
  between("evaluation_criteria.promql_criteria.recovery_period", 0, 86_400),
];

/** All that is found; alarms on metrics that AWS never emits are warnings. */
export function alarmDiagnostics(config: ValueObject): readonly Diagnostic[] {
  return [...runChecks(CHECKS, config), ...metricWarnings(config)];
}

function isSet(config: ValueObject, name: string): boolean {
  return textAt(config, name) !== undefined;
}

/** What must stand together; the real one looks for it in the plan. */
export function combinationErrors(config: ValueObject, prior: ValueObject | null): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const error = (detail: string, attribute: string) =>
    found.push(errorDiagnostic("DVT3001", "Invalid configuration", { detail, attribute }));
  const queries = [...blocksAt(config, "metric_query"), ...blocksAt(prior ?? {}, "metric_query")];
  const hasQueries = config.metric_query === UNKNOWN || queries.length > 0;
  if (isSet(config, "metric_name") && !isSet(config, "statistic") && !isSet(config, "extended_statistic")) {
    error("One of `statistic` or `extended_statistic` must be set for a cloudwatch metric alarm", "statistic");
  }
  if (
    !isSet(config, "metric_name") &&
    config.metric_name !== UNKNOWN &&
    !hasQueries &&
    blocksAt(config, "evaluation_criteria").length === 0
  ) {
    error("One of `metric_name` or `metric_query` must be set for a cloudwatch metric alarm", "metric_name");
  }
  for (const query of blocksAt(config, "metric_query")) {
    if (textAt(query, "expression") !== undefined && blocksAt(query, "metric").length > 0) {
      error("No metric_query may have both `expression` and a `metric` specified", "metric_query");
    }
  }
  return found;
}

function metricWarnings(config: ValueObject): Diagnostic[] {
  const own = metricWarning(config, "metric_name");
  const queried = blocksAt(config, "metric_query").flatMap((query, i) =>
    metricWarning(blockAt(query, "metric") ?? {}, `metric_query.${i}.metric.0.metric_name`),
  );
  return [...own, ...queried];
}

function metricWarning(metric: ValueObject, attribute: string): Diagnostic[] {
  const namespace = textAt(metric, "namespace");
  const name = textAt(metric, "metric_name");
  if (namespace === undefined || name === undefined) return [];
  const dimensions = metric.dimensions ?? null;
  const names = dimensions === null ? [] : isObject(dimensions) ? Object.keys(dimensions) : undefined;
  const problem = metricProblem(namespace, name, names) ?? deadLetterProblem(name, dimensions);
  return problem === undefined
    ? []
    : [warningDiagnostic("DVT3008", "Alarm on a metric that is never emitted", { ...problem, attribute })];
}

/** SQS does not count as sent what redrive moves: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html. */
function deadLetterProblem(metric: string, dimensions: unknown): { detail: string; fix: string } | undefined {
  const queue =
    typeof dimensions === "object" && dimensions !== null && "QueueName" in dimensions ? dimensions.QueueName : undefined;
  if (metric !== "NumberOfMessagesSent" || typeof queue !== "string" || !/dlq|dead[-_]?letter/i.test(queue)) return undefined;
  return {
    detail: `A message that SQS moves to a dead-letter queue after too many receives does not count in NumberOfMessagesSent: this alarm on ${queue} stays silent.`,
    fix: "Watch ApproximateNumberOfMessagesVisible with the statistic Maximum.",
  };
}
