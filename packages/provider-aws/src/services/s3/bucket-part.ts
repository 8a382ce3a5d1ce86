/**
 * Settings of a bucket that are resource types of their own (versioning, CORS, policy, …) differ only in their calls:
 * each is a row of put, get and remove; id, bucket, owner, import and retries are the same for all.
 */
import { DiagnosticError, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, RetryRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { type Check, configError, lengthBetween, runChecks } from "../checks.ts";

/** The bucket that a call is about, as S3's inputs name it. */
export interface Target {
  readonly Bucket: string;
  readonly ExpectedBucketOwner: string | undefined;
}

export interface BucketPart extends Partial<Omit<NativeResource, "create" | "read" | "update" | "delete" | "validate">> {
  readonly type: string;
  /** Error codes that mean: there is no such setting. A bucket that is gone always does. */
  readonly missing?: readonly string[];
  readonly checks?: readonly Check[];
  put(aws: AwsContext, target: Target, planned: ValueObject, prior: ValueObject | null): Promise<void>;
  /** The setting's attributes; undefined when there is none. */
  get(aws: AwsContext, target: Target, state: ValueObject): Promise<ValueObject | undefined>;
  remove(aws: AwsContext, target: Target, state: ValueObject): Promise<void>;
}

const NO_BUCKET = ["NoSuchBucket"];

/** A new bucket, or a setting just changed, is not seen everywhere at once. */
export const BUCKET_SETTLING: RetryRow = {
  codes: ["NoSuchBucket", "OperationAborted"],
  timeoutMs: 120_000,
  why: "a bucket that was just made or changed is not seen by all of S3 yet, or another change to it is under way",
  source: "terraform-provider-aws, internal/service/s3, bucketPropagationTimeout (read 2026-11)",
};

/** Bucket names and owners as the real provider checks them on every such type. */
const _COMMON_CHECKS = [lengthBetween("bucket", 1, 63, { code: "DVT3007" })];

/** Makes the resource type of a setting. */
export function bucketPart(part: BucketPart): NativeResource {
  const { missing = [], checks = [], put, get, remove, ...rest } = part;
  const gone = [...NO_BUCKET, ...missing];
  return {
    forceNew: ["bucket", "expected_bucket_owner"],
    importId: parseId,
    find: async (_aws, planned) => {
      const bucket = textAt(planned, "bucket");
      return bucket === undefined ? null : parseId(idOf(bucket, textAt(planned, "expected_bucket_owner")));
    },
    ...rest,
    validate: (config) => runChecks(checks, config),
    async create(aws, planned, onCreated) {
      const target = targetOf(planned);
      await aws.retry(BUCKET_SETTLING, () => put(aws, target, planned, null));
      await onCreated({ ...parseId(idOf(target.Bucket, target.ExpectedBucketOwner)) });
    },
    async read(aws, state) {
      const id = requiredText(state, "id");
      const start = { ...state, ...parseId(id) };
      const found = await unlessMissing(gone, () => get(aws, targetOf(start), state));
      return found === undefined ? null : { expected_bucket_owner: "", ...parseId(id), ...found };
    },
    async update(aws, prior, planned) {
      await aws.retry(BUCKET_SETTLING, () => put(aws, targetOf(prior), planned, prior));
    },
    async delete(aws, state) {
      const start = { ...state, ...parseId(requiredText(state, "id")) };
      await unlessMissing(gone, () => remove(aws, targetOf(start), state));
    },
  };
}

function targetOf(object: ValueObject): Target {
  return { Bucket: requiredText(object, "bucket"), ExpectedBucketOwner: textAt(object, "expected_bucket_owner") };
}

function idOf(bucket: string, owner: string | undefined): string {
  return owner === undefined ? bucket : `${bucket},${owner}`;
}

/** `bucket` or `bucket,owner` -> the attributes it stands for. */
function parseId(id: string): ValueObject {
  const [bucket = "", owner, ...others] = id.split(",");
  if (bucket !== "" && owner === undefined) return { id, bucket };
  if (bucket !== "" && owner !== undefined && owner !== "" && others.length === 0)
    return { id, bucket, expected_bucket_owner: owner };
  const detail = `unexpected format for ID (${id}), expected BUCKET or BUCKET,EXPECTED_BUCKET_OWNER`;
  throw new DiagnosticError(configError(detail, "id"));
}
