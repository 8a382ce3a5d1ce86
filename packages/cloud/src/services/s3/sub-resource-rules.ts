/** What a bucket's sub-resources may be set to: each function checks a Put's member and answers what is kept of it. */
import type { LifecycleRule, NotificationConfiguration } from "@aws-sdk/client-s3";
import { randomHex } from "@dovetail/model";
import type { Ctx } from "../../core/service.ts";
import { checkBucketPolicy, grantsOf } from "./access.ts";
import { type BucketRecord, versioningOf } from "./bucket.ts";
import { invalidArgument, invalidRequest, malformedXml, s3Error } from "./errors.ts";
import { readRules } from "./lifecycle.ts";
import { checkTargets, targetsOf } from "./notifications.ts";

/** A sub-resource's request. */
export interface Input {
  readonly Bucket?: string;
  readonly [member: string]: unknown;
}

export function record(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null) throw malformedXml();
  return value as Record<string, unknown>;
}

export function list(value: unknown): unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw malformedXml();
  return value;
}

export function readVersioning(_ctx: Ctx, bucket: BucketRecord, value: unknown): unknown {
  const { Status, MFADelete } = record(value);
  if (Status !== "Enabled" && Status !== "Suspended")
    throw s3Error("IllegalVersioningConfigurationException", 400, "The Versioning element must be specified");
  if (bucket.objectLock && Status === "Suspended")
    throw s3Error(
      "InvalidBucketState",
      409,
      "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
    );
  return MFADelete === undefined ? { Status } : { Status, MFADelete };
}

const ALGORITHMS = ["AES256", "aws:kms", "aws:kms:dsse"];
export const DEFAULT_ENCRYPTION = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }],
};

export function readEncryption(_ctx: Ctx, _bucket: BucketRecord, value: unknown): unknown {
  const rules = list(record(value).Rules).map((rule) => {
    const { ApplyServerSideEncryptionByDefault: given, ...rest } = record(rule);
    if (given === undefined) return { ...rest };
    const { SSEAlgorithm, KMSMasterKeyID } = record(given);
    if (!ALGORITHMS.includes(String(SSEAlgorithm))) throw malformedXml();
    if (SSEAlgorithm === "AES256" && KMSMasterKeyID !== undefined)
      throw invalidArgument("a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse");
    return { ...rest, ApplyServerSideEncryptionByDefault: given, BucketKeyEnabled: rest.BucketKeyEnabled ?? false };
  });
  return { Rules: rules };
}

const OWNERSHIP = ["BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"];

export function readOwnership(_ctx: Ctx, bucket: BucketRecord, value: unknown): unknown {
  const rules = list(record(value).Rules).map(record);
  if (rules.length !== 1 || !OWNERSHIP.includes(String(rules[0]?.ObjectOwnership))) throw malformedXml();
  if (rules[0]?.ObjectOwnership === "BucketOwnerEnforced" && grantsOf(bucket, bucket.settings.acl).length > 1)
    throw s3Error(
      "InvalidBucketAclWithObjectOwnership",
      400,
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    );
  return { Rules: rules };
}

export function readWebsite(_ctx: Ctx, _bucket: BucketRecord, value: unknown): unknown {
  const { IndexDocument, RedirectAllRequestsTo, ErrorDocument, RoutingRules } = record(value);
  if (RedirectAllRequestsTo !== undefined) {
    if (IndexDocument !== undefined || ErrorDocument !== undefined || RoutingRules !== undefined)
      throw invalidRequest("RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.");
    return value;
  }
  if (IndexDocument === undefined)
    throw invalidArgument(
      "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
      "IndexDocument",
      "null",
    );
  const suffix = String(record(IndexDocument).Suffix ?? "");
  if (suffix === "" || suffix.includes("/"))
    throw invalidArgument("The IndexDocument Suffix is not well formed", "IndexDocument", suffix);
  return value;
}

export function readObjectLock(_ctx: Ctx, bucket: BucketRecord, value: unknown): unknown {
  if (versioningOf(bucket) !== "Enabled")
    throw s3Error("InvalidBucketState", 409, "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration");
  const { ObjectLockEnabled, Rule } = record(value);
  if (ObjectLockEnabled !== undefined && ObjectLockEnabled !== "Enabled") throw malformedXml();
  if (Rule !== undefined) {
    const { Mode, Days, Years } = record(record(Rule).DefaultRetention);
    if ((Mode !== "GOVERNANCE" && Mode !== "COMPLIANCE") || (Days === undefined) === (Years === undefined)) throw malformedXml();
    const period = Number(Days ?? Years);
    if (!Number.isInteger(period) || period < 1)
      throw invalidArgument("Default retention period must be a positive integer value.");
  }
  return { ObjectLockEnabled: "Enabled", ...(Rule === undefined ? {} : { Rule }) };
}

export function readNotification(ctx: Ctx, _bucket: BucketRecord, value: unknown): unknown {
  const given = record(value ?? {}) as NotificationConfiguration;
  const named = <T extends { Id?: string | undefined }>(rows: T[] | undefined) =>
    rows === undefined || rows.length === 0
      ? undefined
      : rows.map((row) => ({ ...row, Id: row.Id ?? randomHex(ctx.random, 32) }));
  const kept = {
    QueueConfigurations: named(given.QueueConfigurations),
    TopicConfigurations: named(given.TopicConfigurations),
    LambdaFunctionConfigurations: named(given.LambdaFunctionConfigurations),
    EventBridgeConfiguration: given.EventBridgeConfiguration,
  };
  const configuration = Object.fromEntries(Object.entries(kept).filter(([, rows]) => rows !== undefined));
  checkTargets(targetsOf(configuration));
  return Object.keys(configuration).length === 0 ? undefined : configuration;
}

export function readLifecycle(ctx: Ctx, _bucket: BucketRecord, value: unknown, input: Input): unknown {
  const rules = readRules(ctx, record(value).Rules as LifecycleRule[] | undefined);
  return {
    Rules: rules,
    TransitionDefaultMinimumObjectSize: input.TransitionDefaultMinimumObjectSize ?? "all_storage_classes_128K",
  };
}

export function readLogging(ctx: Ctx, _bucket: BucketRecord, value: unknown): unknown {
  const { LoggingEnabled } = record(value ?? {});
  if (LoggingEnabled === undefined) return undefined;
  const target = String(record(LoggingEnabled).TargetBucket ?? "");
  if (ctx.store.get(["bucket", target]) === undefined)
    throw s3Error("InvalidTargetBucketForLogging", 400, "The target bucket for logging does not exist", { TargetBucket: target });
  return { LoggingEnabled: { ...record(LoggingEnabled), TargetPrefix: record(LoggingEnabled).TargetPrefix ?? "" } };
}

export function readReplication(ctx: Ctx, bucket: BucketRecord, value: unknown): unknown {
  if (versioningOf(bucket) !== "Enabled")
    throw invalidRequest("Versioning must be 'Enabled' on the bucket to apply a replication configuration");
  for (const rule of list(record(value).Rules)) {
    const arn = String(record(record(rule).Destination).Bucket ?? "");
    const target = ctx.store.get<BucketRecord>(["bucket", arn.slice(arn.lastIndexOf(":") + 1)]);
    if (!arn.startsWith("arn:") || target === undefined) throw invalidRequest("Destination bucket must exist.");
    if (versioningOf(target) !== "Enabled") throw invalidRequest("Destination bucket must have versioning enabled.");
  }
  return value;
}

export function readPublicAccessBlock(_ctx: Ctx, _bucket: BucketRecord, value: unknown): unknown {
  const given = record(value);
  const names = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
  return Object.fromEntries(names.map((name) => [name, given[name] === true]));
}

export function oneOf(member: string, values: readonly string[]) {
  return (_ctx: Ctx, _bucket: BucketRecord, value: unknown) => {
    if (!values.includes(String(record(value)[member]))) throw malformedXml();
    return value;
  };
}

export function readPolicy(_ctx: Ctx, bucket: BucketRecord, value: unknown): unknown {
  const text = typeof value === "string" ? value : value instanceof Uint8Array ? Buffer.from(value).toString() : "";
  checkBucketPolicy(bucket, text);
  return text;
}
