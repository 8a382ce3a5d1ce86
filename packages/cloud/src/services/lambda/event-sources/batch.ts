import type { SourceRecord } from "./stream-source.ts";

/** Batches of a shard: how records are cut into them, and what a failed one becomes. Pure. */
export interface Batch {
  readonly records: readonly SourceRecord[];
  /** Failed invocations that count against MaximumRetryAttempts. */
  readonly attempts: number;
  /** Invocations of any kind, for the failure record. */
  readonly invocations: number;
  /** Start of the tumbling window that the records belong to. */
  readonly windowMs?: number;
  /** The window's last invocation, without records. */
  readonly isFinal?: true;
}

/** An event is at most 6 MB: batches are cut before it. */
const EVENT_BYTES_MAX = 6_000_000;

export const makeBatch = (records: readonly SourceRecord[], windowMs?: number): Batch => ({
  records,
  attempts: 0,
  invocations: 0,
  ...(windowMs === undefined ? {} : { windowMs }),
});

/** Cuts by number, size and, with `windowMs`, where a tumbling window ends. */
export function cut(records: readonly SourceRecord[], size: number, windowMs: number, bytesMax = EVENT_BYTES_MAX): Batch[] {
  const batches: Batch[] = [];
  let held: SourceRecord[] = [];
  let bytes = 0;
  let window: number | undefined;
  const flush = () => {
    if (held.length > 0) batches.push(makeBatch(held, window));
    held = [];
    bytes = 0;
  };
  for (const record of records) {
    const recordBytes = JSON.stringify(record.event).length + 1;
    const own = windowMs === 0 ? undefined : windowStart(record.arrivedMs, windowMs);
    if (held.length >= size || bytes + recordBytes > bytesMax || own !== window) flush();
    window = own;
    held.push(record);
    bytes += recordBytes;
  }
  flush();
  return batches;
}

export const windowStart = (atMs: number, windowMs: number): number => Math.floor(atMs / windowMs) * windowMs;

/** Which lane a record is worked on: the same for the same key. */
export function laneOf(key: string, lanes: number): number {
  let hash = 5381;
  for (let i = 0; i < key.length; i++) hash = ((hash * 33) ^ key.charCodeAt(i)) >>> 0;
  return hash % lanes;
}

export interface RetryRules {
  readonly isBisected: boolean;
  /** -1: without end. */
  readonly attemptsMax: number;
}

export type AfterFailure =
  /** To be worked on instead of the batch, in this order; what stands before them is done. */
  { readonly kind: "again"; readonly batches: readonly Batch[] } | { readonly kind: "given-up"; readonly batch: Batch };

/**
 * What follows when the function failed a batch, or reported the record at `failedAt` as the first that failed. Splitting doesn't count as a retry.
 * Lambda developer guide, "Retain discarded batch records", "Configuring partial batch response with Kinesis" (read 2026-11-21).
 */
export function afterFailure(batch: Batch, failedAt: number, rules: RetryRules): AfterFailure {
  const invocations = batch.invocations + 1;
  const rest = batch.records.slice(failedAt);
  // Some of the batch is done: the rest is a batch of its own.
  if (failedAt > 0 && rest.length < batch.records.length) {
    const again = { ...batch, records: rest, invocations, attempts: rules.isBisected ? batch.attempts : batch.attempts + 1 };
    return isOver(again.attempts, rules) ? { kind: "given-up", batch: again } : { kind: "again", batches: [again] };
  }
  if (rules.isBisected && rest.length > 1) {
    const middle = Math.ceil(rest.length / 2);
    const halves = [rest.slice(0, middle), rest.slice(middle)];
    return { kind: "again", batches: halves.map((records) => ({ ...batch, records, invocations })) };
  }
  const again = { ...batch, invocations, attempts: batch.attempts + 1 };
  return isOver(again.attempts, rules) ? { kind: "given-up", batch: again } : { kind: "again", batches: [again] };
}

const isOver = (attempts: number, rules: RetryRules) => rules.attemptsMax >= 0 && attempts > rules.attemptsMax;

const BACKOFF_MS = 100;
const BACKOFF_MS_MAX = 60_000;

/** How long a batch waits after that many failures. */
export const backoffMs = (failures: number): number => Math.min(BACKOFF_MS_MAX, BACKOFF_MS * 2 ** Math.min(failures - 1, 16));
