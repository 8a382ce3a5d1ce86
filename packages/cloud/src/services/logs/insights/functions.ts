import type { Value } from "./value.ts";

/** Functions of Logs Insights. Pure. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html (read 2026-11-21) */
type Call = (values: readonly Value[]) => Value;

const number = (value: Value | undefined): number =>
  typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
const text = (value: Value | undefined): string => (value === null || value === undefined ? "" : String(value));
const finite = (value: number): Value => (Number.isFinite(value) ? value : null);
const onNumber =
  (work: (value: number) => number): Call =>
  ([value]) =>
    finite(work(number(value)));
const onText =
  (work: (value: string) => Value): Call =>
  ([value]) =>
    value === null || value === undefined ? null : work(text(value));

const UNITS_MS: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `5m` -> 300000; undefined for units whose length varies. */
export function durationMs(value: Value | undefined): number | undefined {
  const match = /^(\d+)(ms|s|m|h|d|w)$/.exec(text(value));
  return match === null ? undefined : Number(match[1]) * (UNITS_MS[match[2] ?? ""] ?? 1);
}

const floorTo = (at: Value | undefined, period: Value | undefined): Value => {
  const ms = durationMs(period) ?? 60_000;
  const time = number(at);
  return Number.isNaN(time) || ms === 0 ? null : Math.floor(time / ms) * ms;
};

export const FUNCTIONS: { readonly [name: string]: Call } = {
  abs: onNumber(Math.abs),
  ceil: onNumber(Math.ceil),
  floor: onNumber(Math.floor),
  sqrt: onNumber(Math.sqrt),
  log: onNumber(Math.log),
  round: onNumber(Math.round),
  greatest: (values) => finite(Math.max(...values.map(number))),
  least: (values) => finite(Math.min(...values.map(number))),
  isempty: ([value]) => value === undefined || value === null || value === "",
  isblank: ([value]) => value === undefined || value === null || text(value).trim() === "",
  ispresent: ([value]) => value !== undefined && value !== null,
  coalesce: (values) => values.find((value) => value !== null) ?? null,
  concat: (values) => values.map(text).join(""),
  strlen: onText((value) => value.length),
  toupper: onText((value) => value.toUpperCase()),
  tolower: onText((value) => value.toLowerCase()),
  trim: onText((value) => value.trim()),
  ltrim: onText((value) => value.trimStart()),
  rtrim: onText((value) => value.trimEnd()),
  substr: ([value, start, length]) => {
    const from = number(start);
    return length === undefined ? text(value).slice(from) : text(value).slice(from, from + number(length));
  },
  replace: ([value, search, by]) => text(value).replaceAll(text(search), text(by)),
  strcontains: ([value, search]) => (text(value).includes(text(search)) ? 1 : 0),
  // `bin` reads the event's time, which the command puts in front.
  bin: ([at, period]) => floorTo(at, period),
  datefloor: ([at, period]) => floorTo(at, period),
  dateceil: ([at, period]) => {
    const floored = floorTo(at, period);
    return typeof floored === "number" && floored < number(at) ? floored + (durationMs(period) ?? 0) : floored;
  },
  frommillis: ([value]) => finite(number(value)),
  tomillis: ([value]) => finite(number(value)),
};

export type Aggregate = (rows: readonly (readonly Value[])[]) => Value;

const numbers = (rows: readonly (readonly Value[])[]) =>
  rows.map(([value]) => number(value)).filter((value) => !Number.isNaN(value));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function percentile(values: readonly number[], percent: number): Value {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? null;
}

function deviation(values: readonly number[]): Value {
  if (values.length === 0) return null;
  const mean = sum(values) / values.length;
  return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length);
}

const texts = (rows: readonly (readonly Value[])[]) =>
  rows.flatMap(([value]) => (value === null || value === undefined ? [] : [value]));

export const AGGREGATES: { readonly [name: string]: Aggregate } = {
  count: (rows) => texts(rows).length,
  count_distinct: (rows) => new Set(texts(rows).map(String)).size,
  sum: (rows) => sum(numbers(rows)),
  avg: (rows) => (numbers(rows).length === 0 ? null : sum(numbers(rows)) / numbers(rows).length),
  min: (rows) => numbers(rows).reduce<number | null>((least, value) => (least === null || value < least ? value : least), null),
  max: (rows) => numbers(rows).reduce<number | null>((most, value) => (most === null || value > most ? value : most), null),
  stddev: (rows) => deviation(numbers(rows)),
  median: (rows) => percentile(numbers(rows), 50),
  pct: (rows) => percentile(numbers(rows), number(rows[0]?.[1])),
  earliest: (rows) => texts(rows)[0] ?? null,
  latest: (rows) => texts(rows).at(-1) ?? null,
  sortsfirst: (rows) => texts(rows).map(String).sort()[0] ?? null,
  sortslast: (rows) => texts(rows).map(String).sort().at(-1) ?? null,
};
