import type { MetricTransformation, StandardUnit } from "@aws-sdk/client-cloudwatch-logs";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blocksAt, enumAt, isTrue, requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { each, lengthBetween, oneOf, runChecks } from "../checks.ts";
import { importParts, refusedImport } from "../import-id.ts";
import { findMetricFilter, LOGS_MISSING, logGroupName, logName } from "./find.ts";

const UNITS = [
  "Seconds",
  "Microseconds",
  "Milliseconds",
  "Bytes",
  "Kilobytes",
  "Megabytes",
  "Gigabytes",
  "Terabytes",
  "Bits",
  "Kilobits",
  "Megabits",
  "Gigabits",
  "Terabits",
  "Percent",
  "Count",
  "Bytes/Second",
  "Kilobytes/Second",
  "Megabytes/Second",
  "Gigabytes/Second",
  "Terabytes/Second",
  "Bits/Second",
  "Kilobits/Second",
  "Megabits/Second",
  "Gigabits/Second",
  "Terabits/Second",
  "Count/Second",
  "None",
];
const METRIC = /^[^:*$]*$/;
const METRIC_SAYS = "log metric transformation name (must not contain colon, asterisk nor dollar sign)";
const PATTERN_BYTES_MAX = 1024;

const CHECKS = [
  ...logGroupName("log_group_name"),
  ...logName("name", 512, /^[^:*]+$/, "log metric name (must not contain colon nor asterisk)"),
  ...logName("metric_transformation.name", 255, METRIC, METRIC_SAYS),
  ...logName("metric_transformation.namespace", 255, METRIC, METRIC_SAYS),
  each("metric_transformation.default_value", (value, key) =>
    typeof value === "string" && value !== "" && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)
      ? `${key}: cannot parse '${value}' as float: strconv.ParseFloat: parsing ${JSON.stringify(value)}: invalid syntax`
      : undefined,
  ),
  oneOf("metric_transformation.unit", UNITS),
  lengthBetween("metric_transformation.value", 0, 100),
  lengthBetween("pattern", 0, PATTERN_BYTES_MAX),
];

/** aws_cloudwatch_log_metric_filter. Its id is its name. */
export const resource: NativeResource = {
  type: "aws_cloudwatch_log_metric_filter",
  noun: "CloudWatch Logs Metric Filter",
  defaults: { "metric_transformation.unit": "None" },
  forceNew: ["log_group_name", "name"],
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (_prior, planned) =>
    typeof planned.pattern === "string" ? { planned: { ...planned, pattern: planned.pattern.trim() } } : {},
  async create(aws, planned, onCreated) {
    await put(aws, planned);
    await onCreated({ id: requiredText(planned, "name") });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const filter = await findMetricFilter(aws, requiredText(state, "log_group_name"), id);
    if (filter === undefined) return null;
    return {
      ...state,
      ...(aws.edition === "5.100.0" ? {} : { apply_on_transformed_logs: filter.applyOnTransformedLogs ?? false }),
      id,
      log_group_name: filter.logGroupName ?? "",
      metric_transformation: (filter.metricTransformations ?? []).map(flattenTransformation),
      name: filter.filterName ?? id,
      pattern: filter.filterPattern ?? "",
    };
  },
  async update(aws, _prior, planned) {
    await put(aws, planned);
  },
  async delete(aws, state) {
    const input = { filterName: requiredText(state, "id"), logGroupName: requiredText(state, "log_group_name") };
    await unlessMissing(LOGS_MISSING, () => aws.clients.logs.deleteMetricFilter(input));
  },
  importId(id) {
    const [log_group_name = "", name = ""] = importParts(id, "<log_group_name>:<name>", ":", (text, form) =>
      refusedImport(`Unexpected format of ID (${JSON.stringify(text)}), expected ${form}`),
    );
    return { id: name, log_group_name, name };
  },
  async find(aws, planned) {
    const [name, group] = [requiredText(planned, "name"), requiredText(planned, "log_group_name")];
    return (await findMetricFilter(aws, group, name)) === undefined ? null : { id: name, log_group_name: group };
  },
};

async function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  await aws.clients.logs.putMetricFilter({
    filterName: requiredText(planned, "name"),
    filterPattern: (textAt(planned, "pattern") ?? "").trim(),
    logGroupName: requiredText(planned, "log_group_name"),
    metricTransformations: blocksAt(planned, "metric_transformation").map(transformationOf),
    applyOnTransformedLogs: isTrue(planned, "apply_on_transformed_logs") ? true : undefined,
  });
}

function transformationOf(block: ValueObject): MetricTransformation {
  const fallback = textAt(block, "default_value");
  const dimensions = textMapAt(block, "dimensions");
  return {
    metricName: textAt(block, "name"),
    metricNamespace: textAt(block, "namespace"),
    metricValue: textAt(block, "value"),
    unit: enumAt<StandardUnit>(block, "unit"),
    ...(fallback === undefined ? {} : { defaultValue: Number(fallback) }),
    ...(Object.keys(dimensions).length > 0 ? { dimensions } : {}),
  };
}

function flattenTransformation(found: MetricTransformation): ValueObject {
  return {
    default_value: found.defaultValue === undefined ? "" : String(found.defaultValue),
    dimensions: found.dimensions === undefined ? null : { ...found.dimensions },
    name: found.metricName ?? "",
    namespace: found.metricNamespace ?? "",
    unit: found.unit ?? "",
    value: found.metricValue ?? "",
  };
}
