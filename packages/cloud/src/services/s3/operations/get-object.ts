import type { GetObjectCommandInput, HeadObjectCommandInput } from "@aws-sdk/client-s3";
import type { Ctx } from "../../../core/service.ts";
import type { StoreRead } from "../../../core/store.ts";
import { resourcePolicyFor } from "../access.ts";
import { checkReadable, restoreHeader } from "../archive.ts";
import { type BucketRecord, versioningOf } from "../bucket.ts";
import { memberOf } from "../checksums.ts";
import { checkReadConditions, readRange } from "../conditions.ts";
import { reader } from "../content.ts";
import { checkCustomerKey, keyOf } from "../encryption-key.ts";
import { invalidArgument, invalidRequest, noSuchKey, s3Error } from "../errors.ts";
import { expiryHeader } from "../lifecycle.ts";
import type { Encryption, Lock, ObjectRecord } from "../object.ts";
import { bucketOf, currentObject, findVersion } from "../store.ts";

const VERSION_ID = /^(null|[A-Za-z0-9._]{32})$/;

/** The version that a request names. Throws NoSuchKey, NoSuchVersion, or MethodNotAllowed for a delete marker asked for by its ID. */
export function objectOf(store: StoreRead, bucket: BucketRecord, key: string, versionId: string | undefined): ObjectRecord {
  if (versionId === undefined) {
    const object = currentObject(store, bucket, key);
    if (object === undefined) throw noSuchKey(key);
    if (object.isDeleteMarker) throw noSuchKey(key, { "x-amz-delete-marker": "true", "x-amz-version-id": object.versionId });
    return object;
  }
  if (!VERSION_ID.test(versionId)) throw invalidArgument("Invalid version id specified", "versionId", versionId);
  const object = findVersion(store, bucket, key, versionId);
  if (object === undefined)
    throw s3Error("NoSuchVersion", 404, "The specified version does not exist.", { Key: key, VersionId: versionId });
  if (object.isDeleteMarker)
    throw s3Error("MethodNotAllowed", 405, "The specified method is not allowed against this resource.", {
      Method: "GET",
      ResourceType: "DeleteMarker",
      $headers: { "x-amz-delete-marker": "true", "x-amz-version-id": versionId, Allow: "DELETE" },
    });
  return object;
}

export function encryptionMembers(encryption: Encryption): object {
  if (encryption.SSEKMSKeyId === undefined) return encryption;
  const { SSEKMSEncryptionContext: _, dataKey: __, ...shown } = encryption;
  return shown;
}

export function checksumMembers(object: Pick<ObjectRecord, "checksum">): Record<string, string> {
  const { checksum } = object;
  return checksum === undefined ? {} : { [memberOf(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type };
}

/** The members that a request may give in the object's stead: as `ResponseCacheControl` for `CacheControl`. */
const OVERRIDES = ["CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "Expires"] as const;

function override(members: Record<string, unknown>, input: GetObjectCommandInput): void {
  for (const name of OVERRIDES) {
    const given = input[`Response${name}`];
    if (given !== undefined) members[name] = given;
  }
}

function lockMembers(lock: Lock): object {
  return {
    ...(lock.mode === undefined ? {} : { ObjectLockMode: lock.mode }),
    ...(lock.untilMs === undefined ? {} : { ObjectLockRetainUntilDate: new Date(lock.untilMs) }),
    ...(lock.legalHold === undefined ? {} : { ObjectLockLegalHoldStatus: lock.legalHold ? "ON" : "OFF" }),
  };
}

interface Slice {
  readonly start: number;
  readonly end: number;
  readonly partial: boolean;
}

function slice(object: ObjectRecord, input: GetObjectCommandInput): Slice {
  if (input.PartNumber !== undefined) {
    if (input.Range !== undefined) throw invalidRequest("Cannot specify both Range header and partNumber query parameter");
    const parts = object.parts ?? [{ number: 1, bytes: object.bytes }];
    const at = parts.findIndex((_, i) => i + 1 === input.PartNumber);
    if (at < 0)
      throw s3Error("InvalidPartNumber", 416, "The requested partnumber is not satisfiable", {
        ActualPartCount: String(parts.length),
        PartNumberRequested: String(input.PartNumber),
      });
    const start = parts.slice(0, at).reduce((sum, part) => sum + part.bytes, 0);
    return { start, end: start + (parts[at]?.bytes ?? 0), partial: true };
  }
  const range = readRange(input.Range, object.bytes);
  return range === undefined ? { start: 0, end: object.bytes, partial: false } : { ...range, partial: true };
}

/** What GET and HEAD say of an object. Assigned one by one: every request comes through here, and most members are rarely there. */
function headMembers(ctx: Ctx, bucket: BucketRecord, object: ObjectRecord, input: GetObjectCommandInput, part: Slice): object {
  const { start, end, partial } = part;
  const members: Record<string, unknown> = {
    AcceptRanges: "bytes",
    ContentType: "binary/octet-stream",
    ContentLength: end - start,
    ETag: `"${object.etag}"`,
    LastModified: new Date(object.modifiedMs),
    Metadata: object.metadata,
  };
  Object.assign(members, object.headers);
  override(members, input);
  Object.assign(members, encryptionMembers(object.encryption));
  if (versioningOf(bucket) !== undefined) members.VersionId = object.versionId;
  if (input.ChecksumMode === "ENABLED" && (!partial || input.PartNumber !== undefined))
    Object.assign(members, checksumMembers(object));
  if (object.storageClass !== undefined) members.StorageClass = object.storageClass;
  if (object.redirect !== undefined) members.WebsiteRedirectLocation = object.redirect;
  const expiration = expiryHeader(bucket, object);
  if (expiration !== undefined) members.Expiration = expiration;
  const restored = restoreHeader(object, ctx.now());
  if (restored !== undefined) members.Restore = restored;
  if (object.replication !== undefined) members.ReplicationStatus = object.replication;
  if (object.lock !== undefined) Object.assign(members, lockMembers(object.lock));
  if (input.PartNumber !== undefined && object.parts !== undefined) members.PartsCount = object.parts.length;
  const tags = Object.keys(object.tags).length;
  if (tags > 0) members.TagCount = tags;
  if (partial) {
    members.$status = 206;
    members.ContentRange = `bytes ${start}-${end - 1}/${object.bytes}`;
  }
  return members;
}

/** Who may not list a bucket does not learn what is not in it: AccessDenied stands for NoSuchKey (API Reference, GetObject). */
function hideAbsence(ctx: Ctx, bucket: BucketRecord, key: string): void {
  if (currentObject(ctx.store, bucket, key) !== undefined) return;
  const resourcePolicy = resourcePolicyFor(bucket, undefined, ctx.principal);
  ctx.with({ account: bucket.account }).authorize(ctx.principal, {
    action: "s3:ListBucket",
    resource: `arn:aws:s3:::${bucket.name}`,
    ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
  });
}

function found(ctx: Ctx, input: GetObjectCommandInput): { bucket: BucketRecord; object: ObjectRecord } {
  const bucket = bucketOf(ctx, input);
  if (ctx.principal.kind !== "root" || ctx.principal.accountId !== bucket.account) hideAbsence(ctx, bucket, input.Key ?? "");
  const object = objectOf(ctx.store, bucket, input.Key ?? "", input.VersionId);
  checkCustomerKey(object.encryption, input);
  checkReadConditions(object, input);
  return { bucket, object };
}

/** Answers at once, but for an object under a KMS key. */
export function getObject(ctx: Ctx, input: GetObjectCommandInput): object | Promise<object> {
  const { bucket, object } = found(ctx, input);
  checkReadable(ctx, object);
  const part = slice(object, input);
  const read = reader(ctx, object.content, part.start, part.end);
  const answer = (key: Uint8Array | undefined) =>
    Object.assign(headMembers(ctx, bucket, object, input, part), { Body: read(key) });
  const key = keyOf(ctx, bucket, object.key, object.encryption, input);
  return key instanceof Promise ? key.then(answer) : answer(key);
}

/** HEAD says nothing of the tags' number on AWS's model, and never has a body. */
export function headObject(ctx: Ctx, input: HeadObjectCommandInput): object {
  const { bucket, object } = found(ctx, input);
  return headMembers(ctx, bucket, object, input, slice(object, input));
}
