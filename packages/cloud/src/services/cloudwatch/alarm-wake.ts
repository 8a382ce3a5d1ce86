import type { Ctx } from "../../core/service.ts";
import type { StoreRead } from "../../core/store.ts";

/**
 * When alarms are looked at: at the next minute (ten seconds for short periods) after data came for a metric that they watch, and on from
 * there each minute as long as their evaluation range has data. Without any, time alone changes nothing and no timer is set.
 */
const MINUTE_MS = 60_000;
const SHORT_MS = 10_000;

/** Has every alarm on this metric evaluated at its next boundary. */
export function wakeWatchers(ctx: Ctx, store: StoreRead, hash: string): void {
  for (const key of store.keys({ prefix: ["watch", hash] })) scheduleEvaluation(ctx, String(key[2]), 60);
}

/** At the next whole minute, or ten seconds for periods under a minute. */
export function scheduleEvaluation(ctx: Ctx, alarm: string, periodSeconds: number): void {
  const stepMs = periodSeconds < 60 ? SHORT_MS : MINUTE_MS;
  ctx.schedule("evaluate", alarm, (Math.floor(ctx.now() / stepMs) + 1) * stepMs, { alarm });
}
