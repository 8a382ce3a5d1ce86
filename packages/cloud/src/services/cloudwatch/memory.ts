/** What CloudWatch keeps in memory of one cloud, so that what comes each minute costs no look-ups: metrics that were written before, and who watches which. */
import type { Ctx } from "../../core/service.ts";
import type { StoreRead } from "../../core/store.ts";

export interface KnownMetric {
  readonly hash: string;
  /** The name that alarms over queries watch it by. */
  readonly queried: string;
  /** Newest data that its record tells of. */
  lastMs: number;
}

interface Memory {
  /** By everything that makes a metric's name. */
  readonly metrics: Map<string, KnownMetric>;
  /** Names of alarms by what they watch; undefined until it is read (again). */
  watches: ReadonlyMap<string, readonly string[]> | undefined;
}

const METRICS_MAX = 20_000;

const memory = (ctx: Ctx) => ctx.memory<Memory>(() => ({ metrics: new Map(), watches: undefined }));

/** A metric as it was written before, else as `make` finds it. */
export function knownMetric(ctx: Ctx, key: string, make: () => KnownMetric): KnownMetric {
  const { metrics } = memory(ctx);
  let known = metrics.get(key);
  if (known === undefined) {
    known = make();
    if (metrics.size >= METRICS_MAX) metrics.clear();
    metrics.set(key, known);
  }
  return known;
}

/** After a transaction that was not kept. */
export function forgetMetrics(ctx: Ctx): void {
  memory(ctx).metrics.clear();
}

/** Names of the alarms that watch a metric, by its hash or its queried name. */
export function watchersOf(ctx: Ctx, store: StoreRead, watched: string): readonly string[] {
  const state = memory(ctx);
  state.watches ??= readWatches(store);
  return state.watches.get(watched) ?? [];
}

/** Whoever writes or removes a metric alarm says so. */
export function forgetWatches(ctx: Ctx): void {
  memory(ctx).watches = undefined;
}

function readWatches(store: StoreRead): ReadonlyMap<string, readonly string[]> {
  const watches = new Map<string, string[]>();
  for (const key of store.keys({ prefix: ["watch"] })) {
    const [, watched, alarm] = key.map(String);
    if (watched === undefined || alarm === undefined) continue;
    const alarms = watches.get(watched);
    if (alarms === undefined) watches.set(watched, [alarm]);
    else alarms.push(alarm);
  }
  return watches;
}
