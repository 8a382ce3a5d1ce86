/** Configurations that both the real provider and ours plan. Each is legal but for those in `REFUSED`. */
import type { ValueObject } from "@dovetail/model";

export interface Case {
  readonly type: string;
  readonly name: string;
  readonly config: ValueObject;
}

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: ["*"] }],
});
const BUCKET_POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: {
    Sid: "Deny",
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:PutObject"],
    Resource: "arn:aws:s3:::dovetail-conformance-named/*",
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  },
});
const KEYS = [
  { name: "PK", type: "S" },
  { name: "SK", type: "S" },
];

export const CASES: readonly Case[] = [
  {
    type: "aws_dynamodb_table",
    name: "plain",
    config: { name: "plain", billing_mode: "PAY_PER_REQUEST", hash_key: "PK", attribute: [{ name: "PK", type: "S" }] },
  },
  {
    type: "aws_dynamodb_table",
    name: "provisioned",
    config: {
      name: "provisioned",
      read_capacity: 5,
      write_capacity: 5,
      hash_key: "PK",
      range_key: "SK",
      attribute: [...KEYS, { name: "LSI", type: "N" }],
      local_secondary_index: [{ name: "LSI1", range_key: "LSI", projection_type: "ALL" }],
      stream_enabled: true,
      stream_view_type: "NEW_AND_OLD_IMAGES",
      tags: { A: "1" },
    },
  },
  {
    type: "aws_dynamodb_table",
    name: "kefir",
    config: {
      name: "kefir-app-dev",
      billing_mode: "PAY_PER_REQUEST",
      hash_key: "PK",
      range_key: "SK",
      attribute: [...KEYS, { name: "GSI1PK", type: "S" }, { name: "GSI1SK", type: "S" }],
      global_secondary_index: [{ name: "GSI1", hash_key: "GSI1PK", range_key: "GSI1SK", projection_type: "ALL" }],
      point_in_time_recovery: [{ enabled: false }],
      deletion_protection_enabled: false,
      server_side_encryption: [{ enabled: true }],
      ttl: [{ enabled: true, attribute_name: "TTL" }],
      tags: { Environment: "dev", Application: "kefir-app" },
    },
  },
  {
    type: "aws_s3_bucket",
    name: "named",
    config: { bucket: "dovetail-conformance-named", tags: { A: "1" }, force_destroy: true },
  },
  { type: "aws_s3_bucket", name: "prefixed", config: { bucket_prefix: "dovetail-" } },
  { type: "aws_s3_bucket", name: "unnamed", config: {} },
  {
    type: "aws_s3_bucket_versioning",
    name: "on",
    config: { bucket: "dovetail-conformance-named", versioning_configuration: [{ status: "Enabled" }] },
  },
  {
    type: "aws_s3_bucket_public_access_block",
    name: "all",
    config: { bucket: "dovetail-conformance-named", block_public_acls: true, restrict_public_buckets: true },
  },
  {
    type: "aws_s3_bucket_server_side_encryption_configuration",
    name: "aes",
    config: {
      bucket: "dovetail-conformance-named",
      rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: "AES256" }], bucket_key_enabled: true }],
    },
  },
  {
    type: "aws_s3_bucket_cors_configuration",
    name: "two",
    config: {
      bucket: "dovetail-conformance-named",
      cors_rule: [
        {
          allowed_headers: ["*"],
          allowed_methods: ["PUT", "GET", "POST"],
          allowed_origins: ["https://b.example", "https://a.example"],
          expose_headers: ["ETag"],
          max_age_seconds: 3000,
        },
        { allowed_methods: ["GET"], allowed_origins: ["*"] },
      ],
    },
  },
  {
    type: "aws_s3_bucket_lifecycle_configuration",
    name: "kefir",
    config: {
      bucket: "dovetail-conformance-named",
      rule: [
        { id: "delete-old-photos", status: "Enabled", expiration: [{ days: 365 }] },
        { id: "abort-incomplete-uploads", status: "Enabled", abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }] },
      ],
    },
  },
  {
    type: "aws_s3_bucket_lifecycle_configuration",
    name: "rich",
    config: {
      bucket: "dovetail-conformance-named",
      rule: [
        {
          id: "all",
          status: "Enabled",
          filter: [{}],
          transition: [
            { days: 30, storage_class: "STANDARD_IA" },
            { days: 90, storage_class: "GLACIER" },
          ],
          noncurrent_version_expiration: [{ noncurrent_days: 30 }],
        },
        { id: "prefix", status: "Disabled", filter: [{ prefix: "logs/" }], expiration: [{ expired_object_delete_marker: true }] },
        {
          id: "and",
          status: "Enabled",
          filter: [{ and: [{ prefix: "tmp/", tags: { a: "b" }, object_size_greater_than: 10 }] }],
          expiration: [{ days: 1 }],
        },
      ],
    },
  },
  {
    type: "aws_s3_bucket_lifecycle_configuration",
    name: "filters",
    config: {
      bucket: "dovetail-conformance-named",
      rule: [
        {
          id: "tag",
          status: "Enabled",
          filter: [{ tag: [{ key: "a", value: "b" }] }],
          expiration: [{ date: "2030-01-01T00:00:00Z" }],
        },
        { id: "size", status: "Enabled", filter: [{ object_size_greater_than: 100 }], expiration: [{ days: 3 }] },
        {
          id: "old",
          status: "Enabled",
          prefix: "old/",
          transition: [{ date: "2031-01-01T00:00:00Z", storage_class: "GLACIER" }],
        },
        {
          id: "and",
          status: "Enabled",
          filter: [{ and: [{ tags: { a: "b", c: "d" } }] }],
          noncurrent_version_transition: [{ noncurrent_days: 30, storage_class: "GLACIER", newer_noncurrent_versions: 2 }],
          transition: [{ storage_class: "STANDARD_IA" }],
        },
      ],
    },
  },
  {
    type: "aws_dynamodb_table",
    name: "indexes",
    config: {
      name: "indexes",
      billing_mode: "PAY_PER_REQUEST",
      hash_key: "PK",
      attribute: KEYS,
      global_secondary_index: [
        { name: "by-sk", hash_key: "SK", projection_type: "INCLUDE", non_key_attributes: ["b", "a"] },
        {
          name: "rev",
          hash_key: "SK",
          range_key: "PK",
          projection_type: "KEYS_ONLY",
          on_demand_throughput: [{ max_read_request_units: 5 }],
        },
      ],
      on_demand_throughput: [{ max_write_request_units: 10 }],
      table_class: "STANDARD_INFREQUENT_ACCESS",
      timeouts: { create: "5m" },
    },
  },
  {
    type: "aws_dynamodb_table",
    name: "standard",
    config: {
      name: "standard",
      hash_key: "PK",
      read_capacity: "1",
      write_capacity: 1,
      attribute: KEYS,
      table_class: "STANDARD",
      ttl: [{ attribute_name: "t" }],
      global_secondary_index: [{ name: "by-sk", hash_key: "SK", projection_type: "ALL", read_capacity: 1, write_capacity: 1 }],
    },
  },
  {
    type: "aws_s3_object",
    name: "bare",
    config: { bucket: "dovetail-conformance-named", key: "/lead//c.bin", content_base64: "AAEC", metadata: { a: "b" } },
  },
  { type: "aws_s3_bucket_policy", name: "p", config: { bucket: "dovetail-conformance-named", policy: BUCKET_POLICY } },
  {
    type: "aws_s3_bucket_ownership_controls",
    name: "o",
    config: { bucket: "dovetail-conformance-named", rule: [{ object_ownership: "BucketOwnerEnforced" }] },
  },
  {
    type: "aws_s3_bucket_notification",
    name: "n",
    config: {
      bucket: "dovetail-conformance-named",
      queue: [{ queue_arn: "arn:aws:sqs:us-east-1:123456789012:q", events: ["s3:ObjectCreated:*"], filter_prefix: "in/" }],
    },
  },
  { type: "aws_s3_bucket_acl", name: "a", config: { bucket: "dovetail-conformance-named", acl: "private" } },
  {
    type: "aws_s3_bucket_logging",
    name: "l",
    config: { bucket: "dovetail-conformance-named", target_bucket: "dovetail-conformance-logs", target_prefix: "log/" },
  },
  {
    type: "aws_s3_bucket_accelerate_configuration",
    name: "c",
    config: { bucket: "dovetail-conformance-named", status: "Enabled" },
  },
  {
    type: "aws_s3_bucket_website_configuration",
    name: "w",
    config: {
      bucket: "dovetail-conformance-named",
      index_document: [{ suffix: "index.html" }],
      error_document: [{ key: "error.html" }],
    },
  },
  {
    type: "aws_s3_object",
    name: "o",
    config: {
      bucket: "dovetail-conformance-named",
      key: "a/b.txt",
      content: "hello",
      content_type: "text/plain",
      tags: { K: "v" },
    },
  },
  { type: "aws_iam_role", name: "named", config: { name: "dovetail-role", assume_role_policy: TRUST, tags: { A: "1" } } },
  {
    type: "aws_iam_role",
    name: "prefixed",
    config: {
      name_prefix: "dovetail-",
      assume_role_policy: TRUST,
      description: "d",
      max_session_duration: "7200",
      inline_policy: [{ name: "i", policy: POLICY }],
      managed_policy_arns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
    },
  },
  { type: "aws_iam_role_policy", name: "p", config: { role: "dovetail-role", policy: POLICY } },
  { type: "aws_iam_role_policy", name: "named", config: { name: "n", role: "dovetail-role", policy: POLICY } },
  {
    type: "aws_iam_role_policy_attachment",
    name: "a",
    config: { role: "dovetail-role", policy_arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
  },
  { type: "aws_iam_policy", name: "p", config: { name: "dovetail-policy", policy: POLICY, description: "d" } },
  { type: "aws_ssm_parameter", name: "s", config: { name: "/dovetail/a", type: "String", value: "v", tags: { A: "1" } } },
  { type: "aws_ssm_parameter", name: "insecure", config: { name: "/dovetail/b", type: "StringList", insecure_value: "a,b" } },
];

/** Refused by the real provider when it validates. */
export const REFUSED: readonly Case[] = [
  {
    type: "aws_dynamodb_table",
    name: "kind",
    config: { name: "kind", billing_mode: "PAY_PER_REQUEST", hash_key: "PK", attribute: [{ name: "PK", type: "X" }] },
  },
  { type: "aws_iam_role", name: "long", config: { name: "x".repeat(65), assume_role_policy: TRUST } },
  { type: "aws_iam_role", name: "chars", config: { name: "a b/c", assume_role_policy: TRUST } },
  { type: "aws_iam_role", name: "both", config: { name: "a", name_prefix: "b", assume_role_policy: TRUST } },
  { type: "aws_iam_role", name: "json", config: { name: "a", assume_role_policy: "{nope" } },
  { type: "aws_iam_role", name: "session", config: { name: "a", assume_role_policy: TRUST, max_session_duration: 60 } },
  { type: "aws_iam_role_policy", name: "empty", config: { role: "r", policy: "" } },
  { type: "aws_iam_role_policy", name: "array", config: { role: "r", policy: "[]" } },
  { type: "aws_iam_role_policy", name: "string", config: { role: "r", policy: '"x"' } },
  { type: "aws_iam_policy", name: "broken", config: { policy: '{"a":' } },
  { type: "aws_iam_role_policy_attachment", name: "arn", config: { role: "r", policy_arn: "nope" } },
  { type: "aws_s3_bucket", name: "long", config: { bucket: "x".repeat(64) } },
  { type: "aws_s3_bucket_versioning", name: "status", config: { bucket: "b", versioning_configuration: [{ status: "On" }] } },
  { type: "aws_s3_bucket_ownership_controls", name: "rule", config: { bucket: "b", rule: [{ object_ownership: "Me" }] } },
  {
    type: "aws_s3_bucket_server_side_encryption_configuration",
    name: "alg",
    config: { bucket: "b", rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: "rot13" }] }] },
  },
  { type: "aws_s3_object", name: "both", config: { bucket: "b", key: "k", content: "a", source: "b" } },
  { type: "aws_s3_object", name: "key", config: { bucket: "b", key: "", content: "a" } },
  { type: "aws_ssm_parameter", name: "none", config: { name: "/a", type: "String" } },
  { type: "aws_ssm_parameter", name: "two", config: { name: "/a", type: "String", value: "a", insecure_value: "b" } },
  { type: "aws_ssm_parameter", name: "type", config: { name: "/a", type: "Text", value: "a" } },
  { type: "aws_ssm_parameter", name: "wo", config: { name: "/a", type: "String", value_wo: "a" } },
];

/** Refused by the real provider when it plans. */
export const REFUSED_IN_PLAN: readonly Case[] = [
  {
    type: "aws_dynamodb_table",
    name: "unused",
    config: { name: "unused", billing_mode: "PAY_PER_REQUEST", hash_key: "PK", attribute: KEYS },
  },
  {
    type: "aws_dynamodb_table",
    name: "unmatched",
    config: { name: "unmatched", billing_mode: "PAY_PER_REQUEST", hash_key: "PK", range_key: "X", attribute: [KEYS[0] ?? {}] },
  },
  {
    type: "aws_dynamodb_table",
    name: "stream",
    config: {
      name: "stream",
      billing_mode: "PAY_PER_REQUEST",
      hash_key: "PK",
      attribute: [{ name: "PK", type: "S" }],
      stream_enabled: true,
    },
  },
  {
    type: "aws_dynamodb_table",
    name: "ttl",
    config: {
      name: "ttl",
      billing_mode: "PAY_PER_REQUEST",
      hash_key: "PK",
      attribute: [{ name: "PK", type: "S" }],
      ttl: [{ enabled: true }],
    },
  },
  {
    type: "aws_dynamodb_table",
    name: "capacity",
    config: { name: "capacity", hash_key: "PK", attribute: [{ name: "PK", type: "S" }] },
  },
];
