/**
 * Streams, as the `dynamodbstreams` service and Lambda's event source mappings read them. Every stream has one shard, open while the
 * stream is on. An iterator is `table id | label | next sequence | when it was given`, and lives 15 minutes.
 */
import { parseArn } from "../../../core/arn.ts";
import { type Ctx, ServiceError, WireJson } from "../../../core/service.ts";
import type { StoreRead } from "../../../core/store.ts";
import { invalid, notFound } from "../errors.ts";
import { type Body, readEnum, readInteger, readString } from "../input.ts";
import { findTable, memoryOf, tablesOf } from "../store.ts";
import { firstKept, latestSequence, RETENTION_MS, readStream, sequenceNumber, sequenceOf } from "../streams.ts";
import { keySchema, type StreamRecord, streamArn, type TableRecord } from "../table.ts";

const ITERATOR_MS = 15 * 60 * 1000;
const RECORDS_MAX = 1000;
const LIST_MAX = 100;

interface Found {
  readonly table: TableRecord;
  readonly stream: StreamRecord;
  readonly arn: string;
}

function isReadable(ctx: Ctx, stream: StreamRecord): boolean {
  return stream.endedMs === undefined || ctx.now() - stream.endedMs < RETENTION_MS;
}

function find(ctx: Ctx, store: StoreRead, arn: string | undefined): Found {
  const parts = parseArn(arn ?? "");
  const [kind, name, word, label] = parts?.resource.split("/") ?? [];
  if (parts?.service !== "dynamodb" || kind !== "table" || word !== "stream" || name === undefined)
    throw invalid(`Invalid StreamArn: ${arn}`);
  const table = findTable(ctx.with({ account: parts.account, region: parts.region }), name, store);
  if (table?.stream === undefined || table.stream.label !== label || !isReadable(ctx, table.stream))
    throw notFound(`Requested resource not found: Stream: ${arn} not found`);
  return { table, stream: table.stream, arn: arn ?? "" };
}

/** The policy of the stream that an ARN names, if there is one. */
export function policyOfStream(ctx: Ctx, arn: string): string | undefined {
  const parts = parseArn(arn);
  if (parts === undefined) return undefined;
  const [, name = "", , label] = parts.resource.split("/");
  const stream = findTable(ctx.with({ account: parts.account, region: parts.region }), name)?.stream;
  return stream?.label === label ? stream?.policy?.document : undefined;
}

/** Names of a stream's one shard: the time it began, and what tells shards apart. */
function shardId({ table, stream }: Found): string {
  return `shardId-${String(stream.createdMs).padStart(20, "0")}-${table.id.slice(0, 8)}`;
}

function describeShard(ctx: Ctx, store: StoreRead, found: Found): object {
  const last = latestSequence(store, found.table, found.stream.label);
  const first = firstKept(ctx, store, found.table, found.stream.label) ?? last + 1;
  return {
    ShardId: shardId(found),
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceNumber(first),
      ...(found.stream.endedMs === undefined ? {} : { EndingSequenceNumber: sequenceNumber(last) }),
    },
  };
}

export function describeStream(ctx: Ctx, body: Body): object {
  return ctx.snapshot((store) => {
    const found = find(ctx, store, readString(body, "StreamArn"));
    const { table, stream, arn } = found;
    const passed = body.ExclusiveStartShardId != null;
    return {
      StreamDescription: {
        StreamArn: arn,
        StreamLabel: stream.label,
        StreamStatus: stream.endedMs === undefined ? "ENABLED" : "DISABLED",
        StreamViewType: stream.viewType,
        CreationRequestDateTime: stream.createdMs / 1000,
        TableName: table.name,
        KeySchema: keySchema(table.keys),
        Shards: passed ? [] : [describeShard(ctx, store, found)],
      },
    };
  });
}

export function listStreams(ctx: Ctx, body: Body): object {
  const limit = readInteger(body, "Limit", 1, LIST_MAX) ?? LIST_MAX;
  const start = readString(body, "ExclusiveStartStreamArn");
  const wanted = readString(body, "TableName");
  const streams: object[] = [];
  let last: string | undefined;
  return ctx.snapshot((store) => {
    for (const table of tablesOf(store, ctx.account, ctx.region)) {
      if (table.stream === undefined || !isReadable(ctx, table.stream) || (wanted !== undefined && wanted !== table.name))
        continue;
      const arn = streamArn(table, table.stream.label);
      if (start !== undefined && arn <= start) continue;
      if (streams.length === limit) return { Streams: streams, LastEvaluatedStreamArn: last };
      streams.push({ StreamArn: arn, TableName: table.name, StreamLabel: table.stream.label });
      last = arn;
    }
    return { Streams: streams };
  });
}

function iterator(ctx: Ctx, arn: string, sequence: number): string {
  return Buffer.from(JSON.stringify([arn, sequence, ctx.now()])).toString("base64");
}

function readIterator(ctx: Ctx, text: string | undefined): { arn: string; sequence: number } {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text ?? "", "base64").toString());
    const [arn, sequence, givenMs]: unknown[] = Array.isArray(parsed) ? parsed : [];
    if (typeof arn === "string" && typeof sequence === "number" && typeof givenMs === "number") {
      if (ctx.now() - givenMs > ITERATOR_MS)
        throw new ServiceError(
          "ExpiredIteratorException",
          400,
          "Iterator expired. The iterator was created more than 15 minutes ago.",
        );
      return { arn, sequence };
    }
  } catch (error) {
    if (error instanceof ServiceError) throw error;
  }
  throw invalid("Invalid ShardIterator");
}

export function getShardIterator(ctx: Ctx, body: Body): object {
  const type = readEnum(body, "ShardIteratorType", ["TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"]);
  const given = readString(body, "SequenceNumber");
  return ctx.snapshot((store) => {
    const found = find(ctx, store, readString(body, "StreamArn"));
    if (readString(body, "ShardId") !== shardId(found))
      throw notFound(`Requested resource not found: Shard: ${body.ShardId} not found`);
    const last = latestSequence(store, found.table, found.stream.label);
    const first = firstKept(ctx, store, found.table, found.stream.label) ?? last + 1;
    if (type === "LATEST") return { ShardIterator: iterator(ctx, found.arn, last + 1) };
    if (type === "TRIM_HORIZON") return { ShardIterator: iterator(ctx, found.arn, first) };
    const sequence = sequenceOf(given ?? "");
    if (type === undefined || !Number.isSafeInteger(sequence)) throw invalid("Invalid SequenceNumber");
    const wanted = type === "AFTER_SEQUENCE_NUMBER" ? sequence + 1 : sequence;
    if (wanted < first)
      throw new ServiceError(
        "TrimmedDataAccessException",
        400,
        "The operation attempted to read past the oldest stream record in a shard",
      );
    return { ShardIterator: iterator(ctx, found.arn, wanted) };
  });
}

export function getRecords(ctx: Ctx, body: Body): WireJson {
  const limit = readInteger(body, "Limit", 1, RECORDS_MAX) ?? RECORDS_MAX;
  const { arn, sequence } = readIterator(ctx, readString(body, "ShardIterator"));
  return ctx.snapshot((store) => {
    const { table, stream } = find(ctx, store, arn);
    const page = readStream(ctx, store, table, stream.label, sequence, limit);
    const ended = stream.endedMs !== undefined && page.next > latestSequence(store, table, stream.label);
    const next = ended ? "" : `,"NextShardIterator":${JSON.stringify(iterator(ctx, arn, page.next))}`;
    return new WireJson(`{"Records":[${page.records.join(",")}]${next}}`);
  });
}

/**
 * For event source mappings: records (as a function's event has them) from `after` on. `after` undefined starts at TRIM_HORIZON or LATEST.
 * Answers the records and the sequence number to give as `after` next time.
 */
export function readRecords(
  ctx: Ctx,
  input: {
    readonly streamArn: string;
    readonly after?: string;
    readonly start?: "TRIM_HORIZON" | "LATEST";
    readonly limit: number;
  },
): { records: object[]; after: string } {
  return ctx.snapshot((store) => {
    const { table, stream, arn } = find(ctx, store, input.streamArn);
    const from =
      input.after !== undefined
        ? sequenceOf(input.after) + 1
        : input.start === "LATEST"
          ? latestSequence(store, table, stream.label) + 1
          : 0;
    const page = readStream(ctx, store, table, stream.label, from, input.limit);
    const records = page.records.map((json) => ({ ...(JSON.parse(json) as object), eventSourceARN: arn }));
    return { records, after: sequenceNumber(page.next - 1) };
  });
}

/** For event source mappings: `wake` is called after each write to the stream, until the answered function is called. */
export function subscribe(ctx: Ctx, input: { readonly streamArn: string; readonly wake: () => void }): () => void {
  const listeners = memoryOf(ctx).streamListeners;
  const set = listeners.get(input.streamArn) ?? new Set();
  listeners.set(input.streamArn, set);
  set.add(input.wake);
  return () => set.delete(input.wake);
}
