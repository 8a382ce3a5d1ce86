/** What belongs to one object beside its bytes: tags, ACL, retention, legal hold, attributes. */
import type {
  GetObjectAttributesCommandInput,
  GetObjectTaggingCommandInput,
  PutObjectAclCommandInput,
  PutObjectLegalHoldCommandInput,
  PutObjectRetentionCommandInput,
  PutObjectTaggingCommandInput,
} from "@aws-sdk/client-s3";
import type { Ctx } from "../../../core/service.ts";
import { checkAcl, grantsOf, readAcl } from "../access.ts";
import { type BucketRecord, owner } from "../bucket.ts";
import { memberOf } from "../checksums.ts";
import { checkCustomerKey } from "../encryption-key.ts";
import { accessDenied, invalidArgument, invalidRequest, malformedXml, s3Error } from "../errors.ts";
import { announce } from "../notifications.ts";
import type { ObjectRecord } from "../object.ts";
import { bucketOf } from "../store.ts";
import { readTags, tagSet } from "../tags.ts";
import { rewriteVersion, shownVersion } from "../write.ts";
import { objectOf } from "./get-object.ts";

interface ObjectInput {
  readonly Bucket?: string | undefined;
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
}

function find(ctx: Ctx, input: ObjectInput): { bucket: BucketRecord; object: ObjectRecord } {
  const bucket = bucketOf(ctx, input);
  return { bucket, object: objectOf(ctx.store, bucket, input.Key ?? "", input.VersionId) };
}

export function putObjectTagging(ctx: Ctx, input: PutObjectTaggingCommandInput): object {
  const { bucket, object } = find(ctx, input);
  const changed = { ...object, tags: readTags(input.Tagging, "object") };
  rewriteVersion(ctx.store, bucket, changed);
  announce(ctx, bucket, changed, "ObjectTagging:Put");
  return shownVersion(bucket, object);
}

export function getObjectTagging(ctx: Ctx, input: GetObjectTaggingCommandInput): object {
  const { bucket, object } = find(ctx, input);
  return { ...tagSet(object.tags), ...shownVersion(bucket, object) };
}

export function deleteObjectTagging(ctx: Ctx, input: ObjectInput): object {
  const { bucket, object } = find(ctx, input);
  const changed = { ...object, tags: {} };
  rewriteVersion(ctx.store, bucket, changed);
  announce(ctx, bucket, changed, "ObjectTagging:Delete");
  return shownVersion(bucket, object);
}

export function putObjectAcl(ctx: Ctx, input: PutObjectAclCommandInput): object {
  const { bucket, object } = find(ctx, input);
  const acl = readAcl(input);
  if (acl === undefined)
    throw s3Error("MissingSecurityHeader", 400, "Your request was missing a required header", { MissingHeaderName: "x-amz-acl" });
  checkAcl(bucket, acl);
  const changed = { ...object, acl };
  rewriteVersion(ctx.store, bucket, changed);
  announce(ctx, bucket, changed, "ObjectAcl:Put");
  return {};
}

export function getObjectAcl(ctx: Ctx, input: ObjectInput): object {
  const { bucket, object } = find(ctx, input);
  return { Owner: owner(bucket.account), Grants: grantsOf(bucket, object.acl) };
}

function requireLock(bucket: BucketRecord): void {
  if (!bucket.objectLock) throw invalidRequest("Bucket is missing Object Lock Configuration");
}

function noLock() {
  return s3Error("NoSuchObjectLockConfiguration", 404, "The specified object does not have a ObjectLock configuration");
}

export function putObjectRetention(ctx: Ctx, input: PutObjectRetentionCommandInput): object {
  const { bucket, object } = find(ctx, input);
  requireLock(bucket);
  const { Mode: mode, RetainUntilDate: until } = input.Retention ?? {};
  if ((mode === undefined) !== (until === undefined)) throw malformedXml();
  if (until !== undefined && until.getTime() <= ctx.now()) throw invalidArgument("The retain until date must be in the future!");
  const old = object.lock ?? {};
  const active = old.untilMs !== undefined && old.untilMs > ctx.now();
  const weaker =
    until === undefined || until.getTime() < (old.untilMs ?? 0) || (old.mode === "COMPLIANCE" && mode !== "COMPLIANCE");
  if (active && weaker && (old.mode === "COMPLIANCE" || input.BypassGovernanceRetention !== true))
    throw accessDenied("Access Denied because object protected by object lock.");
  const { mode: _, untilMs: __, ...hold } = old;
  const lock = mode === undefined || until === undefined ? hold : { ...hold, mode, untilMs: until.getTime() };
  rewriteVersion(ctx.store, bucket, { ...object, lock });
  return {};
}

export function getObjectRetention(ctx: Ctx, input: ObjectInput): object {
  const { bucket, object } = find(ctx, input);
  requireLock(bucket);
  if (object.lock?.mode === undefined || object.lock.untilMs === undefined) throw noLock();
  return { Retention: { Mode: object.lock.mode, RetainUntilDate: new Date(object.lock.untilMs) } };
}

export function putObjectLegalHold(ctx: Ctx, input: PutObjectLegalHoldCommandInput): object {
  const { bucket, object } = find(ctx, input);
  requireLock(bucket);
  const status = input.LegalHold?.Status;
  if (status !== "ON" && status !== "OFF") throw malformedXml();
  rewriteVersion(ctx.store, bucket, { ...object, lock: { ...object.lock, legalHold: status === "ON" } });
  return {};
}

export function getObjectLegalHold(ctx: Ctx, input: ObjectInput): object {
  const { bucket, object } = find(ctx, input);
  requireLock(bucket);
  if (object.lock?.legalHold === undefined) throw noLock();
  return { LegalHold: { Status: object.lock.legalHold ? "ON" : "OFF" } };
}

function objectParts(object: ObjectRecord, input: GetObjectAttributesCommandInput): object | undefined {
  const { parts, checksum } = object;
  if (parts === undefined) return undefined;
  const marker = Number(input.PartNumberMarker ?? 0);
  const limit = Math.min(input.MaxParts ?? 1000, 1000);
  const rest = parts.filter(({ number }) => number > marker);
  const shown = rest.slice(0, limit);
  const detailed = checksum?.type === "COMPOSITE";
  return {
    TotalPartsCount: parts.length,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(shown[shown.length - 1]?.number ?? 0),
    MaxParts: limit,
    IsTruncated: rest.length > limit,
    ...(detailed
      ? {
          Parts: shown.map((part) => ({
            PartNumber: part.number,
            Size: part.bytes,
            ...(part.checksum === undefined ? {} : { [memberOf(checksum.algorithm)]: part.checksum }),
          })),
        }
      : {}),
  };
}

export function getObjectAttributes(ctx: Ctx, input: GetObjectAttributesCommandInput): object {
  const { bucket, object } = find(ctx, input);
  checkCustomerKey(object.encryption, input);
  const wanted = new Set<string>(input.ObjectAttributes ?? []);
  const known = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];
  if (wanted.size === 0 || [...wanted].some((name) => !known.includes(name)))
    throw invalidArgument("Invalid attribute name specified.", "x-amz-object-attributes", [...wanted].join(","));
  const parts = wanted.has("ObjectParts") ? objectParts(object, input) : undefined;
  return {
    LastModified: new Date(object.modifiedMs),
    ...shownVersion(bucket, object),
    ...(wanted.has("ETag") ? { ETag: object.etag } : {}),
    ...(wanted.has("Checksum") && object.checksum !== undefined
      ? { Checksum: { [memberOf(object.checksum.algorithm)]: object.checksum.value, ChecksumType: object.checksum.type } }
      : {}),
    ...(parts === undefined ? {} : { ObjectParts: parts }),
    ...(wanted.has("StorageClass") ? { StorageClass: object.storageClass ?? "STANDARD" } : {}),
    ...(wanted.has("ObjectSize") ? { ObjectSize: object.bytes } : {}),
  };
}
