import type { CopyObjectCommandInput, UploadPartCopyCommandInput } from "@aws-sdk/client-s3";
import type { Ctx } from "../../../core/service.ts";
import { checkCopyable } from "../archive.ts";
import { type BucketRecord, versioningOf } from "../bucket.ts";
import { ALGORITHMS } from "../checksums.ts";
import { failedCondition, readRange } from "../conditions.ts";
import { discard, PUT_BYTES_MAX, receive, send, withoutHeaders } from "../content.ts";
import { checkCustomerKey, keyOf, newKey } from "../encryption-key.ts";
import { invalidArgument, invalidRequest, preconditionFailed } from "../errors.ts";
import type { ObjectRecord } from "../object.ts";
import { replicate } from "../replication.ts";
import { bucketOf } from "../store.ts";
import { putVersion, shownVersion } from "../write.ts";
import { checksumMembers, encryptionMembers, objectOf } from "./get-object.ts";
import { checkKey, checkWriteConditions, describeNew } from "./put-object.ts";

interface SourceInput {
  readonly CopySource?: string | undefined;
  readonly ExpectedSourceBucketOwner?: string | undefined;
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
  readonly CopySourceSSECustomerAlgorithm?: string | undefined;
  readonly CopySourceSSECustomerKey?: string | undefined;
  readonly CopySourceSSECustomerKeyMD5?: string | undefined;
}

export interface Source {
  readonly bucket: BucketRecord;
  readonly object: ObjectRecord;
  readonly key: Uint8Array | undefined;
}

/** `bucket/key?versionId=…`, percent-encoded, with or without a slash before it. */
function parseSource(text: string | undefined): { Bucket: string; Key: string; VersionId?: string } {
  const refuse = () => invalidArgument("Invalid copy source object key", "x-amz-copy-source", text ?? "null");
  const [path = "", query] = (text ?? "").replace(/^\//, "").split("?versionId=");
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    throw refuse();
  }
  const slash = decoded.indexOf("/");
  if (slash < 1 || slash === decoded.length - 1) throw refuse();
  return { Bucket: decoded.slice(0, slash), Key: decoded.slice(slash + 1), ...(query === undefined ? {} : { VersionId: query }) };
}

/** Above 5 GB an object is copied in parts. Throws InvalidRequest. */
export function checkCopySize(bytes: number): void {
  if (bytes > PUT_BYTES_MAX)
    throw invalidRequest(
      `The specified copy source is larger than the maximum allowable size for a copy source: ${PUT_BYTES_MAX}`,
    );
}

/** The object that is copied from: the caller must be allowed to read it, and its conditions must hold. */
export async function readSource(ctx: Ctx, input: SourceInput): Promise<Source> {
  const place = parseSource(input.CopySource);
  if (ctx.principal.kind !== "root")
    await ctx.call("s3", "GetObject", { ...place, Range: "bytes=0-0" }, { as: ctx.principal }).catch(refusal);
  const bucket = bucketOf(ctx, { ...place, ExpectedBucketOwner: input.ExpectedSourceBucketOwner });
  const object = objectOf(ctx.store, bucket, place.Key, place.VersionId);
  checkCopyable(ctx, object);
  const customer = {
    SSECustomerAlgorithm: input.CopySourceSSECustomerAlgorithm,
    SSECustomerKey: input.CopySourceSSECustomerKey,
    SSECustomerKeyMD5: input.CopySourceSSECustomerKeyMD5,
  };
  checkCustomerKey(object.encryption, customer);
  const failed = failedCondition(object, {
    IfMatch: input.CopySourceIfMatch,
    IfNoneMatch: input.CopySourceIfNoneMatch,
    IfModifiedSince: input.CopySourceIfModifiedSince,
    IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  });
  if (failed !== undefined) throw preconditionFailed(`x-amz-copy-source-${failed.replace(/([a-z])([A-Z])/g, "$1-$2")}`);
  const key = await keyOf(ctx, bucket, object.key, object.encryption, customer);
  return { bucket, object, key };
}

/** Only a refusal matters here: what else may be wrong with the source is said when it is read. */
function refusal(error: unknown): void {
  if (error instanceof Error && error.name === "AccessDenied") throw error;
}

function changesNothing(input: CopyObjectCommandInput, source: Source, bucket: BucketRecord): boolean {
  return (
    source.bucket.id === bucket.id &&
    source.object.key === input.Key &&
    !/\?versionId=/.test(input.CopySource ?? "") &&
    input.MetadataDirective !== "REPLACE" &&
    input.StorageClass === undefined &&
    input.WebsiteRedirectLocation === undefined &&
    input.ServerSideEncryption === undefined &&
    input.SSECustomerAlgorithm === undefined
  );
}

function describeCopy(ctx: Ctx, bucket: BucketRecord, input: CopyObjectCommandInput, source: ObjectRecord) {
  const fresh = describeNew(ctx, bucket, { ...input, Tagging: input.TaggingDirective === "REPLACE" ? input.Tagging : undefined });
  return {
    ...fresh,
    ...(input.MetadataDirective === "REPLACE" ? {} : { headers: source.headers, metadata: source.metadata }),
    ...(input.TaggingDirective === "REPLACE" ? {} : { tags: source.tags }),
  };
}

const SELF =
  "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, " +
  "storage class, website redirect location or encryption attributes.";

export async function copyObject(ctx: Ctx, input: CopyObjectCommandInput): Promise<object> {
  const bucket = bucketOf(ctx, input);
  const key = checkKey(input.Key);
  const source = await readSource(ctx, input);
  if (changesNothing(input, source, bucket)) throw invalidRequest(SELF);
  checkCopySize(source.object.bytes);
  const description = describeCopy(ctx, bucket, input, source.object);
  checkWriteConditions(ctx.store, bucket, key, input);
  const body = send(ctx, source.object.content, 0, source.object.bytes, source.key);
  const { encryption, key: dataKey } = await newKey(ctx, bucket, key, description.encryption, input);
  const algorithm = ALGORITHMS.find((each) => each === input.ChecksumAlgorithm) ?? source.object.checksum?.algorithm;
  const received = await receive(withoutHeaders(ctx), { Body: body, ChecksumAlgorithm: algorithm }, dataKey);
  try {
    const object = ctx.transact((store) => {
      checkWriteConditions(store, bucket, key, input);
      const { bytes, checksum, content } = received;
      const etag = received.md5.toString("hex");
      const object = putVersion(
        ctx,
        store,
        bucket,
        { key, isDeleteMarker: false, bytes, etag, content, checksum, ...description, encryption },
        "ObjectCreated:Copy",
        received.inline,
      );
      replicate(ctx, bucket, object);
      return object;
    });
    return {
      CopyObjectResult: { ETag: `"${object.etag}"`, LastModified: new Date(object.modifiedMs), ...checksumMembers(object) },
      ...(versioningOf(source.bucket) === undefined ? {} : { CopySourceVersionId: source.object.versionId }),
      ...encryptionMembers(object.encryption),
      ...shownVersion(bucket, object),
    };
  } catch (error) {
    await discard(ctx, received);
    throw error;
  }
}

/** The bytes that UploadPartCopy takes. */
export function copyRange(input: UploadPartCopyCommandInput, source: ObjectRecord): { start: number; end: number } {
  const header = input.CopySourceRange;
  if (header === undefined) return { start: 0, end: source.bytes };
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  if (match === null)
    throw invalidArgument(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
      "x-amz-copy-source-range",
      header,
    );
  if (Number(match[2]) >= source.bytes)
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${source.bytes}`,
      "x-amz-copy-source-range",
      header,
    );
  return readRange(header, source.bytes) ?? { start: 0, end: source.bytes };
}
