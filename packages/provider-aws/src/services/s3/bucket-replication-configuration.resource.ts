import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, RetryRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blocksAt, requiredText, textAt } from "../attribute-map.ts";
import { isArn, lengthBetween, oneOf, runChecks } from "../checks.ts";
import { BUCKET_SETTLING } from "./bucket-part.ts";
import { ruleInput, ruleState } from "./bucket-replication-rules.ts";

const MISSING = ["ReplicationConfigurationNotFoundError", "NoSuchBucket"];
const STATES = ["Enabled", "Disabled"];

const SETTLING: RetryRow = {
  codes: ["NoSuchBucket", "InvalidRequest"],
  message: /Versioning must be|bucket does not exist/,
  timeoutMs: 120_000,
  why: "versioning of a bucket that was just turned on is not seen by all of S3 yet",
  source: "terraform-provider-aws, internal/service/s3/bucket_replication_configuration.go (read 2026-11)",
};

const CHECKS = [
  lengthBetween("bucket", 1, 63),
  isArn("role"),
  isArn("rule.destination.bucket"),
  lengthBetween("rule.id", 0, 255),
  lengthBetween("rule.prefix", 0, 1024),
  oneOf("rule.status", STATES),
  oneOf("rule.delete_marker_replication.status", STATES),
  oneOf("rule.existing_object_replication.status", STATES),
  oneOf("rule.destination.access_control_translation.owner", ["Destination"]),
  oneOf("rule.source_selection_criteria.replica_modifications.status", STATES),
  oneOf("rule.source_selection_criteria.sse_kms_encrypted_objects.status", STATES),
];

/** `aws_s3_bucket_replication_configuration`; id is the bucket. Behaviour: `internal/service/s3/bucket_replication_configuration.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_s3_bucket_replication_configuration",
  forceNew: ["bucket"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const Bucket = requiredText(planned, "bucket");
    await aws.retry(SETTLING, () => put(aws, Bucket, planned));
    await onCreated({ id: Bucket, bucket: Bucket });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const answer = await unlessMissing(MISSING, () => aws.clients.s3.getBucketReplication({ Bucket: id }));
    const found = answer?.ReplicationConfiguration;
    if (found === undefined) return null;
    return {
      id,
      bucket: id,
      role: found.Role ?? "",
      rule: (found.Rules ?? []).map(ruleState),
      token: state.token ?? null,
    };
  },
  async update(aws, prior, planned) {
    await aws.retry(BUCKET_SETTLING, () => put(aws, requiredText(prior, "id"), planned));
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.s3.deleteBucketReplication({ Bucket: requiredText(state, "id") }));
  },
  importId: (id) => ({ id, bucket: id }),
  async find(_aws, planned) {
    const bucket = textAt(planned, "bucket");
    return bucket === undefined ? null : { id: bucket, bucket };
  },
};

async function put(aws: AwsContext, Bucket: string, planned: ValueObject): Promise<void> {
  const token = textAt(planned, "token");
  await aws.clients.s3.putBucketReplication({
    Bucket,
    ReplicationConfiguration: { Role: requiredText(planned, "role"), Rules: blocksAt(planned, "rule").map(ruleInput) },
    ...(token === undefined ? {} : { Token: token }),
  });
}
