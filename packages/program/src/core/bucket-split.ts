import { isPlainObject, type Problem } from "../translate/to-schema.ts";
import { isOutput } from "./contract.ts";
import type { OutputMethods } from "./output.ts";

/** A resource that an inline argument of an older bucket stands for. */
export interface SplitPart {
  readonly path: string;
  readonly suffix: string;
  readonly args: { readonly [name: string]: unknown };
}

type Shape = { readonly [name: string]: unknown };

const asItems = (value: unknown): readonly Shape[] => (Array.isArray(value) ? value : [value]).filter(isPlainObject);
const first = (value: unknown): Shape => asItems(value)[0] ?? {};

/** Inline argument -> the class that has it now, and how its arguments read there. */
const SPLITS: { readonly [argument: string]: { readonly path: string; readonly args: (value: unknown) => Shape } } = {
  versioning: { path: "s3.BucketVersioning", args: (value) => ({ versioningConfiguration: versioning(first(value)) }) },
  versionings: { path: "s3.BucketVersioning", args: (value) => ({ versioningConfiguration: versioning(first(value)) }) },
  corsRules: { path: "s3.BucketCorsConfiguration", args: (value) => ({ corsRules: value }) },
  lifecycleRules: { path: "s3.BucketLifecycleConfiguration", args: (value) => ({ rules: asItems(value).map(lifecycleRule) }) },
  serverSideEncryptionConfiguration: {
    path: "s3.BucketServerSideEncryptionConfiguration",
    args: (value) => ({ rules: asItems(first(value).rule) }),
  },
  serverSideEncryptionConfigurations: {
    path: "s3.BucketServerSideEncryptionConfiguration",
    args: (value) => ({ rules: encryptionRules(value) }),
  },
  policy: { path: "s3.BucketPolicy", args: (value) => ({ policy: value }) },
  acl: { path: "s3.BucketAcl", args: (value) => ({ acl: value }) },
  website: { path: "s3.BucketWebsiteConfiguration", args: (value) => website(first(value)) },
  websites: { path: "s3.BucketWebsiteConfiguration", args: (value) => website(first(value)) },
  logging: { path: "s3.BucketLogging", args: (value) => ({ ...first(value) }) },
  loggings: { path: "s3.BucketLogging", args: (value) => ({ ...first(value) }) },
  accelerationStatus: { path: "s3.BucketAccelerateConfiguration", args: (value) => ({ status: value }) },
  requestPayer: { path: "s3.BucketRequestPaymentConfiguration", args: (value) => ({ payer: value }) },
};

/** Arguments that go over as they are, so that they may be Outputs. */
const WHOLE = new Set(["policy", "acl", "corsRules", "accelerationStatus", "requestPayer"]);

/** Inline arguments that are not translated, with the class to use. */
const REFUSED: { readonly [argument: string]: string } = {
  replicationConfiguration: "aws.s3.BucketReplicationConfig",
  replicationConfigurations: "aws.s3.BucketReplicationConfig",
  grants: "aws.s3.BucketAcl (accessControlPolicy)",
};

/**
 * Takes the inline configuration of an older `aws.s3.Bucket` apart: what Terraform's bucket has of it is deprecated, and a resource of its own today.
 * `acl: "private"` is what a bucket has anyway. Only arguments that are plain when the constructor runs can be taken apart; a whole argument that is an Output is handed on as it is.
 */
export function splitBucket(args: object, problems: Problem[]): { readonly args: Shape; readonly parts: readonly SplitPart[] } {
  const parts: SplitPart[] = [];
  const kept: [string, unknown][] = [];
  for (const [name, value] of Object.entries(args)) {
    const split = Object.hasOwn(SPLITS, name) ? SPLITS[name] : undefined;
    const instead = Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined;
    const isWhole = isOutput(value) && !WHOLE.has(name);
    if (
      value === undefined ||
      isWhole ||
      (name === "acl" && value === "private") ||
      (split === undefined && instead === undefined)
    ) {
      if (name !== "acl") kept.push([name, value]);
    } else if (split !== undefined) {
      parts.push({ path: split.path, suffix: split.path.replace("s3.Bucket", ""), args: split.args(value) });
      problems.push({
        code: "DVT1019",
        severity: "note",
        path: [name],
        detail: `"${name}" of a bucket is the resource aws.${split.path} today; it was made of it.`,
        fix: `Write it as\n    new aws.${split.path}(...)`,
      });
    } else {
      problems.push({
        code: "DVT1005",
        severity: "error",
        path: [name],
        detail: `"${name}" of a bucket is a resource of its own today.`,
        fix: `Use ${instead}.`,
      });
    }
  }
  return { args: Object.fromEntries(kept), parts };
}

/** One text or the other, by a boolean that may be an Output. */
function chosen(value: unknown, yes: string, no: string): unknown {
  const choose = (settled: unknown) => (settled === true ? yes : no);
  return isOutput(value) ? (value as OutputMethods).apply(choose) : choose(value);
}

function versioning({ enabled, mfaDelete }: Shape): Shape {
  return {
    status: chosen(enabled, "Enabled", "Suspended"),
    ...(mfaDelete === undefined ? {} : { mfaDelete: chosen(mfaDelete, "Enabled", "Disabled") }),
  };
}

function encryptionRules(value: unknown): readonly Shape[] {
  return asItems(first(value).rules).map((rule) => ({
    ...rule,
    applyServerSideEncryptionByDefault: first(rule.applyServerSideEncryptionByDefaults),
  }));
}

function website({ indexDocument, errorDocument, redirectAllRequestsTo, routingRules }: Shape): Shape {
  return {
    ...(indexDocument === undefined ? {} : { indexDocument: { suffix: indexDocument } }),
    ...(errorDocument === undefined ? {} : { errorDocument: { key: errorDocument } }),
    ...(redirectAllRequestsTo === undefined ? {} : { redirectAllRequestsTo: redirectTarget(redirectAllRequestsTo) }),
    ...(routingRules === undefined ? {} : { routingRuleDetails: routingRules }),
  };
}

function redirectTarget(value: unknown): Shape {
  const [, protocol, hostName] = /^(?:(https?):\/\/)?(.*)$/.exec(String(value)) ?? [];
  return { hostName, ...(protocol === undefined ? {} : { protocol }) };
}

function lifecycleRule(rule: Shape, index: number): Shape {
  const {
    enabled,
    id,
    prefix,
    tags,
    abortIncompleteMultipartUploadDays,
    expiration,
    expirations,
    noncurrentVersionExpiration,
    noncurrentVersionExpirations,
    noncurrentVersionTransitions,
    transitions,
  } = rule;
  const noncurrent = noncurrentVersionExpiration ?? noncurrentVersionExpirations;
  const expires = expiration ?? expirations;
  return {
    id: id ?? `rule-${index + 1}`,
    status: chosen(enabled ?? true, "Enabled", "Disabled"),
    filter: tags === undefined ? { prefix: prefix ?? "" } : { and: { prefix: prefix ?? "", tags } },
    ...(abortIncompleteMultipartUploadDays === undefined
      ? {}
      : { abortIncompleteMultipartUpload: { daysAfterInitiation: abortIncompleteMultipartUploadDays } }),
    ...(expires === undefined ? {} : { expiration: first(expires) }),
    ...(noncurrent === undefined ? {} : { noncurrentVersionExpiration: { noncurrentDays: first(noncurrent).days } }),
    ...(transitions === undefined ? {} : { transitions }),
    ...(noncurrentVersionTransitions === undefined
      ? {}
      : {
          noncurrentVersionTransitions: asItems(noncurrentVersionTransitions).map(({ days, ...rest }) => ({
            ...rest,
            noncurrentDays: days,
          })),
        }),
  };
}
