/** Objects in archive classes: not to be read until a copy of them was restored, for so many days (User Guide, "Restoring an archived object"). */
import type { RestoreObjectCommandInput } from "@aws-sdk/client-s3";
import type { Ctx } from "../../core/service.ts";
import type { BucketRecord } from "./bucket.ts";
import { invalidArgument, malformedXml, s3Error } from "./errors.ts";
import { announce } from "./notifications.ts";
import type { ObjectRecord } from "./object.ts";
import { findBucket, findVersion } from "./store.ts";
import { rewriteVersion } from "./write.ts";

const DAY_MS = 24 * 3600 * 1000;
const HOUR_MS = 3600 * 1000;
/** How long each tier takes at most ("Archive retrieval options"); Deep Archive has no expedited one. */
const DURATIONS_MS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  GLACIER: { Expedited: 5 * 60 * 1000, Standard: 5 * HOUR_MS, Bulk: 12 * HOUR_MS },
  DEEP_ARCHIVE: { Standard: 12 * HOUR_MS, Bulk: 48 * HOUR_MS },
};

function isArchived(object: ObjectRecord): boolean {
  return Object.hasOwn(DURATIONS_MS, object.storageClass ?? "");
}

function isRestored(object: ObjectRecord, nowMs: number): boolean {
  return object.restore !== undefined && object.restore.readyMs <= nowMs && nowMs < object.restore.untilMs;
}

/** Throws InvalidObjectState for an archived object without a restored copy. */
export function checkReadable(ctx: Ctx, object: ObjectRecord): void {
  if (!isArchived(object) || isRestored(object, ctx.now())) return;
  throw s3Error("InvalidObjectState", 403, "The operation is not valid for the object's storage class", {
    StorageClass: object.storageClass,
  });
}

/** Throws ObjectNotInActiveTierError: an archived object cannot be copied from. */
export function checkCopyable(ctx: Ctx, object: ObjectRecord): void {
  if (!isArchived(object) || isRestored(object, ctx.now())) return;
  throw s3Error(
    "ObjectNotInActiveTierError",
    403,
    "The source object of the COPY action is not in the active tier and is only stored in Amazon S3 Glacier.",
  );
}

/** The `x-amz-restore` header. */
export function restoreHeader(object: ObjectRecord, nowMs: number): string | undefined {
  const { restore } = object;
  if (restore === undefined || nowMs >= restore.untilMs) return undefined;
  if (nowMs < restore.readyMs) return 'ongoing-request="true"';
  return `ongoing-request="false", expiry-date="${new Date(restore.untilMs).toUTCString()}"`;
}

/** The midnight after so many days: restored copies go then. */
function expiry(fromMs: number, days: number): number {
  return Math.ceil((fromMs + days * DAY_MS) / DAY_MS) * DAY_MS;
}

function readRequest(input: RestoreObjectCommandInput, object: ObjectRecord): { days: number; durationMs: number } {
  const request = input.RestoreRequest;
  if (request?.Type === "SELECT" || request?.SelectParameters !== undefined)
    throw s3Error("NotImplemented", 501, "s3: RestoreObject with SELECT is not emulated");
  if (request?.Days === undefined) throw malformedXml();
  if (!Number.isInteger(request.Days) || request.Days < 1)
    throw invalidArgument("restoration days should be at least 1", "Days", String(request.Days));
  const tier = request.GlacierJobParameters?.Tier ?? request.Tier ?? "Standard";
  const durationMs = DURATIONS_MS[object.storageClass ?? ""]?.[tier];
  if (durationMs === undefined) throw invalidArgument(`Retrieval option is not supported by this storage class`, "Tier", tier);
  return { days: request.Days, durationMs };
}

/** Starts a restore (202), or gives a restored copy more days (200). `find` reads the version that the request names. */
export function restore(
  ctx: Ctx,
  bucket: BucketRecord,
  object: ObjectRecord,
  input: RestoreObjectCommandInput,
): { readonly $status: number } {
  if (!isArchived(object))
    throw s3Error("InvalidObjectState", 403, "Restore is not allowed for the object's current storage class", {
      StorageClass: object.storageClass ?? "STANDARD",
    });
  const { days, durationMs } = readRequest(input, object);
  const now = ctx.now();
  if (object.restore !== undefined && now < object.restore.readyMs)
    throw s3Error("RestoreAlreadyInProgress", 409, "Object restore is already in progress");
  if (isRestored(object, now) && object.restore !== undefined) {
    rewriteVersion(ctx.store, bucket, { ...object, restore: { ...object.restore, untilMs: expiry(now, days) } });
    return { $status: 200 };
  }
  const readyMs = now + durationMs;
  const restoring = { ...object, restore: { readyMs, untilMs: expiry(readyMs, days) } };
  rewriteVersion(ctx.store, bucket, restoring);
  announce(ctx, bucket, restoring, "ObjectRestore:Post");
  const id = `${bucket.id}/${object.versionId}/${object.key}`;
  ctx.schedule("restore", id, readyMs, { bucket: bucket.name, key: object.key, versionId: object.versionId });
  return { $status: 202 };
}

/** Timer `restore`: the copy is there, or its days are over; whoever wants to know is told. */
export function restoreRound(ctx: Ctx, payload: unknown): void {
  const { bucket: name, key, versionId } = payload as { bucket: string; key: string; versionId: string };
  const bucket = findBucket(ctx, name);
  const object = bucket === undefined ? undefined : findVersion(ctx.store, bucket, key, versionId);
  if (bucket === undefined || object?.restore === undefined) return;
  const id = `${bucket.id}/${versionId}/${key}`;
  const { untilMs } = object.restore;
  if (ctx.now() < untilMs) {
    if (object.restore.told !== true) {
      rewriteVersion(ctx.store, bucket, { ...object, restore: { ...object.restore, told: true } });
      announce(ctx, bucket, object, "ObjectRestore:Completed");
    }
    ctx.schedule("restore", id, untilMs, payload);
    return;
  }
  const { restore: _, ...archived } = object;
  rewriteVersion(ctx.store, bucket, archived);
  announce(ctx, bucket, archived, "ObjectRestore:Delete");
}
