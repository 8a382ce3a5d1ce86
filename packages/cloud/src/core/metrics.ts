/** Metrics that AWS emits itself: gathered by minute in memory until CloudWatch takes them. */
export interface MetricSample {
  readonly account: string;
  readonly region: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: { readonly [name: string]: string };
  readonly unit?: string;
  /** Start of the minute. */
  readonly minuteMs: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Distinct values and how often each came, for percentiles; missing when there were more than `VALUES_MAX`. */
  readonly values?: readonly (readonly [value: number, count: number])[];
}

const MINUTE_MS = 60_000;
const VALUES_MAX = 500;
/** So many different series in a minute are handed over at once. */
export const METRIC_SERIES_MAX = 5_000;

interface Series {
  readonly head: Omit<MetricSample, "count" | "sum" | "min" | "max" | "values">;
  count: number;
  sum: number;
  min: number;
  max: number;
  readonly values: Map<number, number>;
}

export interface MetricBuffer {
  readonly size: number;
  add(sample: Omit<MetricSample, "minuteMs" | "count" | "sum" | "min" | "max" | "values">, value: number, nowMs: number): void;
  /** Everything gathered; the buffer is empty afterwards. */
  drain(): MetricSample[];
}

export function metricBuffer(): MetricBuffer {
  let series = new Map<string, Series>();
  return {
    get size() {
      return series.size;
    },
    add(sample, value, nowMs) {
      const minuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
      let key = `${minuteMs}\0${sample.account}\0${sample.region}\0${sample.namespace}\0${sample.name}\0${sample.unit ?? ""}`;
      for (const name in sample.dimensions) key += `\0${name}\0${sample.dimensions[name]}`;
      let entry = series.get(key);
      if (entry === undefined) {
        entry = { head: { ...sample, minuteMs }, count: 0, sum: 0, min: value, max: value, values: new Map() };
        series.set(key, entry);
      }
      entry.count++;
      entry.sum += value;
      if (value < entry.min) entry.min = value;
      if (value > entry.max) entry.max = value;
      if (entry.values.size <= VALUES_MAX) entry.values.set(value, (entry.values.get(value) ?? 0) + 1);
    },
    drain() {
      const out: MetricSample[] = [];
      for (const { head, count, sum, min, max, values } of series.values())
        out.push({ ...head, count, sum, min, max, ...(values.size <= VALUES_MAX ? { values: [...values] } : {}) });
      series = new Map();
      return out;
    },
  };
}
