/** Queues, topics, rules, schedules, alarms and log groups that both the real provider and ours plan. Each is legal. */
import type { Case } from "./cases.ts";

const QUEUE = "arn:aws:sqs:us-east-1:123456789012:q";
const TOPIC = "arn:aws:sns:us-east-1:123456789012:t";
const ROLE = "arn:aws:iam::123456789012:role/r";
const URL = "https://sqs.us-east-1.amazonaws.com/123456789012/q";
const STATEMENT = { Effect: "Allow", Principal: "*", Action: ["sqs:SendMessage"], Resource: "*" };
const POLICY = JSON.stringify({ Version: "2012-10-17", Statement: [STATEMENT] }, null, 2);
const REDRIVE = JSON.stringify({ maxReceiveCount: 4, deadLetterTargetArn: QUEUE }, null, 2);

export const MESSAGING_CASES: readonly Case[] = [
  { type: "aws_sqs_queue", name: "named", config: { name: "named" } },
  { type: "aws_sqs_queue", name: "unnamed", config: {} },
  {
    type: "aws_sqs_queue",
    name: "fifo",
    config: { name_prefix: "orders-", fifo_queue: true, content_based_deduplication: true },
  },
  {
    type: "aws_sqs_queue",
    name: "full",
    config: {
      name: "full",
      delay_seconds: 5,
      visibility_timeout_seconds: 60,
      redrive_policy: REDRIVE,
      policy: POLICY,
      kms_master_key_id: "alias/aws/sqs",
      kms_data_key_reuse_period_seconds: 600,
      tags: { a: "b" },
      timeouts: { create: "1m" },
    },
  },
  { type: "aws_sqs_queue", name: "sse", config: { name: "sse", sqs_managed_sse_enabled: true } },
  { type: "aws_sqs_queue_policy", name: "p", config: { queue_url: URL, policy: POLICY } },
  { type: "aws_sqs_queue_redrive_policy", name: "p", config: { queue_url: URL, redrive_policy: REDRIVE } },
  {
    type: "aws_sqs_queue_redrive_allow_policy",
    name: "p",
    config: { queue_url: URL, redrive_allow_policy: JSON.stringify({ redrivePermission: "denyAll" }) },
  },
  { type: "aws_sns_topic", name: "named", config: { name: "named" } },
  { type: "aws_sns_topic", name: "unnamed", config: {} },
  { type: "aws_sns_topic", name: "fifo", config: { name: "f.fifo", fifo_topic: true, fifo_throughput_scope: "Topic" } },
  {
    type: "aws_sns_topic",
    name: "full",
    config: {
      name_prefix: "t-",
      display_name: "T",
      policy: POLICY,
      signature_version: 2,
      sqs_success_feedback_sample_rate: 10,
      tags: { a: "b" },
    },
  },
  { type: "aws_sns_topic_policy", name: "p", config: { arn: TOPIC, policy: POLICY } },
  {
    type: "aws_sns_topic_subscription",
    name: "sqs",
    config: { topic_arn: TOPIC, protocol: "sqs", endpoint: QUEUE, raw_message_delivery: true },
  },
  {
    type: "aws_sns_topic_subscription",
    name: "filtered",
    config: {
      topic_arn: TOPIC,
      protocol: "lambda",
      endpoint: "arn:aws:lambda:us-east-1:123456789012:function:f",
      filter_policy: '{ "b": [1], "a": ["<x>"] }',
      filter_policy_scope: "MessageBody",
    },
  },
  { type: "aws_cloudwatch_log_group", name: "named", config: { name: "/a/named" } },
  { type: "aws_cloudwatch_log_group", name: "unnamed", config: {} },
  {
    type: "aws_cloudwatch_log_group",
    name: "full",
    config: { name_prefix: "/a/", retention_in_days: 14, log_group_class: "STANDARD", skip_destroy: true, tags: { a: "b" } },
  },
  { type: "aws_cloudwatch_event_bus", name: "bus", config: { name: "bus" } },
  {
    type: "aws_cloudwatch_event_bus",
    name: "full",
    config: { name: "full", description: "d", dead_letter_config: [{ arn: QUEUE }] },
  },
  { type: "aws_cloudwatch_event_rule", name: "rate", config: { name: "rate", schedule_expression: "rate(5 minutes)" } },
  { type: "aws_cloudwatch_event_rule", name: "unnamed", config: { event_pattern: '{ "source" : ["<x>"], "a": [] }' } },
  {
    type: "aws_cloudwatch_event_rule",
    name: "full",
    config: {
      name: "full",
      event_bus_name: "bus",
      event_pattern: '{"source":["x"]}',
      description: "d",
      state: "DISABLED",
      tags: { a: "b" },
    },
  },
  {
    type: "aws_cloudwatch_event_rule",
    name: "disabled",
    config: { name: "off", is_enabled: false, schedule_expression: "cron(0 12 * * ? *)" },
  },
  { type: "aws_cloudwatch_event_target", name: "plain", config: { rule: "rate", arn: QUEUE } },
  {
    type: "aws_cloudwatch_event_target",
    name: "full",
    config: {
      rule: "full",
      event_bus_name: "bus",
      target_id: "t",
      arn: QUEUE,
      sqs_target: [{ message_group_id: "g" }],
      input_transformer: [{ input_paths: { a: "$.detail.a" }, input_template: '{"x": <a>}' }],
      retry_policy: [{ maximum_retry_attempts: 3 }],
      dead_letter_config: [{ arn: QUEUE }],
    },
  },
  {
    type: "aws_cloudwatch_event_target",
    name: "ecs",
    config: {
      rule: "rate",
      arn: "arn:aws:ecs:us-east-1:123456789012:cluster/c",
      role_arn: ROLE,
      ecs_target: [
        {
          task_definition_arn: "arn:aws:ecs:us-east-1:123456789012:task-definition/t:1",
          network_configuration: [{ subnets: ["subnet-b", "subnet-a"] }],
        },
      ],
    },
  },
  { type: "aws_scheduler_schedule_group", name: "g", config: { name: "g", tags: { a: "b" } } },
  {
    type: "aws_scheduler_schedule",
    name: "plain",
    config: {
      schedule_expression: "rate(5 minutes)",
      flexible_time_window: [{ mode: "OFF" }],
      target: [{ arn: QUEUE, role_arn: ROLE }],
    },
  },
  {
    type: "aws_scheduler_schedule",
    name: "full",
    config: {
      name: "full",
      group_name: "g",
      schedule_expression: "at(2030-01-01T00:00:00)",
      schedule_expression_timezone: "Europe/Rome",
      start_date: "2030-01-01T00:00:00Z",
      flexible_time_window: [{ mode: "FLEXIBLE", maximum_window_in_minutes: 5 }],
      target: [
        {
          arn: QUEUE,
          role_arn: ROLE,
          input: '{"a": 1}',
          sqs_parameters: [{ message_group_id: "g" }],
          retry_policy: [{ maximum_retry_attempts: 3 }],
          dead_letter_config: [{ arn: QUEUE }],
        },
      ],
    },
  },
  {
    type: "aws_cloudwatch_metric_alarm",
    name: "plain",
    config: {
      alarm_name: "plain",
      comparison_operator: "GreaterThanThreshold",
      evaluation_periods: 1,
      metric_name: "Errors",
      namespace: "AWS/Lambda",
      period: 60,
      statistic: "Sum",
      threshold: 0,
      dimensions: { FunctionName: "f" },
      alarm_actions: [TOPIC],
    },
  },
  {
    type: "aws_cloudwatch_metric_alarm",
    name: "query",
    config: {
      alarm_name: "query",
      comparison_operator: "GreaterThanThreshold",
      evaluation_periods: 2,
      threshold: 1.5,
      treat_missing_data: "notBreaching",
      metric_query: [
        { id: "e1", expression: "m1*2", label: "l", return_data: true },
        {
          id: "m1",
          metric: [
            { metric_name: "Errors", namespace: "AWS/Lambda", period: 60, stat: "Sum", dimensions: { FunctionName: "x" } },
          ],
        },
      ],
    },
  },
  { type: "aws_cloudwatch_composite_alarm", name: "c", config: { alarm_name: "c", alarm_rule: "ALARM(plain)" } },
  {
    type: "aws_cloudwatch_dashboard",
    name: "d",
    config: { dashboard_name: "d", dashboard_body: '{ "widgets": [ {"b": "<", "a": 1} ] }' },
  },
];
