/** Puts versions of objects in place and takes them away, with AWS's rules of versioning and object lock. */
import type { Ctx } from "../../core/service.ts";
import type { StoreWrite } from "../../core/store.ts";
import { type BucketRecord, versioningOf } from "./bucket.ts";
import { accessDenied } from "./errors.ts";
import { announce } from "./notifications.ts";
import type { ObjectRecord } from "./object.ts";
import { currentObject, findVersion, forgetTotals, freeContent, nextSequence, olderVersions, versionKey } from "./store.ts";
import { newVersionId } from "./version-id.ts";

/** `versionId`: a replica keeps its source's. */
export type NewVersion = Omit<ObjectRecord, "versionId" | "sequence" | "modifiedMs"> & { readonly versionId?: string };

function isLocked(object: ObjectRecord, nowMs: number): boolean {
  const { lock } = object;
  return lock?.legalHold === true || (lock?.untilMs !== undefined && lock.untilMs > nowMs);
}

/** Throws AccessDenied where a lock keeps the version; governance locks give way to who may bypass them and says so. */
function checkLock(ctx: Ctx, object: ObjectRecord, bypass: boolean): void {
  if (!isLocked(object, ctx.now())) return;
  if (bypass && object.lock?.legalHold !== true && object.lock?.mode === "GOVERNANCE") return;
  throw accessDenied("Access Denied because object protected by object lock.");
}

/** Removes the stored record of a version and what it holds. */
function erase(ctx: Ctx, store: StoreWrite, bucket: BucketRecord, object: ObjectRecord, current: boolean): void {
  store.remove(current ? ["object", bucket.id, object.key] : versionKey(bucket, object));
  forgetTotals(ctx, bucket);
  freeContent(ctx, store, object.content);
}

/** Makes room for a new current version: the old one becomes noncurrent, or leaves its place to the new one, which takes its ID. */
function retire(
  ctx: Ctx,
  store: StoreWrite,
  bucket: BucketRecord,
  { key, sequence }: Pick<ObjectRecord, "key" | "sequence">,
  old: ObjectRecord | undefined,
): string {
  const versioning = versioningOf(bucket);
  if (versioning === undefined) {
    freeContent(ctx, store, old?.content);
    return "null";
  }
  if (versioning === "Suspended") {
    const nulled = findVersion(store, bucket, key, "null");
    if (nulled !== undefined) erase(ctx, store, bucket, nulled, nulled.sequence === old?.sequence);
    if (old !== undefined && old.versionId !== "null") store.put(versionKey(bucket, old), old);
    return "null";
  }
  if (old !== undefined) store.put(versionKey(bucket, old), old);
  return newVersionId(ctx.random, sequence);
}

/** Puts a new current version, with its bytes where they lie in the store, and tells those who want to know of it. */
export function putVersion(
  ctx: Ctx,
  store: StoreWrite,
  bucket: BucketRecord,
  given: NewVersion,
  event: string,
  inline?: Uint8Array,
): ObjectRecord {
  if (given.content?.kind === "inline") store.put(["data", given.content.id], inline ?? new Uint8Array());
  const before = currentObject(store, bucket, given.key);
  const sequence = nextSequence(ctx, before);
  const fresh = retire(ctx, store, bucket, { key: given.key, sequence }, before);
  const versionId = given.versionId ?? fresh;
  const object: ObjectRecord = { ...given, versionId, sequence, modifiedMs: ctx.now() };
  store.put(["object", bucket.id, object.key], object);
  forgetTotals(ctx, bucket);
  announce(ctx, bucket, object, event);
  return object;
}

/** The VersionId member of an answer: buckets that never had versioning do not show one. */
export function shownVersion(bucket: BucketRecord, object: ObjectRecord): { VersionId?: string } {
  return versioningOf(bucket) === undefined ? {} : { VersionId: object.versionId };
}

export interface Removed {
  readonly versionId?: string;
  readonly isDeleteMarker: boolean;
}

const MARKER = { isDeleteMarker: true, bytes: 0, etag: "", headers: {}, metadata: {}, encryption: {}, tags: {} } as const;

/** DELETE of a key without a version: a delete marker where there is versioning, the end of the object where not. */
export function removeCurrent(
  ctx: Ctx,
  store: StoreWrite,
  bucket: BucketRecord,
  key: string,
  event = "ObjectRemoved:Delete",
): Removed {
  if (versioningOf(bucket) !== undefined) {
    const markerEvent = event.startsWith("Lifecycle")
      ? "LifecycleExpiration:DeleteMarkerCreated"
      : "ObjectRemoved:DeleteMarkerCreated";
    const marker = putVersion(ctx, store, bucket, { key, ...MARKER }, markerEvent);
    return { versionId: marker.versionId, isDeleteMarker: true };
  }
  const object = currentObject(store, bucket, key);
  if (object !== undefined) {
    erase(ctx, store, bucket, object, true);
    announce(ctx, bucket, object, event);
  }
  return { isDeleteMarker: false };
}

/** DELETE of one version: it goes for good, and the one before it becomes current. */
export function removeVersion(
  ctx: Ctx,
  store: StoreWrite,
  bucket: BucketRecord,
  key: string,
  versionId: string,
  options: { readonly bypass?: boolean; readonly event?: string } = {},
): Removed {
  const object = findVersion(store, bucket, key, versionId);
  if (object === undefined) return { versionId, isDeleteMarker: false };
  checkLock(ctx, object, options.bypass ?? false);
  const current = currentObject(store, bucket, key)?.sequence === object.sequence;
  erase(ctx, store, bucket, object, current);
  if (current) promote(store, bucket, key);
  announce(ctx, bucket, object, options.event ?? "ObjectRemoved:Delete");
  return { versionId, isDeleteMarker: object.isDeleteMarker };
}

function promote(store: StoreWrite, bucket: BucketRecord, key: string): void {
  for (const next of olderVersions(store, bucket, key)) {
    store.remove(versionKey(bucket, next));
    store.put(["object", bucket.id, key], next);
    return;
  }
}

/** Writes a version's changed record back to where it lies. */
export function rewriteVersion(store: StoreWrite, bucket: BucketRecord, object: ObjectRecord): void {
  const current = currentObject(store, bucket, object.key);
  store.put(current?.sequence === object.sequence ? ["object", bucket.id, object.key] : versionKey(bucket, object), object);
}
