import { expect, it } from "vitest";
import { EDITIONS, liveThrough, openLab, type Step } from "./lab.ts";

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "scheduler.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

const STEPS: readonly Step[] = [
  { type: "aws_sqs_queue", name: "queue", config: () => ({ name: "queue" }) },
  { type: "aws_iam_role", name: "role", config: () => ({ name: "role", assume_role_policy: TRUST }) },
  {
    type: "aws_cloudwatch_event_bus",
    name: "bus",
    config: () => ({ name: "bus" }),
    update: () => ({ name: "bus", description: "d", tags: { a: "b" } }),
    replace: { config: () => ({ name: "other" }), path: "name" },
  },
  {
    type: "aws_cloudwatch_event_rule",
    name: "rule",
    config: () => ({ name: "rule", event_bus_name: "bus", event_pattern: '{ "source": ["x"] }', tags: { a: "b" } }),
    update: () => ({ name: "rule", event_bus_name: "bus", event_pattern: '{ "source": ["<y>"] }', state: "DISABLED" }),
    replace: { config: () => ({ name: "rule", event_pattern: '{"source":["x"]}' }), path: "event_bus_name" },
  },
  {
    type: "aws_cloudwatch_event_rule",
    name: "often",
    anonymous: true,
    config: () => ({ schedule_expression: "rate(5 minutes)" }),
    update: () => ({ schedule_expression: "rate(6 minutes)", description: "d" }),
  },
  {
    type: "aws_cloudwatch_event_target",
    name: "target",
    importId: () => "bus/rule/x",
    config: (made) => ({
      rule: "rule",
      event_bus_name: "bus",
      target_id: "x",
      arn: made("queue", "arn"),
      retry_policy: [{ maximum_retry_attempts: 3 }],
      input_transformer: [{ input_paths: { a: "$.detail.a" }, input_template: '{"x": <a>}' }],
    }),
    update: (made) => ({ rule: "rule", event_bus_name: "bus", target_id: "x", arn: made("queue", "arn"), input: '{"a":1}' }),
  },
  {
    type: "aws_cloudwatch_event_target",
    name: "unnamed",
    anonymous: true,
    importId: (made) => `${made("often", "name")}/${made("unnamed", "target_id")}`,
    config: (made) => ({ rule: made("often", "name"), arn: made("queue", "arn") }),
  },
  {
    type: "aws_scheduler_schedule_group",
    name: "group",
    config: () => ({ name: "group", tags: { a: "b" } }),
    update: () => ({ name: "group", tags: { a: "c" } }),
  },
  {
    type: "aws_scheduler_schedule",
    name: "schedule",
    config: (made) => ({
      name: "s",
      group_name: "group",
      schedule_expression: "rate(5 minutes)",
      flexible_time_window: [{ mode: "OFF" }],
      target: [{ arn: made("queue", "arn"), role_arn: made("role", "arn"), input: "{}" }],
    }),
    update: (made) => ({
      name: "s",
      group_name: "group",
      schedule_expression: "cron(0 12 * * ? *)",
      schedule_expression_timezone: "Europe/Rome",
      state: "DISABLED",
      flexible_time_window: [{ mode: "FLEXIBLE", maximum_window_in_minutes: 5 }],
      target: [{ arn: made("queue", "arn"), role_arn: made("role", "arn") }],
    }),
    replace: {
      config: (made) => ({
        name: "s",
        schedule_expression: "rate(5 minutes)",
        group_name: "other",
        flexible_time_window: [{ mode: "OFF" }],
        target: [{ arn: made("queue", "arn"), role_arn: made("role", "arn") }],
      }),
      path: "group_name",
    },
  },
];

it.each(EDITIONS)("buses, rules, targets and schedules live and end in the embedded cloud, edition %s", async (edition) => {
  const lab = await openLab(edition);
  try {
    expect(await liveThrough(lab, STEPS)).toEqual([]);
  } finally {
    await lab.close();
  }
});
