import type { GetObjectCommandOutput, HeadObjectCommandOutput, PutObjectCommandInput } from "@aws-sdk/client-s3";
import { DiagnosticError, type MutableValueObject, UNKNOWN, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { isTrue, requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { configError, conflicts, each, lengthBetween, oneOf, runChecks } from "../checks.ts";
import { changedTags, tagList, tagMap } from "../tags.ts";
import { isDate } from "../timestamp.ts";
import { OBJECT_ACLS } from "./canned-acls.ts";
import { emptyBucket } from "./empty-bucket.ts";
import { bodyOf } from "./object-body.ts";
import { overrideProblems, ownDefaultTags } from "./override-provider.ts";

const CHECKS = [
  each("key", (value, key) => (value === "" ? `${key} must not be empty, got ` : undefined)),
  lengthBetween("key", 0, 1024),
  conflicts("source", ["content", "content_base64"]),
  conflicts("content", ["source", "content_base64"]),
  conflicts("content_base64", ["source", "content"]),
  conflicts("etag", ["kms_key_id"]),
  oneOf("acl", OBJECT_ACLS),
  oneOf("checksum_algorithm", ["CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME"]),
  oneOf("object_lock_legal_hold_status", ["ON", "OFF"]),
  isDate("object_lock_retain_until_date"),
  oneOf("object_lock_mode", ["GOVERNANCE", "COMPLIANCE"]),
  oneOf("server_side_encryption", ["AES256", "aws:fsx", "aws:kms", "aws:kms:dsse"]),
  each("metadata", (value, key) => {
    const upper = typeof value === "object" ? Object.keys(value).find((name) => name !== name.toLowerCase()) : undefined;
    return upper === undefined ? undefined : `Metadata must be lowercase only. Offending key: ${JSON.stringify(upper)} (${key})`;
  }),
];

/** Changes of these send the object anew. */
const CONTENT = [
  "bucket_key_enabled",
  "cache_control",
  "checksum_algorithm",
  "content",
  "content_base64",
  "content_disposition",
  "content_encoding",
  "content_language",
  "content_type",
  "etag",
  "kms_key_id",
  "metadata",
  "server_side_encryption",
  "source",
  "source_hash",
  "storage_class",
  "website_redirect",
];

/** `aws_s3_object`; id is the key (edition 5) or `bucket/key` (edition 6). Behaviour: `internal/service/s3/object.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_s3_object",
  noun: "S3 Object",
  forceNew: ["bucket", "key"],
  defaults: { force_destroy: false },
  tagged: true,
  ownDefaultTags,
  recomputedWhen: { version_id: ["content", "content_base64", "etag", "source", "source_hash"] },
  validate: (config) => [...runChecks(CHECKS, config), ...overrideProblems(config)],
  customizePlan,
  async create(aws, planned, onCreated) {
    await putObject(aws, planned);
    await onCreated({ id: idOf(aws, planned) });
  },
  read,
  update,
  async delete(aws, state) {
    const Bucket = requiredText(state, "bucket");
    const Key = keyOf(state);
    await unlessMissing(["NoSuchBucket", "NoSuchKey"], async () => {
      if (textAt(state, "version_id") === undefined) await aws.clients.s3.deleteObject({ Bucket, Key });
      else await emptyBucket(aws, Bucket, isTrue(state, "force_destroy"), Key);
    });
  },
  importId(id) {
    const [, bucket, key] = /^(?:s3:\/\/)?([^/]+)\/(.+)$/.exec(id) ?? [];
    if (bucket !== undefined && key !== undefined) return { id, bucket, key, force_destroy: false };
    throw new DiagnosticError(configError(`id ${id} should be in format <bucket>/<key> or s3://<bucket>/<key>`, "id"));
  },
  find: async (aws, planned) =>
    typeof planned.bucket === "string" && typeof planned.key === "string"
      ? { id: idOf(aws, planned), bucket: planned.bucket, key: planned.key }
      : null,
};

function idOf(aws: AwsContext, planned: ValueObject): string {
  return aws.edition === "6.66.0" ? `${requiredText(planned, "bucket")}/${keyOf(planned)}` : requiredText(planned, "key");
}

/** The key that S3 gets, of a resource or data source: without leading slashes and with single ones, as the real provider cleans it. */
export function keyOf(object: ValueObject): string {
  return requiredText(object, "key")
    .replace(/^(\.?\/)+/, "")
    .replace(/\/{2,}/g, "/");
}

/** New content gives a new version, ETag and checksums. */
function customizePlan(prior: ValueObject | null, planned: ValueObject, config: ValueObject) {
  if (prior === null) return {};
  const out: MutableValueObject = { ...planned };
  const renewed = CONTENT.some((name) => JSON.stringify(prior[name] ?? null) !== JSON.stringify(planned[name] ?? null));
  if (!renewed) return {};
  if (planned.checksum_algorithm !== null) {
    for (const name of Object.keys(planned))
      if (name.startsWith("checksum_") && name !== "checksum_algorithm") out[name] = UNKNOWN;
  }
  const content = ["content", "content_base64", "source", "source_hash"].some((name) => prior[name] !== planned[name]);
  if (content && config.etag === null) out.etag = UNKNOWN;
  out.version_id = UNKNOWN;
  return { planned: out };
}

async function putObject(aws: AwsContext, planned: ValueObject): Promise<void> {
  const tags = new URLSearchParams(textMapAt(planned, "tags_all")).toString();
  const until = textAt(planned, "object_lock_retain_until_date");
  const kms = textAt(planned, "kms_key_id");
  const metadata = textMapAt(planned, "metadata");
  const input: PutObjectCommandInput = {
    Bucket: requiredText(planned, "bucket"),
    Key: keyOf(planned),
    Body: await bodyOf(planned),
    ACL: textAt(planned, "acl") as PutObjectCommandInput["ACL"],
    BucketKeyEnabled: isTrue(planned, "bucket_key_enabled") ? true : undefined,
    CacheControl: textAt(planned, "cache_control"),
    ChecksumAlgorithm: textAt(planned, "checksum_algorithm") as PutObjectCommandInput["ChecksumAlgorithm"],
    ContentDisposition: textAt(planned, "content_disposition"),
    ContentEncoding: textAt(planned, "content_encoding"),
    ContentLanguage: textAt(planned, "content_language"),
    ContentType: textAt(planned, "content_type"),
    Metadata: Object.keys(metadata).length === 0 ? undefined : metadata,
    ObjectLockLegalHoldStatus: textAt(
      planned,
      "object_lock_legal_hold_status",
    ) as PutObjectCommandInput["ObjectLockLegalHoldStatus"],
    ObjectLockMode: textAt(planned, "object_lock_mode") as PutObjectCommandInput["ObjectLockMode"],
    ObjectLockRetainUntilDate: until === undefined ? undefined : new Date(until),
    ServerSideEncryption: (kms === undefined
      ? textAt(planned, "server_side_encryption")
      : (textAt(planned, "server_side_encryption") ?? "aws:kms")) as PutObjectCommandInput["ServerSideEncryption"],
    SSEKMSKeyId: kms,
    StorageClass: textAt(planned, "storage_class") as PutObjectCommandInput["StorageClass"],
    WebsiteRedirectLocation: textAt(planned, "website_redirect"),
    ...(tags === "" ? {} : { Tagging: tags }),
  };
  await aws.clients.s3.putObject(input);
}

async function update(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  if (CONTENT.some(changed)) return putObject(aws, planned);
  const target = { Bucket: requiredText(prior, "bucket"), Key: keyOf(prior) };
  const { s3 } = aws.clients;
  if (changed("acl")) await s3.putObjectAcl({ ...target, ACL: textAt(planned, "acl") as PutObjectCommandInput["ACL"] });
  if (changed("object_lock_legal_hold_status")) {
    await s3.putObjectLegalHold({
      ...target,
      LegalHold: { Status: textAt(planned, "object_lock_legal_hold_status") === "ON" ? "ON" : "OFF" },
    });
  }
  if (changed("object_lock_mode") || changed("object_lock_retain_until_date")) {
    const until = textAt(planned, "object_lock_retain_until_date");
    const Mode = textAt(planned, "object_lock_mode") === "COMPLIANCE" ? "COMPLIANCE" : "GOVERNANCE";
    await s3.putObjectRetention({
      ...target,
      Retention: { Mode, RetainUntilDate: until === undefined ? undefined : new Date(until) },
    });
  }
  const { removed, added } = changedTags(prior, planned);
  if (removed.length === 0 && Object.keys(added).length === 0) return;
  await s3.putObjectTagging({ ...target, Tagging: { TagSet: tagList(textMapAt(planned, "tags_all")) } });
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const target = { Bucket: requiredText(state, "bucket"), Key: keyOf(state) };
  const head = await unlessMissing(["NotFound", "NoSuchKey", "NoSuchBucket"], () =>
    aws.clients.s3.headObject({
      ...target,
      ...(textAt(state, "checksum_algorithm") === undefined ? {} : { ChecksumMode: "ENABLED" }),
    }),
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

/** An object's headers as attributes. */
export function flattenHead(head: HeadObjectCommandOutput | GetObjectCommandOutput): ValueObject {
  return {
    bucket_key_enabled: head.BucketKeyEnabled ?? false,
    cache_control: head.CacheControl ?? "",
    checksum_crc32: head.ChecksumCRC32 ?? "",
    checksum_crc32c: head.ChecksumCRC32C ?? "",
    checksum_crc64nvme: head.ChecksumCRC64NVME ?? "",
    checksum_sha1: head.ChecksumSHA1 ?? "",
    checksum_sha256: head.ChecksumSHA256 ?? "",
    content_disposition: head.ContentDisposition ?? "",
    content_encoding: head.ContentEncoding ?? "",
    content_language: head.ContentLanguage ?? "",
    content_type: head.ContentType ?? "",
    etag: (head.ETag ?? "").replaceAll('"', ""),
    metadata: { ...head.Metadata },
    object_lock_legal_hold_status: head.ObjectLockLegalHoldStatus ?? "",
    object_lock_mode: head.ObjectLockMode ?? "",
    object_lock_retain_until_date: head.ObjectLockRetainUntilDate?.toISOString().replace(/\.\d+Z$/, "Z") ?? "",
    server_side_encryption: head.ServerSideEncryption ?? "",
    storage_class: head.StorageClass ?? "STANDARD",
    version_id: head.VersionId ?? "",
    website_redirect: head.WebsiteRedirectLocation ?? "",
    ...(head.SSEKMSKeyId === undefined ? {} : { kms_key_id: head.SSEKMSKeyId }),
  };
}
