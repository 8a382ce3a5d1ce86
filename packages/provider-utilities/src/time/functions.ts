/** `provider::time::…`. Behaviour: `internal/provider/function_*.go` of the real provider (read 2026-11). */
import type { ValueObject } from "@dovetail/model";
import { ArgumentProblem, type UtilityFunction } from "../utility.ts";

const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const DAY_MS = 86_400_000;
const DAYS_A_WEEK = 7;
const THURSDAY = 4;

const startOfYear = (year: number) => new Date(0).setUTCFullYear(year, 0, 1);

/** What a clock shows whose UTC is the place's own time. */
function moment(shownMs: number): ValueObject {
  const at = new Date(shownMs);
  const weekday = at.getUTCDay();
  const day = Math.floor(shownMs / DAY_MS) * DAY_MS;
  // A week belongs to the year that its Thursday is in.
  const thursday = day + (THURSDAY - (weekday || DAYS_A_WEEK)) * DAY_MS;
  const isoYear = new Date(thursday).getUTCFullYear();
  return {
    year: at.getUTCFullYear(),
    year_day: (day - startOfYear(at.getUTCFullYear())) / DAY_MS + 1,
    month: at.getUTCMonth() + 1,
    month_name: MONTHS[at.getUTCMonth()] ?? "",
    day: at.getUTCDate(),
    weekday,
    weekday_name: DAYS[weekday] ?? "",
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
    iso_year: isoYear,
    iso_week: Math.floor((thursday - startOfYear(isoYear)) / DAY_MS / DAYS_A_WEEK) + 1,
  };
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|([+-])(\d\d):(\d\d))$/;

const rfc3339: UtilityFunction = (_options, given) => {
  const text = String(given);
  const match = RFC_3339.exec(text);
  const ms = Date.parse(text.replace(",", "."));
  if (match === null || Number.isNaN(ms))
    throw new ArgumentProblem(`Error parsing RFC3339 timestamp: ${JSON.stringify(text)} is not a valid RFC3339 timestamp`);
  const [, sign, hours, minutes] = match;
  const aheadMs = sign === undefined ? 0 : (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return { ...moment(ms + aheadMs), unix: Math.floor(ms / 1000) };
};

const unixTimestamp: UtilityFunction = (_options, given) => {
  const ms = Number(given) * 1000;
  return { ...moment(ms), rfc3339: new Date(ms).toISOString().replace(/\.\d+Z$/, "Z") };
};

const NANOSECONDS: { readonly [unit: string]: bigint } = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const MOST = 2n ** 63n;
const PART = /(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/gu;

/** A duration of Go's form in nanoseconds; undefined for what is none. */
function nanoseconds(text: string): bigint | undefined {
  const [, sign = "", rest = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === "0") return 0n;
  if (!new RegExp(`^(?:${PART.source})+$`, "u").test(rest)) return undefined;
  let sum = 0n;
  for (const [, number = "", unit = ""] of rest.matchAll(PART)) {
    const [whole = "", part = ""] = number.split(".");
    const one = NANOSECONDS[unit] ?? 0n;
    sum += BigInt(whole || "0") * one + (BigInt(part || "0") * one) / 10n ** BigInt(part.length);
  }
  const signed = sign === "-" ? -sum : sum;
  return signed >= MOST || signed < -MOST ? undefined : signed;
}

const duration: UtilityFunction = (_options, given) => {
  const text = String(given);
  const ns = nanoseconds(text);
  if (ns === undefined)
    throw new ArgumentProblem(`Error parsing duration string: ${JSON.stringify(text)} is not a valid duration string`);
  const seconds = Number(ns) / 1e9;
  return {
    hours: seconds / 3600,
    minutes: seconds / 60,
    seconds,
    milliseconds: Number(ns / 1_000_000n),
    microseconds: Number(ns / 1_000n),
    nanoseconds: Number(ns),
  };
};

export const timeFunctions: { readonly [name: string]: UtilityFunction } = {
  duration_parse: duration,
  rfc3339_parse: rfc3339,
  unix_timestamp_parse: unixTimestamp,
};
