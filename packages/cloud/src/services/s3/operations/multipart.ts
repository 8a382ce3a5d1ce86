import type {
  AbortMultipartUploadCommandInput,
  CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommandInput,
  ListMultipartUploadsCommandInput,
  ListPartsCommandInput,
  UploadPartCommandInput,
  UploadPartCopyCommandInput,
} from "@aws-sdk/client-s3";
import { randomString } from "@dovetail/model";
import type { Ctx } from "../../../core/service.ts";
import { type BucketRecord, owner } from "../bucket.ts";
import { ALGORITHMS, composite, memberOf } from "../checksums.ts";
import { type BodyInput, discard, type Received, receive, send, withoutHeaders } from "../content.ts";
import { type CustomerKeyInput, checkCustomerKey, keyOf, newKey } from "../encryption-key.ts";
import { invalidArgument, invalidRequest, malformedXml, noSuchUpload, s3Error } from "../errors.ts";
import { commonPrefix, type KeyWalk, walkKeys } from "../key-walk.ts";
import { removeUpload } from "../lifecycle.ts";
import { wholeChecksum } from "../multipart-checksum.ts";
import type { BlobPlace, Content, PartRecord, UploadRecord } from "../object.ts";
import { replicate } from "../replication.ts";
import { bucketOf, forgetTotals } from "../store.ts";
import { putVersion, shownVersion } from "../write.ts";
import { checkCopySize, copyRange, readSource } from "./copy-object.ts";
import { checksumMembers, encryptionMembers } from "./get-object.ts";
import { encodeIf } from "./list-objects.ts";
import { checkKey, checkWriteConditions, describeNew } from "./put-object.ts";

const PARTS_MAX = 10_000;
const PART_BYTES_MIN = 5 * 1024 * 1024;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

interface UploadInput {
  readonly Bucket?: string | undefined;
  readonly Key?: string | undefined;
  readonly UploadId?: string | undefined;
}

function uploadOf(ctx: Ctx, bucket: BucketRecord, input: UploadInput): UploadRecord {
  const upload = ctx.store.get<UploadRecord>(["upload", bucket.id, input.Key ?? "", input.UploadId ?? ""]);
  if (upload === undefined) throw noSuchUpload(input.UploadId ?? "");
  return upload;
}

export async function createMultipartUpload(ctx: Ctx, input: CreateMultipartUploadCommandInput): Promise<object> {
  const bucket = bucketOf(ctx, input);
  const key = checkKey(input.Key);
  const algorithm = ALGORITHMS.find((each) => each === input.ChecksumAlgorithm);
  const full = algorithm === "CRC64NVME" || input.ChecksumType === "FULL_OBJECT";
  if (input.ChecksumType === "FULL_OBJECT" && (algorithm === "SHA1" || algorithm === "SHA256"))
    throw invalidRequest(`The FULL_OBJECT checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`);
  const description = describeNew(ctx, bucket, input);
  const { encryption } = await newKey(ctx, bucket, key, description.encryption, input);
  const upload: UploadRecord = {
    id: randomString(ctx.random, 64, ALPHABET),
    key,
    startedMs: ctx.now(),
    ...(algorithm === undefined ? {} : { algorithm, checksumType: full ? "FULL_OBJECT" : "COMPOSITE" }),
    ...description,
    encryption,
  };
  ctx.store.put(["upload", bucket.id, key, upload.id], upload);
  return {
    Bucket: bucket.name,
    Key: key,
    UploadId: upload.id,
    ...(algorithm === undefined ? {} : { ChecksumAlgorithm: algorithm, ChecksumType: upload.checksumType }),
    ...encryptionMembers(upload.encryption),
  };
}

function partNumber(given: number | undefined): number {
  if (given !== undefined && given >= 1 && given <= PARTS_MAX) return given;
  throw invalidArgument(`Part number must be an integer between 1 and ${PARTS_MAX}, inclusive`, "partNumber", String(given));
}

async function takePart(
  ctx: Ctx,
  bucket: BucketRecord,
  input: UploadInput & CustomerKeyInput & { PartNumber?: number | undefined },
  body: BodyInput,
  from: Ctx,
): Promise<PartRecord> {
  const number = partNumber(input.PartNumber);
  const upload = uploadOf(ctx, bucket, input);
  checkCustomerKey(upload.encryption, input);
  const key = await keyOf(ctx, bucket, upload.key, upload.encryption, input);
  const algorithm = body.ChecksumAlgorithm ?? upload.algorithm;
  const received: Received = await receive(
    from,
    { ...body, ...(algorithm === undefined ? {} : { ChecksumAlgorithm: algorithm }) },
    key,
  );
  try {
    return ctx.transact((store) => {
      uploadOf(ctx, bucket, input);
      const { bytes, checksum, content } = received;
      const part: PartRecord = { number, bytes, etag: received.md5.toString("hex"), checksum, content, modifiedMs: ctx.now() };
      const old = store.get<PartRecord>(["part", upload.id, number]);
      if (old?.content.kind === "inline") store.remove(["data", old.content.id]);
      if (old?.content.kind === "blobs") {
        const gone = old.content.blobs;
        ctx.after(async (later) => {
          for (const { key } of gone) await later.blobs.remove(key);
        });
      }
      if (content.kind === "inline") store.put(["data", content.id], received.inline ?? new Uint8Array());
      store.put(["part", upload.id, number], part);
      forgetTotals(ctx, bucket);
      return part;
    });
  } catch (error) {
    await discard(ctx, received);
    throw error;
  }
}

/** A part shows its sum only where the client asked for sums. */
function partChecksum(upload: UploadRecord, part: PartRecord, input: object): Record<string, string> {
  if (part.checksum === undefined) return {};
  const member = memberOf(part.checksum.algorithm);
  return upload.algorithm !== undefined || Reflect.get(input, member) !== undefined ? { [member]: part.checksum.value } : {};
}

export async function uploadPart(ctx: Ctx, input: UploadPartCommandInput): Promise<object> {
  const bucket = bucketOf(ctx, input);
  const upload = uploadOf(ctx, bucket, input);
  const part = await takePart(ctx, bucket, input, input, ctx);
  return {
    ETag: `"${part.etag}"`,
    ...partChecksum(upload, part, {
      ...input,
      [memberOf(part.checksum?.algorithm ?? "CRC32")]: ctx.http?.headers["x-amz-trailer"],
    }),
    ...encryptionMembers(upload.encryption),
  };
}

export async function uploadPartCopy(ctx: Ctx, input: UploadPartCopyCommandInput): Promise<object> {
  const bucket = bucketOf(ctx, input);
  const upload = uploadOf(ctx, bucket, input);
  const { object, key } = await readSource(ctx, input);
  const { start, end } = copyRange(input, object);
  checkCopySize(end - start);
  const body = { Body: send(ctx, object.content, start, end, key) };
  const part = await takePart(ctx, bucket, input, body, withoutHeaders(ctx));
  return {
    CopyPartResult: { ETag: `"${part.etag}"`, LastModified: new Date(part.modifiedMs), ...partChecksum(upload, part, {}) },
    ...encryptionMembers(upload.encryption),
  };
}

type Wanted = NonNullable<NonNullable<CompleteMultipartUploadCommandInput["MultipartUpload"]>["Parts"]>;

function chosenParts(ctx: Ctx, upload: UploadRecord, wanted: Wanted): PartRecord[] {
  if (wanted.length === 0) throw malformedXml();
  let last = 0;
  const parts = wanted.map((given) => {
    const number = given.PartNumber ?? 0;
    if (number <= last)
      throw s3Error(
        "InvalidPartOrder",
        400,
        "The list of parts was not in ascending order. The parts list must be specified in order by part number.",
        { UploadId: upload.id },
      );
    last = number;
    const part = ctx.store.get<PartRecord>(["part", upload.id, number]);
    const claimed = part?.checksum === undefined ? undefined : given[memberOf(part.checksum.algorithm)];
    if (
      part === undefined ||
      part.etag !== given.ETag?.replaceAll('"', "") ||
      (claimed !== undefined && claimed !== part.checksum?.value)
    )
      throw s3Error(
        "InvalidPart",
        400,
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        {
          UploadId: upload.id,
          PartNumber: String(number),
          ETag: given.ETag ?? "",
        },
      );
    return part;
  });
  for (const part of parts.slice(0, -1))
    if (part.bytes < PART_BYTES_MIN)
      throw s3Error("EntityTooSmall", 400, "Your proposed upload is smaller than the minimum allowed size", {
        ProposedSize: String(part.bytes),
        MinSizeAllowed: String(PART_BYTES_MIN),
        PartNumber: String(part.number),
        ETag: part.etag,
      });
  return parts;
}

/** All parts' bytes as blobs in order; small ones that lay in the store move out. */
async function gather(ctx: Ctx, parts: readonly PartRecord[]): Promise<{ content: Content; moved: string[] }> {
  const blobs: BlobPlace[] = [];
  const moved: string[] = [];
  for (const { content, bytes } of parts) {
    if (content.kind === "blobs") blobs.push(...content.blobs);
    else if (bytes > 0) {
      const blob = await ctx.blobs.write(ctx.store.get<Uint8Array>(["data", content.id]) ?? new Uint8Array());
      blobs.push(content.counter === undefined ? blob : { ...blob, counter: content.counter });
      moved.push(content.id);
    }
  }
  return { content: { kind: "blobs", blobs }, moved };
}

export async function completeMultipartUpload(ctx: Ctx, input: CompleteMultipartUploadCommandInput): Promise<object> {
  const bucket = bucketOf(ctx, input);
  const upload = uploadOf(ctx, bucket, input);
  const parts = chosenParts(ctx, upload, input.MultipartUpload?.Parts ?? []);
  checkWriteConditions(ctx.store, bucket, upload.key, input);
  const checksum = await wholeChecksum(ctx, bucket, upload, parts, input);
  const claimed = checksum === undefined ? undefined : input[memberOf(checksum.algorithm)];
  if (checksum !== undefined && claimed !== undefined && claimed !== checksum.value)
    throw s3Error("BadDigest", 400, `The ${checksum.algorithm} you specified did not match the calculated checksum.`);
  const { content, moved } = await gather(ctx, parts);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  if (input.MpuObjectSize !== undefined && Number(input.MpuObjectSize) !== bytes)
    throw invalidRequest("The provided 'x-amz-mp-object-size' header does not match what was computed.");
  const etag = `${composite(
    "MD5",
    parts.map((part) => Buffer.from(part.etag, "hex")),
  ).toString("hex")}-${parts.length}`;
  const object = ctx.transact((store) => {
    uploadOf(ctx, bucket, input);
    checkWriteConditions(store, bucket, upload.key, input);
    const used = new Set(parts.map(({ number }) => number));
    for (const { value } of [...store.range<PartRecord>({ prefix: ["part", upload.id] })])
      if (!used.has(value.number)) dropPart(ctx, value);
    for (const id of moved) store.remove(["data", id]);
    const { id: _, key, startedMs: __, algorithm: ___, checksumType: ____, ...description } = upload;
    removeUpload(ctx, bucket, upload, { keep: true });
    const rows = parts.map((part) => ({
      number: part.number,
      bytes: part.bytes,
      ...(part.checksum === undefined ? {} : { checksum: part.checksum.value }),
    }));
    const object = putVersion(
      ctx,
      store,
      bucket,
      {
        key,
        isDeleteMarker: false,
        bytes,
        etag,
        content,
        ...(checksum === undefined ? {} : { checksum }),
        parts: rows,
        ...description,
      },
      "ObjectCreated:CompleteMultipartUpload",
    );
    replicate(ctx, bucket, object);
    return object;
  });
  return {
    Location: `${ctx.endpoint}/${bucket.name}/${encodeURIComponent(object.key).replaceAll("%2F", "/")}`,
    Bucket: bucket.name,
    Key: object.key,
    ETag: `"${object.etag}"`,
    ...checksumMembers(object),
    ...encryptionMembers(object.encryption),
    ...shownVersion(bucket, object),
  };
}

function dropPart(ctx: Ctx, part: PartRecord): void {
  const { content } = part;
  if (content.kind === "inline") ctx.store.remove(["data", content.id]);
  else
    ctx.after(async (later) => {
      for (const { key } of content.blobs) await later.blobs.remove(key);
    });
}

export function abortMultipartUpload(ctx: Ctx, input: AbortMultipartUploadCommandInput): object {
  const bucket = bucketOf(ctx, input);
  removeUpload(ctx, bucket, uploadOf(ctx, bucket, input));
  return {};
}

export function listParts(ctx: Ctx, input: ListPartsCommandInput): object {
  const bucket = bucketOf(ctx, input);
  const upload = uploadOf(ctx, bucket, input);
  const limit = Math.min(input.MaxParts ?? 1000, 1000);
  const marker = Number(input.PartNumberMarker ?? 0);
  const rows = [
    ...ctx.store.range<PartRecord>({ prefix: ["part", upload.id], start: ["part", upload.id, marker + 1], limit: limit + 1 }),
  ].map(({ value }) => value);
  const shown = rows.slice(0, limit);
  return {
    Bucket: bucket.name,
    Key: upload.key,
    UploadId: upload.id,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(shown[shown.length - 1]?.number ?? 0),
    MaxParts: limit,
    IsTruncated: rows.length > limit,
    ...(shown.length === 0
      ? {}
      : {
          Parts: shown.map((part) => ({
            PartNumber: part.number,
            LastModified: new Date(part.modifiedMs),
            ETag: `"${part.etag}"`,
            Size: part.bytes,
            ...partChecksum(upload, part, {}),
          })),
        }),
    Initiator: owner(bucket.account),
    Owner: owner(bucket.account),
    StorageClass: upload.storageClass ?? "STANDARD",
    ...(upload.algorithm === undefined ? {} : { ChecksumAlgorithm: upload.algorithm, ChecksumType: upload.checksumType }),
  };
}

export function listMultipartUploads(ctx: Ctx, input: ListMultipartUploadsCommandInput): object {
  const bucket = bucketOf(ctx, input);
  const limit = Math.min(input.MaxUploads ?? 1000, 1000);
  const { Prefix: prefix = "", Delimiter: delimiter, KeyMarker: keyMarker = "", UploadIdMarker: idMarker = "" } = input;
  const page: (UploadRecord | string)[] = [];
  let truncated = false;
  for (const entry of uploadsAfter(ctx, bucket, { prefix, delimiter, after: keyMarker }, idMarker)) {
    truncated = limit > 0 && page.length === limit;
    if (page.length === limit) break;
    page.push(entry);
  }
  const uploads = page.filter((entry) => typeof entry !== "string");
  const prefixes = page.filter((entry) => typeof entry === "string");
  const last = page[page.length - 1];
  const encode = encodeIf(input.EncodingType);
  return {
    Bucket: bucket.name,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    ...(truncated ? nextUpload(last, encode) : {}),
    Prefix: encode(prefix),
    ...(delimiter === undefined ? {} : { Delimiter: encode(delimiter) }),
    MaxUploads: limit,
    IsTruncated: truncated,
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
    Uploads: uploads.map((upload) => ({
      UploadId: upload.id,
      Key: encode(upload.key),
      Initiated: new Date(upload.startedMs),
      StorageClass: upload.storageClass ?? "STANDARD",
      Owner: owner(bucket.account),
      Initiator: owner(bucket.account),
      ...(upload.algorithm === undefined ? {} : { ChecksumAlgorithm: upload.algorithm, ChecksumType: upload.checksumType }),
    })),
    CommonPrefixes: prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })),
  };
}

function nextUpload(last: UploadRecord | string | undefined, encode: (text: string) => string): object {
  if (typeof last === "object") return { NextKeyMarker: encode(last.key), NextUploadIdMarker: last.id };
  return { NextKeyMarker: encode(last ?? "") };
}

/** Uploads after the markers; a key that equals its marker counts only with an ID behind the other marker. */
function* uploadsAfter(ctx: Ctx, bucket: BucketRecord, walk: KeyWalk, idMarker: string): Generator<UploadRecord | string> {
  const { store } = ctx;
  const prefix = ["upload", bucket.id];
  const isOnPage = walk.after.startsWith(walk.prefix) && commonPrefix(walk.after, walk) === undefined;
  if (walk.after !== "" && idMarker !== "" && isOnPage) {
    const sameKey = [...prefix, walk.after];
    for (const { value } of store.range<UploadRecord>({ prefix: sameKey, start: [...sameKey, `${idMarker}\0`] })) yield value;
  }
  const uploadsFrom = function* (key: string) {
    for (const { value } of store.range<UploadRecord>({ prefix, start: [...prefix, key] })) yield value;
  };
  yield* walkKeys(uploadsFrom, walk);
}
