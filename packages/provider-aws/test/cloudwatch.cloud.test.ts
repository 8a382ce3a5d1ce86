import type { ValueObject } from "@dovetail/model";
import { expect, it } from "vitest";
import { EDITIONS, liveThrough, openLab, type Step } from "./lab.ts";

const ALARM = {
  alarm_name: "errors",
  comparison_operator: "GreaterThanThreshold",
  evaluation_periods: 1,
  metric_name: "Errors",
  namespace: "AWS/Lambda",
  period: 60,
  statistic: "Sum",
  threshold: 0,
};

const QUERIES: readonly ValueObject[] = [
  { id: "e1", expression: "m1*2", label: "l", return_data: true },
  {
    id: "m1",
    metric: [{ metric_name: "Errors", namespace: "AWS/Lambda", period: 60, stat: "Sum", dimensions: { FunctionName: "x" } }],
  },
];

const STEPS: readonly Step[] = [
  {
    type: "aws_cloudwatch_log_group",
    name: "logs",
    config: () => ({ name: "/a/b", retention_in_days: 14, tags: { a: "b" } }),
    update: () => ({ name: "/a/b", tags: { c: "d" } }),
    replace: { config: () => ({ name: "/a/c" }), path: "name" },
  },
  { type: "aws_cloudwatch_log_group", name: "unnamed", anonymous: true, config: () => ({ name_prefix: "p-" }) },
  {
    type: "aws_cloudwatch_metric_alarm",
    name: "alarm",
    config: () => ({
      ...ALARM,
      dimensions: { FunctionName: "f" },
      alarm_actions: ["arn:aws:sns:us-east-1:123456789012:t"],
      tags: { a: "b" },
    }),
    update: () => ({ ...ALARM, evaluation_periods: 2, threshold: 2 }),
    replace: { config: () => ({ ...ALARM, alarm_name: "other" }), path: "alarm_name" },
  },
  {
    type: "aws_cloudwatch_metric_alarm",
    name: "query",
    config: () => ({
      alarm_name: "query",
      comparison_operator: "GreaterThanThreshold",
      evaluation_periods: 2,
      threshold: 1.5,
      metric_query: QUERIES,
    }),
  },
  {
    type: "aws_cloudwatch_composite_alarm",
    name: "composite",
    config: () => ({ alarm_name: "composite", alarm_rule: "ALARM(errors)" }),
    update: () => ({ alarm_name: "composite", alarm_rule: "ALARM(errors) OR ALARM(query)", tags: { a: "b" } }),
  },
  {
    type: "aws_cloudwatch_dashboard",
    name: "dashboard",
    config: () => ({ dashboard_name: "d", dashboard_body: '{ "widgets": [] }' }),
    update: () => ({
      dashboard_name: "d",
      dashboard_body: JSON.stringify({
        widgets: [{ type: "text", x: 0, y: 0, width: 3, height: 3, properties: { markdown: "x" } }],
      }),
    }),
  },
];

it.each(EDITIONS)("alarms, dashboards and log groups live and end in the embedded cloud, edition %s", async (edition) => {
  const lab = await openLab(edition);
  try {
    expect(await liveThrough(lab, STEPS)).toEqual([]);
  } finally {
    await lab.close();
  }
});
