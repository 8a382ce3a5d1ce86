import type { ValueObject } from "@dovetail/model";
import type { Group, Made } from "./life.ts";

const TABLE = { name: "lives", billing_mode: "PAY_PER_REQUEST", hash_key: "PK", attribute: [{ name: "PK", type: "S" }] };
const POLICY = (action: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: action,
        Resource: "arn:aws:dynamodb:us-east-1:123456789012:table/lives",
      },
    ],
  });
const item = (more: object) => JSON.stringify({ PK: { S: "one" }, ...more });
const ITEM = { table_name: "lives", hash_key: "PK" };
const tagOf = (made: Made): ValueObject => ({ resource_arn: made("table", "arn"), key: "k" });

export const DYNAMODB: Group = {
  name: "DynamoDB",
  rows: [
    { type: "aws_dynamodb_table", name: "table", config: () => TABLE },
    {
      type: "aws_dynamodb_table",
      name: "ranged",
      config: () => ({ ...TABLE, name: "ranged", range_key: "SK", attribute: [...TABLE.attribute, { name: "SK", type: "N" }] }),
    },
    { type: "aws_kinesis_stream", name: "stream", config: () => ({ name: "lives", shard_count: 1 }), importId: () => "lives" },
    {
      type: "aws_dynamodb_table_item",
      name: "item",
      importId: null,
      config: () => ({
        ...ITEM,
        item: item({ a: { N: "1" }, b: { BOOL: true }, c: { M: { d: { L: [{ NULL: true }, { S: "<x>" }] } } } }),
      }),
      changes: [
        () => ({ ...ITEM, item: item({ a: { N: "2" }, s: { SS: ["y", "x"] }, n: { NS: ["2", "1"] }, b: { B: "AAEC" } }) }),
        () => ({ ...ITEM, item: JSON.stringify({ PK: { S: "two" }, a: { N: "3" } }) }),
        () => ({ ...ITEM, hash_key: "x", item: JSON.stringify({ x: { S: "two" } }) }),
      ],
    },
    {
      type: "aws_dynamodb_table_item",
      name: "ranged-item",
      importId: null,
      config: () => ({ table_name: "ranged", hash_key: "PK", range_key: "SK", item: item({ SK: { N: "1" }, v: { S: "1" } }) }),
      changes: [() => ({ table_name: "ranged", hash_key: "PK", range_key: "SK", item: item({ SK: { N: "2" } }) })],
    },
    {
      type: "aws_dynamodb_resource_policy",
      name: "policy",
      config: (made) => ({ resource_arn: made("table", "arn"), policy: POLICY("dynamodb:GetItem") }),
      changes: [
        (made) => ({
          resource_arn: made("table", "arn"),
          policy: POLICY("dynamodb:PutItem"),
          confirm_remove_self_resource_access: true,
        }),
        (made) => ({ resource_arn: made("ranged", "arn"), policy: POLICY("dynamodb:PutItem") }),
      ],
    },
    {
      type: "aws_dynamodb_kinesis_streaming_destination",
      name: "streaming",
      config: (made) => ({ table_name: "lives", stream_arn: made("stream", "arn") }),
      changes: [
        (made) => ({
          table_name: "lives",
          stream_arn: made("stream", "arn"),
          approximate_creation_date_time_precision: "MICROSECOND",
        }),
      ],
    },
    {
      type: "aws_dynamodb_kinesis_streaming_destination",
      name: "micro",
      config: (made) => ({
        table_name: "ranged",
        stream_arn: made("stream", "arn"),
        approximate_creation_date_time_precision: "MICROSECOND",
      }),
    },
    {
      type: "aws_dynamodb_contributor_insights",
      name: "insights",
      config: () => ({ table_name: "lives" }),
      changes: [() => ({ table_name: "ranged" }), () => ({ table_name: "lives", index_name: "i" })],
    },
    {
      type: "aws_dynamodb_tag",
      name: "tag",
      config: (made) => ({ ...tagOf(made), value: "v" }),
      changes: [(made) => ({ ...tagOf(made), value: "w" }), (made) => ({ ...tagOf(made), key: "l", value: "w" })],
    },
  ],
  looks: [
    { data: "aws_dynamodb_table", name: "plain", config: () => ({ name: "lives" }) },
    { data: "aws_dynamodb_table", name: "ranged", config: () => ({ name: "ranged" }) },
    { data: "aws_dynamodb_tables", name: "all", config: () => ({}) },
    {
      data: "aws_dynamodb_table_item",
      name: "item",
      config: () => ({ table_name: "lives", key: '{"PK":{"S":"two"}}' }),
    },
    {
      data: "aws_dynamodb_table_item",
      name: "projected",
      config: () => ({
        table_name: "lives",
        key: '{"PK":{"S":"two"}}',
        projection_expression: "#a",
        expression_attribute_names: { "#a": "a" },
      }),
    },
  ],
  refusals: [
    { refused: "aws_dynamodb_table_item", name: "json", config: { ...ITEM, item: "{" } },
    { refused: "aws_dynamodb_table_item", name: "format", config: { ...ITEM, item: '{"PK":"x"}' } },
    { refused: "aws_dynamodb_kinesis_streaming_destination", name: "arn", config: { table_name: "t", stream_arn: "x" } },
    {
      refused: "aws_dynamodb_kinesis_streaming_destination",
      name: "precision",
      config: {
        table_name: "t",
        stream_arn: "arn:aws:kinesis:us-east-1:123456789012:stream/s",
        approximate_creation_date_time_precision: "x",
      },
    },
  ],
};
