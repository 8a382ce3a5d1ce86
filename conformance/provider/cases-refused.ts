/** Configurations of messaging and compute types that the real provider refuses, each in words that ours says too. */
import type { Case } from "./cases.ts";

const ROLE = "arn:aws:iam::123456789012:role/r";
const QUEUE = "arn:aws:sqs:us-east-1:123456789012:q";
const FUNCTION = { function_name: "f", role: ROLE, s3_bucket: "b", s3_key: "k", handler: "h.h", runtime: "nodejs22.x" };
const ALARM = {
  alarm_name: "x",
  comparison_operator: "GreaterThanThreshold",
  evaluation_periods: 1,
  metric_name: "Errors",
  namespace: "AWS/Lambda",
  period: 60,
  statistic: "Sum",
  threshold: 0,
};
const SCHEDULE = {
  schedule_expression: "rate(5 minutes)",
  flexible_time_window: [{ mode: "OFF" }],
  target: [{ arn: QUEUE, role_arn: ROLE }],
};

const ROWS: readonly (readonly [string, Case["config"]])[] = [
  ["aws_sqs_queue", { name: "a", delay_seconds: 901 }],
  ["aws_sqs_queue", { name: "a", policy: "{" }],
  ["aws_sqs_queue", { name: "a", redrive_policy: "nope" }],
  ["aws_sqs_queue", { name: "a", name_prefix: "b" }],
  ["aws_sqs_queue", { name: "a", kms_master_key_id: "k", sqs_managed_sse_enabled: true }],
  ["aws_sns_topic", { name: "a", tracing_config: "x" }],
  ["aws_sns_topic", { name: "a", policy: "[" }],
  ["aws_sns_topic_subscription", { topic_arn: "arn:aws:sns:us-east-1:123456789012:t", protocol: "queue", endpoint: "e" }],
  ["aws_cloudwatch_log_group", { name: "a b" }],
  ["aws_cloudwatch_log_group", { retention_in_days: 2 }],
  ["aws_cloudwatch_event_rule", { name: "a" }],
  ["aws_cloudwatch_event_rule", { name: "a b", schedule_expression: "rate(1 minute)" }],
  ["aws_cloudwatch_event_rule", { event_pattern: "{nope" }],
  ["aws_cloudwatch_event_target", { rule: "r", arn: QUEUE, input: "{}", input_path: "$" }],
  ["aws_cloudwatch_event_target", { rule: "r", arn: QUEUE, target_id: "a b" }],
  ["aws_scheduler_schedule", { ...SCHEDULE, name: "a b" }],
  ["aws_scheduler_schedule", { ...SCHEDULE, start_date: "x" }],
  ["aws_scheduler_schedule", { ...SCHEDULE, target: [{ arn: "x", role_arn: ROLE }] }],
  ["aws_scheduler_schedule_group", { name: "a b" }],
  ["aws_cloudwatch_metric_alarm", { ...ALARM, comparison_operator: "X" }],
  ["aws_cloudwatch_metric_alarm", { ...ALARM, extended_statistic: "p95" }],
  ["aws_cloudwatch_dashboard", { dashboard_name: "a b", dashboard_body: "{" }],
  ["aws_lambda_function", { ...FUNCTION, memory_size: 64 }],
  ["aws_lambda_function", { ...FUNCTION, function_name: "a b" }],
  ["aws_lambda_function", { ...FUNCTION, role: "r" }],
  ["aws_lambda_function", { ...FUNCTION, s3_bucket: null, s3_key: null }],
  ["aws_lambda_function", { ...FUNCTION, s3_key: null }],
  ["aws_lambda_permission", { function_name: "f", action: "x", principal: "p" }],
  ["aws_lambda_permission", { function_name: "f", action: "lambda:InvokeFunction", principal: "p", statement_id: "a b" }],
  ["aws_lambda_event_source_mapping", { function_name: "f" }],
  ["aws_lambda_function_url", { function_name: "f", authorization_type: "X" }],
  ["aws_apigatewayv2_api", { name: "a", protocol_type: "REST" }],
  ["aws_apigatewayv2_integration", { api_id: "a", integration_type: "X" }],
  ["aws_apigatewayv2_authorizer", { api_id: "a", authorizer_type: "REQUEST", name: "n", authorizer_result_ttl_in_seconds: 4000 }],
  ["aws_cognito_user_pool", { name: "p", mfa_configuration: "x" }],
  ["aws_cognito_user_pool", { name: "p", alias_attributes: ["email"], username_attributes: ["email"] }],
  ["aws_cognito_user_pool", { name: "p", email_verification_message: "x" }],
  ["aws_cognito_user_pool_client", { name: "a", user_pool_id: "us-east-1_x", access_token_validity: 25 }],
];

export const REFUSED_MORE: readonly Case[] = ROWS.map(([type, config], i) => ({ type, name: `r${i}`, config }));
