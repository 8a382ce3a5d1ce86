/** Long polls: receivers wait in memory until a message is sent, becomes visible, or their time is over. */
import type { Ctx } from "../../core/service.ts";
import { memory } from "./memory.ts";
import { nextVisibleMs } from "./store.ts";

const WAITING_MAX = 20_000;

/** Everybody who waits at the queue looks again, once the transaction is kept. */
export function wake(ctx: Ctx, queueId: string): void {
  if (memory(ctx).waiting.get(queueId) === undefined) return;
  ctx.after(() => {
    for (const look of [...(memory(ctx).waiting.get(queueId) ?? [])]) look();
  });
}

/** Resolves when it is worth looking again, at `untilMs` at the latest, or when the cloud stops. */
export function waitForMessage(ctx: Ctx, queueId: string, untilMs: number): Promise<void> {
  const { waiting, stopped } = memory(ctx);
  let count = 0;
  for (const set of waiting.values()) count += set.size;
  if (stopped || count >= WAITING_MAX) return Promise.resolve();
  return new Promise((resolve) => {
    const set = waiting.get(queueId) ?? new Set();
    waiting.set(queueId, set);
    const next = Math.min(untilMs, nextVisibleMs(ctx.store, queueId) ?? untilMs);
    const done = () => {
      cancel();
      set.delete(done);
      if (set.size === 0) waiting.delete(queueId);
      resolve();
    };
    const cancel = ctx.clock.at(Math.max(next, ctx.now() + 1), done);
    set.add(done);
  });
}

export function stopWaiting(ctx: Ctx): void {
  const state = memory(ctx);
  state.stopped = true;
  for (const set of [...state.waiting.values()]) for (const done of [...set]) done();
}

export function isStopped(ctx: Ctx): boolean {
  return memory(ctx).stopped;
}
