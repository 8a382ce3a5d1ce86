/**
 * What IAM is asked for S3's operations: actions, condition keys, the bucket's policy and ACLs, and whose the bucket is.
 * Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3" (read 2026-11-21).
 */
import type { Ctx, IamRequest, Operation } from "../../core/service.ts";
import { resourcePolicyFor } from "./access.ts";
import type { BucketRecord } from "./bucket.ts";
import type { ObjectRecord } from "./object.ts";
import { currentObject, findBucket, findVersion } from "./store.ts";

interface Input {
  readonly Bucket?: string;
  readonly Key?: string;
  readonly VersionId?: string;
  readonly [member: string]: unknown;
}

type Conditions = Record<string, string | readonly string[]>;
type Asks = NonNullable<Operation["iam"]>;

/** Condition keys that are members of the request as they are. */
const OF_MEMBERS: Readonly<Record<string, string>> = {
  Prefix: "s3:prefix",
  Delimiter: "s3:delimiter",
  MaxKeys: "s3:max-keys",
  VersionId: "s3:VersionId",
  ACL: "s3:x-amz-acl",
  GrantFullControl: "s3:x-amz-grant-full-control",
  GrantRead: "s3:x-amz-grant-read",
  GrantReadACP: "s3:x-amz-grant-read-acp",
  GrantWrite: "s3:x-amz-grant-write",
  GrantWriteACP: "s3:x-amz-grant-write-acp",
  CopySource: "s3:x-amz-copy-source",
  MetadataDirective: "s3:x-amz-metadata-directive",
  ServerSideEncryption: "s3:x-amz-server-side-encryption",
  SSEKMSKeyId: "s3:x-amz-server-side-encryption-aws-kms-key-id",
  SSECustomerAlgorithm: "s3:x-amz-server-side-encryption-customer-algorithm",
  StorageClass: "s3:x-amz-storage-class",
  WebsiteRedirectLocation: "s3:x-amz-website-redirect-location",
  ObjectLockMode: "s3:object-lock-mode",
  ObjectLockLegalHoldStatus: "s3:object-lock-legal-hold",
  ObjectOwnership: "s3:x-amz-object-ownership",
  IfMatch: "s3:if-match",
  IfNoneMatch: "s3:if-none-match",
};

/** What a write that carries a member needs beside its own action. */
const EXTRA: readonly (readonly [action: string, members: readonly string[]])[] = [
  ["s3:PutObjectTagging", ["Tagging"]],
  ["s3:PutObjectAcl", ["ACL", "GrantFullControl", "GrantRead", "GrantReadACP", "GrantWriteACP"]],
  ["s3:PutObjectRetention", ["ObjectLockMode", "ObjectLockRetainUntilDate"]],
  ["s3:PutObjectLegalHold", ["ObjectLockLegalHoldStatus"]],
];

function requestTags(tagging: unknown): Conditions {
  if (typeof tagging !== "string" || tagging === "") return {};
  const tags = [...new URLSearchParams(tagging)];
  return {
    ...Object.fromEntries(tags.map(([key, value]) => [`s3:RequestObjectTag/${key}`, value])),
    "s3:RequestObjectTagKeys": tags.map(([key]) => key),
  };
}

function conditionsOf(input: Input, object: ObjectRecord | undefined): Conditions {
  const conditions: Conditions = requestTags(input.Tagging);
  for (const [member, key] of Object.entries(OF_MEMBERS)) {
    const value = input[member];
    if (typeof value === "string" || typeof value === "number") conditions[key] = String(value);
  }
  const until = input.ObjectLockRetainUntilDate;
  if (until instanceof Date) conditions["s3:object-lock-retain-until-date"] = until.toISOString();
  for (const [key, value] of Object.entries(object?.tags ?? {})) conditions[`s3:ExistingObjectTag/${key}`] = value;
  return conditions;
}

function askAbout(
  ctx: Ctx,
  input: Input,
  bucket: BucketRecord | undefined,
  object: ObjectRecord | undefined,
): Pick<IamRequest, "conditions" | "resourcePolicy" | "owner"> {
  const conditions = conditionsOf(input, object);
  if (bucket === undefined) return { conditions };
  const policy = resourcePolicyFor(bucket, object, ctx.principal);
  return {
    conditions: { ...conditions, "s3:ResourceAccount": bucket.account },
    owner: bucket.account,
    ...(policy === undefined ? {} : { resourcePolicy: policy }),
  };
}

export function onBucket(action: string): Asks {
  return (ctx: Ctx, input: Input) => ({
    action,
    resources: [`arn:aws:s3:::${input.Bucket ?? ""}`],
    ...askAbout(ctx, input, findBucket(ctx, input.Bucket ?? ""), undefined),
  });
}

function objectAt(ctx: Ctx, bucket: BucketRecord | undefined, { Key = "", VersionId }: Input): ObjectRecord | undefined {
  if (bucket === undefined) return undefined;
  return VersionId === undefined ? currentObject(ctx.store, bucket, Key) : findVersion(ctx.store, bucket, Key, VersionId);
}

/** `versioned` is the action where a version is named. Passing governance by needs a permission of its own. */
export function onObject(action: string, versioned = action): Asks {
  return (ctx: Ctx, input: Input) => {
    const bucket = findBucket(ctx, input.Bucket ?? "");
    const resources = [`arn:aws:s3:::${input.Bucket ?? ""}/${input.Key ?? "*"}`];
    const about = askAbout(ctx, input, bucket, objectAt(ctx, bucket, input));
    const own = { action: input.VersionId === undefined ? action : versioned, resources, ...about };
    if (input.BypassGovernanceRetention !== true) return own;
    return [own, { action: "s3:BypassGovernanceRetention", resources, ...about }];
  };
}

/** A new object: beside `s3:PutObject`, what its tags, its ACL and its lock need. */
export function onNewObject(ctx: Ctx, input: Input): readonly IamRequest[] {
  const resources = [`arn:aws:s3:::${input.Bucket ?? ""}/${input.Key ?? "*"}`];
  const about = askAbout(ctx, input, findBucket(ctx, input.Bucket ?? ""), undefined);
  const actions = EXTRA.filter(([, members]) => members.some((member) => input[member] !== undefined)).map(([action]) => action);
  return ["s3:PutObject", ...actions].map((action) => ({ action, resources, ...about }));
}

/** The gateway asks nothing of an account's root; in another account's bucket it is nobody in particular. Throws AccessDenied. */
export function askOwner(ctx: Ctx, input: Input, asks: Asks | undefined): void {
  if (ctx.principal.kind !== "root") return;
  const bucket = findBucket(ctx, input.Bucket ?? "");
  if (bucket === undefined || bucket.account === ctx.principal.accountId) return;
  const owner = ctx.with({ account: bucket.account });
  for (const { action = "", resources = [], conditions, resourcePolicy } of [asks?.(ctx, input as never) ?? []].flat())
    for (const resource of resources)
      owner.authorize(ctx.principal, {
        action,
        resource,
        ...(conditions === undefined ? {} : { conditions }),
        ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
      });
}
