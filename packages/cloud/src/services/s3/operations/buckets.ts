import type {
  CreateBucketCommandInput,
  DeleteBucketCommandInput,
  GetBucketLocationCommandInput,
  HeadBucketCommandInput,
  ListBucketsCommandInput,
} from "@aws-sdk/client-s3";
import { randomHex } from "@dovetail/model";
import type { Ctx } from "../../../core/service.ts";
import { checkAcl, readAcl } from "../access.ts";
import { type BucketRecord, checkBucketName, NEW_BUCKET_SETTINGS, owner } from "../bucket.ts";
import { invalidArgument, s3Error } from "../errors.ts";
import { armStorage } from "../metrics.ts";
import type { PartRecord } from "../object.ts";
import { bucketOf, bucketsOf, findBucket, freeContent, putBucket, removeBucket } from "../store.ts";
import { readTags } from "../tags.ts";

const BUCKETS_MAX = 10_000;
const HOME_REGION = "us-east-1";
const REGION = /^([a-z]{2}(-[a-z]+)+-\d|EU)$/;

/** The region that CreateBucket's constraint means at this endpoint. */
function readRegion(ctx: Ctx, constraint: string | undefined): string {
  if (constraint === undefined) {
    if (ctx.region === HOME_REGION) return HOME_REGION;
    throw s3Error(
      "IllegalLocationConstraintException",
      400,
      "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.",
    );
  }
  if (!REGION.test(constraint) || constraint === HOME_REGION)
    throw s3Error("InvalidLocationConstraint", 400, "The specified location-constraint is not valid", {
      LocationConstraint: constraint,
    });
  const region = constraint === "EU" ? "eu-west-1" : constraint;
  if (ctx.region !== HOME_REGION && ctx.region !== region)
    throw s3Error(
      "IllegalLocationConstraintException",
      400,
      `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  return region;
}

function refuseTaken(ctx: Ctx, name: string): BucketRecord | undefined {
  const taken = findBucket(ctx, name);
  if (taken === undefined) return undefined;
  if (taken.account !== ctx.account)
    throw s3Error(
      "BucketAlreadyExists",
      409,
      "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
      { BucketName: name },
    );
  if (ctx.region === HOME_REGION && taken.region === HOME_REGION) return taken;
  throw s3Error(
    "BucketAlreadyOwnedByYou",
    409,
    "Your previous request to create the named bucket succeeded and you already own it.",
    { BucketName: name },
  );
}

export function createBucket(ctx: Ctx, input: CreateBucketCommandInput): object {
  const name = input.Bucket ?? "";
  checkBucketName(name);
  const region = readRegion(ctx, input.CreateBucketConfiguration?.LocationConstraint);
  // Creating one's own bucket once more is no error in us-east-1, and changes nothing.
  if (refuseTaken(ctx, name) !== undefined) return { Location: `/${name}` };
  const ownership =
    input.ObjectOwnership === undefined ? {} : { ownership: { Rules: [{ ObjectOwnership: input.ObjectOwnership }] } };
  const tags = input.CreateBucketConfiguration?.Tags;
  const acl = readAcl(input);
  const bucket: BucketRecord = {
    name,
    id: randomHex(ctx.random, 16),
    account: ctx.account,
    region,
    createdMs: ctx.now(),
    objectLock: input.ObjectLockEnabledForBucket === true,
    settings: {
      ...NEW_BUCKET_SETTINGS,
      ...ownership,
      ...(input.ObjectLockEnabledForBucket === true
        ? { versioning: { Status: "Enabled" }, objectLock: { ObjectLockEnabled: "Enabled" } }
        : {}),
      ...(tags === undefined || tags.length === 0 ? {} : { tags: readTags({ TagSet: tags }, "bucket") }),
    },
  };
  if (acl !== undefined) {
    if (acl.canned !== "private" && input.ObjectOwnership === undefined)
      throw s3Error(
        "InvalidBucketAclWithBlockPublicAccessError",
        400,
        "Bucket cannot have public ACLs set with BlockPublicAccess enabled",
      );
    checkAcl(bucket, acl);
  }
  armStorage(ctx, bucket);
  putBucket(ctx, acl === undefined || acl.canned === "private" ? bucket : { ...bucket, settings: { ...bucket.settings, acl } });
  return { Location: region === HOME_REGION ? `/${name}` : `${ctx.endpoint}/${name}/`, BucketArn: `arn:aws:s3:::${name}` };
}

export function deleteBucket(ctx: Ctx, input: DeleteBucketCommandInput): object {
  const bucket = bucketOf(ctx, input);
  for (const _ of ctx.store.keys({ prefix: ["object", bucket.id], limit: 1 }))
    throw s3Error("BucketNotEmpty", 409, "The bucket you tried to delete is not empty", { BucketName: bucket.name });
  for (const { key } of [...ctx.store.range<unknown>({ prefix: ["upload", bucket.id] })]) {
    const parts = { prefix: ["part", key[3] ?? ""] };
    for (const { value } of ctx.store.range<PartRecord>(parts)) freeContent(ctx, ctx.store, value.content);
    ctx.store.removeRange(parts);
    ctx.store.remove(key);
  }
  ctx.unschedule("lifecycle", bucket.name);
  ctx.unschedule("storage", bucket.name);
  removeBucket(ctx, bucket);
  return {};
}

export function headBucket(ctx: Ctx, input: HeadBucketCommandInput): object {
  const bucket = bucketOf(ctx, input);
  return { BucketRegion: bucket.region, AccessPointAlias: false, BucketArn: `arn:aws:s3:::${bucket.name}` };
}

export function getBucketLocation(ctx: Ctx, input: GetBucketLocationCommandInput): object {
  const { region } = bucketOf(ctx, input);
  return region === HOME_REGION ? {} : { LocationConstraint: region };
}

export function listBuckets(ctx: Ctx, input: ListBucketsCommandInput): object {
  const limit = input.MaxBuckets ?? BUCKETS_MAX;
  if (!(limit >= 1 && limit <= BUCKETS_MAX))
    throw invalidArgument(`Argument maxBuckets must be an integer between 1 and ${BUCKETS_MAX}`, "max-buckets", String(limit));
  const after = input.ContinuationToken === undefined ? "" : Buffer.from(input.ContinuationToken, "base64").toString();
  const wanted = [...bucketsOf(ctx.store, ctx.account)].filter(
    ({ name, region }) =>
      name > after && name.startsWith(input.Prefix ?? "") && (input.BucketRegion === undefined || input.BucketRegion === region),
  );
  const shown = wanted.slice(0, limit);
  const last = shown[shown.length - 1];
  const more = wanted.length > limit && last !== undefined;
  return {
    Buckets: shown.map(({ name, createdMs, region }) => ({
      Name: name,
      CreationDate: new Date(createdMs),
      ...(input.MaxBuckets === undefined && input.BucketRegion === undefined && input.Prefix === undefined
        ? {}
        : { BucketRegion: region }),
    })),
    Owner: owner(ctx.account),
    ...(more ? { ContinuationToken: Buffer.from(last.name).toString("base64") } : {}),
    ...(input.Prefix === undefined ? {} : { Prefix: input.Prefix }),
  };
}
