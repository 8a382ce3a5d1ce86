/** Change records sent to a Kinesis stream (Developer Guide, "Using Kinesis Data Streams to capture changes to DynamoDB"). */
import { randomUuid } from "@dovetail/model";
import { parseArn } from "../../core/arn.ts";
import type { Ctx } from "../../core/service.ts";
import { checkItem, type Item } from "./attribute-value.ts";
import { keyAttributes } from "./key.ts";
import { memoryOf } from "./store.ts";
import { type Change, eventName } from "./streams.ts";
import type { KinesisDestination, TableRecord } from "./table.ts";
import { isThrottled } from "./throughput.ts";

function record(ctx: Ctx, table: TableRecord, change: Change, precision: KinesisDestination["precision"]): object {
  const { before, after } = change;
  const keys = keyAttributes(after ?? before ?? {}, table.keys);
  const images = { ...(after === undefined ? {} : { NewImage: after }), ...(before === undefined ? {} : { OldImage: before }) };
  const sizes = [keys, ...(Object.values(images) as Item[])].map((item) => checkItem(item));
  return {
    awsRegion: table.region,
    eventID: randomUuid(ctx.random),
    eventName: eventName(change),
    userIdentity: change.byService ? { principalId: "dynamodb.amazonaws.com", type: "Service" } : null,
    recordFormat: "application/json",
    tableName: table.name,
    dynamodb: {
      ApproximateCreationDateTime: precision === "MICROSECOND" ? ctx.now() * 1000 : ctx.now(),
      ...(precision === "MICROSECOND" ? { ApproximateCreationDateTimePrecision: precision } : {}),
      Keys: keys,
      ...images,
      SizeBytes: sizes.reduce((sum, size) => sum + size, 0),
    },
    eventSource: "aws:dynamodb",
  };
}

/** A record that the stream did not take yet, in the table's order. */
interface Waiting {
  readonly atMs: number;
  readonly Data: string;
  readonly PartitionKey: string;
}

const RETRY_MS = 1000;
/** Developer Guide: records that cannot be delivered for so long are dropped. */
const KEPT_MS = 24 * 3600 * 1000;

function queue(table: { readonly id: string }, arn: string): readonly string[] {
  return ["kinesis", table.id, arn];
}

function isEmpty(ctx: Ctx, prefix: readonly string[]): boolean {
  for (const _ of ctx.store.keys({ prefix, limit: 1 })) return false;
  return true;
}

async function put(ctx: Ctx, arn: string, { Data, PartitionKey }: Omit<Waiting, "atMs">): Promise<void> {
  const parts = parseArn(arn);
  if (parts === undefined) return;
  const { region, account } = parts;
  await ctx.call("kinesis", "PutRecord", { StreamARN: arn, Data: Buffer.from(Data), PartitionKey }, { region, account });
}

/** Keeps a record until the stream takes it; `sequence` orders them. */
function keep(
  ctx: Ctx,
  table: { readonly id: string; readonly name: string },
  arn: string,
  sequence: number,
  row: Waiting,
): void {
  ctx.transact((store) => store.put([...queue(table, arn), sequence], row));
  ctx.schedule("kinesis", `${table.id} ${arn}`, ctx.now() + RETRY_MS, { id: table.id, name: table.name, arn });
}

/** Sends the record of a change once the write is kept. Records of one item go to one shard, in order. */
export function sendToKinesis(ctx: Ctx, table: TableRecord, change: Change): void {
  for (const { streamArn: arn, isActive, precision } of table.kinesis ?? []) {
    if (!isActive) continue;
    const Data = JSON.stringify(record(ctx, table, change, precision));
    const PartitionKey = JSON.stringify(keyAttributes(change.after ?? change.before ?? {}, { hash: table.keys.hash })).slice(
      0,
      256,
    );
    const memory = memoryOf(ctx);
    memory.kinesisSequence = Math.max(memory.kinesisSequence + 1, ctx.now() * 1000);
    const sequence = memory.kinesisSequence;
    ctx.after(async (later) => {
      const row = { atMs: later.now(), Data, PartitionKey };
      if (!isEmpty(later, queue(table, arn))) return keep(later, table, arn, sequence, row);
      try {
        await put(later, arn, row);
      } catch (error) {
        if (!isThrottled(error)) throw error;
        keep(later, table, arn, sequence, row);
      }
    });
  }
}

/** Timer `kinesis`: what the stream did not take before is sent again, in order, until it takes no more. */
export async function sendWaiting(ctx: Ctx, payload: unknown): Promise<void> {
  const { id, name, arn } = payload as { readonly id: string; readonly name: string; readonly arn: string };
  const prefix = queue({ id }, arn);
  for (const { key, value } of [...ctx.store.range<Waiting>({ prefix })]) {
    try {
      if (ctx.now() - value.atMs < KEPT_MS) await put(ctx, arn, value);
    } catch (error) {
      if (isThrottled(error)) return ctx.schedule("kinesis", `${id} ${arn}`, ctx.now() + RETRY_MS, payload);
      ctx.hint(`change records of table ${name} are lost: ${arn} takes none (${error instanceof Error ? error.message : "?"})`);
      ctx.transact((store) => store.removeRange({ prefix }));
      return;
    }
    ctx.transact((store) => store.remove(key));
  }
}
