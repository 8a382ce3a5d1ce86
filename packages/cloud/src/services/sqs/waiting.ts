/** Long polls: receivers wait in memory until a message is sent, becomes visible, or their time is over. */
import type { Ctx } from "../../core/service.ts";
import { memory } from "./memory.ts";
import { nextVisibleMs, queueAt } from "./store.ts";

const WAITING_MAX = 20_000;

/** Everybody who waits at the queue looks again, once the transaction is kept. */
export function wake(ctx: Ctx, queueId: string): void {
  if (memory(ctx).waiting.get(queueId) === undefined) return;
  ctx.after(() => {
    for (const look of [...(memory(ctx).waiting.get(queueId) ?? [])]) look();
  });
}

export interface WaitOptions {
  /** When the queue was looked at: what was visible then and wasn't taken waits for something else. */
  readonly lookedMs: number;
  readonly untilMs: number;
  readonly signal?: AbortSignal;
}

/** Resolves when it is worth looking again, at `untilMs` at the latest, when the cloud stops, or when the signal says so. */
export function waitForMessage(ctx: Ctx, queueId: string, { lookedMs, untilMs, signal }: WaitOptions): Promise<void> {
  const { waiting, stopped } = memory(ctx);
  let count = 0;
  for (const set of waiting.values()) count += set.size;
  if (stopped || signal?.aborted === true || count >= WAITING_MAX) return Promise.resolve();
  return new Promise((resolve) => {
    const set = waiting.get(queueId) ?? new Set();
    waiting.set(queueId, set);
    const next = Math.min(untilMs, nextVisibleMs(ctx.store, queueId, lookedMs) ?? untilMs);
    const done = () => {
      cancel();
      signal?.removeEventListener("abort", done);
      set.delete(done);
      if (set.size === 0) waiting.delete(queueId);
      resolve();
    };
    const cancel = ctx.clock.at(Math.max(next, ctx.now() + 1), done);
    signal?.addEventListener("abort", done, { once: true });
    set.add(done);
  });
}

/** What a poller parks at. */
export interface ParkInput {
  readonly account: string;
  readonly region: string;
  /** The queue's. */
  readonly name: string;
  readonly untilMs: number;
  /** The poller is stopped. */
  readonly signal: AbortSignal;
}

/**
 * A service's poller that found its queue empty waits here rather than asking every 20 seconds for what it may do: until a message is sent
 * or becomes visible, the queue goes, or the time is over. Its empty receives are counted as if it asked on (`gauges.ts`).
 */
export async function park(ctx: Ctx, { account, region, name, untilMs, signal }: ParkInput): Promise<void> {
  const queue = queueAt(ctx, account, region, name);
  if (queue === undefined) return;
  const lookedMs = ctx.now();
  const next = nextVisibleMs(ctx.store, queue.id);
  // A FIFO group may hold back what is visible: only a receive can tell.
  if (next !== undefined && next <= lookedMs) return;
  const { parked } = memory(ctx);
  parked.set(queue.id, (parked.get(queue.id) ?? 0) + 1);
  await waitForMessage(ctx, queue.id, { lookedMs, untilMs, signal });
  const left = (parked.get(queue.id) ?? 1) - 1;
  if (left > 0) parked.set(queue.id, left);
  else parked.delete(queue.id);
}

export function stopWaiting(ctx: Ctx): void {
  const state = memory(ctx);
  state.stopped = true;
  for (const set of [...state.waiting.values()]) for (const done of [...set]) done();
}

export function isStopped(ctx: Ctx): boolean {
  return memory(ctx).stopped;
}
