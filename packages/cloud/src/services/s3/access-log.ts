/**
 * Server access logs (User Guide, "Amazon S3 server access log format"): a line for each request from outside to a bucket that has logging
 * on, kept in memory and put into the target bucket every hour of the cloud's clock. Requests that IAM refuses do not reach a bucket here.
 */
import { randomHex } from "@dovetail/model";
import { type Ctx, type Operation, ServiceError } from "../../core/service.ts";
import { type BucketRecord, ownerId } from "./bucket.ts";
import { findBucket, logLines } from "./store.ts";

const ROUND_MS = 3600 * 1000;
const LINES_MAX = 100_000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

interface Logging {
  readonly TargetBucket?: string;
  readonly TargetPrefix?: string;
  readonly TargetObjectKeyFormat?: { readonly PartitionedPrefix?: { readonly PartitionDateSource?: string } };
}

export function loggingOf(bucket: BucketRecord): Logging | undefined {
  return (bucket.settings.logging as { LoggingEnabled?: Logging } | undefined)?.LoggingEnabled;
}

/** Resources whose name the operation does not tell. */
const RESOURCES: Readonly<Record<string, string>> = {
  AbortMultipartUpload: "UPLOAD",
  CompleteMultipartUpload: "UPLOAD",
  CreateMultipartUpload: "UPLOADS",
  CopyObject: "OBJECT",
  DeleteObjects: "MULTI_OBJECT_DELETE",
  GetObjectAttributes: "OBJECT_ATTRIBUTES",
  GetObjectTagging: "OBJECT_TAGGING",
  PutObjectTagging: "OBJECT_TAGGING",
  DeleteObjectTagging: "OBJECT_TAGGING",
  GetObjectAcl: "ACL",
  PutObjectAcl: "ACL",
  ListMultipartUploads: "UPLOADS",
  ListObjectVersions: "BUCKETVERSIONS",
  ListParts: "UPLOAD",
  RestoreObject: "OBJECT",
  UploadPart: "PART",
  UploadPartCopy: "PART",
};

function resourceOf(operation: string, hasKey: boolean): string {
  const named = RESOURCES[operation] ?? /^(?:Get|Put|Delete)Bucket(.+?)(?:Configuration)?$/.exec(operation)?.[1]?.toUpperCase();
  return named ?? (hasKey ? "OBJECT" : "BUCKET");
}

interface Outcome {
  readonly status: number;
  readonly code?: string;
  readonly bytes?: number;
}

function requester(ctx: Ctx): string {
  const { principal } = ctx;
  if (principal.kind === "anonymous") return "-";
  if (principal.kind === "role-session")
    return `${principal.roleArn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/${principal.sessionName}`;
  return principal.kind === "user" ? principal.userArn : ownerId(principal.accountId);
}

/** `06/Feb/2019:00:00:38 +0000`. */
function strftime(ms: number): string {
  const at = new Date(ms);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  return `${day}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}

function quoted(text: string | undefined): string {
  return `"${(text ?? "-").replaceAll('"', "%22")}"`;
}

/** Keys stand in a line URL-encoded twice, as AWS writes them; a space would end the field. */
function encodedKey(key: string | undefined): string {
  return key === undefined || key === "" ? "-" : encodeURIComponent(key).replaceAll("%2F", "/").replaceAll("%20", "+");
}

function line(ctx: Ctx, bucket: BucketRecord, operation: string, input: LoggedInput, outcome: Outcome): string {
  const { http } = ctx;
  const query = http === undefined || http.query.size === 0 ? "" : `?${http.query.toString()}`;
  const method = operation === "CopyObject" || operation === "UploadPartCopy" ? "COPY" : (http?.method ?? "GET");
  const isSigned = ctx.principal.kind !== "anonymous";
  const isPresigned = http?.query.has("X-Amz-Signature") === true;
  return [
    ownerId(bucket.account),
    bucket.name,
    `[${strftime(ctx.now())}]`,
    "127.0.0.1",
    requester(ctx),
    ctx.requestId.replaceAll("-", "").toUpperCase().slice(0, 16),
    `REST.${method}.${resourceOf(operation, input.Key !== undefined)}`,
    encodedKey(input.Key),
    quoted(`${http?.method} ${http?.path}${query} HTTP/1.1`),
    outcome.status,
    outcome.code ?? "-",
    outcome.bytes ?? "-",
    outcome.bytes ?? "-",
    "-",
    "-",
    quoted(http?.headers.referer),
    quoted(http?.headers["user-agent"]),
    input.VersionId ?? "-",
    randomHex(ctx.random, 64),
    isSigned ? "SigV4" : "-",
    "-",
    isSigned ? (isPresigned ? "QueryString" : "AuthHeader") : "-",
    http?.host ?? "-",
    "-",
    "-",
    "-",
  ].join(" ");
}

interface LoggedInput {
  readonly Bucket?: string;
  readonly Key?: string;
  readonly VersionId?: string;
}

function statusOf(ctx: Ctx, output: unknown): Outcome {
  const row = (typeof output === "object" && output !== null ? output : {}) as { $status?: number; ContentLength?: number };
  const bytes = ctx.http?.method === "GET" ? row.ContentLength : undefined;
  return { status: row.$status ?? (ctx.http?.method === "DELETE" ? 204 : 200), ...(bytes === undefined ? {} : { bytes }) };
}

function note(ctx: Ctx, bucket: BucketRecord, operation: string, input: LoggedInput, outcome: Outcome): void {
  const lines = logLines(ctx, bucket.id);
  if (lines.length < LINES_MAX) lines.push(line(ctx, bucket, operation, input, outcome));
}

function failureOf(error: unknown): Outcome {
  return error instanceof ServiceError ? { status: error.status, code: error.code } : { status: 500, code: "InternalError" };
}

/** The operation with its requests logged, where the bucket asks for it. */
export function logged(name: string, operation: Operation): Operation {
  const handler = operation.handler as (ctx: Ctx, input: LoggedInput) => unknown;
  return {
    ...operation,
    handler: (ctx: Ctx, input: LoggedInput) => {
      const bucket = ctx.http === undefined ? undefined : findBucket(ctx, input.Bucket ?? "");
      if (bucket === undefined || bucket.settings.logging === undefined) return handler(ctx, input);
      const fail = (error: unknown): never => {
        note(ctx, bucket, name, input, failureOf(error));
        throw error;
      };
      const done = (output: unknown) => {
        note(ctx, bucket, name, input, statusOf(ctx, output));
        return output;
      };
      try {
        const output = handler(ctx, input);
        return output instanceof Promise ? output.then(done, fail) : done(output);
      } catch (error) {
        return fail(error);
      }
    },
  };
}

export function armLogs(ctx: Ctx, bucket: BucketRecord): void {
  if (loggingOf(bucket) === undefined) ctx.unschedule("logs", bucket.name);
  else ctx.schedule("logs", bucket.name, ctx.now() + ROUND_MS, { name: bucket.name, id: bucket.id });
}

function objectKey(ctx: Ctx, bucket: BucketRecord, logging: Logging): string {
  const time = new Date(ctx.now()).toISOString();
  const stamp = `${time.slice(0, 19).replace(/[T:]/g, "-")}-${randomHex(ctx.random, 16).toUpperCase()}`;
  const prefix = logging.TargetPrefix ?? "";
  if (logging.TargetObjectKeyFormat?.PartitionedPrefix === undefined) return prefix + stamp;
  return `${prefix}${bucket.account}/${bucket.region}/${bucket.name}/${time.slice(0, 10).replaceAll("-", "/")}/${stamp}`;
}

function isOpenByAcl(target: BucketRecord | undefined): boolean {
  return JSON.stringify(target?.settings.acl ?? null).includes("log-delivery-write");
}

/** Timer `logs`: what was logged goes to the target bucket, as the service principal that its policy must let in. */
export async function logsRound(ctx: Ctx, payload: unknown): Promise<void> {
  const { name, id } = payload as { readonly name: string; readonly id: string };
  const bucket = findBucket(ctx, name);
  const logging = bucket?.id === id ? loggingOf(bucket) : undefined;
  if (bucket === undefined || logging === undefined) return;
  armLogs(ctx, bucket);
  const lines = logLines(ctx, bucket.id).splice(0);
  const target = findBucket(ctx, logging.TargetBucket ?? "");
  if (lines.length === 0 || target === undefined) return;
  const place = { Bucket: target.name, Key: objectKey(ctx, bucket, logging), ContentType: "text/plain" };
  const delivery = {
    kind: "service",
    accountId: bucket.account,
    service: "logging.s3.amazonaws.com",
    sourceArn: `arn:aws:s3:::${bucket.name}`,
    sourceAccount: bucket.account,
  } as const;
  const at = { account: target.account, region: target.region };
  const options = isOpenByAcl(target) ? at : { ...at, as: delivery };
  try {
    await ctx.call("s3", "PutObject", { ...place, Body: Buffer.from(`${lines.join("\n")}\n`) }, options);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    ctx.hint(
      `s3: access logs of ${bucket.name} cannot be put into ${target.name}: ${error.code}: its policy must let logging.s3.amazonaws.com put objects`,
    );
  }
}
