import { instantOf, wallTime } from "./zone.ts";

/**
 * AWS's six-field cron: minutes hours day-of-month month day-of-week year, with `?`, `L`, `W` and `#`.
 * Source: EventBridge Scheduler user guide "Schedule types", EventBridge user guide "Cron expressions reference". Pure.
 */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  /** Does this day of the month (1..31, `lastDay` the month's last, `weekday` 1 = Sunday) match? */
  readonly day: (day: CronDay) => boolean;
}

interface CronDay {
  readonly dayOfMonth: number;
  readonly lastDay: number;
  /** 1 = Sunday … 7 = Saturday. */
  readonly weekday: number;
  readonly year: number;
  readonly month: number;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const YEAR_MIN = 1970;
const YEAR_MAX = 2199;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

interface FieldRange {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

/** The six fields between `cron(` and `)`; undefined when AWS would refuse them. */
export function parseCron(text: string): Cron | undefined {
  const fields = text.trim().split(/\s+/);
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = fields;
  if (fields.length !== 6 || dayOfMonth === undefined || dayOfWeek === undefined) return undefined;
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) return undefined;
  const minutes = parseField(minute, { min: 0, max: 59 });
  const hours = parseField(hour, { min: 0, max: 23 });
  const months = parseField(month, { min: 1, max: 12, names: MONTHS });
  const years = parseField(year, { min: YEAR_MIN, max: YEAR_MAX });
  const day = dayOfWeek === "?" ? parseDayOfMonth(dayOfMonth) : parseDayOfWeek(dayOfWeek);
  if (!minutes || !hours || !months || !years || !day) return undefined;
  return { minutes, hours, months: new Set(months), years: new Set(years), day };
}

/** Sorted distinct values of one field: lists, ranges, steps, names, `*`. */
function parseField(text: string | undefined, range: FieldRange): number[] | undefined {
  if (text === undefined || text.length > 400) return undefined;
  const values = new Set<number>();
  for (const item of text.toUpperCase().split(",")) {
    const match = /^(\*|[A-Z]{3}|\d{1,4})(?:-([A-Z]{3}|\d{1,4}))?(?:\/(\d{1,4}))?$/.exec(item);
    if (match === null) return undefined;
    const [, from, to, step] = match;
    const first = from === "*" ? range.min : fieldValue(from, range);
    const last = from === "*" ? range.max : to !== undefined ? fieldValue(to, range) : step !== undefined ? range.max : first;
    const stride = step === undefined ? 1 : Number(step);
    if (first === undefined || last === undefined || stride < 1 || (from === "*" && to !== undefined)) return undefined;
    // A range may wrap (`FRI-MON`, `22-2`), as in Quartz, whose rules AWS took over.
    const end = last < first ? last + (range.max - range.min + 1) : last;
    for (let value = first; value <= end; value += stride)
      values.add(value > range.max ? value - (range.max - range.min + 1) : value);
  }
  return [...values].sort((a, b) => a - b);
}

function fieldValue(text: string | undefined, range: FieldRange): number | undefined {
  if (text === undefined) return undefined;
  const named = range.names?.indexOf(text) ?? -1;
  if (named >= 0) return named + range.min;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= range.min && value <= range.max ? value : undefined;
}

function parseDayOfMonth(text: string): Cron["day"] | undefined {
  const upper = text.toUpperCase();
  if (upper === "L") return (day) => day.dayOfMonth === day.lastDay;
  if (upper === "LW") return (day) => day.dayOfMonth === nearestWeekday(day.lastDay, day);
  const last = /^L-(\d{1,2})$/.exec(upper);
  if (last !== null) return Number(last[1]) <= 30 ? (day) => day.dayOfMonth === day.lastDay - Number(last[1]) : undefined;
  const nearest = /^(\d{1,2})W$/.exec(upper);
  if (nearest !== null) {
    const wanted = Number(nearest[1]);
    if (wanted < 1 || wanted > 31) return undefined;
    return (day) => wanted <= day.lastDay && day.dayOfMonth === nearestWeekday(wanted, day);
  }
  const values = parseField(upper, { min: 1, max: 31 });
  const set = new Set(values);
  return values === undefined ? undefined : (day) => set.has(day.dayOfMonth);
}

/** The weekday (Monday to Friday) nearest to a day, never leaving the month. */
function nearestWeekday(wanted: number, day: CronDay): number {
  const weekday = ((((day.weekday - 1 + (wanted - day.dayOfMonth)) % 7) + 7) % 7) + 1;
  if (weekday === 7) return wanted > 1 ? wanted - 1 : wanted + 2;
  if (weekday === 1) return wanted < day.lastDay ? wanted + 1 : wanted - 2;
  return wanted;
}

function parseDayOfWeek(text: string): Cron["day"] | undefined {
  const range: FieldRange = { min: 1, max: 7, names: WEEKDAYS };
  const upper = text.toUpperCase();
  if (upper === "L") return (day) => day.weekday === 7;
  const last = /^([A-Z]{3}|\d)L$/.exec(upper);
  if (last !== null) {
    const weekday = fieldValue(last[1], range);
    return weekday === undefined ? undefined : (day) => day.weekday === weekday && day.dayOfMonth > day.lastDay - 7;
  }
  const nth = /^([A-Z]{3}|\d)#([1-5])$/.exec(upper);
  if (nth !== null) {
    const weekday = fieldValue(nth[1], range);
    if (weekday === undefined) return undefined;
    return (day) => day.weekday === weekday && Math.ceil(day.dayOfMonth / 7) === Number(nth[2]);
  }
  const values = parseField(upper, range);
  const set = new Set(values);
  return values === undefined ? undefined : (day) => set.has(day.weekday);
}

/**
 * The first instant after `afterMs` that the expression names in the zone; undefined when there is none up to 2199.
 * A wall time that the clocks skip is left out, one that they show twice happens once (Scheduler guide, "Daylight saving time").
 */
export function nextCron(cron: Cron, afterMs: number, zone: string): number | undefined {
  const earliestWall = wallTime(afterMs, zone) - 2 * HOUR_MS;
  let dayMs = Math.floor(earliestWall / DAY_MS) * DAY_MS;
  for (;;) {
    const date = new Date(dayMs);
    const year = date.getUTCFullYear();
    const month = date.getUTCMonth() + 1;
    if (year > YEAR_MAX) return undefined;
    if (!cron.years.has(year)) dayMs = Date.UTC(year + 1, 0, 1);
    else if (!cron.months.has(month)) dayMs = Date.UTC(year, month, 1);
    else {
      const found = cron.day(dayOf(date)) ? firstOfDay(cron, dayMs, earliestWall, afterMs, zone) : undefined;
      if (found !== undefined) return found;
      dayMs += DAY_MS;
    }
  }
}

function dayOf(date: Date): CronDay {
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth() + 1;
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return { dayOfMonth: date.getUTCDate(), lastDay, weekday: date.getUTCDay() + 1, year, month };
}

function firstOfDay(cron: Cron, dayMs: number, earliestWall: number, afterMs: number, zone: string): number | undefined {
  for (const hour of cron.hours) {
    if (dayMs + (hour + 1) * HOUR_MS < earliestWall) continue;
    for (const minute of cron.minutes) {
      const wall = dayMs + hour * HOUR_MS + minute * 60_000;
      if (wall < earliestWall) continue;
      const instant = instantOf(wall, zone);
      if (instant !== undefined && instant > afterMs) return instant;
    }
  }
  return undefined;
}
