import type { LoggingEnabled, PartitionedPrefix, TargetGrant, TargetObjectKeyFormat } from "@aws-sdk/client-s3";
import { block, blocks, clearableText, expand, flatten, rowsOf, text } from "../attribute-map.ts";
import { exactlyOneOf, oneOf, within } from "../checks.ts";
import { bucketPart } from "./bucket-part.ts";
import { GRANTEE_ROWS } from "./grant-rows.ts";

const grant = rowsOf<TargetGrant>();
const format = rowsOf<TargetObjectKeyFormat>();
const partitioned = rowsOf<PartitionedPrefix>();
const row = rowsOf<LoggingEnabled>();
export const ROWS = [
  row("target_bucket", "TargetBucket", text()),
  row("target_prefix", "TargetPrefix", clearableText()),
  row(
    "target_grant",
    "TargetGrants",
    blocks([grant("grantee", "Grantee", block(GRANTEE_ROWS)), grant("permission", "Permission", text())]),
  ),
  row(
    "target_object_key_format",
    "TargetObjectKeyFormat",
    block([
      format(
        "partitioned_prefix",
        "PartitionedPrefix",
        block([partitioned("partition_date_source", "PartitionDateSource", text())]),
      ),
      format("simple_prefix", "SimplePrefix", block([])),
    ]),
  ),
];

/** `aws_s3_bucket_logging`. Behaviour: `internal/service/s3/bucket_logging.go` (read 2026-11). */
export const resource = bucketPart({
  type: "aws_s3_bucket_logging",
  checks: [
    within(
      "target_object_key_format.0",
      exactlyOneOf(["target_object_key_format.0.partitioned_prefix", "target_object_key_format.0.simple_prefix"]),
    ),
    oneOf("target_grant.permission", ["FULL_CONTROL", "READ", "WRITE"]),
    oneOf("target_grant.grantee.type", ["CanonicalUser", "AmazonCustomerByEmail", "Group"]),
    oneOf("target_object_key_format.partitioned_prefix.partition_date_source", ["EventTime", "DeliveryTime"]),
  ],
  async put(aws, target, planned) {
    await aws.clients.s3.putBucketLogging({ ...target, BucketLoggingStatus: { LoggingEnabled: expand(ROWS, planned) } });
  },
  async get(aws, target) {
    const { LoggingEnabled: found } = await aws.clients.s3.getBucketLogging(target);
    return found === undefined ? undefined : flatten(ROWS, found);
  },
  async remove(aws, target) {
    await aws.clients.s3.putBucketLogging({ ...target, BucketLoggingStatus: {} });
  },
});
