import { type Ctx, ServiceError } from "../../../core/service.ts";
import type { MappingRecord } from "../store.ts";
import type { Batch } from "./batch.ts";
import { failedItems } from "./partial-failures.ts";
import type { WindowState } from "./progress.ts";

/** Calls a mapping's function with one batch of a shard, and reads what it says of it. */
export interface FailedCall {
  readonly kind: "failed";
  /** Index of the first record that has to be tried again. */
  readonly failedAt: number;
  readonly functionError?: string;
  readonly version: string;
}

export type CallOutcome =
  | { readonly kind: "done"; readonly state: unknown }
  /** No room for it now: tried again without counting. */
  | { readonly kind: "throttled" }
  | FailedCall;

export interface StreamCall {
  readonly batch: Batch;
  readonly shardId: string;
  readonly window: WindowState | undefined;
}

/** A window's state may have 1 MB. */
const STATE_BYTES_MAX = 1024 * 1024;
const seconds = (ms: number) => new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");

/** The function's event. Developer guide, "Implementing stateful Kinesis stream processing in Lambda" (read 2026-11-21). */
export function streamEvent(mapping: MappingRecord, { batch, shardId, window }: StreamCall): object {
  const Records = batch.records.map((record) => record.event);
  if (batch.windowMs === undefined) return { Records };
  const windowMs = (mapping.config.TumblingWindowInSeconds ?? 0) * 1000;
  return {
    Records,
    window: { start: seconds(batch.windowMs), end: seconds(batch.windowMs + windowMs) },
    state: window?.startMs === batch.windowMs ? (window.state ?? {}) : {},
    shardId,
    eventSourceARN: mapping.config.EventSourceArn,
    isFinalInvokeForWindow: batch.isFinal === true,
    isWindowTerminatedEarly: false,
  };
}

interface InvokeAnswer {
  readonly FunctionError?: string;
  readonly ExecutedVersion?: string;
  readonly Payload?: Uint8Array;
}

/** IteratorAge: how old the last record is when the function is called with it. */
function tellAge(ctx: Ctx, mapping: MappingRecord, batch: Batch): void {
  const last = batch.records.at(-1);
  const FunctionName = mapping.config.FunctionArn?.split(":")[6];
  if (last === undefined || FunctionName === undefined) return;
  ctx.metric("AWS/Lambda", "IteratorAge", { FunctionName }, Math.max(0, ctx.now() - last.arrivedMs), "Milliseconds");
}

export async function callFunction(ctx: Ctx, mapping: MappingRecord, call: StreamCall): Promise<CallOutcome> {
  const Payload = Buffer.from(JSON.stringify(streamEvent(mapping, call)));
  let answer: InvokeAnswer;
  tellAge(ctx, mapping, call.batch);
  try {
    answer = await ctx.call<InvokeAnswer>("lambda", "Invoke", { FunctionName: mapping.config.FunctionArn, Payload });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.status === 429) return { kind: "throttled" };
    throw error;
  }
  const version = answer.ExecutedVersion ?? "$LATEST";
  if (answer.FunctionError !== undefined) return { kind: "failed", failedAt: 0, functionError: answer.FunctionError, version };
  const failedAt = reportedFailure(mapping, call.batch, answer.Payload);
  if (failedAt !== undefined) return { kind: "failed", failedAt, version };
  return { kind: "done", state: call.batch.windowMs === undefined ? undefined : stateOf(answer.Payload) };
}

/** ReportBatchItemFailures: the lowest record that is named is where the batch begins again. */
function reportedFailure(mapping: MappingRecord, batch: Batch, payload: Uint8Array | undefined): number | undefined {
  if (!(mapping.config.FunctionResponseTypes ?? []).includes("ReportBatchItemFailures")) return undefined;
  const failed = failedItems(payload, new Set(batch.records.map((record) => record.sequence)));
  const index = batch.records.findIndex((record) => failed.has(record.sequence));
  return index < 0 ? undefined : index;
}

function stateOf(payload: Uint8Array | undefined): unknown {
  try {
    const text = Buffer.from(payload ?? []).toString("utf8");
    const state: unknown = (JSON.parse(text) as { state?: unknown } | null)?.state;
    return state !== undefined && JSON.stringify(state).length <= STATE_BYTES_MAX ? state : {};
  } catch {
    return {};
  }
}
