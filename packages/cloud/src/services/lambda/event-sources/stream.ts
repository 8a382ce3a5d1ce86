import { parseArn } from "../../../core/arn.ts";
import { type Ctx, type Principal, ServiceError } from "../../../core/service.ts";
import { parseFunctionRef } from "../names.ts";
import { executionRole } from "../role.ts";
import { findTarget, keys, type MappingRecord } from "../store.ts";
import { passes } from "./filter.ts";
import { failedItems } from "./sqs.ts";

/** Reads one DynamoDB stream for one mapping, shard by shard, in order. AWS developer guide, "Using Lambda with DynamoDB". */
const IDLE_MS = 5000;
const BUSY_MS = 50;
const RETRIES_MAX = 10_000;

interface StreamRecord {
  readonly eventID?: string;
  readonly dynamodb?: { readonly SequenceNumber?: string; readonly ApproximateCreationDateTime?: Date };
}

interface Shard {
  iterator: string | undefined;
  held: StreamRecord[];
  attempts: number;
}

export class StreamPoller {
  #isStopped = false;
  #told: string | undefined;
  #cancel: (() => void) | undefined;
  #isWoken = false;
  #unsubscribe: (() => void) | undefined;
  readonly #shards = new Map<string, Shard>();
  readonly #ctx: Ctx;
  readonly #uuid: string;

  constructor(ctx: Ctx, uuid: string) {
    this.#ctx = ctx;
    this.#uuid = uuid;
    void this.#loop();
  }

  /** A queue or role that is gone stays gone: the same trouble is told once, not every second. */
  #tell(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    if (text !== this.#told) this.#ctx.hint(`event source mapping ${this.#uuid}: ${text}`);
    this.#told = text;
  }

  stop(): void {
    this.#isStopped = true;
    this.#unsubscribe?.();
    this.#cancel?.();
  }

  /** Every write to the table ends the wait, so that a change is seen at once and an idle stream costs next to nothing. */
  async #subscribe(streamArn: string): Promise<void> {
    const stop = await this.#ctx.internal<unknown>("dynamodb", "subscribe", { streamArn, wake: () => this.#wake() });
    if (typeof stop !== "function") return;
    if (this.#isStopped) stop();
    else this.#unsubscribe = () => stop();
  }

  #wake(): void {
    this.#isWoken = true;
    this.#cancel?.();
  }

  async #loop(): Promise<void> {
    let isFirst = true;
    while (!this.#isStopped) {
      let worked = false;
      this.#isWoken = false;
      try {
        const mapping = this.#ctx.snapshot((store) => store.get<MappingRecord>(keys.mapping(this.#ctx, this.#uuid)));
        if (mapping === undefined) return;
        if (this.#unsubscribe === undefined) await this.#subscribe(mapping.config.EventSourceArn ?? "");
        worked = await this.#round(mapping, isFirst);
        isFirst = false;
      } catch (error) {
        if (this.#isStopped) return;
        this.#tell(error);
      }
      // A write during the round is not waited for.
      if (this.#isWoken) continue;
      await new Promise<void>((resolve) => {
        const cancel = this.#ctx.clock.at(this.#ctx.now() + (worked ? BUSY_MS : IDLE_MS), resolve);
        this.#cancel = () => {
          cancel();
          resolve();
        };
      });
    }
  }

  async #round(mapping: MappingRecord, isFirst: boolean): Promise<boolean> {
    const as = this.#role(mapping);
    await this.#findShards(mapping, as, isFirst);
    let worked = false;
    for (const [id, shard] of this.#shards) worked = (await this.#readShard(mapping, as, id, shard)) || worked;
    return worked;
  }

  #role(mapping: MappingRecord): Principal {
    const ref = parseFunctionRef(this.#ctx, mapping.config.FunctionArn ?? "");
    const { config } = this.#ctx.snapshot((store) => findTarget(store, ref));
    return executionRole(mapping.account, config.Role ?? "", ref.name);
  }

  #call<O>(operation: string, input: object, as: Principal): Promise<O> {
    return this.#ctx.call<O>("dynamodbstreams", operation, input, { as });
  }

  async #findShards(mapping: MappingRecord, as: Principal, isFirst: boolean): Promise<void> {
    const StreamArn = mapping.config.EventSourceArn ?? "";
    const { StreamDescription } = await this.#call<{ StreamDescription?: { Shards?: { ShardId?: string }[] } }>(
      "DescribeStream",
      { StreamArn },
      as,
    );
    for (const { ShardId = "" } of StreamDescription?.Shards ?? []) {
      if (this.#shards.has(ShardId)) continue;
      const done = this.#checkpoint(ShardId);
      const position = isFirst && mapping.config.StartingPosition === "LATEST" ? "LATEST" : "TRIM_HORIZON";
      const from =
        done === undefined
          ? { ShardIteratorType: position }
          : { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: done };
      const { ShardIterator } = await this.#call<{ ShardIterator?: string }>(
        "GetShardIterator",
        { StreamArn, ShardId, ...from },
        as,
      );
      this.#shards.set(ShardId, { iterator: ShardIterator, held: [], attempts: 0 });
    }
  }

  #checkpoint(shardId: string): string | undefined {
    return this.#ctx.snapshot((store) => store.get<string>(["checkpoint", this.#uuid, shardId]));
  }

  async #readShard(mapping: MappingRecord, as: Principal, shardId: string, shard: Shard): Promise<boolean> {
    if (shard.held.length === 0) {
      if (shard.iterator === undefined) return false;
      const Limit = Math.min(mapping.config.BatchSize ?? 100, 1000);
      const answer = await this.#call<{ Records?: StreamRecord[]; NextShardIterator?: string }>(
        "GetRecords",
        { ShardIterator: shard.iterator, Limit },
        as,
      );
      shard.iterator = answer.NextShardIterator;
      shard.held = [...(answer.Records ?? [])];
      shard.attempts = 0;
    }
    if (shard.held.length === 0) return false;
    await this.#deliver(mapping, shardId, shard);
    return true;
  }

  async #deliver(mapping: MappingRecord, shardId: string, shard: Shard): Promise<void> {
    const patterns = (mapping.config.FilterCriteria?.Filters ?? []).map((filter) => filter.Pattern ?? "");
    const records = shard.held.map((record) => eventOf(record, mapping));
    const wanted = records.filter((record) => passes(patterns, record));
    const failedAt = wanted.length === 0 ? undefined : await this.#invoke(mapping, wanted);
    if (failedAt === undefined) return this.#advance(shardId, shard, shard.held.length);
    shard.attempts++;
    const most = mapping.config.MaximumRetryAttempts ?? -1;
    if (shard.attempts > (most < 0 ? RETRIES_MAX : most)) return this.#advance(shardId, shard, shard.held.length);
    const index = shard.held.findIndex((record) => record.dynamodb?.SequenceNumber === failedAt);
    if (index > 0) this.#advance(shardId, shard, index);
  }

  #advance(shardId: string, shard: Shard, count: number): void {
    const last = shard.held[count - 1]?.dynamodb?.SequenceNumber;
    shard.held = shard.held.slice(count);
    shard.attempts = 0;
    if (last !== undefined) this.#ctx.transact((store) => store.put(["checkpoint", this.#uuid, shardId], last));
  }

  /** The sequence number from which the batch has to be tried again; undefined when all of it is done. */
  async #invoke(mapping: MappingRecord, records: readonly StreamRecord[]): Promise<string | undefined> {
    const first = records[0]?.dynamodb?.SequenceNumber ?? "";
    const Payload = Buffer.from(JSON.stringify({ Records: records }));
    let answer: { FunctionError?: string; Payload?: Uint8Array };
    try {
      answer = await this.#ctx.call("lambda", "Invoke", { FunctionName: mapping.config.FunctionArn, Payload });
    } catch (error) {
      if (error instanceof ServiceError) return first;
      throw error;
    }
    if (answer.FunctionError !== undefined) return first;
    if (!(mapping.config.FunctionResponseTypes ?? []).includes("ReportBatchItemFailures")) return undefined;
    const failed = failedItems(answer.Payload, new Set(records.map((record) => record.dynamodb?.SequenceNumber ?? "")));
    return records.find((record) => failed.has(record.dynamodb?.SequenceNumber ?? ""))?.dynamodb?.SequenceNumber;
  }
}

/** As Lambda hands it over: binary values in base64, times in seconds. */
function eventOf(record: StreamRecord, mapping: MappingRecord): StreamRecord {
  const text = JSON.stringify(record, (_key, value) => {
    const isBuffer = value !== null && typeof value === "object" && value.type === "Buffer" && Array.isArray(value.data);
    if (isBuffer) return Buffer.from(value.data).toString("base64");
    return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
  });
  const plain = JSON.parse(text) as { dynamodb?: Record<string, unknown> };
  const created = record.dynamodb?.ApproximateCreationDateTime;
  if (plain.dynamodb !== undefined && created instanceof Date)
    plain.dynamodb.ApproximateCreationDateTime = created.getTime() / 1000;
  const region = parseArn(mapping.config.EventSourceArn ?? "")?.region ?? mapping.region;
  return {
    ...plain,
    eventSourceARN: mapping.config.EventSourceArn,
    eventSource: "aws:dynamodb",
    awsRegion: region,
  } as StreamRecord;
}
