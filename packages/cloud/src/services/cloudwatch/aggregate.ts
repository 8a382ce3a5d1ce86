/** Statistic sets of one stretch of time, how they add up, and what statistics say of them. Pure. */

export interface Aggregate {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Distinct values and how often they came, for percentiles; missing where only a statistic set was given. */
  readonly values?: readonly (readonly [value: number, count: number])[];
}

/** More distinct values than this in one stretch are rounded to three significant digits. */
const DISTINCT_MAX = 500;

export function aggregateOf(values: readonly (readonly [value: number, count: number])[]): Aggregate {
  let count = 0;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const [value, times] of values) {
    count += times;
    sum += value * times;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { count, sum, min, max, values: merged(values) };
}

export function add(a: Aggregate | undefined, b: Aggregate): Aggregate {
  if (a === undefined) return b;
  const both = a.values !== undefined && b.values !== undefined ? { values: merged([...a.values, ...b.values]) } : {};
  return { count: a.count + b.count, sum: a.sum + b.sum, min: Math.min(a.min, b.min), max: Math.max(a.max, b.max), ...both };
}

function merged(values: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const counts = new Map<number, number>();
  for (const [value, times] of values) counts.set(value, (counts.get(value) ?? 0) + times);
  if (counts.size <= DISTINCT_MAX) return [...counts];
  const coarse = new Map<number, number>();
  for (const [value, times] of counts) {
    const rounded = Number(value.toPrecision(3));
    coarse.set(rounded, (coarse.get(rounded) ?? 0) + times);
  }
  return [...coarse];
}

/** A statistic's function; undefined for a text that names none. */
export type Statistic = (aggregate: Aggregate) => number | undefined;

const SIMPLE: { readonly [name: string]: Statistic } = {
  SampleCount: (a) => a.count,
  Average: (a) => (a.count === 0 ? undefined : a.sum / a.count),
  Sum: (a) => a.sum,
  Minimum: (a) => a.min,
  Maximum: (a) => a.max,
  IQM: (a) => trimmed(a, 25, 75, "mean"),
};

/**
 * `Average`, `p99.9`, `tm90`, `TM(2%:98%)`, `tc90`, `ts90`, `wm98`, `PR(:300)`, `IQM`.
 * Source: CloudWatch user guide, "CloudWatch statistics definitions".
 */
export function statistic(name: string): Statistic | undefined {
  const simple = SIMPLE[name];
  if (simple !== undefined) return simple;
  const percentile = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name);
  if (percentile !== null) return (a) => atPercentile(a, Number(percentile[1]));
  const single = /^(tm|tc|ts|wm)(\d{1,2}(?:\.\d{1,10})?|100)$/i.exec(name);
  if (single !== null) return trimStatistic(single[1] ?? "", "0%", `${single[2]}%`);
  const range = /^(TM|TC|TS|WM|PR)\((-?[\d.]{1,20}%?)?:(-?[\d.]{1,20}%?)?\)$/i.exec(name);
  if (range === null) return undefined;
  return trimStatistic(range[1] ?? "", range[2], range[3]);
}

const TRIMS: { readonly [kind: string]: "mean" | "count" | "sum" | "winsorized" | "rank" } = {
  tm: "mean",
  tc: "count",
  ts: "sum",
  wm: "winsorized",
  pr: "rank",
};

function trimStatistic(kind: string, low: string | undefined, high: string | undefined): Statistic | undefined {
  const what = TRIMS[kind.toLowerCase()];
  if (what === undefined) return undefined;
  const bound = (a: Aggregate, text: string | undefined, open: number) => {
    if (text === undefined) return open;
    return text.endsWith("%") ? Number(text.slice(0, -1)) : rankOf(a, Number(text));
  };
  return (a) => trimmed(a, bound(a, low, 0), bound(a, high, 100), what);
}

const sorted = (a: Aggregate) => [...(a.values ?? [])].filter(([, times]) => times > 0).sort(([x], [y]) => x - y);

/** Share of the samples (percent) that are at most this value. */
function rankOf(a: Aggregate, value: number): number {
  let below = 0;
  for (const [at, times] of a.values ?? []) if (at <= value) below += times;
  return a.count === 0 ? 0 : (below / a.count) * 100;
}

function atPercentile(a: Aggregate, percent: number): number | undefined {
  const values = sorted(a);
  if (values.length === 0) return a.count === 1 || a.min === a.max ? a.min : undefined;
  const total = values.reduce((sum, [, times]) => sum + times, 0);
  const rank = (percent / 100) * (total - 1);
  const at = (index: number) => {
    let seen = 0;
    for (const [value, times] of values) {
      seen += times;
      if (index < seen) return value;
    }
    return a.max;
  };
  const low = at(Math.floor(rank));
  const high = at(Math.ceil(rank));
  return low + (high - low) * (rank - Math.floor(rank));
}

function trimmed(
  a: Aggregate,
  low: number,
  high: number,
  what: "mean" | "count" | "sum" | "winsorized" | "rank",
): number | undefined {
  if (what === "rank") return high - low;
  const values = sorted(a);
  const total = values.reduce((sum, [, times]) => sum + times, 0);
  if (total === 0) return undefined;
  const from = (low / 100) * total;
  const to = (high / 100) * total;
  let seen = 0;
  let count = 0;
  let sum = 0;
  let first: number | undefined;
  let last = 0;
  for (const [value, times] of values) {
    const kept = Math.max(0, Math.min(seen + times, to) - Math.max(seen, from));
    seen += times;
    if (kept <= 0) continue;
    first ??= value;
    last = value;
    count += kept;
    sum += kept * value;
  }
  if (what === "count") return Math.round(count);
  if (what === "sum") return sum;
  if (first === undefined || count === 0) return undefined;
  if (what === "mean") return sum / count;
  return (sum + first * from + last * (total - to)) / total;
}
