/**
 * Lifecycle rules by the cloud's clock (User Guide, "Managing the lifecycle of objects"). AWS rounds up to the next midnight UTC and shows
 * that in x-amz-expiration; here a version goes once its days are over, so that moving the clock by them is enough.
 */
import type { LifecycleRule, LifecycleRuleFilter } from "@aws-sdk/client-s3";
import { randomHex } from "@dovetail/model";
import type { Ctx } from "../../core/service.ts";
import { type BucketRecord, versioningOf } from "./bucket.ts";
import { invalidArgument, invalidRequest, malformedXml } from "./errors.ts";
import { announce } from "./notifications.ts";
import type { ObjectRecord, PartRecord, UploadRecord } from "./object.ts";
import { currentObject, findBucket, forgetTotals, freeContent, olderVersions } from "./store.ts";
import { removeCurrent, removeVersion, rewriteVersion } from "./write.ts";

const DAY_MS = 24 * 3600 * 1000;
const RULES_MAX = 1000;
/** Rounds of one bucket are this far apart at least; a large bucket is not walked every second. */
const ROUND_MS_MIN = 1000;
const LARGE_ROUND_MS_MIN = 15 * 60 * 1000;
const LARGE_OBJECTS = 10_000;

export function rulesOf(bucket: BucketRecord): readonly LifecycleRule[] {
  return (bucket.settings.lifecycle as { Rules?: LifecycleRule[] } | undefined)?.Rules ?? [];
}

function positive(days: number | undefined, action: string): void {
  if (days !== undefined && (!Number.isInteger(days) || days < 1))
    throw invalidArgument(`'Days' for ${action} action must be a positive integer`);
}

function checkRule(rule: LifecycleRule): LifecycleRule {
  if (rule.Status !== "Enabled" && rule.Status !== "Disabled") throw malformedXml();
  const legacy: unknown = Reflect.get(rule, "Prefix");
  if (rule.Filter === undefined && legacy === undefined) throw malformedXml();
  if ((rule.ID?.length ?? 0) > 255) throw invalidArgument("ID length should not exceed allowed limit of 255");
  const { Expiration, NoncurrentVersionExpiration, AbortIncompleteMultipartUpload, Transitions, NoncurrentVersionTransitions } =
    rule;
  const actions = [
    Expiration,
    NoncurrentVersionExpiration,
    AbortIncompleteMultipartUpload,
    ...(Transitions ?? []),
    ...(NoncurrentVersionTransitions ?? []),
  ];
  if (actions.every((action) => action === undefined))
    throw invalidRequest("At least one action needs to be specified in a rule");
  positive(Expiration?.Days, "Expiration");
  positive(NoncurrentVersionExpiration?.NoncurrentDays, "NoncurrentVersionExpiration");
  positive(AbortIncompleteMultipartUpload?.DaysAfterInitiation, "AbortIncompleteMultipartUpload");
  if (Expiration?.Date !== undefined && Expiration.Date.getTime() % DAY_MS !== 0)
    throw invalidArgument("'Date' must be at midnight GMT");
  return rule;
}

/** Rules as they are kept: checked, each with an ID. */
export function readRules(ctx: Ctx, rules: readonly LifecycleRule[] | undefined): LifecycleRule[] {
  if (rules === undefined || rules.length === 0 || rules.length > RULES_MAX) throw malformedXml();
  const named = rules.map((rule) => ({ ...checkRule(rule), ID: rule.ID ?? randomHex(ctx.random, 48) }));
  if (new Set(named.map(({ ID }) => ID)).size < named.length)
    throw invalidArgument("Rule ID must be unique. Found same ID for more than one rule");
  return named;
}

function applies(rule: LifecycleRule, object: Pick<ObjectRecord, "key" | "bytes" | "tags">): boolean {
  const filter: LifecycleRuleFilter = rule.Filter ?? {};
  const and = filter.And;
  const legacy: unknown = Reflect.get(rule, "Prefix");
  const prefix = and?.Prefix ?? filter.Prefix ?? (typeof legacy === "string" ? legacy : "");
  const tags = and?.Tags ?? (filter.Tag === undefined ? [] : [filter.Tag]);
  const above = and?.ObjectSizeGreaterThan ?? filter.ObjectSizeGreaterThan ?? -1;
  const below = and?.ObjectSizeLessThan ?? filter.ObjectSizeLessThan ?? Number.POSITIVE_INFINITY;
  return (
    rule.Status === "Enabled" &&
    object.key.startsWith(prefix) &&
    object.bytes > above &&
    object.bytes < below &&
    tags.every(({ Key, Value }) => object.tags[Key ?? ""] === Value)
  );
}

/** When a rule's expiration takes the current version; undefined: never. */
function expiryMs(rule: LifecycleRule, object: ObjectRecord): number | undefined {
  if (object.isDeleteMarker || !applies(rule, object)) return undefined;
  if (rule.Expiration?.Days !== undefined) return object.modifiedMs + rule.Expiration.Days * DAY_MS;
  return rule.Expiration?.Date?.getTime();
}

/** The `x-amz-expiration` header: AWS's date, at midnight. */
export function expiryHeader(bucket: BucketRecord, object: ObjectRecord): string | undefined {
  const rows = rulesOf(bucket).flatMap((rule) => {
    const at = expiryMs(rule, object);
    return at === undefined ? [] : [{ at, id: rule.ID ?? "" }];
  });
  const first = rows.sort((a, b) => a.at - b.at)[0];
  if (first === undefined) return undefined;
  const midnight = new Date(Math.ceil(first.at / DAY_MS) * DAY_MS).toUTCString();
  return `expiry-date="${midnight}", rule-id="${encodeURIComponent(first.id)}"`;
}

/** Collects when the next thing falls due. */
class Agenda {
  next = Number.POSITIVE_INFINITY;
  private readonly nowMs: number;
  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }
  isDue(atMs: number | undefined): boolean {
    if (atMs === undefined) return false;
    if (atMs <= this.nowMs) return true;
    this.next = Math.min(this.next, atMs);
    return false;
  }
}

function transition(ctx: Ctx, bucket: BucketRecord, rule: LifecycleRule, object: ObjectRecord, agenda: Agenda): void {
  for (const { Days, Date: date, StorageClass } of rule.Transitions ?? []) {
    const at = Days === undefined ? date?.getTime() : object.modifiedMs + Days * DAY_MS;
    if (!agenda.isDue(at) || StorageClass === undefined || object.storageClass === StorageClass) continue;
    const moved = { ...object, storageClass: StorageClass };
    rewriteVersion(ctx.store, bucket, moved);
    forgetTotals(ctx, bucket);
    announce(ctx, bucket, moved, "LifecycleTransition");
  }
}

function treatCurrent(ctx: Ctx, bucket: BucketRecord, object: ObjectRecord, agenda: Agenda): void {
  for (const rule of rulesOf(bucket)) {
    if (agenda.isDue(expiryMs(rule, object))) {
      removeCurrent(ctx, ctx.store, bucket, object.key, "LifecycleExpiration:Delete");
      return;
    }
    if (
      object.isDeleteMarker &&
      rule.Expiration?.ExpiredObjectDeleteMarker === true &&
      applies(rule, object) &&
      [...olderVersions(ctx.store, bucket, object.key)].length === 0
    ) {
      removeVersion(ctx, ctx.store, bucket, object.key, object.versionId, { event: "LifecycleExpiration:Delete" });
      return;
    }
    if (!object.isDeleteMarker && applies(rule, object)) transition(ctx, bucket, rule, object, agenda);
  }
}

function treatOlder(ctx: Ctx, bucket: BucketRecord, key: string, agenda: Agenda): void {
  let sinceMs = currentObject(ctx.store, bucket, key)?.modifiedMs ?? 0;
  let newer = 0;
  for (const version of [...olderVersions(ctx.store, bucket, key)]) {
    const gone = rulesOf(bucket).some((rule) => {
      const given = rule.NoncurrentVersionExpiration;
      if (given?.NoncurrentDays === undefined || !applies(rule, version)) return false;
      return newer >= (given.NewerNoncurrentVersions ?? 0) && agenda.isDue(sinceMs + given.NoncurrentDays * DAY_MS);
    });
    if (gone) {
      try {
        removeVersion(ctx, ctx.store, bucket, key, version.versionId, { event: "LifecycleExpiration:Delete" });
      } catch {
        // A locked version outlives its rule; the next round looks again.
      }
    } else newer++;
    sinceMs = version.modifiedMs;
  }
}

function abortUploads(ctx: Ctx, bucket: BucketRecord, agenda: Agenda): void {
  for (const { value: upload } of [...ctx.store.range<UploadRecord>({ prefix: ["upload", bucket.id] })]) {
    const due = rulesOf(bucket).some((rule) => {
      const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
      return (
        days !== undefined &&
        applies(rule, { key: upload.key, bytes: 0, tags: {} }) &&
        agenda.isDue(upload.startedMs + days * DAY_MS)
      );
    });
    if (due) removeUpload(ctx, bucket, upload);
  }
}

/** Forgets an upload and its parts. `keep`: the parts' bytes live on in an object. */
export function removeUpload(
  ctx: Ctx,
  bucket: BucketRecord,
  upload: UploadRecord,
  options: { readonly keep?: boolean } = {},
): void {
  for (const { value } of [...ctx.store.range<PartRecord>({ prefix: ["part", upload.id] })])
    if (options.keep !== true) freeContent(ctx, ctx.store, value.content);
  ctx.store.removeRange({ prefix: ["part", upload.id] });
  forgetTotals(ctx, bucket);
  ctx.store.remove(["upload", bucket.id, upload.key, upload.id]);
}

/** The shortest time in which something put now can fall due. */
function shortestMs(rules: readonly LifecycleRule[]): number {
  const days = rules.flatMap((rule) => [
    rule.Expiration?.Days,
    rule.NoncurrentVersionExpiration?.NoncurrentDays,
    rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation,
    ...(rule.Transitions ?? []).map((each) => each.Days),
  ]);
  return Math.min(...days.filter((each) => each !== undefined), 30) * DAY_MS;
}

/** Timer `lifecycle`: one round through a bucket; it arms the next. */
export function lifecycleRound(ctx: Ctx, payload: unknown): void {
  const { name, id } = payload as { name: string; id: string };
  const bucket = findBucket(ctx, name);
  if (bucket === undefined || bucket.id !== id || rulesOf(bucket).length === 0) return;
  const agenda = new Agenda(ctx.now());
  let count = 0;
  for (const { value: object } of [...ctx.store.range<ObjectRecord>({ prefix: ["object", bucket.id] })]) {
    count++;
    if (versioningOf(bucket) !== undefined) treatOlder(ctx, bucket, object.key, agenda);
    treatCurrent(ctx, bucket, object, agenda);
  }
  abortUploads(ctx, bucket, agenda);
  const least = ctx.now() + (count > LARGE_OBJECTS ? LARGE_ROUND_MS_MIN : ROUND_MS_MIN);
  const next = Math.min(agenda.next, ctx.now() + shortestMs(rulesOf(bucket)));
  ctx.schedule("lifecycle", bucket.name, Math.max(least, next), { name, id });
}

export function armLifecycle(ctx: Ctx, bucket: BucketRecord): void {
  ctx.schedule("lifecycle", bucket.name, ctx.now() + ROUND_MS_MIN, { name: bucket.name, id: bucket.id });
}
