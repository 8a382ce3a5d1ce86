/** Keys, secrets, streams, logs, buses, platform applications and mail: made, changed, imported, found again and ended in the embedded cloud. */
import type { ValueObject } from "@dovetail/model";
import { expect, it } from "vitest";
import { EDITIONS, liveThrough, openLab, type Step } from "./lab.ts";

const policy = (action: string, principal: ValueObject | string = { AWS: "arn:aws:iam::123456789012:root" }, resource = "*") =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: principal, Action: action, Resource: resource }],
  });
const trust = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });

const KEYS: readonly Step[] = [
  {
    type: "aws_iam_role",
    name: "grantee",
    config: () => ({ name: "grantee", assume_role_policy: trust("lambda.amazonaws.com") }),
  },
  {
    type: "aws_kms_key",
    name: "key",
    anonymous: true,
    config: () => ({ description: "a", tags: { a: "b" }, deletion_window_in_days: 7 }),
    update: () => ({
      description: "b",
      enable_key_rotation: true,
      rotation_period_in_days: 120,
      tags: { a: "c" },
      policy: policy("kms:*"),
      deletion_window_in_days: 7,
    }),
    replace: { config: () => ({ key_usage: "GENERATE_VERIFY_MAC", customer_master_key_spec: "HMAC_256" }), path: "key_usage" },
    importLeaves: ["deletion_window_in_days"],
  },
  {
    type: "aws_kms_key",
    name: "disabled",
    anonymous: true,
    config: () => ({ is_enabled: false }),
    update: () => ({ is_enabled: true, description: "on" }),
  },
  {
    type: "aws_kms_alias",
    name: "alias",
    config: (made) => ({ name: "alias/a", target_key_id: made("key", "key_id") }),
    update: (made) => ({ name: "alias/a", target_key_id: made("disabled", "key_id") }),
    replace: { config: (made) => ({ name: "alias/b", target_key_id: made("key", "key_id") }), path: "name" },
  },
  {
    type: "aws_kms_grant",
    name: "grant",
    anonymous: true,
    config: (made) => ({
      key_id: made("key", "key_id"),
      grantee_principal: made("grantee", "arn"),
      operations: ["Decrypt", "Encrypt"],
      constraints: [{ encryption_context_subset: { a: "b" } }],
    }),
    importLeaves: ["grant_token"],
  },
  {
    type: "aws_kms_key_policy",
    name: "key-policy",
    config: (made) => ({ key_id: made("key", "key_id"), policy: policy("kms:*") }),
    remains: true,
  },
];

const SECRETS: readonly Step[] = [
  {
    type: "aws_secretsmanager_secret",
    name: "secret",
    config: () => ({ name: "s", description: "a", recovery_window_in_days: 0, tags: { a: "b" } }),
    update: () => ({ name: "s", description: "b", recovery_window_in_days: 0, policy: policy("secretsmanager:GetSecretValue") }),
    replace: { config: () => ({ name: "t" }), path: "name" },
  },
  {
    type: "aws_secretsmanager_secret_version",
    name: "version",
    config: (made) => ({ secret_id: made("secret", "id"), secret_string: "one" }),
    update: (made) => ({ secret_id: made("secret", "id"), secret_string: "one", version_stages: ["AWSCURRENT", "own"] }),
    replace: { config: (made) => ({ secret_id: made("secret", "id"), secret_string: "two" }), path: "secret_string" },
    remains: true,
  },
  {
    type: "aws_secretsmanager_secret",
    name: "other",
    config: () => ({ name: "other", recovery_window_in_days: 0 }),
  },
  {
    type: "aws_secretsmanager_secret_policy",
    name: "secret-policy",
    config: (made) => ({ secret_arn: made("other", "id"), policy: policy("secretsmanager:GetSecretValue") }),
    update: (made) => ({ secret_arn: made("other", "id"), policy: policy("secretsmanager:*"), block_public_policy: true }),
  },
];

const STREAMS: readonly Step[] = [
  {
    type: "aws_kinesis_stream",
    name: "stream",
    config: () => ({ name: "stream", shard_count: 1 }),
    update: () => ({
      name: "stream",
      shard_count: 2,
      retention_period: 48,
      shard_level_metrics: ["IncomingBytes", "IncomingRecords"],
      encryption_type: "KMS",
      kms_key_id: "alias/aws/kinesis",
      tags: { a: "b" },
    }),
    replace: { config: () => ({ name: "other", shard_count: 1 }), path: "name" },
    importId: () => "stream",
  },
  {
    type: "aws_kinesis_stream",
    name: "on-demand",
    config: () => ({
      name: "on-demand",
      shard_count: 1,
      encryption_type: "KMS",
      kms_key_id: "alias/aws/kinesis",
      retention_period: 72,
    }),
    update: () => ({ name: "on-demand", stream_mode_details: [{ stream_mode: "ON_DEMAND" }], retention_period: 24 }),
    importId: () => "on-demand",
  },
  {
    type: "aws_kinesis_stream_consumer",
    name: "consumer",
    config: (made) => ({ name: "c", stream_arn: made("stream", "arn") }),
    replace: { config: (made) => ({ name: "d", stream_arn: made("stream", "arn") }), path: "name" },
  },
  {
    type: "aws_kinesis_resource_policy",
    name: "stream-policy",
    config: (made) => ({
      resource_arn: made("stream", "arn"),
      policy: policy("kinesis:GetRecords", undefined, made("stream", "arn")),
    }),
    update: (made) => ({
      resource_arn: made("stream", "arn"),
      policy: policy("kinesis:DescribeStream", undefined, made("stream", "arn")),
    }),
  },
];

const LOGS: readonly Step[] = [
  { type: "aws_iam_role", name: "writer", config: () => ({ name: "writer", assume_role_policy: trust("logs.amazonaws.com") }) },
  {
    type: "aws_iam_role_policy",
    name: "writes",
    config: () => ({
      name: "w",
      role: "writer",
      policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "kinesis:*", Resource: "*" }] }),
    }),
  },
  { type: "aws_cloudwatch_log_group", name: "group", config: () => ({ name: "/g" }) },
  {
    type: "aws_cloudwatch_log_stream",
    name: "log-stream",
    config: () => ({ name: "s", log_group_name: "/g" }),
    importId: () => "/g:s",
  },
  {
    type: "aws_cloudwatch_log_metric_filter",
    name: "metric",
    config: () => ({
      name: "f",
      log_group_name: "/g",
      pattern: "ERROR",
      metric_transformation: [{ name: "m", namespace: "n", value: "1" }],
    }),
    update: () => ({
      name: "f",
      log_group_name: "/g",
      pattern: "WARN",
      metric_transformation: [{ name: "m", namespace: "n", value: "1", default_value: "0", unit: "Count" }],
    }),
    importId: () => "/g:f",
  },
  {
    type: "aws_cloudwatch_log_subscription_filter",
    name: "subscription",
    config: (made) => ({
      name: "s",
      log_group_name: "/g",
      filter_pattern: "",
      destination_arn: made("stream", "arn"),
      role_arn: made("writer", "arn"),
    }),
    update: (made) => ({
      name: "s",
      log_group_name: "/g",
      filter_pattern: "x",
      distribution: "Random",
      destination_arn: made("stream", "arn"),
      role_arn: made("writer", "arn"),
    }),
    importId: () => "/g|s",
  },
  {
    type: "aws_cloudwatch_log_resource_policy",
    name: "logs-policy",
    config: () => ({ policy_name: "p", policy_document: policy("logs:PutLogEvents", { Service: "es.amazonaws.com" }) }),
    update: () => ({ policy_name: "p", policy_document: policy("logs:*", { Service: "es.amazonaws.com" }) }),
  },
  {
    type: "aws_cloudwatch_query_definition",
    name: "query",
    anonymous: true,
    config: () => ({ name: "q", query_string: "fields @message" }),
    update: () => ({ name: "r", query_string: "fields @timestamp", log_group_names: ["/g"] }),
    importId: (made) => `arn:aws:logs:us-east-1:123456789012:query-definition:${made("query", "id")}`,
  },
  {
    type: "aws_cloudwatch_log_destination",
    name: "destination",
    config: (made) => ({ name: "d", role_arn: made("writer", "arn"), target_arn: made("stream", "arn"), tags: { a: "b" } }),
    update: (made) => ({ name: "d", role_arn: made("writer", "arn"), target_arn: made("on-demand", "arn"), tags: { c: "d" } }),
  },
  {
    type: "aws_cloudwatch_log_destination_policy",
    name: "destination-policy",
    config: () => ({ destination_name: "d", access_policy: policy("logs:PutSubscriptionFilter", { AWS: "123456789012" }) }),
    remains: true,
  },
];

const BASIC = { authorization_type: "BASIC", auth_parameters: [{ basic: [{ username: "u", password: "p" }] }] };
const BUS_POLICY = (action: string) =>
  policy(action, undefined, "arn:aws:events:us-east-1:123456789012:event-bus/policied").replace('"Effect"', '"Sid":"s","Effect"');

const EVENTS: readonly Step[] = [
  { type: "aws_cloudwatch_event_bus", name: "bus", config: () => ({ name: "bus" }) },
  { type: "aws_cloudwatch_event_bus", name: "policied", config: () => ({ name: "policied" }) },
  {
    type: "aws_cloudwatch_event_archive",
    name: "archive",
    config: (made) => ({ name: "a", event_source_arn: made("bus", "arn") }),
    update: (made) => ({ name: "a", event_source_arn: made("bus", "arn"), event_pattern: '{"source":["x"]}', retention_days: 3 }),
  },
  {
    type: "aws_cloudwatch_event_permission",
    name: "permission",
    config: () => ({ event_bus_name: "bus", principal: "111122223333", statement_id: "one" }),
    update: () => ({ event_bus_name: "bus", principal: "*", statement_id: "one" }),
  },
  {
    type: "aws_cloudwatch_event_bus_policy",
    name: "bus-policy",
    config: () => ({ event_bus_name: "policied", policy: BUS_POLICY("events:PutEvents") }),
    update: () => ({ event_bus_name: "policied", policy: BUS_POLICY("events:PutRule") }),
  },
  {
    type: "aws_cloudwatch_event_connection",
    name: "connection",
    config: () => ({ name: "c", ...BASIC }),
    update: () => ({
      name: "c",
      description: "d",
      authorization_type: "API_KEY",
      auth_parameters: [{ api_key: [{ key: "k", value: "v" }] }],
    }),
    importLeaves: ["auth_parameters"],
  },
  {
    type: "aws_cloudwatch_event_api_destination",
    name: "api",
    config: (made) => ({
      name: "a",
      http_method: "POST",
      invocation_endpoint: "https://127.0.0.1:1/",
      connection_arn: made("connection", "arn"),
    }),
    update: (made) => ({
      name: "a",
      http_method: "GET",
      invocation_endpoint: "https://127.0.0.1:1/",
      connection_arn: made("connection", "arn"),
    }),
  },
];

const MAIL: readonly Step[] = [
  {
    type: "aws_sns_platform_application",
    name: "gcm",
    config: () => ({ name: "gcm", platform: "GCM", platform_credential: "key" }),
    update: () => ({ name: "gcm", platform: "GCM", platform_credential: "other", success_feedback_sample_rate: "10" }),
    importLeaves: ["platform_credential"],
  },
  { type: "aws_ses_email_identity", name: "email", config: () => ({ email: "me@example.com" }) },
  { type: "aws_ses_domain_identity", name: "domain", config: () => ({ domain: "example.org" }) },
  {
    type: "aws_ses_template",
    name: "template",
    config: () => ({ name: "t", subject: "s", text: "x" }),
    update: () => ({ name: "t", subject: "s", html: "<b>x</b>" }),
  },
  {
    type: "aws_ses_configuration_set",
    name: "set",
    config: () => ({ name: "set", sending_enabled: false, delivery_options: [{ tls_policy: "Require" }] }),
    update: () => ({ name: "set", reputation_metrics_enabled: true, delivery_options: [{ tls_policy: "Optional" }] }),
  },
  {
    type: "aws_ses_event_destination",
    name: "watch",
    config: () => ({
      name: "w",
      configuration_set_name: "set",
      matching_types: ["send"],
      cloudwatch_destination: [{ default_value: "d", dimension_name: "n", value_source: "emailHeader" }],
    }),
    importId: () => "set/w",
  },
  {
    type: "aws_sesv2_configuration_set",
    name: "v2",
    config: () => ({ configuration_set_name: "v2", tags: { a: "b" } }),
    update: () => ({
      configuration_set_name: "v2",
      delivery_options: [{ tls_policy: "REQUIRE" }],
      sending_options: [{ sending_enabled: false }],
      suppression_options: [{ suppressed_reasons: ["BOUNCE"] }],
    }),
  },
  {
    type: "aws_sesv2_configuration_set_event_destination",
    name: "v2-watch",
    config: () => ({
      configuration_set_name: "v2",
      event_destination_name: "e",
      event_destination: [
        {
          matching_event_types: ["SEND"],
          event_bridge_destination: [{ event_bus_arn: "arn:aws:events:us-east-1:123456789012:event-bus/default" }],
        },
      ],
    }),
  },
];

const GROUPS: readonly (readonly [name: string, steps: readonly Step[]])[] = [
  ["keys", KEYS],
  ["secrets", SECRETS],
  ["streams and logs", [...STREAMS, ...LOGS]],
  ["buses", EVENTS],
  ["mail", MAIL],
];

it.each(EDITIONS.flatMap((edition) => GROUPS.map(([name, steps]) => [name, edition, steps] as const)))(
  "%s live and end in the embedded cloud, edition %s",
  async (_name, edition, steps) => {
    const lab = await openLab(edition);
    try {
      expect(await liveThrough(lab, steps)).toEqual([]);
    } finally {
      await lab.close();
    }
  },
);
