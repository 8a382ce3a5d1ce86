import type { CopyObjectCommandInput } from "@aws-sdk/client-s3";
import { type MutableValueObject, UNKNOWN, type ValueObject } from "@dovetail/model";
import type { AwsContext, CustomPlan, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blocksAt, enumAt, isTrue, requiredText, textAt, textMapAt, textsAt } from "../attribute-map.ts";
import { conflicts, each, isArn, oneOf, runChecks } from "../checks.ts";
import { noImport } from "../import-id.ts";
import { tagMap } from "../tags.ts";
import { isDate } from "../timestamp.ts";
import { OBJECT_ACLS } from "./canned-acls.ts";
import { emptyBucket } from "./empty-bucket.ts";
import { flattenHead, keyOf } from "./object.resource.ts";
import { overrideProblems, ownDefaultTags } from "./override-provider.ts";

const TIMES = ["copy_if_modified_since", "copy_if_unmodified_since", "expires", "object_lock_retain_until_date"];
const CHECKS = [
  oneOf("acl", OBJECT_ACLS),
  conflicts("acl", ["grant"]),
  ...["bucket", "key", "source"].map((name) =>
    each(name, (value, key) => (value === "" ? `"${key}" must not be empty, got ` : undefined)),
  ),
  ...TIMES.map(isDate),
  isArn("kms_encryption_context"),
  isArn("kms_key_id"),
  oneOf("metadata_directive", ["COPY", "REPLACE"]),
  oneOf("tagging_directive", ["COPY", "REPLACE"]),
  oneOf("request_payer", ["requester"]),
  oneOf("grant.permissions", ["FULL_CONTROL", "READ", "READ_ACP", "WRITE_ACP"]),
  oneOf("grant.type", ["CanonicalUser", "AmazonCustomerByEmail", "Group"]),
];

/** Where one is set, S3 decides at each update whether to copy. */
const CONDITIONS = ["copy_if_match", "copy_if_modified_since", "copy_if_none_match", "copy_if_unmodified_since"];

/** `aws_s3_object_copy`; id is the key (edition 5) or `bucket/key` (edition 6). Behaviour: `internal/service/s3/object_copy.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_s3_object_copy",
  importId: noImport("aws_s3_object_copy"),
  noun: "S3 Object Copy",
  forceNew: ["bucket", "key", "source"],
  defaults: { force_destroy: false },
  tagged: true,
  ownDefaultTags,
  validate: (config) => [...runChecks(CHECKS, config), ...overrideProblems(config)],
  customizePlan,
  async create(aws, planned, onCreated) {
    await onCreated({ ...(await copy(aws, planned)), id: idOf(aws, planned) });
  },
  read,
  async update(aws, _prior, planned, changed) {
    const isAsked = CONDITIONS.some((name) => textAt(planned, name) !== undefined);
    const others = Object.keys(planned).filter((name) => name !== "force_destroy" && !CONDITIONS.includes(name));
    return isAsked || others.some(changed) ? copy(aws, planned) : {};
  },
  async delete(aws, state) {
    const [Bucket, Key] = [requiredText(state, "bucket"), keyOf(state)];
    await unlessMissing(["NoSuchBucket", "NoSuchKey"], async () => {
      if (textAt(state, "version_id") === undefined) await aws.clients.s3.deleteObject({ Bucket, Key });
      else await emptyBucket(aws, Bucket, isTrue(state, "force_destroy"), Key);
    });
  },
  find: async (aws, planned) =>
    typeof planned.bucket === "string" && typeof planned.key === "string"
      ? { id: idOf(aws, planned), bucket: planned.bucket, key: planned.key }
      : null,
};

function idOf(aws: AwsContext, planned: ValueObject): string {
  return aws.edition === "6.66.0" ? `${requiredText(planned, "bucket")}/${keyOf(planned)}` : requiredText(planned, "key");
}

/** What the copy's own answer tells is known only after the next copy. */
const OF_THE_COPY = ["etag", "expiration", "last_modified", "request_charged", "source_version_id", "version_id"];

function customizePlan(prior: ValueObject | null, planned: ValueObject): CustomPlan {
  if (prior === null) return {};
  const others = Object.keys(planned).filter((name) => name !== "force_destroy" && !OF_THE_COPY.includes(name));
  const renewed = others.some((name) => JSON.stringify(prior[name] ?? null) !== JSON.stringify(planned[name] ?? null));
  if (!renewed || planned.checksum_algorithm === prior.checksum_algorithm) return {};
  const out: MutableValueObject = { ...planned };
  for (const name of Object.keys(planned)) if (/^checksum_(crc|sha)/.test(name)) out[name] = UNKNOWN;
  return { planned: out };
}

async function copy(aws: AwsContext, planned: ValueObject): Promise<ValueObject> {
  const tags = new URLSearchParams(textMapAt(planned, "tags_all")).toString();
  const kms = textAt(planned, "kms_key_id");
  const metadata = textMapAt(planned, "metadata");
  const answer = await aws.clients.s3.copyObject({
    Bucket: requiredText(planned, "bucket"),
    Key: keyOf(planned),
    CopySource: encodeURIComponent(requiredText(planned, "source"))
      .replaceAll("%2F", "/")
      .replace("%3FversionId%3D", "?versionId="),
    ...plainMembers(planned),
    ...conditions(planned),
    ...grants(planned),
    Metadata: Object.keys(metadata).length === 0 ? undefined : metadata,
    SSEKMSKeyId: kms,
    ServerSideEncryption: kms === undefined ? enumAt(planned, "server_side_encryption") : "aws:kms",
    Tagging: tags === "" ? undefined : tags,
  });
  const told = answer.CopyObjectResult;
  return {
    etag: (told?.ETag ?? "").replaceAll('"', ""),
    expiration: answer.Expiration ?? "",
    kms_encryption_context: answer.SSEKMSEncryptionContext ?? "",
    last_modified: told?.LastModified === undefined ? "" : told.LastModified.toUTCString().replace("GMT", "UTC"),
    request_charged: answer.RequestCharged === "requester",
    source_version_id: answer.CopySourceVersionId ?? "",
    customer_algorithm: answer.SSECustomerAlgorithm ?? "",
    customer_key_md5: answer.SSECustomerKeyMD5 ?? "",
  };
}

function plainMembers(planned: ValueObject): Partial<CopyObjectCommandInput> {
  return {
    ACL: enumAt(planned, "acl"),
    BucketKeyEnabled: isTrue(planned, "bucket_key_enabled") ? true : undefined,
    CacheControl: textAt(planned, "cache_control"),
    ChecksumAlgorithm: enumAt(planned, "checksum_algorithm"),
    ContentDisposition: textAt(planned, "content_disposition"),
    ContentEncoding: textAt(planned, "content_encoding"),
    ContentLanguage: textAt(planned, "content_language"),
    ContentType: textAt(planned, "content_type"),
    CopySourceSSECustomerAlgorithm: textAt(planned, "source_customer_algorithm"),
    CopySourceSSECustomerKey: textAt(planned, "source_customer_key"),
    CopySourceSSECustomerKeyMD5: textAt(planned, "source_customer_key_md5"),
    ExpectedBucketOwner: textAt(planned, "expected_bucket_owner"),
    ExpectedSourceBucketOwner: textAt(planned, "expected_source_bucket_owner"),
    MetadataDirective: enumAt(planned, "metadata_directive"),
    ObjectLockLegalHoldStatus: enumAt(planned, "object_lock_legal_hold_status"),
    ObjectLockMode: enumAt(planned, "object_lock_mode"),
    ObjectLockRetainUntilDate: timeAt(planned, "object_lock_retain_until_date"),
    Expires: timeAt(planned, "expires"),
    RequestPayer: enumAt(planned, "request_payer"),
    SSECustomerAlgorithm: textAt(planned, "customer_algorithm"),
    SSECustomerKey: textAt(planned, "customer_key"),
    SSECustomerKeyMD5: textAt(planned, "customer_key_md5"),
    SSEKMSEncryptionContext: textAt(planned, "kms_encryption_context"),
    StorageClass: enumAt(planned, "storage_class"),
    TaggingDirective: enumAt(planned, "tagging_directive"),
    WebsiteRedirectLocation: textAt(planned, "website_redirect"),
  };
}

function conditions(planned: ValueObject): Partial<CopyObjectCommandInput> {
  return {
    CopySourceIfMatch: textAt(planned, "copy_if_match"),
    CopySourceIfModifiedSince: timeAt(planned, "copy_if_modified_since"),
    CopySourceIfNoneMatch: textAt(planned, "copy_if_none_match"),
    CopySourceIfUnmodifiedSince: timeAt(planned, "copy_if_unmodified_since"),
  };
}

function timeAt(planned: ValueObject, name: string): Date | undefined {
  const text = textAt(planned, name);
  return text === undefined ? undefined : new Date(text);
}

/** `id="…",uri="…"` by permission. */
function grants(planned: ValueObject): Partial<CopyObjectCommandInput> {
  const given = blocksAt(planned, "grant");
  if (given.length === 0) return {};
  const holders = (permission: string) => {
    const texts = given
      .filter((grant) => textsAt(grant, "permissions").includes(permission))
      .map((grant) => {
        const kind = grant.type === "CanonicalUser" ? "id" : grant.type === "Group" ? "uri" : "email";
        return `${kind === "email" ? "emailAddress" : kind}="${textAt(grant, kind) ?? ""}"`;
      });
    return texts.length === 0 ? undefined : texts.join(",");
  };
  return {
    ACL: undefined,
    GrantFullControl: holders("FULL_CONTROL"),
    GrantRead: holders("READ"),
    GrantReadACP: holders("READ_ACP"),
    GrantWriteACP: holders("WRITE_ACP"),
  };
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const target = { Bucket: requiredText(state, "bucket"), Key: keyOf(state) };
  const isChecked = textAt(state, "checksum_algorithm") !== undefined;
  const head = await unlessMissing(["NotFound", "NoSuchKey", "NoSuchBucket"], () =>
    aws.clients.s3.headObject({ ...target, ...(isChecked ? { ChecksumMode: "ENABLED" } : {}) }),
  );
  if (head === undefined) return null;
  const { TagSet } = await aws.clients.s3.getObjectTagging(target);
  return {
    id: idOf(aws, state),
    arn: `arn:${aws.partition}:s3:::${target.Bucket}/${target.Key}`,
    ...flattenHead(head),
    tags_all: tagMap(TagSet),
  };
}
