import type { Group } from "./life.ts";

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const BUCKET = "lives-bucket";
const TARGET = { bucket: "arn:aws:s3:::lives-target" };
const ROLE = "arn:aws:iam::123456789012:role/lives-replication";
const INVENTORY = {
  bucket: BUCKET,
  name: "weekly",
  included_object_versions: "All",
  schedule: [{ frequency: "Weekly" }],
};
/** What newer types of their own set is read into the bucket's state only where that has it already. */
const LEGACY = [
  [/^(grant|server_side_encryption_configuration|object_lock_configuration|versioning)\b/, "the bucket's deprecated blocks"],
] as const;
const rule = (more: object) => ({ id: "r", status: "Enabled", destination: [TARGET], ...more });

export const S3: Group = {
  name: "S3",
  rows: [
    { type: "aws_s3_bucket", name: "bucket", config: () => ({ bucket: BUCKET }), differs: LEGACY },
    { type: "aws_s3_bucket", name: "target", config: () => ({ bucket: "lives-target" }), differs: LEGACY },
    {
      type: "aws_s3_bucket",
      name: "locked",
      config: () => ({ bucket: "lives-locked", object_lock_enabled: true }),
      differs: LEGACY,
    },
    ...[BUCKET, "lives-target"].map((bucket) => ({
      type: "aws_s3_bucket_versioning",
      name: `versions-${bucket}`,
      config: () => ({ bucket, versioning_configuration: [{ status: "Enabled" }] }),
      remains: true,
    })),
    { type: "aws_iam_role", name: "role", config: () => ({ name: "lives-replication", assume_role_policy: TRUST }) },
    {
      type: "aws_s3_bucket_request_payment_configuration",
      name: "payer",
      config: () => ({ bucket: BUCKET, payer: "Requester" }),
      changes: [() => ({ bucket: BUCKET, payer: "BucketOwner" }), () => ({ bucket: "lives-target", payer: "BucketOwner" })],
      remains: true,
    },
    {
      type: "aws_s3_bucket_object_lock_configuration",
      name: "lock",
      config: () => ({ bucket: "lives-locked", rule: [{ default_retention: [{ mode: "COMPLIANCE", days: 5 }] }] }),
      changes: [
        () => ({ bucket: "lives-locked", rule: [{ default_retention: [{ mode: "GOVERNANCE", years: 1 }] }] }),
        () => ({ bucket: "lives-locked" }),
      ],
      remains: true,
    },
    {
      type: "aws_s3_bucket_metric",
      name: "whole",
      config: () => ({ bucket: BUCKET, name: "EntireBucket" }),
      changes: [
        () => ({ bucket: BUCKET, name: "EntireBucket", filter: [{ prefix: "a/" }] }),
        () => ({ bucket: BUCKET, name: "EntireBucket", filter: [{ prefix: "a/", tags: { a: "b" } }] }),
        () => ({ bucket: BUCKET, name: "EntireBucket", filter: [{ tags: { a: "c" } }] }),
        () => ({ bucket: BUCKET, name: "Other" }),
      ],
    },
    {
      type: "aws_s3_bucket_analytics_configuration",
      name: "analytics",
      config: () => ({ bucket: BUCKET, name: "a" }),
      changes: [
        () => ({
          bucket: BUCKET,
          name: "a",
          storage_class_analysis: [
            { data_export: [{ destination: [{ s3_bucket_destination: [{ bucket_arn: TARGET.bucket, prefix: "p" }] }] }] },
          ],
        }),
        () => ({ bucket: BUCKET, name: "a", filter: [{ prefix: "x", tags: { k: "v", l: "w" } }] }),
        () => ({ bucket: BUCKET, name: "a", filter: [{ tags: { k: "v" } }] }),
        () => ({ bucket: BUCKET, name: "b" }),
      ],
    },
    {
      type: "aws_s3_bucket_inventory",
      name: "inventory",
      config: () => ({ ...INVENTORY, destination: [{ bucket: [{ bucket_arn: TARGET.bucket, format: "CSV" }] }] }),
      changes: [
        () => ({
          ...INVENTORY,
          enabled: false,
          filter: [{ prefix: "x/" }],
          optional_fields: ["Size", "ETag"],
          schedule: [{ frequency: "Daily" }],
          destination: [
            {
              bucket: [
                {
                  bucket_arn: TARGET.bucket,
                  format: "ORC",
                  prefix: "p",
                  account_id: "123456789012",
                  encryption: [{ sse_kms: [{ key_id: "arn:aws:kms:us-east-1:123456789012:key/k" }] }],
                },
              ],
            },
          ],
        }),
        () => ({
          ...INVENTORY,
          destination: [{ bucket: [{ bucket_arn: TARGET.bucket, format: "Parquet", encryption: [{ sse_s3: [{}] }] }] }],
        }),
      ],
    },
    {
      type: "aws_s3_bucket_intelligent_tiering_configuration",
      name: "tiers",
      config: () => ({
        bucket: BUCKET,
        name: "t",
        tiering: [
          { access_tier: "DEEP_ARCHIVE_ACCESS", days: 180 },
          { access_tier: "ARCHIVE_ACCESS", days: 125 },
        ],
      }),
      changes: [
        () => ({
          bucket: BUCKET,
          name: "t",
          status: "Disabled",
          filter: [{ prefix: "p/", tags: { a: "b" } }],
          tiering: [{ access_tier: "ARCHIVE_ACCESS", days: 125 }],
        }),
        () => ({ bucket: BUCKET, name: "u", tiering: [{ access_tier: "ARCHIVE_ACCESS", days: 125 }] }),
      ],
    },
    {
      type: "aws_s3_bucket_replication_configuration",
      name: "replication",
      config: () => ({ bucket: BUCKET, role: ROLE, rule: [rule({ prefix: "p/" })] }),
      changes: [
        () => ({
          bucket: BUCKET,
          role: ROLE,
          rule: [
            rule({
              priority: 1,
              filter: [{ prefix: "a/" }],
              delete_marker_replication: [{ status: "Enabled" }],
              destination: [
                {
                  ...TARGET,
                  storage_class: "STANDARD",
                  metrics: [{ status: "Enabled", event_threshold: [{ minutes: 15 }] }],
                  replication_time: [{ status: "Enabled", time: [{ minutes: 15 }] }],
                },
              ],
            }),
          ],
        }),
        () => ({
          bucket: BUCKET,
          role: ROLE,
          rule: [
            rule({
              filter: [{ and: [{ prefix: "a/", tags: { a: "b", c: "d" } }] }],
              delete_marker_replication: [{ status: "Disabled" }],
              source_selection_criteria: [{ replica_modifications: [{ status: "Enabled" }] }],
            }),
            rule({
              id: "s",
              priority: 3,
              filter: [{ tag: [{ key: "k", value: "v" }] }],
              delete_marker_replication: [{ status: "Disabled" }],
            }),
          ],
        }),
        () => ({
          bucket: BUCKET,
          role: ROLE,
          rule: [{ status: "Enabled", destination: [TARGET], filter: [{}], delete_marker_replication: [{ status: "Enabled" }] }],
        }),
      ],
    },
    {
      type: "aws_s3_bucket_policy",
      name: "policy",
      config: () => ({
        bucket: "lives-target",
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::lives-target/secret/*" }],
        }),
      }),
    },
    {
      type: "aws_s3_object",
      name: "json",
      config: () => ({
        bucket: "lives-target",
        key: "looks/a.json",
        content: '{"a":1}',
        content_type: "application/json",
        cache_control: "max-age=1",
        metadata: { m: "n" },
        tags: { a: "b" },
      }),
      importId: () => "lives-target/looks/a.json",
      differs: [[/^content$/, "not known to an import"]],
    },
    {
      type: "aws_s3_object",
      name: "bytes",
      config: () => ({
        bucket: "lives-target",
        key: "looks/b.bin",
        content_base64: "AAEC",
        checksum_algorithm: "SHA256",
        website_redirect: "/x",
      }),
      importId: () => "lives-target/looks/b.bin",
      differs: [[/^(content_base64|checksum_.*)$/, "not known to an import"]],
    },
    {
      type: "aws_s3_object_copy",
      name: "copy",
      config: () => ({ bucket: "lives-target", key: "copies/a.json", source: "lives-target/looks/a.json" }),
      importId: null,
      differs: [[/^last_modified$/, "the two are made at different times"]],
      changes: [
        () => ({
          bucket: "lives-target",
          key: "copies/a.json",
          source: "lives-target/looks/a.json",
          cache_control: "no-cache",
          content_type: "text/plain",
          metadata: { x: "y" },
          metadata_directive: "REPLACE",
          tagging_directive: "REPLACE",
          tags: { c: "d" },
          storage_class: "STANDARD_IA",
        }),
        () => ({ bucket: "lives-target", key: "copies/b.json", source: "lives-target/looks/a.json" }),
      ],
    },
  ],
  looks: [
    { data: "aws_s3_object", name: "json", config: () => ({ bucket: "lives-target", key: "looks/a.json" }) },
    { data: "aws_s3_object", name: "range", config: () => ({ bucket: "lives-target", key: "looks/a.json", range: "bytes=0-1" }) },
    {
      data: "aws_s3_object",
      name: "checksum",
      config: () => ({ bucket: "lives-target", key: "looks/b.bin", checksum_mode: "ENABLED" }),
    },
    { data: "aws_s3_objects", name: "below", config: () => ({ bucket: "lives-target", prefix: "looks/" }) },
    { data: "aws_s3_objects", name: "prefixes", config: () => ({ bucket: "lives-target", delimiter: "/", fetch_owner: true }) },
    { data: "aws_s3_objects", name: "one", config: () => ({ bucket: "lives-target", prefix: "looks/", max_keys: 1 }) },
    { data: "aws_canonical_user_id", name: "me", config: () => ({}) },
    { data: "aws_s3_bucket_policy", name: "policy", config: () => ({ bucket: "lives-target" }) },
  ],
  refusals: [
    { refused: "aws_s3_object_copy", name: "acl", config: { bucket: "b", key: "k", source: "b/s", acl: "x" } },
    { refused: "aws_s3_object_copy", name: "source", config: { bucket: "b", key: "k", source: "" } },
    { refused: "aws_s3_object_copy", name: "time", config: { bucket: "b", key: "k", source: "b/s", expires: "soon" } },
    {
      refused: "aws_s3_object_copy",
      name: "permission",
      config: { bucket: "b", key: "k", source: "b/s", grant: [{ type: "Group", uri: "u", permissions: ["WRITE"] }] },
    },
    { refused: "aws_s3_bucket_request_payment_configuration", name: "payer", config: { bucket: "b", payer: "Nobody" } },
    {
      refused: "aws_s3_bucket_object_lock_configuration",
      name: "mode",
      config: { bucket: "b", rule: [{ default_retention: [{ mode: "x" }] }] },
    },
    {
      refused: "aws_s3_bucket_inventory",
      name: "format",
      config: { ...INVENTORY, destination: [{ bucket: [{ bucket_arn: TARGET.bucket, format: "TSV" }] }] },
    },
    { refused: "aws_s3_bucket_analytics_configuration", name: "filter", config: { bucket: "b", name: "n", filter: [{}] } },
    { refused: "aws_s3_bucket_metric", name: "filter", config: { bucket: "b", name: "n", filter: [{}] } },
    {
      refused: "aws_s3_bucket_intelligent_tiering_configuration",
      name: "tier",
      config: { bucket: "b", name: "n", tiering: [{ access_tier: "x", days: 125 }] },
    },
    {
      refused: "aws_s3_bucket_intelligent_tiering_configuration",
      name: "filter",
      config: { bucket: "b", name: "n", filter: [{}], tiering: [{ access_tier: "ARCHIVE_ACCESS", days: 125 }] },
    },
    {
      refused: "aws_s3_bucket_replication_configuration",
      name: "status",
      config: { bucket: "b", role: ROLE, rule: [rule({ status: "x" })] },
    },
    { refused: "aws_s3_bucket_replication_configuration", name: "role", config: { bucket: "b", role: "x", rule: [rule({})] } },
  ],
};
