import { hash } from "node:crypto";
import type { PutObjectCommandInput } from "@aws-sdk/client-s3";
import type { Ctx } from "../../../core/service.ts";
import type { StoreRead } from "../../../core/store.ts";
import { checkObjectAcl, readAcl } from "../access.ts";
import type { BucketRecord } from "../bucket.ts";
import { matchesTag } from "../conditions.ts";
import { discard, receive } from "../content.ts";
import { customerKey, newKey } from "../encryption-key.ts";
import { invalidArgument, invalidRequest, noSuchKey, notImplementedHeader, preconditionFailed, s3Error } from "../errors.ts";
import type { Encryption, Headers, Lock, ObjectRecord } from "../object.ts";
import { replicate } from "../replication.ts";
import { bucketOf, currentObject } from "../store.ts";
import { readTagHeader } from "../tags.ts";
import { putVersion, shownVersion } from "../write.ts";
import { checksumMembers, encryptionMembers } from "./get-object.ts";

const KEY_BYTES_MAX = 1024;
const METADATA_BYTES_MAX = 2048;
const STORAGE_CLASSES: ReadonlySet<string> = new Set([
  "STANDARD",
  "REDUCED_REDUNDANCY",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER",
  "DEEP_ARCHIVE",
  "GLACIER_IR",
]);

export function checkKey(key: string | undefined): string {
  const bytes = Buffer.byteLength(key ?? "");
  if (bytes > KEY_BYTES_MAX)
    throw s3Error("KeyTooLongError", 400, "Your key is too long", { Size: String(bytes), MaxSizeAllowed: String(KEY_BYTES_MAX) });
  return key ?? "";
}

/** The parts of a request that become the object's description. */
export type ObjectInput = Pick<
  PutObjectCommandInput,
  | "ACL"
  | "GrantFullControl"
  | "GrantRead"
  | "GrantReadACP"
  | "GrantWriteACP"
  | "CacheControl"
  | "ContentDisposition"
  | "ContentEncoding"
  | "ContentLanguage"
  | "ContentType"
  | "Expires"
  | "Metadata"
  | "StorageClass"
  | "WebsiteRedirectLocation"
  | "Tagging"
  | "ServerSideEncryption"
  | "SSEKMSKeyId"
  | "SSEKMSEncryptionContext"
  | "BucketKeyEnabled"
  | "SSECustomerAlgorithm"
  | "SSECustomerKey"
  | "SSECustomerKeyMD5"
  | "ObjectLockMode"
  | "ObjectLockRetainUntilDate"
  | "ObjectLockLegalHoldStatus"
>;

function present<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const out: Partial<T> = {};
  for (const name in members) if (members[name] !== undefined) out[name] = members[name];
  return out as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** `aws-chunked` is a wire form and no encoding of the object. */
function contentEncoding(given: string | undefined): string | undefined {
  const left = given
    ?.split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "aws-chunked" && each !== "");
  return left === undefined || left.length === 0 ? undefined : left.join(",");
}

export function readHeaders(input: ObjectInput): Headers {
  const { ContentType, ContentDisposition, ContentLanguage, CacheControl, Expires } = input;
  return present({
    ContentType,
    ContentEncoding: contentEncoding(input.ContentEncoding),
    ContentDisposition,
    ContentLanguage,
    CacheControl,
    Expires,
  });
}

export function readMetadata(input: ObjectInput): Record<string, string> {
  const metadata = input.Metadata ?? {};
  let bytes = 0;
  for (const [name, value] of Object.entries(metadata)) bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  if (bytes > METADATA_BYTES_MAX)
    throw s3Error("MetadataTooLarge", 400, "Your metadata headers exceed the maximum allowed metadata size", {
      Size: String(bytes),
      MaxSizeAllowed: String(METADATA_BYTES_MAX),
    });
  return metadata;
}

interface DefaultEncryption {
  readonly Rules?: readonly {
    readonly ApplyServerSideEncryptionByDefault?: { readonly SSEAlgorithm?: string; readonly KMSMasterKeyID?: string };
    readonly BucketKeyEnabled?: boolean;
  }[];
}

/** What the request asks for, else the bucket's default, else SSE-S3, which every object has. */
export function readEncryption(bucket: BucketRecord, input: ObjectInput): Encryption {
  if (input.SSECustomerAlgorithm !== undefined || input.SSECustomerKey !== undefined)
    return { SSECustomerAlgorithm: "AES256", SSECustomerKeyMD5: hash("md5", customerKey(input), "base64") };
  const rule = (bucket.settings.encryption as DefaultEncryption | undefined)?.Rules?.[0];
  const algorithm = input.ServerSideEncryption ?? rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? "AES256";
  if (algorithm !== "AES256" && algorithm !== "aws:kms" && algorithm !== "aws:kms:dsse")
    throw invalidArgument("The encryption method specified is not supported", "x-amz-server-side-encryption", algorithm);
  if (algorithm === "AES256") {
    if (input.SSEKMSKeyId !== undefined)
      throw invalidArgument(
        "Server Side Encryption with KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
        "x-amz-server-side-encryption",
        algorithm,
      );
    return { ServerSideEncryption: algorithm };
  }
  const key = input.SSEKMSKeyId ?? rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID;
  const arn =
    key === undefined
      ? `arn:aws:kms:${bucket.region}:${bucket.account}:alias/aws/s3`
      : key.startsWith("arn:")
        ? key
        : `arn:aws:kms:${bucket.region}:${bucket.account}:${key.startsWith("alias/") ? key : `key/${key}`}`;
  return present({
    ServerSideEncryption: algorithm,
    SSEKMSKeyId: arn,
    SSEKMSEncryptionContext: input.SSEKMSEncryptionContext,
    BucketKeyEnabled: (input.BucketKeyEnabled ?? rule?.BucketKeyEnabled) || undefined,
  });
}

interface DefaultRetention {
  readonly Rule?: {
    readonly DefaultRetention?: { readonly Mode?: Lock["mode"]; readonly Days?: number; readonly Years?: number };
  };
}

export function readLock(ctx: Ctx, bucket: BucketRecord, input: ObjectInput): Lock | undefined {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold } = input;
  if (!bucket.objectLock) {
    if (mode !== undefined || until !== undefined || hold !== undefined)
      throw invalidRequest("Bucket is missing Object Lock Configuration");
    return undefined;
  }
  if ((mode === undefined) !== (until === undefined))
    throw invalidArgument("x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied");
  if (until !== undefined && until.getTime() <= ctx.now()) throw invalidArgument("The retain until date must be in the future!");
  const standard = (bucket.settings.objectLock as DefaultRetention | undefined)?.Rule?.DefaultRetention;
  const days = standard === undefined ? 0 : (standard.Days ?? (standard.Years ?? 0) * 365);
  const retention =
    mode !== undefined && until !== undefined
      ? { mode, untilMs: until.getTime() }
      : standard?.Mode === undefined
        ? {}
        : { mode: standard.Mode, untilMs: ctx.now() + days * 24 * 3600 * 1000 };
  const lock = { ...retention, ...(hold === undefined ? {} : { legalHold: hold === "ON" }) };
  return Object.keys(lock).length === 0 ? undefined : lock;
}

export function readStorageClass(given: string | undefined): string | undefined {
  if (given === undefined || given === "STANDARD") return undefined;
  if (!STORAGE_CLASSES.has(given))
    throw s3Error("InvalidStorageClass", 400, "The storage class you specified is not valid", { StorageClassRequested: given });
  return given;
}

/** Members of newer APIs, and of directory buckets, that nothing here carries out; by the headers that carry them. */
const NOT_HERE = [
  ["WriteOffsetBytes", "x-amz-write-offset-bytes"],
  ["ChecksumSHA512", "x-amz-checksum-sha512"],
  ["ChecksumMD5", "x-amz-checksum-md5"],
  ["ChecksumXXHASH3", "x-amz-checksum-xxhash3"],
  ["ChecksumXXHASH64", "x-amz-checksum-xxhash64"],
  ["ChecksumXXHASH128", "x-amz-checksum-xxhash128"],
] as const;
type NotHere = { readonly [member in (typeof NOT_HERE)[number][0]]?: unknown };

/** Everything about a new object but its bytes. */
export function describeNew(ctx: Ctx, bucket: BucketRecord, input: ObjectInput & NotHere) {
  for (const [member, header] of NOT_HERE) if (input[member] !== undefined) throw notImplementedHeader(header);
  checkObjectAcl(bucket, input);
  const storageClass = readStorageClass(input.StorageClass);
  const lock = readLock(ctx, bucket, input);
  const acl = readAcl(input);
  return {
    headers: readHeaders(input),
    metadata: readMetadata(input),
    encryption: readEncryption(bucket, input),
    tags: readTagHeader(input.Tagging),
    ...(storageClass === undefined ? {} : { storageClass }),
    ...(input.WebsiteRedirectLocation === undefined ? {} : { redirect: input.WebsiteRedirectLocation }),
    ...(lock === undefined ? {} : { lock }),
    ...(acl === undefined || acl.canned === "private" ? {} : { acl }),
  };
}

/** If-Match and If-None-Match of a write: looked at in the transaction that writes. */
export function checkWriteConditions(
  store: StoreRead,
  bucket: BucketRecord,
  key: string,
  given: { readonly IfMatch?: string | undefined; readonly IfNoneMatch?: string | undefined },
): void {
  if (given.IfMatch === undefined && given.IfNoneMatch === undefined) return;
  const object = currentObject(store, bucket, key);
  const there = object !== undefined && !object.isDeleteMarker;
  if (given.IfNoneMatch !== undefined) {
    if (given.IfNoneMatch !== "*") throw notImplementedHeader("If-None-Match");
    if (there) throw preconditionFailed("If-None-Match");
  }
  if (given.IfMatch === undefined) return;
  if (!there) throw noSuchKey(key);
  if (!matchesTag(given.IfMatch, object.etag)) throw preconditionFailed("If-Match");
}

/** `event` is what a notification calls it: a form's upload is a Post. */
export async function putObject(ctx: Ctx, input: PutObjectCommandInput, event: string): Promise<{ ETag: string }> {
  const bucket = bucketOf(ctx, input);
  const key = checkKey(input.Key);
  const description = describeNew(ctx, bucket, input);
  checkWriteConditions(ctx.store, bucket, key, input);
  const sealed = newKey(ctx, bucket, key, description.encryption, input);
  const { encryption, key: dataKey } = sealed instanceof Promise ? await sealed : sealed;
  const received = await receive(ctx, input, dataKey);
  try {
    const object = ctx.transact((store): ObjectRecord => {
      bucketOf(ctx, input);
      checkWriteConditions(store, bucket, key, input);
      const { bytes, checksum, content } = received;
      const etag = received.md5.toString("hex");
      const object = putVersion(
        ctx,
        store,
        bucket,
        { key, isDeleteMarker: false, bytes, etag, content, checksum, ...description, encryption },
        event,
        received.inline,
      );
      replicate(ctx, bucket, object);
      return object;
    });
    return {
      ETag: `"${object.etag}"`,
      ...checksumMembers(object),
      ...encryptionMembers(object.encryption),
      ...shownVersion(bucket, object),
    };
  } catch (error) {
    await discard(ctx, received);
    throw error;
  }
}
