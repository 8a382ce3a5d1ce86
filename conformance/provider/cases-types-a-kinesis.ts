import type { Group } from "./life.ts";

const policy = (action: string, resource: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: action, Resource: resource }],
  });

export const KINESIS: Group = {
  name: "Kinesis",
  rows: [
    {
      type: "aws_kinesis_stream",
      name: "stream",
      config: () => ({ name: "stream", shard_count: 1 }),
      plans: [
        () => ({ name: "stream", shard_count: 2, retention_period: 48, tags: { a: "b" } }),
        () => ({ name: "stream", shard_count: 1, shard_level_metrics: ["IncomingBytes", "OutgoingBytes"], tags: { a: "c" } }),
        () => ({ name: "stream", shard_count: 1, encryption_type: "KMS", kms_key_id: "alias/aws/kinesis" }),
        () => ({ name: "stream", stream_mode_details: [{ stream_mode: "ON_DEMAND" }] }),
        () => ({ name: "stream-2", shard_count: 1 }),
      ],
      importId: () => "stream",
    },
    {
      type: "aws_kinesis_stream",
      name: "stream-full",
      config: () => ({
        name: "full",
        stream_mode_details: [{ stream_mode: "ON_DEMAND" }],
        retention_period: 30,
        shard_level_metrics: ["IncomingRecords"],
        encryption_type: "KMS",
        kms_key_id: "alias/aws/kinesis",
        enforce_consumer_deletion: true,
        tags: { a: "b" },
        timeouts: { create: "1m", update: "2m", delete: "3m" },
      }),
      importId: () => "full",
    },
    {
      type: "aws_kinesis_stream_consumer",
      name: "consumer",
      config: (made) => ({ name: "consumer", stream_arn: made("stream-full", "arn") }),
      changes: [(made) => ({ name: "other", stream_arn: made("stream-full", "arn") })],
    },
    {
      type: "aws_kinesis_resource_policy",
      name: "stream-policy",
      config: (made) => ({
        resource_arn: made("stream-full", "arn"),
        policy: policy("kinesis:DescribeStream", String(made("stream-full", "arn"))),
      }),
      changes: [
        (made) => ({
          resource_arn: made("stream-full", "arn"),
          policy: policy("kinesis:GetRecords", String(made("stream-full", "arn"))),
        }),
        (made) => ({
          resource_arn: made("stream", "arn"),
          policy: policy("kinesis:GetRecords", String(made("stream-full", "arn"))),
        }),
      ],
    },
  ],
  looks: [
    { data: "aws_kinesis_stream", name: "on demand", config: () => ({ name: "full" }) },
    { data: "aws_kinesis_stream", name: "resharded", config: () => ({ name: "stream" }) },
  ],
  refusals: [
    { refused: "aws_kinesis_stream", name: "no shards", config: { name: "s" } },
    {
      refused: "aws_kinesis_stream",
      name: "both",
      config: { name: "s", shard_count: 1, stream_mode_details: [{ stream_mode: "ON_DEMAND" }] },
    },
    { refused: "aws_kinesis_stream", name: "mode", config: { name: "s", stream_mode_details: [{ stream_mode: "X" }] } },
    { refused: "aws_kinesis_stream", name: "retention", config: { name: "s", shard_count: 1, retention_period: 1 } },
    { refused: "aws_kinesis_stream", name: "encryption", config: { name: "s", shard_count: 1, encryption_type: "X" } },
    { refused: "aws_kinesis_stream_consumer", name: "arn", config: { name: "c", stream_arn: "x" } },
    { refused: "aws_kinesis_resource_policy", name: "arn", config: { resource_arn: "x", policy: "{}" } },
    {
      refused: "aws_kinesis_resource_policy",
      name: "stream-policy",
      config: { resource_arn: "arn:aws:kinesis:us-east-1:123456789012:stream/s", policy: "x" },
    },
  ],
};
