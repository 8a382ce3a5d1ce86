import type { DeleteObjectCommandInput, DeleteObjectsCommandInput } from "@aws-sdk/client-s3";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { resourcePolicyFor } from "../access.ts";
import type { BucketRecord } from "../bucket.ts";
import { matchesTag } from "../conditions.ts";
import { malformedXml, preconditionFailed } from "../errors.ts";
import { replicate } from "../replication.ts";
import { bucketOf, currentObject } from "../store.ts";
import { type Removed, removeCurrent, removeVersion } from "../write.ts";

const DELETE_MAX = 1000;

/** Takes the current version away; the delete marker that takes its place goes where the bucket replicates to. */
function removeLatest(ctx: Ctx, bucket: BucketRecord, key: string): Removed {
  const removed = removeCurrent(ctx, ctx.store, bucket, key);
  const marker = removed.isDeleteMarker ? currentObject(ctx.store, bucket, key) : undefined;
  if (marker !== undefined) replicate(ctx, bucket, marker);
  return removed;
}

/** Conditional deletes: what is not there is deleted all the same. */
function checkTag(ctx: Ctx, bucket: BucketRecord, key: string, tag: string | undefined): void {
  const object = tag === undefined ? undefined : currentObject(ctx.store, bucket, key);
  if (tag !== undefined && object !== undefined && !matchesTag(tag, object.etag)) throw preconditionFailed("If-Match");
}

export function deleteObject(ctx: Ctx, input: DeleteObjectCommandInput): object {
  const bucket = bucketOf(ctx, input);
  const key = input.Key ?? "";
  checkTag(ctx, bucket, key, input.IfMatch);
  const removed: Removed =
    input.VersionId === undefined
      ? removeLatest(ctx, bucket, key)
      : removeVersion(ctx, ctx.store, bucket, key, input.VersionId, { bypass: input.BypassGovernanceRetention ?? false });
  return {
    ...(removed.versionId === undefined ? {} : { VersionId: removed.versionId }),
    ...(removed.isDeleteMarker ? { DeleteMarker: true } : {}),
  };
}

function authorizeDelete(ctx: Ctx, bucket: BucketRecord, key: string, versionId: string | undefined, bypass: boolean): void {
  const { principal } = ctx;
  if (principal.kind === "root" && principal.accountId === bucket.account) return;
  const resourcePolicy = resourcePolicyFor(bucket, undefined, principal);
  const actions = [versionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion"];
  if (bypass) actions.push("s3:BypassGovernanceRetention");
  for (const action of actions)
    ctx.with({ account: bucket.account }).authorize(principal, {
      action,
      resource: `arn:aws:s3:::${bucket.name}/${key}`,
      ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    });
}

export function deleteObjects(ctx: Ctx, input: DeleteObjectsCommandInput): object {
  const bucket = bucketOf(ctx, input);
  const objects = input.Delete?.Objects ?? [];
  if (objects.length === 0 || objects.length > DELETE_MAX) throw malformedXml();
  const bypass = input.BypassGovernanceRetention ?? false;
  const deleted: object[] = [];
  const errors: object[] = [];
  for (const { Key = "", VersionId, ETag } of objects) {
    try {
      authorizeDelete(ctx, bucket, Key, VersionId, bypass);
      checkTag(ctx, bucket, Key, ETag);
      const removed =
        VersionId === undefined
          ? removeLatest(ctx, bucket, Key)
          : removeVersion(ctx, ctx.store, bucket, Key, VersionId, { bypass });
      const marker = removed.isDeleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: removed.versionId } : {};
      deleted.push({ Key, ...(VersionId === undefined ? {} : { VersionId }), ...marker });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      errors.push({ Key, ...(VersionId === undefined ? {} : { VersionId }), Code: error.code, Message: error.message });
    }
  }
  return { ...(input.Delete?.Quiet === true ? {} : { Deleted: deleted }), ...(errors.length === 0 ? {} : { Errors: errors }) };
}
