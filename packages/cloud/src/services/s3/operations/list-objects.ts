import type { ListObjectsCommandInput, ListObjectsV2CommandInput, ListObjectVersionsCommandInput } from "@aws-sdk/client-s3";
import type { Ctx } from "../../../core/service.ts";
import type { StoreRead } from "../../../core/store.ts";
import { type BucketRecord, owner } from "../bucket.ts";
import { invalidArgument } from "../errors.ts";
import { commonPrefix, type KeyWalk, walkKeys } from "../key-walk.ts";
import type { ObjectRecord } from "../object.ts";
import { bucketOf, findVersion, olderVersions } from "../store.ts";
import { sequenceIn } from "../version-id.ts";

const KEYS_MAX = 1000;

/** `encoding-type=url`: percent-encoding, slashes left as they are. */
export function encodeIf(encodingType: string | undefined): (text: string) => string {
  return encodingType === "url" ? (text) => encodeURIComponent(text).replaceAll("%2F", "/") : (text) => text;
}

interface ListRequest extends KeyWalk {
  readonly limit: number;
}

interface Listed {
  readonly objects: ObjectRecord[];
  readonly prefixes: string[];
  readonly truncated: boolean;
  /** The last key or common prefix that was listed. */
  readonly last: string | undefined;
}

function objectsFrom(store: StoreRead, bucket: BucketRecord): (key: string) => Iterable<ObjectRecord> {
  return function* (key) {
    const range = { prefix: ["object", bucket.id], start: ["object", bucket.id, key] };
    for (const { value } of store.range<ObjectRecord>(range)) yield value;
  };
}

/** One page of keys in order, delete markers left out. */
function list(store: StoreRead, bucket: BucketRecord, request: ListRequest): Listed {
  const objects: ObjectRecord[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  for (const entry of walkKeys(objectsFrom(store, bucket), request, isLive)) {
    if (objects.length + prefixes.length >= request.limit) return { objects, prefixes, truncated: request.limit > 0, last };
    if (typeof entry === "string") prefixes.push(entry);
    else objects.push(entry);
    last = typeof entry === "string" ? entry : entry.key;
  }
  return { objects, prefixes, truncated: false, last };
}

function readLimit(given: number | undefined): number {
  if (given !== undefined && given < 0)
    throw invalidArgument("Argument max-keys must be an integer between 0 and 2147483647", "max-keys", String(given));
  return Math.min(given ?? KEYS_MAX, KEYS_MAX);
}

function isLive(object: ObjectRecord): boolean {
  return !object.isDeleteMarker;
}

/** What a list tells of a copy out of the archive, where the request asks for it. */
function restoreStatus({ restore }: ObjectRecord, nowMs: number): object {
  if (restore === undefined || nowMs >= restore.untilMs) return {};
  const isReady = nowMs >= restore.readyMs;
  return {
    RestoreStatus: {
      IsRestoreInProgress: !isReady,
      ...(isReady ? { RestoreExpiryDate: new Date(restore.untilMs) } : {}),
    },
  };
}

interface Asked {
  readonly OptionalObjectAttributes?: readonly string[] | undefined;
}

/** How an object's row is made: what the request asks for beside what every row has. Throws InvalidArgument. */
function rowOf(ctx: Ctx, { OptionalObjectAttributes: wanted = [] }: Asked, encode: (text: string) => string) {
  const unknown = wanted.find((name) => name !== "RestoreStatus");
  if (unknown !== undefined)
    throw invalidArgument("Invalid attribute name specified", "x-amz-optional-object-attributes", unknown);
  const nowMs = ctx.now();
  return (object: ObjectRecord): object =>
    wanted.length === 0 ? shownObject(object, encode) : { ...shownObject(object, encode), ...restoreStatus(object, nowMs) };
}

function shownObject(object: ObjectRecord, encode: (text: string) => string): object {
  return {
    Key: encode(object.key),
    LastModified: new Date(object.modifiedMs),
    ETag: `"${object.etag}"`,
    ...(object.checksum === undefined
      ? {}
      : { ChecksumAlgorithm: [object.checksum.algorithm], ChecksumType: object.checksum.type }),
    Size: object.bytes,
    StorageClass: object.storageClass ?? "STANDARD",
  };
}

function commonMembers(
  input: { readonly Delimiter?: string | undefined; readonly EncodingType?: string | undefined },
  listed: Pick<Listed, "prefixes" | "truncated">,
  encode: (text: string) => string,
): object {
  return {
    IsTruncated: listed.truncated,
    ...(input.Delimiter === undefined || input.Delimiter === "" ? {} : { Delimiter: encode(input.Delimiter) }),
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
    ...(listed.prefixes.length === 0 ? {} : { CommonPrefixes: listed.prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })) }),
  };
}

function tokenFor(key: string): string {
  return Buffer.from(key).toString("base64");
}

function keyOfToken(token: string): string {
  const key = Buffer.from(token, "base64").toString();
  if (token === "" || tokenFor(key) !== token)
    throw invalidArgument("The continuation token provided is incorrect", "continuation-token", token);
  return key;
}

export function listObjectsV2(ctx: Ctx, input: ListObjectsV2CommandInput): object {
  const bucket = bucketOf(ctx, input);
  const limit = readLimit(input.MaxKeys);
  const { Prefix: prefix = "", Delimiter: delimiter, ContinuationToken: token, StartAfter: startAfter } = input;
  const after = token === undefined ? (startAfter ?? "") : keyOfToken(token);
  const listed = list(ctx.store, bucket, { prefix, delimiter, after, limit });
  const encode = encodeIf(input.EncodingType);
  const show = rowOf(ctx, input, encode);
  const withOwner = input.FetchOwner === true ? { Owner: owner(bucket.account) } : {};
  return {
    Name: bucket.name,
    Prefix: encode(prefix),
    MaxKeys: limit,
    KeyCount: listed.objects.length + listed.prefixes.length,
    ...commonMembers(input, listed, encode),
    ...(startAfter === undefined ? {} : { StartAfter: encode(startAfter) }),
    ...(token === undefined ? {} : { ContinuationToken: token }),
    ...(listed.truncated ? { NextContinuationToken: tokenFor(listed.last ?? after) } : {}),
    ...(listed.objects.length === 0 ? {} : { Contents: listed.objects.map((object) => ({ ...show(object), ...withOwner })) }),
  };
}

export function listObjects(ctx: Ctx, input: ListObjectsCommandInput): object {
  const bucket = bucketOf(ctx, input);
  const limit = readLimit(input.MaxKeys);
  const { Prefix: prefix = "", Delimiter: delimiter, Marker: marker = "" } = input;
  const listed = list(ctx.store, bucket, { prefix, delimiter, after: marker, limit });
  const encode = encodeIf(input.EncodingType);
  const show = rowOf(ctx, input, encode);
  return {
    Name: bucket.name,
    Prefix: encode(prefix),
    Marker: encode(marker),
    MaxKeys: limit,
    ...commonMembers(input, listed, encode),
    ...(listed.truncated && delimiter !== undefined ? { NextMarker: encode(listed.last ?? "") } : {}),
    ...(listed.objects.length === 0
      ? {}
      : { Contents: listed.objects.map((object) => ({ ...show(object), Owner: owner(bucket.account) })) }),
  };
}

interface Version {
  readonly object: ObjectRecord;
  readonly isLatest: boolean;
}

export function listObjectVersions(ctx: Ctx, input: ListObjectVersionsCommandInput): object {
  const bucket = bucketOf(ctx, input);
  const limit = readLimit(input.MaxKeys);
  const { Prefix: prefix = "", Delimiter: delimiter, KeyMarker: keyMarker = "", VersionIdMarker: idMarker } = input;
  if (idMarker !== undefined && idMarker !== "" && keyMarker === "")
    throw invalidArgument("A version-id marker cannot be specified without a key marker.", "version-id-marker", idMarker);
  const page: (Version | string)[] = [];
  let truncated = false;
  for (const entry of versionsAfter(ctx, bucket, { prefix, delimiter, after: keyMarker }, idMarker ?? "")) {
    truncated = limit > 0 && page.length === limit;
    if (page.length === limit) break;
    page.push(entry);
  }
  const shown = page.filter((entry) => typeof entry !== "string");
  const prefixes = page.filter((entry) => typeof entry === "string");
  const last = page[page.length - 1];
  const encode = encodeIf(input.EncodingType);
  const show = rowOf(ctx, input, encode);
  const row = ({ object, isLatest }: Version) => ({
    Key: encode(object.key),
    VersionId: object.versionId,
    IsLatest: isLatest,
    LastModified: new Date(object.modifiedMs),
    Owner: owner(bucket.account),
  });
  return {
    Name: bucket.name,
    Prefix: encode(prefix),
    KeyMarker: encode(keyMarker),
    VersionIdMarker: idMarker ?? "",
    MaxKeys: limit,
    ...commonMembers(input, { prefixes, truncated }, encode),
    ...(truncated ? nextMarkers(last, encode) : {}),
    Versions: shown
      .filter(({ object }) => !object.isDeleteMarker)
      .map((version) => ({ ...show(version.object), ...row(version) })),
    DeleteMarkers: shown.filter(({ object }) => object.isDeleteMarker).map(row),
  };
}

function nextMarkers(last: Version | string | undefined, encode: (text: string) => string): object {
  if (last === undefined) return {};
  if (typeof last === "string") return { NextKeyMarker: encode(last) };
  return { NextKeyMarker: encode(last.object.key), NextVersionIdMarker: last.object.versionId };
}

/** Every version after the marker, newest first below each key; nothing is read before it is asked for. */
function* versionsAfter(ctx: Ctx, bucket: BucketRecord, walk: KeyWalk, idMarker: string): Generator<Version | string> {
  const { store } = ctx;
  const isOnPage = walk.after.startsWith(walk.prefix) && commonPrefix(walk.after, walk) === undefined;
  if (idMarker !== "" && isOnPage) {
    const sequence = sequenceOf(ctx, bucket, walk.after, idMarker);
    if (sequence !== undefined)
      for (const object of olderVersions(store, bucket, walk.after, sequence)) yield { object, isLatest: false };
  }
  for (const entry of walkKeys(objectsFrom(store, bucket), walk)) {
    if (typeof entry === "string") yield entry;
    else {
      yield { object: entry, isLatest: true };
      for (const object of olderVersions(store, bucket, entry.key)) yield { object, isLatest: false };
    }
  }
}

/** Where the version stands, or stood, among its key's: who empties a bucket removes a page's versions before asking for the next. */
function sequenceOf(ctx: Ctx, bucket: BucketRecord, key: string, versionId: string): number | undefined {
  return findVersion(ctx.store, bucket, key, versionId)?.sequence ?? sequenceIn(versionId);
}
