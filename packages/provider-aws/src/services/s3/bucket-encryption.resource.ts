import type { BlockedEncryptionTypes, ServerSideEncryptionByDefault, ServerSideEncryptionRule } from "@aws-sdk/client-s3";
import { block, blocks, expand, flag, flatten, rowsOf, text } from "../attribute-map.ts";
import { each } from "../checks.ts";
import { bucketPart } from "./bucket-part.ts";

const byDefault = rowsOf<ServerSideEncryptionByDefault>();
const DEFAULT_ROWS = [
  byDefault("kms_master_key_id", "KMSMasterKeyID", text()),
  byDefault("sse_algorithm", "SSEAlgorithm", text()),
];

const rule = rowsOf<ServerSideEncryptionRule>();
const RULE_ROWS = [
  rule("apply_server_side_encryption_by_default", "ApplyServerSideEncryptionByDefault", block(DEFAULT_ROWS)),
  rule("bucket_key_enabled", "BucketKeyEnabled", flag()),
  rule("blocked_encryption_types", "BlockedEncryptionTypes", {
    expand: (value) =>
      Array.isArray(value) && value.length > 0
        ? { EncryptionType: value.map(String) as BlockedEncryptionTypes["EncryptionType"] }
        : undefined,
    flatten: (found) => found?.EncryptionType ?? [],
  }),
];
export const ROWS = [rowsOf<{ Rules: ServerSideEncryptionRule[] }>()("rule", "Rules", blocks(RULE_ROWS))];

/** `aws_s3_bucket_server_side_encryption_configuration`. Behaviour: `internal/service/s3/bucket_server_side_encryption_configuration.go` (read 2026-11). */
export const resource = bucketPart({
  type: "aws_s3_bucket_server_side_encryption_configuration",
  missing: ["ServerSideEncryptionConfigurationNotFoundError"],
  checks: [
    each("rule.apply_server_side_encryption_by_default.sse_algorithm", (value) =>
      ["AES256", "aws:kms", "aws:kms:dsse", "aws:fsx"].includes(String(value))
        ? undefined
        : `expected sse_algorithm to be one of ["AES256" "aws:kms" "aws:kms:dsse"], got ${String(value)}`,
    ),
  ],
  async put(aws, target, planned) {
    await aws.clients.s3.putBucketEncryption({ ...target, ServerSideEncryptionConfiguration: expand(ROWS, planned) });
  },
  async get(aws, target) {
    const { ServerSideEncryptionConfiguration: found } = await aws.clients.s3.getBucketEncryption(target);
    return found === undefined ? undefined : flatten(ROWS, found);
  },
  async remove(aws, target) {
    await aws.clients.s3.deleteBucketEncryption(target);
  },
});
