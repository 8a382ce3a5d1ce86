/**
 * S3's records. Collections of the store:
 *   ["bucket", name]                          BucketRecord (names are one space for all accounts)
 *   ["object", bucketId, key]                 ObjectRecord: the current version, or delete marker
 *   ["version", bucketId, key, -sequence]     ObjectRecord: the others, newest first
 *   ["data", id]                              bytes of a small object
 *   ["upload", bucketId, key, uploadId]       UploadRecord
 *   ["part", uploadId, number]                PartRecord
 */
import type { Ctx } from "../../core/service.ts";
import type { StoreRead, StoreWrite } from "../../core/store.ts";
import type { BucketRecord } from "./bucket.ts";
import { accessDenied, noSuchBucket } from "./errors.ts";
import type { Content, ObjectRecord } from "./object.ts";
import { sequenceIn } from "./version-id.ts";

interface State {
  readonly buckets: Map<string, BucketRecord>;
  readonly memory: { sequence: number };
  /** Lines of access logs by bucket ID, until they are delivered. */
  readonly logs: Map<string, string[]>;
  /** What lies in a bucket, by its ID; gone with the next write to it. */
  readonly totals: Map<string, Stored>;
}

/** Bytes by CloudWatch's storage type, and how many objects, versions and parts. */
export interface Stored {
  readonly bytes: { readonly [storageType: string]: number };
  readonly objects: number;
}

function stateOf(ctx: Ctx): State {
  return ctx.memory<State>(() => ({ buckets: new Map(), memory: { sequence: 0 }, logs: new Map(), totals: new Map() }));
}

/** Records read before: every request needs its bucket. */
function known(ctx: Ctx): Map<string, BucketRecord> {
  return stateOf(ctx).buckets;
}

/** The lines logged for a bucket that wait for delivery; the caller adds to them and takes them. */
export function logLines(ctx: Ctx, bucketId: string): string[] {
  const { logs } = stateOf(ctx);
  const lines = logs.get(bucketId) ?? [];
  logs.set(bucketId, lines);
  return lines;
}

/** As measured, or as it was measured before, where nobody wrote to the bucket since. */
export function storedTotals(ctx: Ctx, bucket: BucketRecord, measure: () => Stored): Stored {
  const { totals } = stateOf(ctx);
  const known = totals.get(bucket.id) ?? measure();
  totals.set(bucket.id, known);
  return known;
}

/** Whoever puts an object or a part in place, changes its class, or takes it away says so. */
export function forgetTotals(ctx: Ctx, bucket: BucketRecord): void {
  stateOf(ctx).totals.delete(bucket.id);
}

export function findBucket(ctx: Ctx, name: string, store: StoreRead = ctx.store): BucketRecord | undefined {
  const cached = known(ctx).get(name);
  if (cached !== undefined) return cached;
  const bucket = store.get<BucketRecord>(["bucket", name]);
  if (bucket !== undefined) known(ctx).set(name, bucket);
  return bucket;
}

/** Throws NoSuchBucket, or AccessDenied where the caller expected another owner. */
export function bucketOf(
  ctx: Ctx,
  input: { readonly Bucket?: string | undefined; readonly ExpectedBucketOwner?: string | undefined },
): BucketRecord {
  const name = input.Bucket ?? "";
  const bucket = findBucket(ctx, name);
  if (bucket === undefined) throw noSuchBucket(name);
  if (input.ExpectedBucketOwner !== undefined && input.ExpectedBucketOwner !== bucket.account) throw accessDenied();
  return bucket;
}

/** The last thing a handler does, so that what is in memory is what is kept. */
export function putBucket(ctx: Ctx, bucket: BucketRecord, store: StoreWrite = ctx.store): void {
  known(ctx).delete(bucket.name);
  store.put(["bucket", bucket.name], bucket);
}

export function removeBucket(ctx: Ctx, bucket: BucketRecord): void {
  known(ctx).delete(bucket.name);
  ctx.store.remove(["bucket", bucket.name]);
}

export function* bucketsOf(store: StoreRead, account?: string): Iterable<BucketRecord> {
  for (const { value } of store.range<BucketRecord>({ prefix: ["bucket"] }))
    if (account === undefined || value.account === account) yield value;
}

export function currentObject(store: StoreRead, bucket: BucketRecord, key: string): ObjectRecord | undefined {
  return store.get<ObjectRecord>(["object", bucket.id, key]);
}

export function versionKey(bucket: BucketRecord, object: ObjectRecord) {
  return ["version", bucket.id, object.key, -object.sequence];
}

/** Every version of a key that is not current, newest first; of those only the ones below `sequence`. */
export function* olderVersions(
  store: StoreRead,
  bucket: BucketRecord,
  key: string,
  sequence = Number.POSITIVE_INFINITY,
): Iterable<ObjectRecord> {
  const prefix = ["version", bucket.id, key];
  for (const { value } of store.range<ObjectRecord>({ prefix, start: [...prefix, -sequence] }))
    if (value.sequence < sequence) yield value;
}

export function findVersion(store: StoreRead, bucket: BucketRecord, key: string, versionId: string): ObjectRecord | undefined {
  const current = currentObject(store, bucket, key);
  if (current?.versionId === versionId) return current;
  const sequence = sequenceIn(versionId);
  const there = sequence === undefined ? undefined : store.get<ObjectRecord>(["version", bucket.id, key, -sequence]);
  if (there?.versionId === versionId) return there;
  // Replicas have IDs of versions elsewhere, and "null" is every key's.
  for (const version of olderVersions(store, bucket, key)) if (version.versionId === versionId) return version;
  return undefined;
}

/** A number above every earlier version's of the key: microseconds of the cloud's clock, stepped on where the clock stands still or went back. */
export function nextSequence(ctx: Ctx, before: ObjectRecord | undefined): number {
  const { memory } = stateOf(ctx);
  memory.sequence = Math.max(ctx.now() * 1000, memory.sequence + 1, (before?.sequence ?? 0) + 1);
  return memory.sequence;
}

/** Frees an object's bytes: at once in the store, after the transaction on disk. */
export function freeContent(ctx: Ctx, store: StoreWrite, content: Content | undefined): void {
  if (content === undefined) return;
  if (content.kind === "inline") {
    store.remove(["data", content.id]);
    return;
  }
  ctx.after(async (later) => {
    for (const blob of content.blobs) await later.blobs.remove(blob.key);
  });
}
