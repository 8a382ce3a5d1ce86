/**
 * Kinesis's records: `["stream", account, region, name]` -> StreamRecord, `["record", streamId, shardId, sequence]` -> DataRecord,
 * `["counter", streamId]` -> records so far, `["consumer", account, region, stream, name]` -> ConsumerRecord.
 */
import { arn, parseArn } from "../../core/arn.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";

export interface ShardRecord {
  readonly id: string;
  readonly index: number;
  /** Both inclusive, of 2^128, as decimal text. */
  readonly from: string;
  readonly to: string;
  readonly parents: readonly string[];
  readonly firstSequence: string;
  readonly createdMs: number;
  /** A shard that was split or merged takes no more records. */
  readonly closed?: { readonly sequence: string; readonly atMs: number };
}

export interface StreamRecord {
  /** Of this stream and no later one of the same name. */
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly createdMs: number;
  readonly mode: "PROVISIONED" | "ON_DEMAND";
  readonly retentionHours: number;
  readonly tags: { readonly [key: string]: string };
  readonly shards: readonly ShardRecord[];
  readonly maxKiB: number;
  readonly keyId?: string;
  readonly policy?: string;
  readonly shardMetrics?: readonly string[];
  readonly warmMiBps?: number;
}

export interface DataRecord {
  readonly data: Uint8Array;
  readonly partitionKey: string;
  readonly arrivedMs: number;
}

export interface ConsumerRecord {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  readonly policy?: string;
  readonly tags?: { readonly [key: string]: string };
}

export interface Referenced {
  readonly StreamName?: string;
  readonly StreamARN?: string;
  readonly ResourceARN?: string;
}

export interface ReferencedConsumer {
  readonly StreamARN?: string;
  readonly ConsumerName?: string;
  readonly ConsumerARN?: string;
}

export interface KinesisMemory {
  /** By stream ARN: who wants to know of new records. */
  readonly listeners: Map<string, Set<() => void>>;
  /** By stream and shard: what was written in this second. */
  readonly written: Map<string, { second: number; bytes: number; records: number }>;
  /** By stream and shard: GetRecords calls of a second; of a later one, while the shard is closed for what was read at once. */
  readonly reads: Map<string, { second: number; calls: number; bytes: number }>;
  /** By consumer's ARN and shard: the subscription that holds. */
  readonly subscriptions: Map<string, { readonly sinceMs: number }>;
}

export function memoryOf(ctx: Ctx): KinesisMemory {
  return ctx.memory(() => ({ listeners: new Map(), written: new Map(), reads: new Map(), subscriptions: new Map() }));
}

export function streamArn(stream: Pick<StreamRecord, "account" | "region" | "name">): string {
  return arn("kinesis", stream.region, stream.account, `stream/${stream.name}`);
}

export function findStream(ctx: Ctx, input: Referenced): StreamRecord | undefined {
  const given = parseArn(input.StreamARN ?? input.ResourceARN ?? "");
  const name = given === undefined ? input.StreamName : given.resource.split("/")[1];
  return ctx.store.get<StreamRecord>(["stream", given?.account ?? ctx.account, given?.region ?? ctx.region, name ?? ""]);
}

/** Throws ResourceNotFoundException, or InvalidArgumentException when no stream is named. */
export function requireStream(ctx: Ctx, input: Referenced): StreamRecord {
  const found = findStream(ctx, input);
  if (found !== undefined) return found;
  const named = input.StreamARN ?? input.ResourceARN;
  const name = named === undefined ? input.StreamName : parseArn(named)?.resource.split("/")[1];
  if (name === undefined)
    throw new ServiceError("InvalidArgumentException", 400, "Either StreamName or StreamARN must be provided.");
  const account = parseArn(named ?? "")?.account ?? ctx.account;
  throw new ServiceError("ResourceNotFoundException", 400, `Stream ${name} under account ${account} not found.`);
}

export function putStream(ctx: Ctx, stream: StreamRecord): void {
  ctx.store.put(["stream", stream.account, stream.region, stream.name], stream);
}

/** In order of name. */
export function streamsOf(ctx: Ctx): StreamRecord[] {
  return [...ctx.store.range<StreamRecord>({ prefix: ["stream", ctx.account, ctx.region] })].map(({ value }) => value);
}

export function removeStream(ctx: Ctx, stream: StreamRecord): void {
  ctx.store.remove(["stream", stream.account, stream.region, stream.name]);
  ctx.store.removeRange({ prefix: ["record", stream.id] });
  ctx.store.remove(["counter", stream.id]);
  ctx.store.removeRange({ prefix: ["consumer", stream.account, stream.region, stream.name] });
}

export function counterOf(ctx: Ctx, stream: StreamRecord): number {
  return ctx.store.get<number>(["counter", stream.id]) ?? 0;
}

/** 56 digits, growing within a stream: its creation, a count over all shards, the shard. */
export function sequenceText(createdMs: number, count: number, shard: number): string {
  return `49${String(createdMs).padStart(13, "0")}${String(count).padStart(31, "0")}${String(shard).padStart(10, "0")}`;
}

/** Takes the next number. */
export function nextSequence(ctx: Ctx, stream: StreamRecord, shard: number): string {
  const count = counterOf(ctx, stream) + 1;
  ctx.store.put(["counter", stream.id], count);
  return sequenceText(stream.createdMs, count, shard);
}

export function putConsumer(ctx: Ctx, stream: StreamRecord, consumer: ConsumerRecord): void {
  ctx.store.put(["consumer", stream.account, stream.region, stream.name, consumer.name], consumer);
}

export function removeConsumer(ctx: Ctx, stream: StreamRecord, consumer: ConsumerRecord): void {
  ctx.store.remove(["consumer", stream.account, stream.region, stream.name, consumer.name]);
}

export function consumersOf(ctx: Ctx, stream: StreamRecord): ConsumerRecord[] {
  const prefix = ["consumer", stream.account, stream.region, stream.name];
  return [...ctx.store.range<ConsumerRecord>({ prefix })].map(({ value }) => value);
}

/** Throws ResourceNotFoundException. */
export function requireConsumer(ctx: Ctx, input: ReferencedConsumer): { stream: StreamRecord; consumer: ConsumerRecord } {
  const stream = requireStream(ctx, { StreamARN: input.StreamARN ?? input.ConsumerARN?.split("/consumer/")[0] ?? "" });
  const consumer = consumersOf(ctx, stream).find((each) =>
    input.ConsumerARN === undefined ? each.name === input.ConsumerName : each.arn === input.ConsumerARN,
  );
  if (consumer === undefined)
    throw new ServiceError(
      "ResourceNotFoundException",
      400,
      `Consumer ${input.ConsumerARN ?? input.ConsumerName} under account ${stream.account} not found.`,
    );
  return { stream, consumer };
}
