/** Change records of a table's stream: written with the item, read by DescribeStream and its kin, kept for 24 hours. */
import { randomHex } from "@dovetail/model";
import type { Ctx } from "../../core/service.ts";
import type { StoreRead } from "../../core/store.ts";
import { checkItem, type Item } from "./attribute-value.ts";
import { keyAttributes } from "./key.ts";
import { memoryOf } from "./store.ts";
import { type StreamRecord, streamArn, type TableRecord } from "./table.ts";

export const RETENTION_MS = 24 * 3600 * 1000;
/** How often, in records, old ones are looked for. */
const TRIM_EVERY = 500;

export interface Change {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  /** Deleted by time to live, which the record says. */
  readonly byService: boolean;
}

export function sequenceNumber(sequence: number): string {
  return `1${String(sequence).padStart(20, "0")}`;
}

export function sequenceOf(text: string): number {
  return /^1?\d{1,20}$/.test(text) ? Number(text.length === 21 ? text.slice(1) : text) : Number.NaN;
}

function images(stream: StreamRecord, { before, after }: Change): object {
  const fresh = stream.viewType === "NEW_IMAGE" || stream.viewType === "NEW_AND_OLD_IMAGES";
  const old = stream.viewType === "OLD_IMAGE" || stream.viewType === "NEW_AND_OLD_IMAGES";
  return {
    ...(fresh && after !== undefined ? { NewImage: after } : {}),
    ...(old && before !== undefined ? { OldImage: before } : {}),
  };
}

function lastSequence(store: StoreRead, table: TableRecord, label: string): number {
  return store.get<number>(["sequence", table.id, label]) ?? 0;
}

export function eventName({ before, after }: Change): string {
  if (after === undefined) return "REMOVE";
  return before === undefined ? "INSERT" : "MODIFY";
}

/** Appends the record of a change, when the table has a stream that is on. */
export function recordChange(ctx: Ctx, table: TableRecord, change: Change): void {
  const { stream } = table;
  const image = change.after ?? change.before;
  if (stream === undefined || stream.endedMs !== undefined || image === undefined) return;
  const sequence = lastSequence(ctx.store, table, stream.label) + 1;
  const keys = keyAttributes(image, table.keys);
  const shown = images(stream, change);
  const sizes = [keys, ...(Object.values(shown) as Item[])].map((item) => checkItem(item));
  const record = {
    eventID: randomHex(ctx.random, 32),
    eventName: eventName(change),
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: table.region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(ctx.now() / 1000),
      Keys: keys,
      ...shown,
      SequenceNumber: sequenceNumber(sequence),
      SizeBytes: sizes.reduce((sum, size) => sum + size, 0),
      StreamViewType: stream.viewType,
    },
    ...(change.byService ? { userIdentity: { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" } } : {}),
  };
  ctx.store.put(["stream", table.id, stream.label, sequence], JSON.stringify(record));
  ctx.store.put(["sequence", table.id, stream.label], sequence);
  ctx.leaveTrace(record.eventID);
  if (sequence % TRIM_EVERY === 0) trim(ctx, table, stream.label);
  const listeners = memoryOf(ctx).streamListeners.get(streamArn(table, stream.label));
  if (listeners !== undefined && listeners.size > 0)
    ctx.after(() => {
      for (const wake of listeners) wake();
    });
}

function createdMs(json: string): number {
  const record = JSON.parse(json) as { dynamodb: { ApproximateCreationDateTime: number } };
  return record.dynamodb.ApproximateCreationDateTime * 1000;
}

function trim(ctx: Ctx, table: TableRecord, label: string): void {
  const first = firstKept(ctx, ctx.store, table, label);
  if (first !== undefined)
    ctx.store.removeRange({ prefix: ["stream", table.id, label], end: ["stream", table.id, label, first] });
}

/** The oldest sequence that is not past its 24 hours: a binary search, as records lie in order of time. Undefined: none. */
export function firstKept(ctx: Ctx, store: StoreRead, table: TableRecord, label: string): number | undefined {
  const cutoff = ctx.now() - RETENTION_MS;
  const prefix = ["stream", table.id, label];
  let low: number | undefined;
  for (const key of store.keys({ prefix, limit: 1 })) low = Number(key[3]);
  if (low === undefined) return undefined;
  let high = lastSequence(store, table, label) + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const json = store.get<string>([...prefix, middle]);
    if (json !== undefined && createdMs(json) >= cutoff) high = middle;
    else low = middle + 1;
  }
  return low > lastSequence(store, table, label) ? undefined : low;
}

export interface StreamPage {
  /** JSON texts of the records, in order. */
  readonly records: readonly string[];
  /** The sequence to go on from. */
  readonly next: number;
}

/** Records from `sequence` on, at most `limit` and about 1 MB. */
export function readStream(
  ctx: Ctx,
  store: StoreRead,
  table: TableRecord,
  label: string,
  sequence: number,
  limit: number,
): StreamPage {
  const PAGE_CHARACTERS_MAX = 1024 * 1024;
  const first = firstKept(ctx, store, table, label);
  if (first === undefined) return { records: [], next: Math.max(sequence, lastSequence(store, table, label) + 1) };
  const records: string[] = [];
  let next = Math.max(first, sequence);
  let characters = 0;
  const prefix = ["stream", table.id, label];
  for (const { key, value } of store.range<string>({ prefix, start: [...prefix, next], limit })) {
    records.push(value);
    next = Number(key[3]) + 1;
    characters += value.length;
    if (characters >= PAGE_CHARACTERS_MAX) break;
  }
  return { records, next };
}

export function latestSequence(store: StoreRead, table: TableRecord, label: string): number {
  return lastSequence(store, table, label);
}
