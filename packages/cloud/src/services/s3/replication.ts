/** Replication to buckets of this cloud: new versions, and delete markers where a rule says so (User Guide, "Replicating objects"). */
import type { ReplicationConfiguration, ReplicationRule } from "@aws-sdk/client-s3";
import type { Ctx } from "../../core/service.ts";
import { type BucketRecord, versioningOf } from "./bucket.ts";
import { discard, receive, send } from "./content.ts";
import type { ObjectRecord } from "./object.ts";
import { findBucket, findVersion } from "./store.ts";
import { putVersion, rewriteVersion } from "./write.ts";

function rulesOf(bucket: BucketRecord): readonly ReplicationRule[] {
  return (bucket.settings.replication as ReplicationConfiguration | undefined)?.Rules ?? [];
}

function applies(rule: ReplicationRule, object: ObjectRecord): boolean {
  const and = rule.Filter?.And;
  const legacy: unknown = Reflect.get(rule, "Prefix");
  const prefix = and?.Prefix ?? rule.Filter?.Prefix ?? (typeof legacy === "string" ? legacy : "");
  const tags = and?.Tags ?? (rule.Filter?.Tag === undefined ? [] : [rule.Filter.Tag]);
  if (rule.Status !== "Enabled" || !object.key.startsWith(prefix)) return false;
  // Rules without a Filter (the first version of the schema) replicate delete markers, others when they are told to.
  if (object.isDeleteMarker) return rule.Filter === undefined || rule.DeleteMarkerReplication?.Status === "Enabled";
  const isSealed = object.encryption.ServerSideEncryption?.startsWith("aws:kms") === true;
  if (isSealed && rule.SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status !== "Enabled") return false;
  return tags.every(({ Key, Value }) => object.tags[Key ?? ""] === Value);
}

/** For each destination the rule of the highest priority. */
function matching(bucket: BucketRecord, object: ObjectRecord): ReplicationRule[] {
  const best = new Map<string, ReplicationRule>();
  for (const rule of rulesOf(bucket).filter((each) => applies(each, object))) {
    const destination = rule.Destination?.Bucket ?? "";
    if ((best.get(destination)?.Priority ?? -1) < (rule.Priority ?? 0)) best.set(destination, rule);
  }
  return [...best.values()];
}

/** Queues the copies of a version that was just put. Replicas are not replicated further. */
export function replicate(ctx: Ctx, bucket: BucketRecord, object: ObjectRecord): void {
  if (bucket.settings.replication === undefined || object.replication === "REPLICA") return;
  const rules = matching(bucket, object);
  if (rules.length === 0) return;
  rewriteVersion(ctx.store, bucket, { ...object, replication: "PENDING" });
  ctx.after(async (later) => {
    const done = await Promise.all(rules.map((rule) => copyTo(later, object, rule)));
    const now = findVersion(later.store, bucket, object.key, object.versionId);
    if (now?.sequence === object.sequence)
      rewriteVersion(later.store, bucket, { ...now, replication: done.every(Boolean) ? "COMPLETED" : "FAILED" });
  });
}

/** Did the version reach the rule's bucket? */
async function copyTo(ctx: Ctx, object: ObjectRecord, rule: ReplicationRule): Promise<boolean> {
  const { Bucket: arn = "", StorageClass: storageClass } = rule.Destination ?? {};
  const target = findBucket(ctx, arn.slice(arn.lastIndexOf(":") + 1));
  if (target === undefined || versioningOf(target) !== "Enabled") {
    ctx.hint(`s3: ${object.key} cannot be replicated to ${arn}: no such bucket, or its versioning is not on`);
    return false;
  }
  const { versionId, sequence: _, modifiedMs: __, acl: ___, lock: ____, restore: _____, ...described } = object;
  const replica = {
    ...described,
    ...(storageClass === undefined ? {} : { storageClass }),
    replication: "REPLICA" as const,
    versionId,
  };
  if (object.isDeleteMarker) {
    ctx.transact((store) => putVersion(ctx, store, target, replica, "ObjectRemoved:DeleteMarkerCreated"));
    return true;
  }
  const received = await receive(ctx, { Body: send(ctx, object.content, 0, object.bytes) });
  try {
    ctx.transact((store) => {
      if (received.content.kind === "inline") store.put(["data", received.content.id], received.inline ?? new Uint8Array());
      return putVersion(ctx, store, target, { ...replica, content: received.content }, "ObjectCreated:Put");
    });
    return true;
  } catch (error) {
    await discard(ctx, received);
    throw error;
  }
}
