/** How often a table's settings may change, and what is kept of it. Developer Guide, "Quotas in Amazon DynamoDB" (read 2026-11-21). */
import { ServiceError } from "../../core/service.ts";
import { invalid } from "./errors.ts";

export interface Throughput {
  readonly read: number;
  readonly write: number;
}

/** When throughput was changed, for its limits and DescribeTable. */
export interface ThroughputHistory {
  readonly increasedMs?: number;
  readonly decreasedMs?: number;
  /** Decreases in the UTC day of the last one. */
  readonly decreasesThatDay?: number;
}

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** Decreases that a UTC day has at any time; each later one needs an hour without any. */
const FREE_DECREASES = 4;
const ON_DEMAND_SWITCHES = 4;
const CLASS_CHANGES = 2;
const CLASS_DAYS = 30;

const LONG = new Intl.DateTimeFormat("en-US", { dateStyle: "full", timeStyle: "full", timeZone: "UTC" });

/** `Tuesday, July 25, 2023 at 3:04:02 PM Coordinated Universal Time` */
function longTime(ms: number): string {
  return LONG.format(new Date(ms)).replaceAll("\u202f", " ");
}

function limitExceeded(message: string): ServiceError {
  return new ServiceError("LimitExceededException", 400, `Subscriber limit exceeded: ${message}`);
}

export function decreasesToday(history: ThroughputHistory, nowMs: number): number {
  const isToday = history.decreasedMs !== undefined && Math.floor(history.decreasedMs / DAY_MS) === Math.floor(nowMs / DAY_MS);
  return isToday ? (history.decreasesThatDay ?? 1) : 0;
}

function unchanged(what: string, { read, write }: Throughput): ServiceError {
  const kind = what.startsWith("index") ? "index" : "table";
  return invalid(
    `The provisioned throughput for the ${what} will not change. The requested value equals the current value. ` +
      `Current ReadCapacityUnits provisioned for the ${kind}: ${read}. Requested ReadCapacityUnits: ${read}. ` +
      `Current WriteCapacityUnits provisioned for the ${kind}: ${write}. Requested WriteCapacityUnits: ${write}. ` +
      "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
  );
}

/** `what` is `table`, or `index NAME`. Throws ValidationException where nothing changes, LimitExceededException for a decrease too many. */
export function changeThroughput(
  what: string,
  before: Throughput & ThroughputHistory,
  after: Throughput,
  nowMs: number,
): ThroughputHistory {
  if (before.read === after.read && before.write === after.write) throw unchanged(what, after);
  const { increasedMs, decreasedMs, decreasesThatDay } = before;
  const rises = after.read > before.read || after.write > before.write;
  const falls = after.read < before.read || after.write < before.write;
  const known = {
    ...(increasedMs === undefined ? {} : { increasedMs }),
    ...(decreasedMs === undefined ? {} : { decreasedMs }),
    ...(decreasesThatDay === undefined ? {} : { decreasesThatDay }),
    ...(rises ? { increasedMs: nowMs } : {}),
  };
  return falls ? { ...known, decreasedMs: nowMs, decreasesThatDay: countDecrease(before, nowMs) } : known;
}

function countDecrease(history: ThroughputHistory, nowMs: number): number {
  const today = decreasesToday(history, nowMs);
  const lastMs = history.decreasedMs;
  if (today >= FREE_DECREASES && lastMs !== undefined && nowMs - lastMs < HOUR_MS)
    throw limitExceeded(
      "Provisioned throughput decreases are limited within a given UTC day. After the first 4 decreases, each subsequent decrease " +
        `in the same UTC day can be performed at most once every 3600 seconds. Number of decreases today: ${today}. ` +
        `Last decrease at ${longTime(lastMs)}. Next decrease can be made at ${longTime(lastMs + HOUR_MS)}`,
    );
  return today + 1;
}

function limited(what: string, timesMs: readonly number[], nowMs: number, limit: { most: number; days: number }): number[] {
  const recent = timesMs.filter((ms) => nowMs - ms < limit.days * DAY_MS);
  const [first] = recent;
  if (recent.length >= limit.most && first !== undefined)
    throw limitExceeded(
      `${what} are limited to ${limit.most} time(s) in ${limit.days} day(s). Last update at ${longTime(recent.at(-1) ?? first)}. ` +
        `Next update can be made at ${longTime(first + limit.days * DAY_MS)}`,
    );
  return [...recent, nowMs];
}

/** Times of the switches to on-demand capacity that count, this one among them. Throws LimitExceededException after four in 24 hours. */
export function switchToOnDemand(timesMs: readonly number[], nowMs: number): number[] {
  return limited("Update to PayPerRequest mode", timesMs, nowMs, { most: ON_DEMAND_SWITCHES, days: 1 });
}

/** Times of the changes of table class that count, this one among them. Throws LimitExceededException after two in 30 days. */
export function changeClass(timesMs: readonly number[], nowMs: number): number[] {
  return limited("Updates to TableClass", timesMs, nowMs, { most: CLASS_CHANGES, days: CLASS_DAYS });
}
