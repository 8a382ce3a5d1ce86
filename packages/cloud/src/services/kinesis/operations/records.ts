/** PutRecord(s), GetShardIterator, GetRecords, and what Lambda's event source mappings read by. */
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { withKey } from "../encryption.ts";
import { invalidArgument, requireShard, shardFor } from "../shards.ts";
import {
  counterOf,
  type DataRecord,
  memoryOf,
  nextSequence,
  type Referenced,
  requireStream,
  type ShardRecord,
  type StreamRecord,
  sequenceText,
  streamArn,
} from "../store.ts";
import { countBytesRead, countRead, EXCEEDED, exceeded, isFull, tellShard } from "../throughput.ts";

const HOUR_MS = 3_600_000;
const ITERATOR_MS = 300_000;
const PAGE_BYTES_MAX = 10 * 1024 * 1024;
const PUT_BYTES_MAX = 10 * 1024 * 1024;
const TRIM_EVERY = 500;

interface Entry {
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string;
}

function bytesOf(entry: Entry): number {
  return entry.Data.length + Buffer.byteLength(entry.PartitionKey);
}

function cutoffMs(ctx: Ctx, stream: StreamRecord): number {
  return ctx.now() - stream.retentionHours * HOUR_MS;
}

/** Drops what is past its retention from a shard. */
function trim(ctx: Ctx, stream: StreamRecord, shard: ShardRecord): void {
  const prefix = ["record", stream.id, shard.id];
  const cutoff = cutoffMs(ctx, stream);
  for (const { key, value } of ctx.store.range<DataRecord>({ prefix })) {
    if (value.arrivedMs >= cutoff) {
      ctx.store.removeRange({ prefix, end: key });
      return;
    }
  }
  ctx.store.removeRange({ prefix });
}

function append(ctx: Ctx, stream: StreamRecord, entry: Entry) {
  const shard = shardFor(stream, entry.PartitionKey, entry.ExplicitHashKey);
  const SequenceNumber = nextSequence(ctx, stream, shard.index);
  const record: DataRecord = { data: entry.Data, partitionKey: entry.PartitionKey, arrivedMs: ctx.now() };
  ctx.store.put(["record", stream.id, shard.id, SequenceNumber], record);
  if (counterOf(ctx, stream) % TRIM_EVERY === 0) trim(ctx, stream, shard);
  return { ShardId: shard.id, SequenceNumber };
}

/** Developer guide, "Monitoring the Amazon Kinesis Data Streams service with Amazon CloudWatch". */
function toldBatch(ctx: Ctx, stream: StreamRecord, entries: readonly Entry[], taken: readonly Entry[]): void {
  const metric = (name: string, value: number, unit = "Count") =>
    ctx.metric("AWS/Kinesis", `PutRecords.${name}`, { StreamName: stream.name }, value, unit);
  metric("Bytes", bytesOfAll(taken), "Bytes");
  metric("Success", taken.length > 0 ? 1 : 0);
  metric("TotalRecords", entries.length);
  metric("SuccessfulRecords", taken.length);
  metric("FailedRecords", 0);
  metric("ThrottledRecords", entries.length - taken.length);
}

const bytesOfAll = (entries: readonly Entry[]) => entries.reduce((sum, entry) => sum + bytesOf(entry), 0);

function told(ctx: Ctx, stream: StreamRecord, entries: readonly Entry[]): void {
  const dimensions = { StreamName: stream.name };
  ctx.metric("AWS/Kinesis", "IncomingRecords", dimensions, entries.length, "Count");
  ctx.metric("AWS/Kinesis", "IncomingBytes", dimensions, bytesOfAll(entries), "Bytes");
  if (stream.shardMetrics !== undefined)
    for (const entry of entries) {
      const shard = shardFor(stream, entry.PartitionKey, entry.ExplicitHashKey);
      tellShard(ctx, stream, shard, "IncomingRecords", 1, "Count");
      tellShard(ctx, stream, shard, "IncomingBytes", bytesOf(entry), "Bytes");
    }
  const listeners = memoryOf(ctx).listeners.get(streamArn(stream));
  if (listeners !== undefined && listeners.size > 0)
    ctx.after(() => {
      for (const wake of listeners) wake();
    });
}

function checkSize(stream: StreamRecord, entry: Entry): void {
  if (bytesOf(entry) > stream.maxKiB * 1024)
    throw new ServiceError(
      "ValidationException",
      400,
      `1 validation error detected: Value at 'data' failed to satisfy constraint: Member must have length less than or equal to ${stream.maxKiB * 1024}`,
    );
}

export function encryptionOf(stream: StreamRecord) {
  return stream.keyId === undefined ? {} : { EncryptionType: "KMS" };
}

export function putRecord(ctx: Ctx, input: Referenced & Entry) {
  const stream = requireStream(ctx, input);
  checkSize(stream, input);
  const work = () => {
    const shard = shardFor(stream, input.PartitionKey, input.ExplicitHashKey);
    if (isFull(ctx, stream, shard, bytesOf(input))) throw new ServiceError(EXCEEDED, 400, exceeded(stream, shard));
    const put = append(ctx, stream, input);
    told(ctx, stream, [input]);
    ctx.metric("AWS/Kinesis", "PutRecord.Bytes", { StreamName: stream.name }, bytesOf(input), "Bytes");
    ctx.metric("AWS/Kinesis", "PutRecord.Success", { StreamName: stream.name }, 1, "Count");
    return { ...put, ...encryptionOf(stream) };
  };
  return withKey(ctx, stream, "GenerateDataKey", () => ctx.transact(work));
}

export function putRecords(ctx: Ctx, input: Referenced & { readonly Records: readonly Entry[] }) {
  const stream = requireStream(ctx, input);
  for (const entry of input.Records) checkSize(stream, entry);
  if (input.Records.reduce((sum, entry) => sum + bytesOf(entry), 0) > PUT_BYTES_MAX)
    throw invalidArgument("Records size exceeds 10 MB limit");
  const work = () => {
    const Records = input.Records.map((entry) => {
      const shard = shardFor(stream, entry.PartitionKey, entry.ExplicitHashKey);
      return isFull(ctx, stream, shard, bytesOf(entry))
        ? { ErrorCode: EXCEEDED, ErrorMessage: exceeded(stream, shard) }
        : append(ctx, stream, entry);
    });
    const taken = input.Records.filter((_entry, at) => Records[at] !== undefined && "ShardId" in Records[at]);
    if (taken.length > 0) told(ctx, stream, taken);
    toldBatch(ctx, stream, input.Records, taken);
    return { FailedRecordCount: Records.length - taken.length, Records, ...encryptionOf(stream) };
  };
  return withKey(ctx, stream, "GenerateDataKey", () => ctx.transact(work));
}

/** A place in a shard: the first sequence number to read, inclusive; `after(x)` is the place behind x. */
interface Place {
  readonly arn: string;
  readonly id: string;
  readonly shard: string;
  readonly from: string;
  readonly madeMs: number;
}

const after = (sequence: string) => `${sequence}~`;

function iterator(ctx: Ctx, stream: StreamRecord, shard: string, from: string): string {
  const place: Place = { arn: streamArn(stream), id: stream.id, shard, from, madeMs: ctx.now() };
  return Buffer.from(JSON.stringify(place)).toString("base64");
}

function placeOf(ctx: Ctx, text: string): Place {
  let place: Partial<Place> | null;
  try {
    place = JSON.parse(Buffer.from(text, "base64").toString("utf8")) as Partial<Place> | null;
  } catch {
    throw invalidArgument("Invalid ShardIterator.");
  }
  const { arn, id, shard, from, madeMs } = place ?? {};
  if (
    typeof arn !== "string" ||
    typeof id !== "string" ||
    typeof shard !== "string" ||
    typeof from !== "string" ||
    typeof madeMs !== "number"
  )
    throw invalidArgument("Invalid ShardIterator.");
  if (ctx.now() - madeMs > ITERATOR_MS)
    throw new ServiceError(
      "ExpiredIteratorException",
      400,
      `Iterator expired. The iterator was created at time ${new Date(madeMs).toUTCString()} while right now it is ${new Date(ctx.now()).toUTCString()} which is further in the future than the tolerated delay of ${ITERATOR_MS} milliseconds.`,
    );
  return { arn, id, shard, from, madeMs };
}

interface IteratorInput extends Referenced {
  readonly ShardId: string;
  readonly ShardIteratorType: string;
  readonly StartingSequenceNumber?: string;
  readonly Timestamp?: Date;
}

function latest(ctx: Ctx, stream: StreamRecord): string {
  return sequenceText(stream.createdMs, counterOf(ctx, stream) + 1, 0);
}

function firstAt(ctx: Ctx, stream: StreamRecord, shard: ShardRecord, atMs: number): string {
  for (const { key, value } of ctx.store.range<DataRecord>({ prefix: ["record", stream.id, shard.id] }))
    if (value.arrivedMs >= atMs) return String(key[3]);
  return latest(ctx, stream);
}

export function startOf(ctx: Ctx, stream: StreamRecord, shard: ShardRecord, input: IteratorInput): string {
  const { ShardIteratorType: type, StartingSequenceNumber: sequence, Timestamp: at } = input;
  if (type === "TRIM_HORIZON") return "";
  if (type === "LATEST") return latest(ctx, stream);
  if (type === "AT_TIMESTAMP") {
    if (at === undefined) throw invalidArgument("Must specify timestamp parameter for iterator of type AT_TIMESTAMP.");
    if (at.getTime() > ctx.now()) throw invalidArgument("The timestamp parameter cannot be in the future.");
    return firstAt(ctx, stream, shard, at.getTime());
  }
  if (sequence === undefined)
    throw invalidArgument(`Must specify startingSequenceNumber parameter for iterator of type ${type}.`);
  if (!/^0$|^\d{56}$/.test(sequence))
    throw invalidArgument(
      `StartingSequenceNumber ${sequence} used in GetShardIterator on shard ${shard.id} in stream ${stream.name} under account ${stream.account} is invalid.`,
    );
  return type === "AFTER_SEQUENCE_NUMBER" ? after(sequence) : sequence;
}

export function getShardIterator(ctx: Ctx, input: IteratorInput) {
  const stream = requireStream(ctx, input);
  const shard = requireShard(stream, input.ShardId);
  return { ShardIterator: iterator(ctx, stream, shard.id, startOf(ctx, stream, shard, input)) };
}

export interface Page {
  readonly records: readonly { readonly sequence: string; readonly record: DataRecord }[];
  readonly next: string;
  /** When the first record that was left came in; undefined: none is left. */
  readonly leftMs?: number;
}

/** Records from a place on, at most `limit` and `bytesMax`; those past their retention are not there any more. */
export function read(
  ctx: Ctx,
  stream: StreamRecord,
  shard: ShardRecord,
  from: string,
  limit: number,
  bytesMax = PAGE_BYTES_MAX,
): Page {
  const prefix = ["record", stream.id, shard.id];
  const cutoff = cutoffMs(ctx, stream);
  const records: { sequence: string; record: DataRecord }[] = [];
  let next = from;
  let bytes = 0;
  for (const { key, value } of ctx.store.range<DataRecord>({ prefix, start: [...prefix, from] })) {
    const sequence = String(key[3]);
    if (value.arrivedMs >= cutoff) {
      if (records.length === limit || (records.length > 0 && bytes + value.data.length > bytesMax))
        return { records, next, leftMs: value.arrivedMs };
      records.push({ sequence, record: value });
      bytes += value.data.length;
    }
    next = after(sequence);
  }
  return { records, next };
}

export function children(stream: StreamRecord, shard: ShardRecord) {
  return stream.shards
    .filter((each) => each.parents.includes(shard.id))
    .map((each) => ({
      ShardId: each.id,
      ParentShards: each.parents,
      HashKeyRange: { StartingHashKey: each.from, EndingHashKey: each.to },
    }));
}

export function getRecords(ctx: Ctx, input: { readonly ShardIterator: string; readonly Limit?: number }) {
  const place = placeOf(ctx, input.ShardIterator);
  const stream = requireStream(ctx, { StreamARN: place.arn });
  if (stream.id !== place.id) throw invalidArgument("Invalid ShardIterator.");
  const shard = requireShard(stream, place.shard);
  countRead(ctx, stream, shard);
  return withKey(ctx, stream, "Decrypt", () => answerOf(ctx, stream, shard, place.from, input.Limit ?? 10_000));
}

function toldRead(ctx: Ctx, stream: StreamRecord, shard: ShardRecord, page: Page): void {
  const metric = (name: string, value: number, unit: string) =>
    ctx.metric("AWS/Kinesis", `GetRecords.${name}`, { StreamName: stream.name }, value, unit);
  const bytes = page.records.reduce((sum, { record }) => sum + record.data.length, 0);
  const last = page.records.at(-1);
  metric("Bytes", bytes, "Bytes");
  metric("Records", page.records.length, "Count");
  metric("Success", 1, "Count");
  const ageMs = last === undefined ? 0 : ctx.now() - last.record.arrivedMs;
  metric("IteratorAgeMilliseconds", ageMs, "Milliseconds");
  tellShard(ctx, stream, shard, "OutgoingRecords", page.records.length, "Count");
  tellShard(ctx, stream, shard, "OutgoingBytes", bytes, "Bytes");
  tellShard(ctx, stream, shard, "IteratorAgeMilliseconds", ageMs, "Milliseconds");
  countBytesRead(ctx, stream, shard, bytes);
}

function answerOf(ctx: Ctx, stream: StreamRecord, shard: ShardRecord, from: string, limit: number) {
  const page = read(ctx, stream, shard, from, limit);
  const isEnd = shard.closed !== undefined && page.leftMs === undefined;
  toldRead(ctx, stream, shard, page);
  return {
    Records: page.records.map(({ sequence, record }) => ({
      SequenceNumber: sequence,
      ApproximateArrivalTimestamp: new Date(record.arrivedMs),
      Data: record.data,
      PartitionKey: record.partitionKey,
      ...encryptionOf(stream),
    })),
    ...(isEnd ? { ChildShards: children(stream, shard) } : { NextShardIterator: iterator(ctx, stream, shard.id, page.next) }),
    MillisBehindLatest: page.leftMs === undefined ? 0 : Math.max(0, ctx.now() - page.leftMs),
  };
}

/** The ARN of the stream that an iterator belongs to, for IAM; `*` when it is none. */
export function iteratorArn(text: string): string {
  const found = /"arn":"([^"]*)"/.exec(Buffer.from(text, "base64").toString("utf8"));
  return found?.[1] ?? "*";
}

interface ReadInput {
  readonly streamArn: string;
  readonly shardId: string;
  readonly after?: string;
  readonly start?: "TRIM_HORIZON" | "LATEST";
  readonly limit: number;
}

/**
 * For event source mappings: records of one shard (as a function's event has them) from `after` on; without it from TRIM_HORIZON or LATEST.
 * Answers the records and the place to give as `after` next time.
 */
export function readRecords(ctx: Ctx, input: ReadInput): { records: object[]; after: string } {
  const stream = requireStream(ctx, { StreamARN: input.streamArn });
  const shard = requireShard(stream, input.shardId);
  const from = input.after ?? (input.start === "LATEST" ? latest(ctx, stream) : "");
  const page = read(ctx, stream, shard, /^\d{56}$/.test(from) && input.after !== undefined ? after(from) : from, input.limit);
  const records = page.records.map(({ sequence, record }) => ({
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey: record.partitionKey,
      sequenceNumber: sequence,
      data: Buffer.from(record.data).toString("base64"),
      approximateArrivalTimestamp: record.arrivedMs / 1000,
    },
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `${shard.id}:${sequence}`,
    eventName: "aws:kinesis:record",
    awsRegion: stream.region,
    eventSourceARN: input.streamArn,
  }));
  return { records, after: page.next };
}

/** For event source mappings: `wake` is called after each write to the stream, until the answered function is called. */
export function subscribe(ctx: Ctx, input: { readonly streamArn: string; readonly wake: () => void }): () => void {
  const { listeners } = memoryOf(ctx);
  const set = listeners.get(input.streamArn) ?? new Set();
  listeners.set(input.streamArn, set);
  set.add(input.wake);
  return () => set.delete(input.wake);
}
