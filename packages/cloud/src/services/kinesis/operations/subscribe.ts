/**
 * SubscribeToShard: a consumer of its own throughput is sent records as they come, for five minutes. API reference, "SubscribeToShard"
 * (read 2026-11-21). One subscription a consumer and shard: a second one within five seconds is refused, a later one takes over.
 */
import { EventStream, initialResponse, jsonEvent } from "../../../core/event-stream.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { withKey } from "../encryption.ts";
import { requireShard } from "../shards.ts";
import {
  findStream,
  memoryOf,
  requireConsumer,
  requireStream,
  type ShardRecord,
  type StreamRecord,
  streamArn,
} from "../store.ts";
import { children, encryptionOf, type Page, read, startOf, subscribe } from "./records.ts";

const SUBSCRIPTION_MS = 5 * 60_000;
const TAKEOVER_MS = 5_000;
/** So often an event comes, records or not. */
const BEAT_MS = 5_000;
const EVENT_RECORDS_MAX = 1_000;
const EVENT_BYTES_MAX = 1024 * 1024;
/** Before any record. */
const BEGINNING = "0";

interface SubscribeInput {
  readonly ConsumerARN: string;
  readonly ShardId: string;
  readonly StartingPosition: { readonly Type: string; readonly SequenceNumber?: string; readonly Timestamp?: Date };
}

/** Throws ResourceNotFoundException, ResourceInUseException, InvalidArgumentException. */
export async function subscribeToShard(ctx: Ctx, input: SubscribeInput): Promise<EventStream> {
  const { consumer } = requireConsumer(ctx, { ConsumerARN: input.ConsumerARN });
  const stream = requireStream(ctx, { StreamARN: input.ConsumerARN.split("/consumer/")[0] ?? "" });
  const shard = requireShard(stream, input.ShardId);
  const { Type, SequenceNumber, Timestamp } = input.StartingPosition;
  const from = startOf(ctx, stream, shard, {
    ShardId: shard.id,
    ShardIteratorType: Type,
    ...(SequenceNumber === undefined ? {} : { StartingSequenceNumber: SequenceNumber }),
    ...(Timestamp === undefined ? {} : { Timestamp }),
  });
  await withKey(ctx, stream, "Decrypt", () => undefined);
  const isLatest = takeOver(ctx, `${input.ConsumerARN} ${shard.id}`);
  ctx.metric("AWS/Kinesis", "SubscribeToShard.Success", { StreamName: stream.name, ConsumerName: consumer.name }, 1, "Count");
  return new EventStream(events(ctx, stream, shard, from, consumer.name, isLatest));
}

/** Answers whether the subscription is still the consumer's latest. */
function takeOver(ctx: Ctx, place: string): () => boolean {
  const { subscriptions } = memoryOf(ctx);
  const now = ctx.now();
  const before = subscriptions.get(place);
  if (before !== undefined && now - before.sinceMs < TAKEOVER_MS)
    throw new ServiceError(
      "ResourceInUseException",
      400,
      "Another active subscription exists for this consumer: the consumer was subscribed to the shard less than 5 seconds ago.",
    );
  const own = { sinceMs: now };
  subscriptions.set(place, own);
  return () => subscriptions.get(place) === own;
}

async function* events(
  ctx: Ctx,
  stream: StreamRecord,
  shard: ShardRecord,
  start: string,
  consumer: string,
  isLatest: () => boolean,
): AsyncGenerator<Uint8Array> {
  const untilMs = ctx.now() + SUBSCRIPTION_MS;
  let from = start;
  yield initialResponse({});
  while (ctx.now() < untilMs && isLatest()) {
    const current = findStream(ctx, { StreamARN: streamArn(stream) });
    if (current?.id !== stream.id) return;
    const open = current.shards.find((each) => each.id === shard.id) ?? shard;
    const page = read(ctx, current, open, from, EVENT_RECORDS_MAX, EVENT_BYTES_MAX);
    from = page.next;
    const isEnd = open.closed !== undefined && page.leftMs === undefined;
    const event = present(ctx, current, open, page, isEnd);
    tellEvent(ctx, { StreamName: stream.name, ConsumerName: consumer }, page, event.MillisBehindLatest);
    yield jsonEvent("SubscribeToShardEvent", event);
    if (isEnd) return;
    if (page.leftMs === undefined) await news(ctx, current);
  }
}

function tellEvent(ctx: Ctx, dimensions: { readonly [name: string]: string }, page: Page, behindMs: number): void {
  const metric = (name: string, value: number, unit: string) =>
    ctx.metric("AWS/Kinesis", `SubscribeToShardEvent.${name}`, dimensions, value, unit);
  metric(
    "Bytes",
    page.records.reduce((sum, { record }) => sum + record.data.length, 0),
    "Bytes",
  );
  metric("Records", page.records.length, "Count");
  metric("MillisBehindLatest", behindMs, "Milliseconds");
  metric("Success", 1, "Count");
}

function present(ctx: Ctx, stream: StreamRecord, shard: ShardRecord, page: Page, isEnd: boolean) {
  return {
    Records: page.records.map(({ sequence, record }) => ({
      SequenceNumber: sequence,
      ApproximateArrivalTimestamp: record.arrivedMs / 1000,
      Data: Buffer.from(record.data).toString("base64"),
      PartitionKey: record.partitionKey,
      ...encryptionOf(stream),
    })),
    ContinuationSequenceNumber: /^\d{56}/.exec(page.next)?.[0] ?? BEGINNING,
    MillisBehindLatest: page.leftMs === undefined ? 0 : Math.max(0, ctx.now() - page.leftMs),
    ...(isEnd ? { ChildShards: children(stream, shard) } : {}),
  };
}

/** Resolves when the stream is written to, at the next beat, or when the cloud stops. */
function news(ctx: Ctx, stream: StreamRecord): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      leave();
      resolve();
    };
    const cancel = ctx.clock.at(ctx.now() + BEAT_MS, done);
    const leave = subscribe(ctx, { streamArn: streamArn(stream), wake: done });
  });
}

/** The cloud stops: whoever waits goes on, and finds that it is nobody's any more. */
export function endSubscriptions(ctx: Ctx): void {
  const { subscriptions, listeners } = memoryOf(ctx);
  subscriptions.clear();
  for (const set of [...listeners.values()]) for (const wake of [...set]) wake();
}
