/**
 * What a shard takes and gives in a second, by the cloud's clock. Developer guide, "Quotas and limits"; API reference, "GetRecords" (read
 * 2026-11-21). On-demand streams grow with what is written to them and are held back in reading only.
 */
import { type Ctx, ServiceError } from "../../core/service.ts";
import { memoryOf, type ShardRecord, type StreamRecord } from "./store.ts";

const WRITTEN_BYTES_MAX = 1024 * 1024;
const WRITTEN_RECORDS_MAX = 1000;
const READ_BYTES_MAX = 2 * 1024 * 1024;
const READS_MAX = 5;
const REMEMBERED_MAX = 10_000;
const SECOND_MS = 1000;

export const EXCEEDED = "ProvisionedThroughputExceededException";

export function exceeded(stream: StreamRecord, shard: ShardRecord): string {
  return `Rate exceeded for shard ${shard.id} in stream ${stream.name} under account ${stream.account}.`;
}

/** A metric of the stream, and of the shard where EnableEnhancedMonitoring asked for it. */
function tell(ctx: Ctx, stream: StreamRecord, shard: ShardRecord, name: string): void {
  ctx.metric("AWS/Kinesis", name, { StreamName: stream.name }, 1, "Count");
  tellShard(ctx, stream, shard, name, 1, "Count");
}

export function tellShard(ctx: Ctx, stream: StreamRecord, shard: ShardRecord, name: string, value: number, unit: string): void {
  if (stream.shardMetrics?.includes(name) === true)
    ctx.metric("AWS/Kinesis", name, { StreamName: stream.name, ShardId: shard.id }, value, unit);
}

/** Counts a record in; true when the shard takes no more in this second. A record that is let larger may go alone. */
export function isFull(ctx: Ctx, stream: StreamRecord, shard: ShardRecord, bytes: number): boolean {
  if (stream.mode === "ON_DEMAND") return false;
  const { written } = memoryOf(ctx);
  const key = `${stream.id} ${shard.id}`;
  const second = Math.floor(ctx.now() / SECOND_MS);
  const before = written.get(key);
  const now = before?.second === second ? before : { second, bytes: 0, records: 0 };
  if (now.records > 0 && (now.records >= WRITTEN_RECORDS_MAX || now.bytes + bytes > WRITTEN_BYTES_MAX)) {
    tell(ctx, stream, shard, "WriteProvisionedThroughputExceeded");
    return true;
  }
  if (written.size > REMEMBERED_MAX) written.clear();
  written.set(key, { second, bytes: now.bytes + bytes, records: now.records + 1 });
  return false;
}

/**
 * Counts a GetRecords call: five a second and shard; what a call read beyond 2 MiB keeps the shard closed for as many seconds more.
 * Throws ProvisionedThroughputExceededException.
 */
export function countRead(ctx: Ctx, stream: StreamRecord, shard: ShardRecord): void {
  const { reads } = memoryOf(ctx);
  const key = `${stream.id} ${shard.id}`;
  const second = Math.floor(ctx.now() / SECOND_MS);
  const before = reads.get(key);
  const now = before !== undefined && before.second >= second ? before : { second, calls: 0, bytes: 0 };
  if (now.second > second || now.calls >= READS_MAX || now.bytes >= READ_BYTES_MAX) {
    tell(ctx, stream, shard, "ReadProvisionedThroughputExceeded");
    throw new ServiceError(EXCEEDED, 400, exceeded(stream, shard));
  }
  if (reads.size > REMEMBERED_MAX) reads.clear();
  reads.set(key, { ...now, calls: now.calls + 1 });
}

/** Counts what the call read. */
export function countBytesRead(ctx: Ctx, stream: StreamRecord, shard: ShardRecord, bytes: number): void {
  const { reads } = memoryOf(ctx);
  const key = `${stream.id} ${shard.id}`;
  const now = reads.get(key);
  if (now === undefined) return;
  const total = now.bytes + bytes;
  const closedSeconds = Math.max(0, Math.ceil(total / READ_BYTES_MAX) - 1);
  reads.set(
    key,
    closedSeconds === 0 ? { ...now, bytes: total } : { second: now.second + closedSeconds, calls: READS_MAX, bytes: total },
  );
}
