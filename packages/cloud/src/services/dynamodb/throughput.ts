/**
 * What a table's and its global indexes' throughput lets through: provisioned units, or the most that on-demand capacity may use. Up to five
 * minutes of what was not used serve a burst (Developer Guide, "Burst and adaptive capacity"). A request passes while anything is left, and
 * may use more than that: the next ones wait. Kept in memory only; a cloud that starts has its bursts saved up.
 */
import { type Ctx, ServiceError } from "../../core/service.ts";
import type { Consumption } from "./capacity.ts";
import { type Bucket, memoryOf } from "./store.ts";
import { type IndexRecord, type TableRecord, tableArn } from "./table.ts";

const BURST_SECONDS = 300;
const NAMESPACE = "AWS/DynamoDB";

export type Kind = "Read" | "Write";

/** Units a second that are let through; undefined: no limit. */
function rateOf(table: TableRecord, index: IndexRecord | undefined, kind: Kind): number | undefined {
  if (table.billingMode === "PROVISIONED") {
    const { read, write } = (index === undefined ? table : index).throughput ?? table.throughput;
    return kind === "Read" ? read : write;
  }
  const limits = (index ?? table).onDemand;
  if (limits === undefined) return undefined;
  const most = kind === "Read" ? limits.MaxReadRequestUnits : limits.MaxWriteRequestUnits;
  return most === undefined || most < 0 ? undefined : most;
}

/** Does anything hold this table's requests back? Most tables are on demand, and cost nothing here. */
function isLimited(table: TableRecord): boolean {
  return (
    table.billingMode === "PROVISIONED" ||
    table.onDemand !== undefined ||
    table.indexes.some((each) => each.onDemand !== undefined)
  );
}

/** Local indexes use the table's own units. */
function globalIndex(index: IndexRecord | undefined): IndexRecord | undefined {
  return index?.kind === "global" ? index : undefined;
}

function bucketOf(ctx: Ctx, table: TableRecord, index: IndexRecord | undefined, kind: Kind, rate: number): Bucket {
  const { buckets } = memoryOf(ctx);
  const name = `${table.id}/${index?.name ?? ""}/${kind}`;
  const nowMs = ctx.now();
  const full = rate * BURST_SECONDS;
  let bucket = buckets.get(name);
  if (bucket === undefined) {
    bucket = { left: full, atMs: nowMs };
    buckets.set(name, bucket);
  }
  bucket.left = Math.min(full, bucket.left + (Math.max(0, nowMs - bucket.atMs) / 1000) * rate);
  bucket.atMs = nowMs;
  return bucket;
}

/** API Reference, "ThrottlingReason": what is held back, in which direction, and by which limit. */
function throttled(table: TableRecord, index: IndexRecord | undefined, kind: Kind): ServiceError {
  const isProvisioned = table.billingMode === "PROVISIONED";
  const limit = isProvisioned ? "ProvisionedThroughputExceeded" : "MaxOnDemandThroughputExceeded";
  const reason = `${index === undefined ? "Table" : "Index"}${kind}${limit}`;
  const resource = index === undefined ? tableArn(table) : `${tableArn(table)}/index/${index.name}`;
  const fields = { ThrottlingReasons: [{ reason, resource }] };
  if (!isProvisioned)
    return new ServiceError(
      "ThrottlingException",
      400,
      "Throughput exceeds the maximum OnDemandThroughput configured on table or index",
      fields,
    );
  return new ServiceError(
    "ProvisionedThroughputExceededException",
    400,
    index === undefined
      ? "The level of configured provisioned throughput for the table was exceeded. " +
          "Consider increasing your provisioning level with the UpdateTable API."
      : "The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. " +
          "Consider increasing your provisioning level for the under-provisioned global secondary indexes with the UpdateTable API",
    fields,
  );
}

/** Is this what `admit` throws? */
export function isThrottled(error: unknown): error is ServiceError {
  return error instanceof ServiceError && /^(ProvisionedThroughputExceeded|Throttling)Exception$/.test(error.code);
}

/** Before a read or a write of the table or one of its indexes. Throws when its units are used up, burst and all. */
export function admit(ctx: Ctx, table: TableRecord, kind: Kind, index?: IndexRecord): void {
  if (!isLimited(table)) return;
  const place = globalIndex(index);
  const rate = rateOf(table, place, kind);
  if (rate === undefined || bucketOf(ctx, table, place, kind, rate).left > 0) return;
  if (place !== undefined)
    ctx.metric(NAMESPACE, `${kind}ThrottleEvents`, { TableName: table.name, GlobalSecondaryIndexName: place.name }, 1, "Count");
  throw throttled(table, place, kind);
}

function spend(ctx: Ctx, table: TableRecord, index: IndexRecord | undefined, kind: Kind, units: number): void {
  const rate = rateOf(table, index, kind);
  if (rate !== undefined) bucketOf(ctx, table, index, kind, rate).left -= units;
}

/** Units by what they are counted on: the table (with its local indexes), and each global index. */
function* shares(table: TableRecord, used: Consumption): Iterable<readonly [index: IndexRecord | undefined, units: number]> {
  let own = used.table;
  let others = false;
  for (const [name, units] of used.indexes) {
    const index = globalIndex(table.indexes.find((each) => each.name === name));
    if (index === undefined) own += units;
    else yield [index, units];
    others ||= index !== undefined;
  }
  if (own > 0 || !others) yield [undefined, own];
}

/** Takes what was used from what is left. */
export function take(ctx: Ctx, table: TableRecord, kind: Kind, used: Consumption | number): void {
  if (!isLimited(table)) return;
  if (typeof used === "number") spend(ctx, table, undefined, kind, used);
  else for (const [index, units] of shares(table, used)) spend(ctx, table, index, kind, units);
}

/** Tells CloudWatch of what was used. Provisioned units are told with their use, so that idle tables cost nothing. */
export function tell(ctx: Ctx, table: TableRecord, kind: Kind, used: Consumption | number): void {
  if (typeof used === "number") tellOf(ctx, table, undefined, kind, used);
  else for (const [index, units] of shares(table, used)) tellOf(ctx, table, index, kind, units);
}

/** What an operation has used, a number where it was the table alone: taken, and told. */
export function meter(ctx: Ctx, table: TableRecord, kind: Kind, used: Consumption | number): void {
  take(ctx, table, kind, used);
  tell(ctx, table, kind, used);
}

/** Developer Guide, "DynamoDB metrics and dimensions". */
function tellOf(ctx: Ctx, table: TableRecord, index: IndexRecord | undefined, kind: Kind, units: number): void {
  const dimensions: Record<string, string> = { TableName: table.name };
  if (index !== undefined) dimensions.GlobalSecondaryIndexName = index.name;
  ctx.metric(NAMESPACE, `Consumed${kind}CapacityUnits`, dimensions, units, "Count");
  const rate = rateOf(table, index, kind);
  if (rate === undefined) return;
  const name = table.billingMode === "PROVISIONED" ? `Provisioned${kind}CapacityUnits` : `OnDemandMax${kind}RequestUnits`;
  ctx.metric(NAMESPACE, name, dimensions, rate, "Count");
}
