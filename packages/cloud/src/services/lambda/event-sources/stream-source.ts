import { parseArn } from "../../../core/arn.ts";
import { type Ctx, type Principal, ServiceError } from "../../../core/service.ts";
import type { MappingRecord } from "../store.ts";

/** The two kinds of streams that mappings read, by their own APIs and with the function's role: DynamoDB streams and Kinesis. */
export interface SourceRecord {
  readonly sequence: string;
  readonly arrivedMs: number;
  /** Records of the same key stay in order when a shard is worked on in parallel. */
  readonly key: string;
  /** As the function's event has it. */
  readonly event: object;
  /** What filter patterns are held against. */
  readonly filterable: object;
}

export interface SourceShard {
  readonly id: string;
  readonly parents: readonly string[];
  readonly isClosed: boolean;
}

/** Where reading begins: behind a record, at one, at a moment, or at an end of the shard. */
export type Position =
  | { readonly kind: "after" | "at"; readonly sequence: string }
  | { readonly kind: "time"; readonly atMs: number }
  | { readonly kind: "oldest" };

export interface StreamSource {
  /** The member of a failure record that names the batch. */
  readonly batchInfo: "KinesisBatchInfo" | "DDBStreamBatchInfo";
  readonly streamArn: string;
  readonly pageMax: number;
  shards(as: Principal): Promise<SourceShard[]>;
  /** Where LATEST is now, in a form that can be kept. */
  latest(shardId: string): Promise<Position>;
  iterator(as: Principal, shardId: string, position: Position): Promise<string | undefined>;
  /** `next` undefined: the shard is at its end. */
  read(
    as: Principal,
    shardId: string,
    iterator: string,
    limit: number,
  ): Promise<{ records: SourceRecord[]; next: string | undefined }>;
  subscribe(wake: () => void): Promise<() => void>;
}

export function streamSource(ctx: Ctx, mapping: MappingRecord): StreamSource {
  const given = mapping.config.EventSourceArn ?? "";
  return parseArn(given)?.service === "kinesis" ? kinesisSource(ctx, given) : tableSource(ctx, given);
}

/** An iterator that outlived its time is asked for anew. */
export const isExpired = (error: unknown) => error instanceof ServiceError && error.code === "ExpiredIteratorException";

/** The place to go on from is past its retention: what is left is read from its oldest record on. */
export const isTrimmed = (error: unknown) => error instanceof ServiceError && error.code === "TrimmedDataAccessException";

async function subscribed(ctx: Ctx, service: string, streamArn: string, wake: () => void): Promise<() => void> {
  const stop = await ctx.internal<unknown>(service, "subscribe", { streamArn, wake });
  return typeof stop === "function" ? () => stop() : () => {};
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

// Kinesis.

interface KinesisRecord {
  readonly SequenceNumber: string;
  readonly ApproximateArrivalTimestamp: Date;
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
  readonly EncryptionType?: string;
}

interface KinesisShard {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly AdjacentParentShardId?: string;
  readonly SequenceNumberRange?: { readonly EndingSequenceNumber?: string };
}

interface Reading {
  readonly shardId: string;
  readonly sourceArn: string;
  readonly region: string;
  readonly as: Principal;
}

function kinesisEvent(record: KinesisRecord, { shardId, sourceArn, region, as }: Reading) {
  return {
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey: record.PartitionKey,
      sequenceNumber: record.SequenceNumber,
      data: Buffer.from(record.Data).toString("base64"),
      approximateArrivalTimestamp: record.ApproximateArrivalTimestamp.getTime() / 1000,
      ...(record.EncryptionType === undefined ? {} : { encryptionType: record.EncryptionType }),
    },
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `${shardId}:${record.SequenceNumber}`,
    eventName: "aws:kinesis:record",
    ...(as.kind === "role-session" ? { invokeIdentityArn: as.roleArn } : {}),
    awsRegion: region,
    eventSourceARN: sourceArn,
  };
}

function kinesisRecord(record: KinesisRecord, reading: Reading): SourceRecord {
  const event = kinesisEvent(record, reading);
  return {
    sequence: record.SequenceNumber,
    arrivedMs: record.ApproximateArrivalTimestamp.getTime(),
    key: record.PartitionKey,
    event,
    filterable: { ...event, ...event.kinesis, data: jsonOf(Buffer.from(record.Data).toString("utf8")) },
  };
}

function kinesisSource(ctx: Ctx, given: string): StreamSource {
  // A registered consumer reads its stream; what sets it apart on AWS is throughput.
  const streamArn = given.replace(/\/consumer\/.*$/, "");
  const parts = parseArn(streamArn);
  const region = parts?.region ?? ctx.region;
  const own = { region, account: parts?.account ?? ctx.account };
  const call = <O>(operation: string, input: object, as: Principal) =>
    ctx.call<O>("kinesis", operation, { StreamARN: streamArn, ...input }, { as, ...own });
  return {
    batchInfo: "KinesisBatchInfo",
    streamArn,
    pageMax: 10_000,
    async shards(as) {
      const all: SourceShard[] = [];
      let NextToken: string | undefined;
      do {
        const input = NextToken === undefined ? { StreamARN: streamArn } : { NextToken };
        const page = await ctx.call<{ Shards?: KinesisShard[]; NextToken?: string }>("kinesis", "ListShards", input, {
          as,
          ...own,
        });
        for (const shard of page.Shards ?? []) {
          const parents = [shard.ParentShardId, shard.AdjacentParentShardId].filter((id) => id !== undefined);
          all.push({ id: shard.ShardId, parents, isClosed: shard.SequenceNumberRange?.EndingSequenceNumber !== undefined });
        }
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return all;
    },
    async latest(shardId) {
      const { after } = await ctx
        .with(own)
        .internal<{ after: string }>("kinesis", "readRecords", { streamArn, shardId, start: "LATEST", limit: 1 });
      return { kind: "at", sequence: after };
    },
    async iterator(as, shardId, position) {
      const { ShardIterator } = await call<{ ShardIterator: string }>(
        "GetShardIterator",
        { ShardId: shardId, ...iteratorInput(position, "StartingSequenceNumber") },
        as,
      );
      return ShardIterator;
    },
    async read(as, shardId, iterator, limit) {
      const page = await call<{ Records: KinesisRecord[]; NextShardIterator?: string }>(
        "GetRecords",
        { ShardIterator: iterator, Limit: limit },
        as,
      );
      return {
        records: page.Records.map((record) => kinesisRecord(record, { shardId, sourceArn: given, region, as })),
        next: page.NextShardIterator,
      };
    },
    subscribe: (wake) => subscribed(ctx.with(own), "kinesis", streamArn, wake),
  };
}

function iteratorInput(position: Position, member: string): object {
  switch (position.kind) {
    case "after":
      return { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", [member]: position.sequence };
    case "at":
      return { ShardIteratorType: "AT_SEQUENCE_NUMBER", [member]: position.sequence };
    case "time":
      return { ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(position.atMs) };
    case "oldest":
      return { ShardIteratorType: "TRIM_HORIZON" };
  }
}

// DynamoDB streams.

interface TableRecordChange {
  readonly eventID?: string;
  readonly dynamodb?: {
    readonly SequenceNumber?: string;
    readonly ApproximateCreationDateTime?: Date;
    readonly Keys?: object;
  };
}

/** As Lambda hands it over: binary values in base64, times in seconds. */
function tableEvent(change: TableRecordChange, sourceArn: string, region: string): object {
  const text = JSON.stringify(change, (_key, value) => {
    const isBuffer = value !== null && typeof value === "object" && value.type === "Buffer" && Array.isArray(value.data);
    if (isBuffer) return Buffer.from(value.data).toString("base64");
    return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
  });
  const plain = JSON.parse(text) as { dynamodb?: Record<string, unknown> };
  const created = change.dynamodb?.ApproximateCreationDateTime;
  if (plain.dynamodb !== undefined && created instanceof Date)
    plain.dynamodb.ApproximateCreationDateTime = created.getTime() / 1000;
  return { ...plain, eventSourceARN: sourceArn, eventSource: "aws:dynamodb", awsRegion: region };
}

function tableSource(ctx: Ctx, streamArn: string): StreamSource {
  const region = parseArn(streamArn)?.region ?? ctx.region;
  const call = <O>(operation: string, input: object, as: Principal) => ctx.call<O>("dynamodbstreams", operation, input, { as });
  type Description = { StreamDescription?: { StreamStatus?: string; Shards?: { ShardId?: string; ParentShardId?: string }[] } };
  return {
    batchInfo: "DDBStreamBatchInfo",
    streamArn,
    pageMax: 1000,
    async shards(as) {
      const { StreamDescription } = await call<Description>("DescribeStream", { StreamArn: streamArn }, as);
      return (StreamDescription?.Shards ?? []).map(({ ShardId = "", ParentShardId }) => ({
        id: ShardId,
        parents: ParentShardId === undefined ? [] : [ParentShardId],
        isClosed: false,
      }));
    },
    async latest() {
      const { after } = await ctx.internal<{ after: string }>("dynamodb", "readRecords", {
        streamArn,
        start: "LATEST",
        limit: 1,
      });
      return { kind: "after", sequence: after };
    },
    async iterator(as, shardId, position) {
      const input = { StreamArn: streamArn, ShardId: shardId, ...iteratorInput(position, "SequenceNumber") };
      return (await call<{ ShardIterator?: string }>("GetShardIterator", input, as)).ShardIterator;
    },
    async read(as, _shardId, iterator, limit) {
      const page = await call<{ Records?: TableRecordChange[]; NextShardIterator?: string }>(
        "GetRecords",
        { ShardIterator: iterator, Limit: limit },
        as,
      );
      const records = (page.Records ?? []).map((change) => {
        const event = tableEvent(change, streamArn, region);
        return {
          sequence: change.dynamodb?.SequenceNumber ?? "",
          arrivedMs: change.dynamodb?.ApproximateCreationDateTime?.getTime() ?? ctx.now(),
          key: JSON.stringify(change.dynamodb?.Keys),
          event,
          filterable: event,
        };
      });
      return { records, next: page.NextShardIterator };
    },
    subscribe: (wake) => subscribed(ctx, "dynamodb", streamArn, wake),
  };
}
