import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { hasCode, unlessMissing } from "../api-error.ts";
import { isTrue, requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { conflicts, each, lengthBetween, runChecks } from "../checks.ts";
import { UNIQUE_SUFFIX_LENGTH } from "../iam/names.ts";
import { prefixOfName } from "../name-prefix.ts";
import { changedTags, tagList, tagMap } from "../tags.ts";
import { bucketNameProblem, globalDomain, regionalDomain, websiteHostedZone } from "./bucket-names.ts";
import { BUCKET_SETTLING } from "./bucket-part.ts";
import { emptyBucket } from "./empty-bucket.ts";

const MISSING = ["NoSuchBucket", "NotFound"];

/** A setting that has a resource type of its own. */
function split(type: string): string {
  return `this argument is deprecated since provider 4.0; use the resource ${type}.`;
}

const CHECKS = [
  each("bucket", (value) => (typeof value === "string" && value !== "" ? bucketNameProblem(value) : undefined), {
    code: "DVT3007",
  }),
  lengthBetween("bucket", 0, 63, { code: "DVT3007" }),
  lengthBetween("bucket_prefix", 0, 63 - UNIQUE_SUFFIX_LENGTH, { code: "DVT3007" }),
  conflicts("bucket", ["bucket_prefix"]),
  conflicts("bucket_prefix", ["bucket"]),
];

/**
 * `aws_s3_bucket`. Behaviour as terraform-provider-aws 5.100/6: `internal/service/s3/bucket.go` (read 2026-11), but for its deprecated
 * inline settings: these are refused with the name of the resource type to use, and their computed copies stay empty, so that a bucket never
 * seems to have drifted because its versioning resource did its work.
 */
export const resource: NativeResource = {
  type: "aws_s3_bucket",
  forceNew: ["bucket", "bucket_prefix", "bucket_namespace", "object_lock_enabled"],
  defaults: { force_destroy: false },
  naming: { attribute: "bucket", prefix: "bucket_prefix", maxLength: 63 },
  tagged: true,
  unsupported: {
    acceleration_status: split("aws_s3_bucket_accelerate_configuration"),
    acl: split("aws_s3_bucket_acl"),
    bucket_namespace: "account regional namespaces are not carried out by the native provider.",
    cors_rule: split("aws_s3_bucket_cors_configuration"),
    grant: split("aws_s3_bucket_acl"),
    lifecycle_rule: split("aws_s3_bucket_lifecycle_configuration"),
    logging: split("aws_s3_bucket_logging"),
    object_lock_configuration: split("aws_s3_bucket_object_lock_configuration"),
    policy: split("aws_s3_bucket_policy"),
    replication_configuration: split("aws_s3_bucket_replication_configuration"),
    request_payer: split("aws_s3_bucket_request_payment_configuration"),
    server_side_encryption_configuration: split("aws_s3_bucket_server_side_encryption_configuration"),
    versioning: split("aws_s3_bucket_versioning"),
    website: split("aws_s3_bucket_website_configuration"),
  },
  computedBlocks: {
    cors_rule: true,
    grant: true,
    lifecycle_rule: true,
    logging: true,
    object_lock_configuration: true,
    replication_configuration: true,
    server_side_encryption_configuration: true,
    versioning: true,
    website: true,
  },
  validate: (config) => runChecks(CHECKS, config),
  create,
  read,
  async update(aws, prior, planned) {
    const { removed, added } = changedTags(prior, planned);
    if (removed.length > 0 || Object.keys(added).length > 0)
      await putTags(aws, requiredText(prior, "id"), textMapAt(planned, "tags_all"));
  },
  async delete(aws, state) {
    const Bucket = requiredText(state, "id");
    await unlessMissing(MISSING, async () => {
      try {
        await aws.clients.s3.deleteBucket({ Bucket });
      } catch (error) {
        if (!hasCode(error, "BucketNotEmpty") || !isTrue(state, "force_destroy")) throw error;
        await emptyBucket(aws, Bucket, isTrue(state, "object_lock_enabled"));
        await aws.clients.s3.deleteBucket({ Bucket });
      }
    });
  },
  importId: (id) => ({ id, bucket: id, force_destroy: false }),
  find: async (_aws, planned) => (typeof planned.bucket === "string" ? { id: planned.bucket, bucket: planned.bucket } : null),
};

async function create(aws: AwsContext, planned: ValueObject, onCreated: (partial: ValueObject) => Promise<void>): Promise<void> {
  const Bucket = requiredText(planned, "bucket");
  if (aws.region === "us-east-1") await refuseExisting(aws, Bucket);
  await aws.retry({ ...BUCKET_SETTLING, codes: ["OperationAborted"] }, () =>
    aws.clients.s3.createBucket({
      Bucket,
      ...(aws.region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: aws.region as "eu-west-1" } }),
      ...(isTrue(planned, "object_lock_enabled") ? { ObjectLockEnabledForBucket: true } : {}),
    }),
  );
  await onCreated({ id: Bucket, bucket: Bucket });
  const tags = textMapAt(planned, "tags_all");
  if (Object.keys(tags).length > 0) await aws.retry(BUCKET_SETTLING, () => putTags(aws, Bucket, tags));
}

/** us-east-1 answers a second creation by the same owner with success: without this look a foreign state's bucket would be taken over. */
async function refuseExisting(aws: AwsContext, Bucket: string): Promise<void> {
  const found = await unlessMissing([...MISSING, "Forbidden", "403"], () => aws.clients.s3.headBucket({ Bucket }));
  if (found === undefined) return;
  throw Object.assign(new Error("The bucket exists already and is owned by this account."), {
    name: "BucketAlreadyExists",
    $metadata: { httpStatusCode: 409, requestId: found.$metadata.requestId },
    $service: "S3",
    $operation: "CreateBucket",
  });
}

async function putTags(aws: AwsContext, Bucket: string, tags: Record<string, string>): Promise<void> {
  const now = await readTags(aws, Bucket);
  const system = Object.fromEntries(Object.entries(now).filter(([key]) => key.startsWith("aws:")));
  const wanted = { ...system, ...tags };
  if (Object.keys(wanted).length === 0) await aws.clients.s3.deleteBucketTagging({ Bucket });
  else await aws.clients.s3.putBucketTagging({ Bucket, Tagging: { TagSet: tagList(wanted) } });
}

async function readTags(aws: AwsContext, Bucket: string): Promise<Record<string, string>> {
  const found = await unlessMissing(["NoSuchTagSet"], () => aws.clients.s3.getBucketTagging({ Bucket }));
  return tagMap(found?.TagSet);
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const head = await unlessMissing(MISSING, () => aws.clients.s3.headBucket({ Bucket: id }));
  if (head === undefined) return null;
  const region = head.BucketRegion ?? aws.region;
  const tags = await unlessMissing(MISSING, () => readTags(aws, id));
  if (tags === undefined) return null;
  return {
    id,
    arn: `arn:${aws.partition}:s3:::${id}`,
    bucket: id,
    bucket_domain_name: globalDomain(id, region),
    bucket_prefix: prefixOfName(id),
    bucket_region: region,
    bucket_regional_domain_name: regionalDomain(id, region),
    hosted_zone_id: websiteHostedZone(region),
    object_lock_enabled: await objectLock(aws, id, state),
    region,
    acceleration_status: textAt(state, "acceleration_status") ?? "",
    policy: textAt(state, "policy") ?? "",
    request_payer: textAt(state, "request_payer") ?? "BucketOwner",
    tags_all: tags,
  };
}

/** Object lock is given at creation and stays; it is only asked for where the state does not say. */
async function objectLock(aws: AwsContext, Bucket: string, state: ValueObject): Promise<boolean> {
  if (typeof state.object_lock_enabled === "boolean") return state.object_lock_enabled;
  const found = await unlessMissing(["ObjectLockConfigurationNotFoundError", "NotImplemented", "MethodNotAllowed"], () =>
    aws.clients.s3.getObjectLockConfiguration({ Bucket }),
  );
  return found?.ObjectLockConfiguration?.ObjectLockEnabled === "Enabled";
}
