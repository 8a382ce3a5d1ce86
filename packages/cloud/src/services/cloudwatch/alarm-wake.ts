import type { Ctx } from "../../core/service.ts";
import type { StoreRead } from "../../core/store.ts";
import { watchersOf } from "./memory.ts";
import type { MetricName } from "./metric-store.ts";

/**
 * When alarms are looked at: at the next minute (ten seconds for short periods) after data came for a metric that they watch, and on from
 * there each minute as long as their evaluation range has data. Without any, time alone changes nothing and no timer is set.
 */
const MINUTE_MS = 60_000;
const SHORT_MS = 10_000;

/** Has every alarm on this metric, or over a query that may find it, evaluated at its next boundary. */
export function wakeWatchers(
  ctx: Ctx,
  store: StoreRead,
  { hash, queried }: { readonly hash: string; readonly queried: string },
): void {
  for (const watched of [hash, queried]) for (const alarm of watchersOf(ctx, store, watched)) scheduleEvaluation(ctx, alarm, 60);
}

/** What an alarm over a Metrics Insights query watches: every metric of a name, whatever its dimensions. */
export function queriedName({ account, region, namespace, name }: Omit<MetricName, "dimensions">): string {
  return JSON.stringify([account, region, namespace, name]);
}

/** At the next whole minute, or ten seconds for periods under a minute; one that is due is not put off by data that comes just before it. */
export function scheduleEvaluation(ctx: Ctx, alarm: string, periodSeconds: number): void {
  const stepMs = periodSeconds < 60 ? SHORT_MS : MINUTE_MS;
  ctx.schedule("evaluate", alarm, (Math.floor(ctx.now() / stepMs) + 1) * stepMs, { alarm }, { keepsEarlier: true });
}
