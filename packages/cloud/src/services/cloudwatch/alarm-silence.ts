import type { Dimension } from "@aws-sdk/client-cloudwatch";
import type { Ctx } from "../../core/service.ts";
import type { StoreRead } from "../../core/store.ts";
import { periodSeconds } from "./alarm-evaluate.ts";
import { getAlarm, type MetricAlarmRecord } from "./alarm-store.ts";
import { type MetricRecord, metricHash } from "./metric-store.ts";

/**
 * An alarm on a metric that nobody emits never changes its state, and nothing says why: a while after it was made that is told in a hint,
 * with what comes close. Metrics of AWS's own namespaces come only when the service is used, so there only data under other dimensions
 * are worth a word.
 */
const SILENCE_MS = 15 * 60_000;
const SHOWN_MAX = 5;

/** Sets the alarm's check, counted from now. */
export function watchForSilence(ctx: Ctx, alarm: MetricAlarmRecord): void {
  const rangeMs = periodSeconds(alarm.settings) * 1000 * (alarm.settings.EvaluationPeriods ?? 1);
  ctx.schedule("silence", alarm.name, ctx.now() + Math.max(SILENCE_MS, rangeMs), { alarm: alarm.name });
}

/** The timer of {@link watchForSilence}. */
export function onSilence(ctx: Ctx, payload: unknown): void {
  const name = typeof payload === "object" && payload !== null && "alarm" in payload ? String(payload.alarm) : "";
  const alarm = getAlarm(ctx.store, ctx.account, ctx.region, name);
  if (alarm?.kind !== "metric") return;
  for (const metric of metricsOf(alarm)) {
    if (hasData(ctx, metric)) continue;
    const near = nearby(ctx, metric);
    if (near === undefined) continue;
    ctx.hint(`alarm ${alarm.name}: nobody has emitted ${shown(metric)} since the alarm was made${near}`);
  }
}

interface Watched {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
}

function metricsOf({ settings }: MetricAlarmRecord): Watched[] {
  const single = { Namespace: settings.Namespace, MetricName: settings.MetricName, Dimensions: settings.Dimensions };
  const all = settings.Metrics === undefined ? [single] : settings.Metrics.map((query) => query.MetricStat?.Metric);
  return all.flatMap((metric) =>
    metric?.Namespace === undefined || metric.MetricName === undefined
      ? []
      : [{ namespace: metric.Namespace, name: metric.MetricName, dimensions: metric.Dimensions ?? [] }],
  );
}

function hasData(ctx: Ctx, metric: Watched): boolean {
  const hash = metricHash({ account: ctx.account, region: ctx.region, ...metric });
  return [...ctx.store.keys({ prefix: ["data", hash], limit: 1 })].length > 0;
}

/** What else there is, as the end of the sentence; undefined: nothing is wrong as far as can be told. */
function nearby(ctx: Ctx, metric: Watched): string | undefined {
  const inNamespace = records(ctx.store, ["metric", ctx.account, ctx.region, metric.namespace]);
  const same = inNamespace.filter(({ name }) => name === metric.name);
  const keysOf = (dimensions: readonly Dimension[]) => dimensions.map(({ Name }) => Name ?? "").sort();
  if (metric.namespace.startsWith("AWS/")) {
    const wanted = keysOf(metric.dimensions).join();
    const others = same.filter(({ dimensions }) => keysOf(dimensions).join() !== wanted);
    return same.length > others.length || others.length === 0 ? undefined : `; it comes ${by(others)}`;
  }
  if (same.length > 0) return `; it comes ${by(same)}`;
  const names = [...new Set(inNamespace.map(({ name }) => name))];
  return names.length === 0 ? "; its namespace has no metric at all" : `; the namespace has ${some(names)}`;
}

function records(store: StoreRead, prefix: string[]): MetricRecord[] {
  return [...store.range<MetricRecord>({ prefix })].map(({ value }) => value);
}

function by(metrics: readonly MetricRecord[]): string {
  return some([...new Set(metrics.map(({ dimensions }) => `with ${withDimensions(dimensions)}`))]);
}

function shown({ namespace, name, dimensions }: Watched): string {
  return `${namespace} ${name} with ${withDimensions(dimensions)}`;
}

function withDimensions(dimensions: readonly Dimension[]): string {
  return dimensions.length === 0 ? "no dimensions" : dimensions.map(({ Name, Value }) => `${Name}=${Value}`).join(", ");
}

function some(texts: readonly string[]): string {
  const more = texts.length - SHOWN_MAX;
  return `${texts.slice(0, SHOWN_MAX).join("; ")}${more > 0 ? ` and ${more} more` : ""}`;
}
