import type { ListObjectsCommandInput, ListObjectsV2CommandInput, ListObjectVersionsCommandInput } from "@aws-sdk/client-s3";
import type { Ctx } from "../../../core/service.ts";
import type { StoreRead } from "../../../core/store.ts";
import { type BucketRecord, owner } from "../bucket.ts";
import { invalidArgument } from "../errors.ts";
import type { ObjectRecord } from "../object.ts";
import { bucketOf, olderVersions } from "../store.ts";

const KEYS_MAX = 1000;
/** Sorts behind every character that a key can have. */
const LAST_CHARACTER = "\u{10ffff}";

/** `encoding-type=url`: percent-encoding, slashes left as they are. */
export function encodeIf(encodingType: string | undefined): (text: string) => string {
  return encodingType === "url" ? (text) => encodeURIComponent(text).replaceAll("%2F", "/") : (text) => text;
}

export interface ListRequest {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  /** Keys up to and with this one are left out. */
  readonly after: string;
  readonly limit: number;
}

export interface Listed {
  readonly objects: ObjectRecord[];
  readonly prefixes: string[];
  readonly truncated: boolean;
  /** The last key or common prefix that was listed. */
  readonly last: string | undefined;
}

/**
 * One page of keys in order. A common prefix is stepped over with one seek, however many keys are below it.
 * `visit` turns a key's current record into what is listed of it; undefined leaves it out.
 */
function walk(store: StoreRead, bucket: BucketRecord, request: ListRequest, isListed: (object: ObjectRecord) => boolean): Listed {
  const { prefix, delimiter, limit } = request;
  const objects: ObjectRecord[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  let from = request.after === "" || request.after < prefix ? prefix : `${request.after}\0`;
  for (;;) {
    let seek: string | undefined;
    for (const { value } of store.range<ObjectRecord>({ prefix: ["object", bucket.id], start: ["object", bucket.id, from] })) {
      if (!value.key.startsWith(prefix)) return { objects, prefixes, truncated: false, last };
      if (!isListed(value)) continue;
      const cut = delimiter === undefined || delimiter === "" ? -1 : value.key.indexOf(delimiter, prefix.length);
      const common = cut < 0 || delimiter === undefined ? undefined : value.key.slice(0, cut + delimiter.length);
      const past = common === undefined ? undefined : `${common}${LAST_CHARACTER}`;
      if (past !== undefined && common !== undefined && request.after.startsWith(common)) {
        seek = past;
        break;
      }
      if (objects.length + prefixes.length >= limit) return { objects, prefixes, truncated: limit > 0, last };
      if (common === undefined) {
        objects.push(value);
        last = value.key;
        continue;
      }
      prefixes.push(common);
      last = common;
      seek = past;
      break;
    }
    if (seek === undefined) return { objects, prefixes, truncated: false, last };
    from = seek;
  }
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
  listed: Listed,
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
  const listed = walk(ctx.store, bucket, { prefix, delimiter, after, limit }, isLive);
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
  const listed = walk(ctx.store, bucket, { prefix, delimiter, after: marker, limit }, isLive);
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

/** The versions behind each listed key, from a marker on, until the page is full. */
function versionsOf(store: StoreRead, bucket: BucketRecord, objects: readonly ObjectRecord[]): Version[] {
  return objects.flatMap((object) => [
    { object, isLatest: true },
    ...[...olderVersions(store, bucket, object.key)].map((older) => ({ object: older, isLatest: false })),
  ]);
}

export function listObjectVersions(ctx: Ctx, input: ListObjectVersionsCommandInput): object {
  const bucket = bucketOf(ctx, input);
  const limit = readLimit(input.MaxKeys);
  const { Prefix: prefix = "", Delimiter: delimiter, KeyMarker: keyMarker = "", VersionIdMarker: idMarker } = input;
  if (idMarker !== undefined && idMarker !== "" && keyMarker === "")
    throw invalidArgument("A version-id marker cannot be specified without a key marker.", "version-id-marker", idMarker);
  const resumed = idMarker === undefined || idMarker === "" ? [] : restOf(ctx, bucket, keyMarker, idMarker);
  const listed = walk(ctx.store, bucket, { prefix, delimiter, after: keyMarker, limit }, () => true);
  const entries = merged([...resumed, ...versionsOf(ctx.store, bucket, listed.objects)], listed.prefixes);
  const page = entries.slice(0, limit);
  const shown = page.flatMap((entry) => (typeof entry === "string" ? [] : [entry]));
  const prefixes = page.filter((entry) => typeof entry === "string");
  const truncated = limit > 0 && (listed.truncated || entries.length > limit);
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
    ...commonMembers(input, { ...listed, prefixes, truncated }, encode),
    ...(truncated ? nextMarkers(last, encode) : {}),
    Versions: shown
      .filter(({ object }) => !object.isDeleteMarker)
      .map((version) => ({ ...show(version.object), ...row(version) })),
    DeleteMarkers: shown.filter(({ object }) => object.isDeleteMarker).map(row),
  };
}

function merged(versions: readonly Version[], prefixes: readonly string[]): (Version | string)[] {
  const entries: (Version | string)[] = [...versions, ...prefixes];
  const keyOf = (entry: Version | string) => (typeof entry === "string" ? entry : entry.object.key);
  // The sort is stable: versions of one key keep their order.
  return entries.sort((a, b) => Buffer.compare(Buffer.from(keyOf(a)), Buffer.from(keyOf(b))));
}

function nextMarkers(last: Version | string | undefined, encode: (text: string) => string): object {
  if (last === undefined) return {};
  if (typeof last === "string") return { NextKeyMarker: encode(last) };
  return { NextKeyMarker: encode(last.object.key), NextVersionIdMarker: last.object.versionId };
}

function restOf(ctx: Ctx, bucket: BucketRecord, key: string, versionId: string): Version[] {
  const current = ctx.store.get<ObjectRecord>(["object", bucket.id, key]);
  const versions = current === undefined ? [] : versionsOf(ctx.store, bucket, [current]);
  const at = versions.findIndex(({ object }) => object.versionId === versionId);
  return at < 0 ? [] : versions.slice(at + 1);
}
