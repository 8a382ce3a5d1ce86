/** Hash ranges of shards, splits and merges. Kinesis developer guide, "Resharding a stream"; API reference, SplitShard and MergeShards. */
import { createHash } from "node:crypto";
import { type Ctx, ServiceError } from "../../core/service.ts";
import { nextSequence, type ShardRecord, type StreamRecord, sequenceText } from "./store.ts";

const SPACE = 2n ** 128n;

export function invalidArgument(message: string): ServiceError {
  return new ServiceError("InvalidArgumentException", 400, message);
}

export function shardId(index: number): string {
  return `shardId-${String(index).padStart(12, "0")}`;
}

/** `count` shards of the same size; the last takes the rest. */
export function evenRanges(count: number): { from: string; to: string }[] {
  const size = SPACE / BigInt(count);
  return Array.from({ length: count }, (_, index) => ({
    from: String(size * BigInt(index)),
    to: String(index === count - 1 ? SPACE - 1n : size * BigInt(index + 1) - 1n),
  }));
}

export function firstShards(createdMs: number, count: number): ShardRecord[] {
  return evenRanges(count).map((range, index) => ({
    ...range,
    id: shardId(index),
    index,
    parents: [],
    firstSequence: sequenceText(createdMs, 0, index),
    createdMs,
  }));
}

export function openShards(stream: StreamRecord): ShardRecord[] {
  return stream.shards.filter((shard) => shard.closed === undefined);
}

/** Where a record goes: MD5 of its partition key, or the hash key given. */
export function shardFor(stream: StreamRecord, partitionKey: string, explicit: string | undefined): ShardRecord {
  if (explicit !== undefined && BigInt(explicit) >= SPACE)
    throw invalidArgument(
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${explicit}`,
    );
  const hash = explicit === undefined ? BigInt(`0x${createHash("md5").update(partitionKey).digest("hex")}`) : BigInt(explicit);
  const found = openShards(stream).find((shard) => BigInt(shard.from) <= hash && hash <= BigInt(shard.to));
  if (found === undefined) throw new RangeError(`no shard of ${stream.name} holds ${hash}`);
  return found;
}

export function requireShard(stream: StreamRecord, id: string): ShardRecord {
  const found = stream.shards.find((shard) => shard.id === id);
  if (found === undefined)
    throw new ServiceError(
      "ResourceNotFoundException",
      400,
      `Could not find shard ${id} in stream ${stream.name} under account ${stream.account}.`,
    );
  return found;
}

function requireOpen(stream: StreamRecord, id: string): ShardRecord {
  const shard = requireShard(stream, id);
  if (shard.closed !== undefined)
    throw invalidArgument(`Shard ${id} in stream ${stream.name} under account ${stream.account} is already closed.`);
  return shard;
}

/** Closes some shards and opens others in their place; each new one's parents are the closed ones it overlaps. */
function replace(ctx: Ctx, stream: StreamRecord, gone: readonly ShardRecord[], ranges: readonly { from: string; to: string }[]) {
  const nowMs = ctx.now();
  const closed = new Map(gone.map((shard) => [shard.id, { sequence: nextSequence(ctx, stream, shard.index), atMs: nowMs }]));
  const old = stream.shards.map((shard) => {
    const end = closed.get(shard.id);
    return end === undefined ? shard : { ...shard, closed: end };
  });
  const fresh = ranges.map((range, order): ShardRecord => {
    const index = stream.shards.length + order;
    const parents = gone.filter((shard) => BigInt(shard.from) <= BigInt(range.to) && BigInt(range.from) <= BigInt(shard.to));
    return {
      ...range,
      id: shardId(index),
      index,
      parents: parents.slice(0, 2).map((shard) => shard.id),
      firstSequence: nextSequence(ctx, stream, index),
      createdMs: nowMs,
    };
  });
  return { ...stream, shards: [...old, ...fresh] };
}

export function split(ctx: Ctx, stream: StreamRecord, id: string, at: string): StreamRecord {
  const shard = requireOpen(stream, id);
  const middle = BigInt(at);
  if (middle <= BigInt(shard.from) || middle > BigInt(shard.to))
    throw invalidArgument(
      `NewStartingHashKey ${at} used in SplitShard() on shard ${id} in stream ${stream.name} under account ${stream.account} is not both greater than one plus the shard's StartingHashKey ${shard.from} and less than the shard's EndingHashKey ${shard.to}.`,
    );
  return replace(
    ctx,
    stream,
    [shard],
    [
      { from: shard.from, to: String(middle - 1n) },
      { from: at, to: shard.to },
    ],
  );
}

export function merge(ctx: Ctx, stream: StreamRecord, firstId: string, secondId: string): StreamRecord {
  const [low, high] = [requireOpen(stream, firstId), requireOpen(stream, secondId)].sort((a, b) =>
    BigInt(a.from) < BigInt(b.from) ? -1 : 1,
  );
  if (low === undefined || high === undefined || BigInt(low.to) + 1n !== BigInt(high.from))
    throw invalidArgument(
      `Shards ${firstId} and ${secondId} in stream ${stream.name} under account ${stream.account} are not an adjacent pair of shards eligible for merging`,
    );
  return replace(ctx, stream, [low, high], [{ from: low.from, to: high.to }]);
}

/** To `count` shards of the same size. */
export function scale(ctx: Ctx, stream: StreamRecord, count: number): StreamRecord {
  const open = openShards(stream);
  return open.length === count ? stream : replace(ctx, stream, open, evenRanges(count));
}
