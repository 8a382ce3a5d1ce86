import { createHash } from "node:crypto";
import type { Dimension } from "@aws-sdk/client-cloudwatch";
import type { Key, StoreRead, StoreWrite } from "../../core/store.ts";
import { type Aggregate, add } from "./aggregate.ts";

/**
 * Metrics and their data in the store. A metric is an account, region, namespace, name and set of dimensions;
 * its data lie under a hash of these, by start of the minute (or second) and unit.
 */
export interface MetricRecord {
  readonly hash: string;
  readonly namespace: string;
  readonly name: string;
  /** Sorted by name. */
  readonly dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly lastMs: number;
}

export interface MetricName {
  readonly account: string;
  readonly region: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
}

const MINUTE_MS = 60_000;

export function sortedDimensions(dimensions: readonly Dimension[]): { Name: string; Value: string }[] {
  const all = dimensions.map(({ Name, Value }) => ({ Name: Name ?? "", Value: Value ?? "" }));
  return all.sort((a, b) => (a.Name < b.Name ? -1 : a.Name > b.Name ? 1 : 0));
}

export function metricHash(metric: MetricName): string {
  const parts = [
    metric.account,
    metric.region,
    metric.namespace,
    metric.name,
    ...sortedDimensions(metric.dimensions).flatMap((d) => [d.Name, d.Value]),
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64").slice(0, 22);
}

const metricKey = (metric: MetricName, hash: string): Key => [
  "metric",
  metric.account,
  metric.region,
  metric.namespace,
  metric.name,
  hash,
];

export interface Sample {
  readonly atMs: number;
  readonly unit: string;
  readonly highResolution: boolean;
  readonly aggregate: Aggregate;
}

/** Adds data to a metric. Answers its hash. */
export function putSample(store: StoreWrite, metric: MetricName, sample: Sample): string {
  const hash = metricHash(metric);
  putSampleOf(store, metric, { hash, lastMs: lastDataMs(store, metric, hash) }, sample);
  return hash;
}

/** When a metric's newest data came, as its record tells; before all time for one that has none. */
export function lastDataMs(store: StoreRead, metric: MetricName, hash: string): number {
  return store.get<MetricRecord>(metricKey(metric, hash))?.lastMs ?? Number.NEGATIVE_INFINITY;
}

/** Adds data to a metric whose hash and record are known, and keeps `known` true. */
export function putSampleOf(
  store: StoreWrite,
  metric: MetricName,
  known: { readonly hash: string; lastMs: number },
  sample: Sample,
): void {
  const { hash } = known;
  const stepMs = sample.highResolution ? 1000 : MINUTE_MS;
  const startMs = Math.floor(sample.atMs / stepMs) * stepMs;
  const key: Key = ["data", hash, startMs, sample.unit];
  store.put(key, add(store.get<Aggregate>(key), sample.aggregate));
  if (known.lastMs >= startMs) return;
  known.lastMs = startMs;
  const record: MetricRecord = {
    hash,
    namespace: metric.namespace,
    name: metric.name,
    dimensions: sortedDimensions(metric.dimensions),
    lastMs: startMs,
  };
  store.put(metricKey(metric, hash), record);
}

/** What came in [fromMs, toMs), in steps of `periodMs` counted from `originMs`: start of a step -> all of it. */
export function readSteps(
  store: StoreRead,
  hash: string,
  range: {
    readonly fromMs: number;
    readonly toMs: number;
    readonly periodMs: number;
    readonly originMs: number;
    readonly unit?: string | undefined;
  },
): Map<number, Aggregate> {
  const steps = new Map<number, Aggregate>();
  const bounds = { prefix: ["data", hash], start: ["data", hash, range.fromMs], end: ["data", hash, range.toMs] };
  for (const { key, value } of store.range<Aggregate>(bounds)) {
    if (range.unit !== undefined && key[3] !== range.unit) continue;
    const step = range.originMs + Math.floor((Number(key[2]) - range.originMs) / range.periodMs) * range.periodMs;
    steps.set(step, add(steps.get(step), value));
  }
  return steps;
}

/** The unit of a metric's data in a stretch of time: `None` when there is no data. */
export function unitOf(store: StoreRead, hash: string, fromMs: number, toMs: number): string {
  for (const key of store.keys({ prefix: ["data", hash], start: ["data", hash, fromMs], end: ["data", hash, toMs], limit: 1 }))
    return String(key[3]);
  return "None";
}
