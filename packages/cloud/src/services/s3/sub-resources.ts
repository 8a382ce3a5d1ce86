/**
 * What can be set on a bucket: one row a sub-resource. Put checks and keeps its member, Get answers it or the sub-resource's own
 * error, Delete takes it away. Only what needs more than that is a function beside its row.
 */
import type { NotificationConfiguration } from "@aws-sdk/client-s3";
import type { Ctx, Operation } from "../../core/service.ts";
import { checkAcl, grantsOf, isPublicPolicy, readAcl } from "./access.ts";
import { armLogs } from "./access-log.ts";
import { type BucketRecord, owner, publicAccessBlock } from "./bucket.ts";
import { configurationOperations } from "./configurations.ts";
import { checkCorsRules } from "./cors.ts";
import { s3Error } from "./errors.ts";
import { armLifecycle } from "./lifecycle.ts";
import { deliver, targetsOf, testEvent } from "./notifications.ts";
import { bucketOf, putBucket } from "./store.ts";
import {
  DEFAULT_ENCRYPTION,
  type Input,
  oneOf,
  readEncryption,
  readLifecycle,
  readLogging,
  readNotification,
  readObjectLock,
  readOwnership,
  readPolicy,
  readPublicAccessBlock,
  readReplication,
  readVersioning,
  readWebsite,
  record,
} from "./sub-resource-rules.ts";
import { readTags, type TagSet, tagSet } from "./tags.ts";

interface Missing {
  readonly code: string;
  readonly message: string;
}

interface Row {
  /** Key of the bucket's settings. */
  readonly kind: string;
  /** Operation names after Put, Get, Delete; absent where AWS has none. */
  readonly put?: string;
  readonly get?: readonly string[];
  readonly remove?: string;
  /** IAM action behind `s3:Put` and `s3:Get`. */
  readonly action: string;
  /** Member of the Put's input that is kept. */
  readonly member: string;
  /** Checks, and answers what is kept. */
  readonly read?: (ctx: Ctx, bucket: BucketRecord, value: unknown, input: Input) => unknown;
  /** The Get's output from what was kept. */
  readonly show?: (value: unknown, bucket: BucketRecord) => object;
  /** What Get answers when nothing was set: an error, or an output. */
  readonly missing: Missing | ((bucket: BucketRecord) => object);
  readonly after?: (ctx: Ctx, bucket: BucketRecord, input: Input) => void;
  /** What keeping it does not do. */
  readonly partial?: string;
}

const ROWS: readonly Row[] = [
  {
    kind: "versioning",
    put: "PutBucketVersioning",
    get: ["GetBucketVersioning"],
    action: "BucketVersioning",
    member: "VersioningConfiguration",
    read: readVersioning,
    missing: () => ({}),
  },
  {
    kind: "encryption",
    put: "PutBucketEncryption",
    get: ["GetBucketEncryption"],
    remove: "DeleteBucketEncryption",
    action: "EncryptionConfiguration",
    member: "ServerSideEncryptionConfiguration",
    read: readEncryption,
    show: (value) => ({ ServerSideEncryptionConfiguration: value }),
    missing: () => ({ ServerSideEncryptionConfiguration: DEFAULT_ENCRYPTION }),
  },
  {
    kind: "publicAccessBlock",
    put: "PutPublicAccessBlock",
    get: ["GetPublicAccessBlock"],
    remove: "DeletePublicAccessBlock",
    action: "BucketPublicAccessBlock",
    member: "PublicAccessBlockConfiguration",
    read: readPublicAccessBlock,
    show: (value) => ({ PublicAccessBlockConfiguration: value }),
    missing: { code: "NoSuchPublicAccessBlockConfiguration", message: "The public access block configuration was not found" },
  },
  {
    kind: "ownership",
    put: "PutBucketOwnershipControls",
    get: ["GetBucketOwnershipControls"],
    remove: "DeleteBucketOwnershipControls",
    action: "BucketOwnershipControls",
    member: "OwnershipControls",
    read: readOwnership,
    show: (value) => ({ OwnershipControls: value }),
    missing: { code: "OwnershipControlsNotFoundError", message: "The bucket ownership controls were not found" },
  },
  {
    kind: "cors",
    put: "PutBucketCors",
    get: ["GetBucketCors"],
    remove: "DeleteBucketCors",
    action: "BucketCORS",
    member: "CORSConfiguration",
    read: (_ctx, _bucket, value) => ({ CORSRules: checkCorsRules(record(value).CORSRules) }),
    missing: { code: "NoSuchCORSConfiguration", message: "The CORS configuration does not exist" },
  },
  {
    kind: "lifecycle",
    put: "PutBucketLifecycleConfiguration",
    get: ["GetBucketLifecycleConfiguration"],
    remove: "DeleteBucketLifecycle",
    action: "LifecycleConfiguration",
    member: "LifecycleConfiguration",
    read: readLifecycle,
    missing: { code: "NoSuchLifecycleConfiguration", message: "The lifecycle configuration does not exist" },
    after: armLifecycle,
  },
  {
    kind: "policy",
    put: "PutBucketPolicy",
    get: ["GetBucketPolicy"],
    remove: "DeleteBucketPolicy",
    action: "BucketPolicy",
    member: "Policy",
    read: readPolicy,
    show: (value) => ({ Policy: value }),
    missing: { code: "NoSuchBucketPolicy", message: "The bucket policy does not exist" },
  },
  {
    kind: "tags",
    put: "PutBucketTagging",
    get: ["GetBucketTagging"],
    remove: "DeleteBucketTagging",
    action: "BucketTagging",
    member: "Tagging",
    read: (_ctx, _bucket, value) => readTags(value as TagSet, "bucket"),
    show: (value) => tagSet(value as Record<string, string>),
    missing: { code: "NoSuchTagSet", message: "The TagSet does not exist" },
  },
  {
    kind: "website",
    put: "PutBucketWebsite",
    get: ["GetBucketWebsite"],
    remove: "DeleteBucketWebsite",
    action: "BucketWebsite",
    member: "WebsiteConfiguration",
    read: readWebsite,
    missing: { code: "NoSuchWebsiteConfiguration", message: "The specified bucket does not have a website configuration" },
  },
  {
    kind: "replication",
    partial: "time control, metrics, replica modifications and existing objects",
    put: "PutBucketReplication",
    get: ["GetBucketReplication"],
    remove: "DeleteBucketReplication",
    action: "ReplicationConfiguration",
    member: "ReplicationConfiguration",
    read: readReplication,
    show: (value) => ({ ReplicationConfiguration: value }),
    missing: { code: "ReplicationConfigurationNotFoundError", message: "The replication configuration was not found" },
  },
  {
    kind: "objectLock",
    put: "PutObjectLockConfiguration",
    get: ["GetObjectLockConfiguration"],
    action: "BucketObjectLockConfiguration",
    member: "ObjectLockConfiguration",
    read: readObjectLock,
    show: (value) => ({ ObjectLockConfiguration: value }),
    missing: {
      code: "ObjectLockConfigurationNotFoundError",
      message: "Object Lock configuration does not exist for this bucket",
    },
  },
  {
    kind: "accelerate",
    partial: "kept; there is nothing to accelerate",
    put: "PutBucketAccelerateConfiguration",
    get: ["GetBucketAccelerateConfiguration"],
    action: "AccelerateConfiguration",
    member: "AccelerateConfiguration",
    read: oneOf("Status", ["Enabled", "Suspended"]),
    missing: () => ({}),
  },
  {
    kind: "requestPayment",
    partial: "kept; nobody pays",
    put: "PutBucketRequestPayment",
    get: ["GetBucketRequestPayment"],
    action: "BucketRequestPayment",
    member: "RequestPaymentConfiguration",
    read: oneOf("Payer", ["Requester", "BucketOwner"]),
    missing: () => ({ Payer: "BucketOwner" }),
  },
  {
    kind: "logging",
    partial: "requests that IAM refuses are not logged; lines wait in memory for the hour's end",
    put: "PutBucketLogging",
    get: ["GetBucketLogging"],
    action: "BucketLogging",
    member: "BucketLoggingStatus",
    read: readLogging,
    missing: () => ({}),
    after: armLogs,
  },
  {
    kind: "notification",
    put: "PutBucketNotificationConfiguration",
    get: ["GetBucketNotificationConfiguration"],
    action: "BucketNotification",
    member: "NotificationConfiguration",
    read: readNotification,
    missing: () => ({}),
    after: sendTests,
  },
  {
    kind: "abac",
    put: "PutBucketAbac",
    get: ["GetBucketAbac"],
    action: "BucketAbac",
    member: "AbacStatus",
    read: oneOf("Status", ["Enabled", "Disabled"]),
    show: (value) => ({ AbacStatus: value }),
    missing: () => ({ AbacStatus: { Status: "Disabled" } }),
  },
  {
    kind: "metadata",
    get: ["GetBucketMetadataConfiguration"],
    action: "BucketMetadataTableConfiguration",
    member: "MetadataConfiguration",
    missing: { code: "MetadataConfigurationNotFound", message: "The specified bucket does not have a metadata configuration" },
  },
  {
    kind: "metadataTable",
    get: ["GetBucketMetadataTableConfiguration"],
    action: "BucketMetadataTableConfiguration",
    member: "MetadataTableConfiguration",
    missing: { code: "MetadataConfigurationNotFound", message: "The specified bucket does not have a metadata configuration" },
  },
];

/** AWS tells a newly configured queue or topic that it may now expect events. */
function sendTests(ctx: Ctx, bucket: BucketRecord, input: Input): void {
  if (input.SkipDestinationValidation === true) return;
  const configuration = bucket.settings.notification as NotificationConfiguration | undefined;
  for (const target of targetsOf(configuration ?? {}))
    if (target.kind !== "lambda") {
      const message = testEvent(ctx, bucket);
      ctx.after((later) => deliver(later.with({ account: bucket.account, region: bucket.region }), bucket, target, message));
    }
}

function setting(bucket: BucketRecord, kind: string, value: unknown): BucketRecord {
  const { [kind]: _, ...rest } = bucket.settings;
  return { ...bucket, settings: value === undefined ? rest : { ...rest, [kind]: value } };
}

function put(row: Row): Operation["handler"] {
  return (ctx: Ctx, input: Input) => {
    const bucket = bucketOf(ctx, input);
    const value = row.read === undefined ? input[row.member] : row.read(ctx, bucket, input[row.member], input);
    const changed = { ...setting(bucket, row.kind, value), ...(row.kind === "objectLock" ? { objectLock: true } : {}) };
    row.after?.(ctx, changed, input);
    putBucket(ctx, changed);
    return row.kind === "lifecycle"
      ? { TransitionDefaultMinimumObjectSize: (value as Input).TransitionDefaultMinimumObjectSize }
      : {};
  };
}

function get(row: Row): Operation["handler"] {
  return (ctx: Ctx, input: Input) => {
    const bucket = bucketOf(ctx, input);
    const value = bucket.settings[row.kind];
    if (value !== undefined) return row.show === undefined ? (value as object) : row.show(value, bucket);
    if (typeof row.missing === "function") return row.missing(bucket);
    throw s3Error(row.missing.code, 404, row.missing.message, { BucketName: bucket.name });
  };
}

function remove(row: Row): Operation["handler"] {
  return (ctx: Ctx, input: Input) => {
    putBucket(ctx, setting(bucketOf(ctx, input), row.kind, undefined));
    return {};
  };
}

function getPolicyStatus(ctx: Ctx, input: Input): object {
  const bucket = bucketOf(ctx, input);
  const { policy } = bucket.settings;
  if (typeof policy !== "string")
    throw s3Error("NoSuchBucketPolicy", 404, "The bucket policy does not exist", { BucketName: bucket.name });
  return { PolicyStatus: { IsPublic: isPublicPolicy(policy) && publicAccessBlock(bucket).RestrictPublicBuckets !== true } };
}

function putBucketAcl(ctx: Ctx, input: Input): object {
  const bucket = bucketOf(ctx, input);
  const acl = readAcl(input as Parameters<typeof readAcl>[0]);
  if (acl === undefined)
    throw s3Error("MissingSecurityHeader", 400, "Your request was missing a required header", { MissingHeaderName: "x-amz-acl" });
  checkAcl(bucket, acl);
  putBucket(ctx, setting(bucket, "acl", acl));
  return {};
}

function getBucketAcl(ctx: Ctx, input: Input): object {
  const bucket = bucketOf(ctx, input);
  return { Owner: owner(bucket.account), Grants: grantsOf(bucket, bucket.settings.acl) };
}

/** Every operation of every sub-resource. `iam` makes the check of an action on the bucket. */
export function subResourceOperations(iam: (action: string) => NonNullable<Operation["iam"]>): Record<string, Operation> {
  const operations: Record<string, Operation> = {
    GetBucketPolicyStatus: { handler: getPolicyStatus, readonly: true, iam: iam("s3:GetBucketPolicyStatus") },
    GetBucketAcl: { handler: getBucketAcl, readonly: true, iam: iam("s3:GetBucketAcl") },
    PutBucketAcl: { handler: putBucketAcl, iam: iam("s3:PutBucketAcl") },
  };
  for (const row of ROWS) {
    if (row.put !== undefined)
      operations[row.put] = {
        handler: put(row),
        iam: iam(`s3:Put${row.action}`),
        ...(row.partial === undefined ? {} : { missing: row.partial }),
      };
    for (const name of row.get ?? []) operations[name] = { handler: get(row), readonly: true, iam: iam(`s3:Get${row.action}`) };
    if (row.remove !== undefined)
      operations[row.remove] = {
        handler: remove(row),
        iam: iam(
          row.kind === "policy"
            ? "s3:DeleteBucketPolicy"
            : row.kind === "website"
              ? "s3:DeleteBucketWebsite"
              : `s3:Put${row.action}`,
        ),
      };
  }
  return Object.assign(operations, configurationOperations(iam));
}
