/**
 * What CloudWatch is told of buckets (User Guide, "Amazon S3 metrics and dimensions", read 2026-11-21): requests by the bucket's metrics
 * configurations, and once a day at midnight UTC how much lies in it.
 */
import { type Ctx, type EndedOperation, ServiceError } from "../../core/service.ts";
import type { BucketRecord } from "./bucket.ts";
import type { ObjectRecord, PartRecord, UploadRecord } from "./object.ts";
import { currentObject, findBucket, type Stored, storedTotals } from "./store.ts";

const NAMESPACE = "AWS/S3";
const DAY_MS = 24 * 3600 * 1000;

interface Tag {
  readonly Key?: string;
  readonly Value?: string;
}

export interface MetricsConfiguration {
  readonly Id?: string;
  readonly Filter?: {
    readonly Prefix?: string;
    readonly Tag?: Tag;
    readonly AccessPointArn?: string;
    readonly And?: { readonly Prefix?: string; readonly Tags?: readonly Tag[]; readonly AccessPointArn?: string };
  };
}

interface RequestInput {
  readonly Bucket?: string;
  readonly Key?: string;
  readonly ContentLength?: number;
}

/** A configuration without a filter counts every request to the bucket, one with a filter those to the objects that it names. */
function counts(ctx: Ctx, bucket: BucketRecord, { Filter: filter }: MetricsConfiguration, key: string | undefined): boolean {
  if (filter === undefined) return true;
  const and = filter.And ?? filter;
  if (key === undefined || and.AccessPointArn !== undefined) return false;
  if (!key.startsWith(and.Prefix ?? "")) return false;
  const tags = filter.And?.Tags ?? (filter.Tag === undefined ? [] : [filter.Tag]);
  if (tags.length === 0) return true;
  const given = currentObject(ctx.store, bucket, key)?.tags ?? {};
  return tags.every(({ Key = "", Value }) => given[Key] === Value);
}

const LISTS: ReadonlySet<string> = new Set(["ListObjects", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads"]);

/** The counter that a request has beside AllRequests; undefined for those about a bucket's settings. */
function counterOf(operation: string, method: string | undefined, isObject: boolean): string | undefined {
  if (LISTS.has(operation)) return "ListRequests";
  if (operation === "DeleteObjects") return "DeleteRequests";
  if (operation === "SelectObjectContent") return "SelectRequests";
  if (method === "HEAD") return "HeadRequests";
  if (method === "POST") return "PostRequests";
  if (!isObject) return undefined;
  return method === "GET" ? "GetRequests" : method === "PUT" ? "PutRequests" : method === "DELETE" ? "DeleteRequests" : undefined;
}

function outcomeOf(ended: EndedOperation): { status: number; bytes: number } {
  const { error } = ended;
  if (error !== undefined) return { status: error instanceof ServiceError ? error.status : 500, bytes: 0 };
  const { $status, ContentLength } = (ended.output ?? {}) as { readonly $status?: number; readonly ContentLength?: number };
  return { status: $status ?? 200, bytes: ContentLength ?? 0 };
}

/** Told of every request; most buckets have no configuration. */
export function observeRequest(ctx: Ctx, ended: EndedOperation): void {
  const input: RequestInput = ended.input;
  const bucket = ctx.http === undefined || input.Bucket === undefined ? undefined : findBucket(ctx, input.Bucket);
  const given = bucket?.settings.configurationsMetrics as Record<string, MetricsConfiguration> | undefined;
  if (bucket === undefined || given === undefined) return;
  const home = ctx.with({ account: bucket.account, region: bucket.region });
  for (const configuration of Object.values(given))
    if (counts(ctx, bucket, configuration, input.Key))
      count(home, { BucketName: bucket.name, FilterId: configuration.Id ?? "" }, ctx.http?.method, ended);
}

function count(ctx: Ctx, dimensions: Record<string, string>, method: string | undefined, ended: EndedOperation): void {
  const input: RequestInput = ended.input;
  const add = (name: string, value: number, unit: string) => ctx.metric(NAMESPACE, name, dimensions, value, unit);
  const { status, bytes } = outcomeOf(ended);
  const counter = counterOf(ended.operation, method, input.Key !== undefined);
  add("AllRequests", 1, "Count");
  if (counter !== undefined) add(counter, 1, "Count");
  // 0 or 1 of every request: the average is the rate of errors.
  add("4xxErrors", status >= 400 && status < 500 ? 1 : 0, "Count");
  add("5xxErrors", status >= 500 ? 1 : 0, "Count");
  if (method === "GET" && bytes > 0) add("BytesDownloaded", bytes, "Bytes");
  if (method === "PUT" && input.ContentLength !== undefined) add("BytesUploaded", input.ContentLength, "Bytes");
  add("FirstByteLatency", ended.latencyMs, "Milliseconds");
  add("TotalRequestLatency", ended.latencyMs, "Milliseconds");
}

const STORAGE_TYPES: Readonly<Record<string, string>> = {
  STANDARD: "StandardStorage",
  REDUCED_REDUNDANCY: "ReducedRedundancyStorage",
  STANDARD_IA: "StandardIAStorage",
  ONEZONE_IA: "OneZoneIAStorage",
  INTELLIGENT_TIERING: "IntelligentTieringFAStorage",
  GLACIER_IR: "GlacierInstantRetrievalStorage",
  GLACIER: "GlacierStorage",
  DEEP_ARCHIVE: "DeepArchiveStorage",
};

/** Every version, delete marker and part of an upload counts. */
function measure(ctx: Ctx, bucket: BucketRecord): Stored {
  const bytes: Record<string, number> = {};
  let objects = 0;
  const add = (storageClass: string | undefined, size: number) => {
    const type = STORAGE_TYPES[storageClass ?? "STANDARD"] ?? "StandardStorage";
    bytes[type] = (bytes[type] ?? 0) + size;
    objects++;
  };
  for (const kind of ["object", "version"])
    for (const { value } of ctx.store.range<ObjectRecord>({ prefix: [kind, bucket.id] })) add(value.storageClass, value.bytes);
  for (const { value: upload } of ctx.store.range<UploadRecord>({ prefix: ["upload", bucket.id] }))
    for (const { value: part } of ctx.store.range<PartRecord>({ prefix: ["part", upload.id] }))
      add(upload.storageClass, part.bytes);
  return { bytes, objects };
}

/** The next midnight's round. */
export function armStorage(ctx: Ctx, bucket: BucketRecord): void {
  const midnight = (Math.floor(ctx.now() / DAY_MS) + 1) * DAY_MS;
  ctx.schedule("storage", bucket.name, midnight, { name: bucket.name, id: bucket.id });
}

/** Timer `storage`: the day's figures; what nobody wrote to since yesterday is not measured again. */
export function storageRound(ctx: Ctx, payload: unknown): void {
  const { name, id } = payload as { readonly name: string; readonly id: string };
  const bucket = findBucket(ctx, name);
  if (bucket === undefined || bucket.id !== id) return;
  armStorage(ctx, bucket);
  const { bytes, objects } = storedTotals(ctx, bucket, () => measure(ctx, bucket));
  if (objects === 0) return;
  const home = ctx.with({ account: bucket.account, region: bucket.region });
  for (const [StorageType, size] of Object.entries(bytes))
    home.metric(NAMESPACE, "BucketSizeBytes", { BucketName: name, StorageType }, size, "Bytes");
  home.metric(NAMESPACE, "NumberOfObjects", { BucketName: name, StorageType: "AllStorageTypes" }, objects, "Count");
}
