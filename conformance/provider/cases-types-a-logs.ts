import type { Group } from "./life.ts";

const policy = (service: string) =>
  JSON.stringify(
    {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "logs:PutLogEvents", Resource: "*" }],
    },
    null,
    2,
  );
const access = (action: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: "123456789012" }, Action: action, Resource: "*" }],
  });
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "logs.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const WRITES = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "kinesis:*", Resource: "*" }],
});
const METRIC = { name: "m", namespace: "n", value: "1" };

const IDENTIFIER = "arn:aws:dataprotection::aws:data-identifier/EmailAddress";
const PROTECTION = (name: string) =>
  JSON.stringify({
    Name: name,
    Version: "2021-06-01",
    Statement: [
      { Sid: "audit", DataIdentifier: [IDENTIFIER], Operation: { Audit: { FindingsDestination: {} } } },
      { Sid: "redact", DataIdentifier: [IDENTIFIER], Operation: { Deidentify: { MaskConfig: {} } } },
    ],
  });

export const LOGS: Group = {
  name: "CloudWatch Logs",
  rows: [
    { type: "aws_cloudwatch_log_group", name: "group", config: () => ({ name: "/a", tags: { a: "b" } }), importId: null },
    {
      type: "aws_iam_role",
      name: "logs-role",
      config: () => ({ name: "logs-role", assume_role_policy: TRUST }),
      importId: null,
    },
    {
      type: "aws_iam_role_policy",
      name: "logs-role-policy",
      config: (made) => ({ name: "p", role: made("logs-role", "name"), policy: WRITES }),
      importId: null,
    },
    { type: "aws_kinesis_stream", name: "logs-stream", config: () => ({ name: "logs", shard_count: 1 }), importId: null },
    {
      type: "aws_cloudwatch_log_stream",
      name: "log-stream",
      config: (made) => ({ name: "s", log_group_name: made("group", "name") }),
      changes: [(made) => ({ name: "t", log_group_name: made("group", "name") })],
      importId: () => "/a:s",
    },
    {
      type: "aws_cloudwatch_log_metric_filter",
      name: "metric",
      config: (made) => ({
        name: "f",
        log_group_name: made("group", "name"),
        pattern: " ERROR ",
        metric_transformation: [METRIC],
      }),
      changes: [
        (made) => ({
          name: "f",
          log_group_name: made("group", "name"),
          pattern: '{ $.a = "b" }',
          metric_transformation: [{ ...METRIC, value: "$.c", unit: "Count", dimensions: { D: "$.d" } }],
        }),
        (made) => ({
          name: "f",
          log_group_name: made("group", "name"),
          pattern: "",
          metric_transformation: [{ ...METRIC, default_value: "2.5" }],
        }),
        (made) => ({ name: "g", log_group_name: made("group", "name"), pattern: "", metric_transformation: [METRIC] }),
      ],
      importId: () => "/a:f",
    },
    {
      type: "aws_cloudwatch_log_subscription_filter",
      name: "subscription",
      config: (made) => ({
        name: "s",
        log_group_name: made("group", "name"),
        filter_pattern: "",
        destination_arn: made("logs-stream", "arn"),
        role_arn: made("logs-role", "arn"),
      }),
      changes: [
        (made) => ({
          name: "s",
          log_group_name: made("group", "name"),
          filter_pattern: "ERROR",
          destination_arn: made("logs-stream", "arn"),
          role_arn: made("logs-role", "arn"),
          distribution: "Random",
        }),
      ],
      importId: () => "/a|s",
      differs: [[/^id$/, "5.100 makes an imported id of the filter's name, 6 and ours of the group's, as at a creation"]],
    },
    {
      type: "aws_cloudwatch_log_resource_policy",
      name: "resource-policy",
      config: () => ({ policy_name: "p", policy_document: policy("es.amazonaws.com") }),
      changes: [
        () => ({ policy_name: "p", policy_document: policy("route53.amazonaws.com") }),
        () => ({ policy_name: "q", policy_document: policy("route53.amazonaws.com") }),
      ],
    },
    {
      type: "aws_cloudwatch_query_definition",
      name: "query",
      config: () => ({ name: "folder/q", query_string: "fields @message" }),
      changes: [() => ({ name: "folder/r", query_string: "fields @timestamp", log_group_names: ["/a"] })],
      importId: (made) => `arn:aws:logs:us-east-1:123456789012:query-definition:${String(made("query", "id"))}`,
    },
    {
      type: "aws_cloudwatch_log_destination",
      name: "destination",
      config: (made) => ({
        name: "d",
        role_arn: made("logs-role", "arn"),
        target_arn: made("logs-stream", "arn"),
        tags: { a: "b" },
      }),
      changes: [
        (made) => ({ name: "d", role_arn: made("logs-role", "arn"), target_arn: made("logs-stream", "arn"), tags: { a: "c" } }),
        (made) => ({ name: "e", role_arn: made("logs-role", "arn"), target_arn: made("logs-stream", "arn") }),
      ],
    },
    {
      type: "aws_cloudwatch_log_destination_policy",
      name: "destination-policy",
      config: () => ({ destination_name: "d", access_policy: access("logs:PutSubscriptionFilter") }),
      changes: [() => ({ destination_name: "d", access_policy: access("logs:*"), force_update: true })],
      remains: true,
    },
    {
      type: "aws_cloudwatch_log_data_protection_policy",
      name: "masked",
      config: () => ({ log_group_name: "/a", policy_document: PROTECTION("one") }),
      changes: [
        () => ({ log_group_name: "/a", policy_document: PROTECTION("two") }),
        () => ({ log_group_name: "/b", policy_document: PROTECTION("two") }),
      ],
    },
    {
      type: "aws_cloudwatch_log_account_policy",
      name: "account",
      config: () => ({ policy_name: "lives", policy_type: "DATA_PROTECTION_POLICY", policy_document: PROTECTION("all") }),
      changes: [
        () => ({ policy_name: "lives", policy_type: "DATA_PROTECTION_POLICY", policy_document: PROTECTION("others") }),
        () => ({ policy_name: "lives2", policy_type: "DATA_PROTECTION_POLICY", policy_document: PROTECTION("others") }),
      ],
      importId: () => "lives:DATA_PROTECTION_POLICY",
    },
  ],
  looks: [
    { data: "aws_cloudwatch_log_group", name: "by name", config: () => ({ name: "/a" }) },
    { data: "aws_cloudwatch_log_groups", name: "by prefix", config: () => ({ log_group_name_prefix: "/" }) },
    { data: "aws_cloudwatch_log_groups", name: "none", config: () => ({ log_group_name_prefix: "/none" }) },
  ],
  refusals: [
    {
      refused: "aws_cloudwatch_log_data_protection_policy",
      name: "group",
      config: { log_group_name: "a b", policy_document: "{}" },
    },
    { refused: "aws_cloudwatch_log_data_protection_policy", name: "json", config: { log_group_name: "a", policy_document: "{" } },
    {
      refused: "aws_cloudwatch_log_account_policy",
      name: "type",
      config: { policy_name: "p", policy_type: "x", policy_document: "{}" },
    },
    { refused: "aws_cloudwatch_log_stream", name: "colon", config: { name: "a:b", log_group_name: "g" } },
    {
      refused: "aws_cloudwatch_log_metric_filter",
      name: "group",
      config: { name: "a", log_group_name: "a b", pattern: "", metric_transformation: [METRIC] },
    },
    {
      refused: "aws_cloudwatch_log_metric_filter",
      name: "name",
      config: { name: "a:b", log_group_name: "a", pattern: "", metric_transformation: [METRIC] },
    },
    {
      refused: "aws_cloudwatch_log_metric_filter",
      name: "metric",
      config: { name: "a", log_group_name: "a", pattern: "", metric_transformation: [{ ...METRIC, name: "$" }] },
    },
    {
      refused: "aws_cloudwatch_log_metric_filter",
      name: "unit",
      config: { name: "a", log_group_name: "a", pattern: "", metric_transformation: [{ ...METRIC, unit: "X" }] },
    },
    {
      refused: "aws_cloudwatch_log_metric_filter",
      name: "default",
      config: { name: "a", log_group_name: "a", pattern: "", metric_transformation: [{ ...METRIC, default_value: "x" }] },
    },
    {
      refused: "aws_cloudwatch_log_subscription_filter",
      name: "arn",
      config: { name: "a", log_group_name: "a", filter_pattern: "", destination_arn: "x" },
    },
    {
      refused: "aws_cloudwatch_log_subscription_filter",
      name: "distribution",
      config: {
        name: "a",
        log_group_name: "a",
        filter_pattern: "",
        destination_arn: "arn:aws:kinesis:us-east-1:123456789012:stream/s",
        distribution: "X",
      },
    },
    { refused: "aws_cloudwatch_log_resource_policy", name: "document", config: { policy_name: "p", policy_document: "{" } },
    { refused: "aws_cloudwatch_query_definition", name: "name", config: { name: "/a", query_string: "fields" } },
    {
      refused: "aws_cloudwatch_query_definition",
      name: "group",
      config: { name: "a", query_string: "fields", log_group_names: ["a b"] },
    },
    { refused: "aws_cloudwatch_log_destination", name: "arn", config: { name: "a", role_arn: "x", target_arn: "y" } },
    { refused: "aws_cloudwatch_log_destination_policy", name: "policy", config: { destination_name: "a", access_policy: "{" } },
  ],
};
