/** Replication to buckets of this cloud: new versions, and delete markers where a rule says so (User Guide, "Replicating objects"). */
import type { ReplicationConfiguration, ReplicationRule } from "@aws-sdk/client-s3";
import { type Ctx, ServiceError } from "../../core/service.ts";
import { type BucketRecord, versioningOf } from "./bucket.ts";
import { discard, duplicate, type Received, receive, send, withoutHeaders } from "./content.ts";
import { keyOf, newKey } from "./encryption-key.ts";
import type { Encryption, ObjectRecord } from "./object.ts";
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
    const done = await Promise.all(rules.map((rule) => copyTo(later, bucket, object, rule)));
    const now = findVersion(later.store, bucket, object.key, object.versionId);
    if (now?.sequence === object.sequence)
      rewriteVersion(later.store, bucket, { ...now, replication: done.every(Boolean) ? "COMPLETED" : "FAILED" });
  });
}

/** Did the version reach the rule's bucket? */
async function copyTo(ctx: Ctx, source: BucketRecord, object: ObjectRecord, rule: ReplicationRule): Promise<boolean> {
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
  const copied = await replicaContent(ctx, source, object, target, rule);
  if (copied === undefined) return false;
  try {
    const { content, encryption } = copied;
    const fresh = { ...replica, content, encryption };
    ctx.transact((store) => putVersion(ctx, store, target, fresh, "ObjectCreated:Put", copied.inline));
    return true;
  } catch (error) {
    await discard(ctx, copied);
    throw error;
  }
}

type Copied = Pick<Received, "inline" | "content"> & { readonly encryption: Encryption };

/**
 * Bytes under a KMS key are encrypted anew, with the key that the rule names, else the source's; any others are copied as they lie there.
 * Undefined where KMS refuses.
 */
async function replicaContent(
  ctx: Ctx,
  source: BucketRecord,
  { key, bytes, encryption, content = { kind: "blobs", blobs: [] } }: ObjectRecord,
  target: BucketRecord,
  rule: ReplicationRule,
): Promise<Copied | undefined> {
  if (encryption.dataKey === undefined) return { ...(await duplicate(ctx, content)), encryption };
  const SSEKMSKeyId = rule.Destination?.EncryptionConfiguration?.ReplicaKmsKeyID ?? encryption.SSEKMSKeyId;
  const described = { ...encryption, ...(SSEKMSKeyId === undefined ? {} : { SSEKMSKeyId }) };
  try {
    const body = send(ctx, content, 0, bytes, await keyOf(ctx, source, key, encryption, {}));
    const fresh = await newKey(ctx, target, key, described, {});
    const { inline, content: copied } = await receive(withoutHeaders(ctx), { Body: body }, fresh.key);
    return { content: copied, encryption: fresh.encryption, ...(inline === undefined ? {} : { inline }) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    ctx.hint(`s3: ${key} cannot be replicated to ${target.name}: ${error.code}: ${error.message}`);
    return undefined;
  }
}
