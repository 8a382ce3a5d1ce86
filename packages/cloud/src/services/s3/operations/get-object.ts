import type { GetObjectCommandInput, HeadObjectCommandInput } from "@aws-sdk/client-s3";
import type { Ctx } from "../../../core/service.ts";
import type { StoreRead } from "../../../core/store.ts";
import { resourcePolicyFor } from "../access.ts";
import { checkReadable, restoreHeader } from "../archive.ts";
import { type BucketRecord, versioningOf } from "../bucket.ts";
import { memberOf } from "../checksums.ts";
import { checkReadConditions, readRange } from "../conditions.ts";
import { send } from "../content.ts";
import { askKey } from "../encryption-key.ts";
import { accessDenied, invalidArgument, invalidRequest, noSuchKey, s3Error } from "../errors.ts";
import { expiryHeader } from "../lifecycle.ts";
import type { Encryption, ObjectRecord } from "../object.ts";
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

/** SSE-C: the same key as at the write, or nothing. */
export function checkCustomerKey(stored: Encryption, given: { readonly SSECustomerKeyMD5?: string | undefined }): void {
  if (stored.SSECustomerKeyMD5 === given.SSECustomerKeyMD5) return;
  if (stored.SSECustomerKeyMD5 === undefined)
    throw invalidRequest("The encryption parameters are not applicable to this object.");
  if (given.SSECustomerKeyMD5 === undefined)
    throw invalidRequest(
      "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
    );
  throw accessDenied();
}

export function encryptionMembers(encryption: Encryption): object {
  const { SSEKMSEncryptionContext: _, ...shown } = encryption;
  return shown;
}

export function checksumMembers(object: Pick<ObjectRecord, "checksum">): Record<string, string> {
  const { checksum } = object;
  return checksum === undefined ? {} : { [memberOf(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type };
}

function overrides(input: GetObjectCommandInput): object {
  const given = {
    CacheControl: input.ResponseCacheControl,
    ContentDisposition: input.ResponseContentDisposition,
    ContentEncoding: input.ResponseContentEncoding,
    ContentLanguage: input.ResponseContentLanguage,
    ContentType: input.ResponseContentType,
    Expires: input.ResponseExpires,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function lockMembers(object: ObjectRecord): object {
  const { lock } = object;
  if (lock === undefined) return {};
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

function headMembers(ctx: Ctx, bucket: BucketRecord, object: ObjectRecord, input: GetObjectCommandInput): object {
  const { start, end, partial } = slice(object, input);
  const tags = Object.keys(object.tags).length;
  const expiration = expiryHeader(bucket, object);
  const restored = restoreHeader(object, ctx.now());
  return {
    AcceptRanges: "bytes",
    ContentType: "binary/octet-stream",
    ...object.headers,
    ...overrides(input),
    ContentLength: end - start,
    ETag: `"${object.etag}"`,
    LastModified: new Date(object.modifiedMs),
    Metadata: object.metadata,
    ...(versioningOf(bucket) === undefined ? {} : { VersionId: object.versionId }),
    ...encryptionMembers(object.encryption),
    ...(input.ChecksumMode === "ENABLED" && (!partial || input.PartNumber !== undefined) ? checksumMembers(object) : {}),
    ...(object.storageClass === undefined ? {} : { StorageClass: object.storageClass }),
    ...(object.redirect === undefined ? {} : { WebsiteRedirectLocation: object.redirect }),
    ...(expiration === undefined ? {} : { Expiration: expiration }),
    ...(restored === undefined ? {} : { Restore: restored }),
    ...(object.replication === undefined ? {} : { ReplicationStatus: object.replication }),
    ...lockMembers(object),
    ...(input.PartNumber !== undefined && object.parts !== undefined ? { PartsCount: object.parts.length } : {}),
    ...(tags === 0 ? {} : { TagCount: tags }),
    ...(partial ? { $status: 206, ContentRange: `bytes ${start}-${end - 1}/${object.bytes}` } : {}),
  };
}

/** Who may not list a bucket does not learn what is not in it: AccessDenied stands for NoSuchKey (API Reference, GetObject). */
function hideAbsence(ctx: Ctx, bucket: BucketRecord, key: string): void {
  if (currentObject(ctx.store, bucket, key) !== undefined) return;
  const resourcePolicy = resourcePolicyFor(bucket, undefined, ctx.principal.kind === "anonymous");
  ctx.authorize(ctx.principal, {
    action: "s3:ListBucket",
    resource: `arn:aws:s3:::${bucket.name}`,
    ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
  });
}

function found(ctx: Ctx, input: GetObjectCommandInput): { bucket: BucketRecord; object: ObjectRecord } {
  const bucket = bucketOf(ctx, input);
  if (ctx.principal.kind !== "root") hideAbsence(ctx, bucket, input.Key ?? "");
  const object = objectOf(ctx.store, bucket, input.Key ?? "", input.VersionId);
  checkCustomerKey(object.encryption, input);
  checkReadConditions(object, input);
  return { bucket, object };
}

/** Answers at once, but for an object under a customer's KMS key. */
export function getObject(ctx: Ctx, input: GetObjectCommandInput): object | Promise<object> {
  const { bucket, object } = found(ctx, input);
  checkReadable(ctx, object);
  const answer = () => {
    const { start, end } = slice(object, input);
    return { ...headMembers(ctx, bucket, object, input), Body: send(ctx, object.content, start, end) };
  };
  return askKey(ctx, bucket, object.key, object.encryption, "Decrypt")?.then(answer) ?? answer();
}

/** HEAD says nothing of the tags' number on AWS's model, and never has a body. */
export function headObject(ctx: Ctx, input: HeadObjectCommandInput): object {
  const { bucket, object } = found(ctx, input);
  return headMembers(ctx, bucket, object, input);
}
