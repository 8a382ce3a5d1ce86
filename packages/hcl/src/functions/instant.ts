/** Points in time as the language's date functions read and write them: RFC 3339 to the nanosecond, with the words Go and cty have for what is wrong. */
import { goQuote } from "../values/go-quote.ts";

export interface Instant {
  /** Nanoseconds since the epoch. */
  readonly nanoseconds: bigint;
  /** East of Greenwich. */
  readonly offsetMinutes: number;
}

/** What a clock on the wall shows at an instant, in its own offset. */
export interface WallClock {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

export class TimestampError extends Error {
  constructor(message: string) {
    super(`not a valid RFC3339 timestamp: ${message}`);
    this.name = "TimestampError";
  }
}

const NANOSECONDS = 1_000_000_000n;

export function wallClock({ nanoseconds, offsetMinutes }: Instant): WallClock {
  const seconds = nanoseconds / NANOSECONDS - (nanoseconds % NANOSECONDS < 0n ? 1n : 0n);
  const date = new Date((Number(seconds) + offsetMinutes * 60) * 1000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

/** `+02:00`, without the colon `+0200`. */
export function offsetText(offsetMinutes: number, separator: ":" | ""): string {
  const minutes = Math.abs(offsetMinutes);
  return `${offsetMinutes < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}${separator}${two(minutes % 60)}`;
}
export function two(number: number): string {
  return String(number).padStart(2, "0");
}

/** `2026-11-21T18:30:00Z`: to the second, in the instant's own offset. */
export function rfc3339(instant: Instant): string {
  const { year, month, day, hour, minute, second } = wallClock(instant);
  const zone = instant.offsetMinutes === 0 ? "Z" : offsetText(instant.offsetMinutes, ":");
  const sign = year < 0 ? "-" : "";
  return `${sign}${String(Math.abs(year)).padStart(4, "0")}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${zone}`;
}

type Unit = "year" | "month" | "day of month" | "hour" | "minute" | "second" | "UTC offset";

/** Reads a timestamp part by part, as Go's `time.Parse` goes through its layout, to blame the first part that is wrong. */
class Parts {
  rest: string;
  readonly #isStrict: boolean;

  constructor(text: string, isStrict: boolean) {
    this.rest = text;
    this.#isStrict = isStrict;
  }

  literal(wanted: "-" | "T" | ":"): void {
    if (this.rest.startsWith(wanted)) this.rest = this.rest.slice(1);
    else if (wanted === "T") throw new TimestampError("missing required time introducer 'T'");
    else if (this.rest === "") throw new TimestampError(`end of string where ${goQuote(wanted)} is expected`);
    else throw new TimestampError(`found ${goQuote(this.rest)} where ${goQuote(wanted)} is expected`);
  }

  number(unit: Unit, digits: RegExp, least: number, most: number): number {
    const match = digits.exec(this.rest);
    if (match === null) throw this.blame(unit, this.rest);
    this.rest = this.rest.slice(match[0].length);
    const number = Number(match[0]);
    if (number < least || number > most) throw this.blame(unit, this.rest);
    return number;
  }

  blame(unit: Unit, found: string): TimestampError {
    if (found === "") return new TimestampError(`end of string before ${unit}`);
    if (this.#isStrict && unit === "hour" && found.includes(":"))
      return new TimestampError("hour must be between 0 and 23 inclusive");
    if (this.#isStrict && (unit === "hour" || unit === "minute") && Buffer.byteLength(found) !== 2) {
      return new TimestampError(`${unit} must have exactly two digits`);
    }
    return new TimestampError(`cannot use ${goQuote(found)} as ${unit}`);
  }

  /** Digits after the second's point, as nanoseconds. */
  fraction(): bigint {
    const match = /^[.,]([0-9]+)/.exec(this.rest);
    if (match === null) return 0n;
    this.rest = this.rest.slice(match[0].length);
    return BigInt((match[1] ?? "").slice(0, 9).padEnd(9, "0"));
  }

  /** Minutes east of Greenwich. */
  zone(): number {
    if (this.rest.startsWith("Z")) {
      this.rest = this.rest.slice(1);
      return 0;
    }
    const match = /^([+-])([0-9]{2}):([0-9]{2})/.exec(this.rest);
    if (match === null) throw this.blame("UTC offset", this.rest);
    const [whole, sign, hours, minutes] = match;
    const after = this.rest.slice(whole.length);
    if (Number(hours) > (this.#isStrict ? 23 : 24) || Number(minutes) > (this.#isStrict ? 59 : 60)) {
      throw this.blame("UTC offset", Number(hours) > 24 || Number(minutes) > 60 ? after : whole);
    }
    this.rest = after;
    return (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  }
}

const TWO_DIGITS = /^[0-9]{2}/;

/**
 * The instant that a text names; `isStrict` refuses an hour of one digit and a comma before the fraction, which Go's own parser lets pass.
 * @throws TimestampError
 */
export function parseInstant(text: string, options: { readonly isStrict: boolean }): Instant {
  const parts = new Parts(text, options.isStrict);
  const year = parts.number("year", /^[0-9]{4}/, 0, 9999);
  parts.literal("-");
  const month = parts.number("month", TWO_DIGITS, 1, 12);
  parts.literal("-");
  const day = parts.number("day of month", TWO_DIGITS, 0, 99);
  parts.literal("T");
  const hourText = parts.rest;
  const hour = parts.number("hour", /^[0-9]{1,2}/, 0, 23);
  parts.literal(":");
  const minute = parts.number("minute", TWO_DIGITS, 0, 59);
  parts.literal(":");
  const second = parts.number("second", TWO_DIGITS, 0, 59);
  const isComma = parts.rest.startsWith(",");
  const fraction = parts.fraction();
  const offsetMinutes = parts.zone();
  if (parts.rest !== "") throw new TimestampError(`cannot use ${goQuote(parts.rest)} as timestamp segment`);
  if (day < 1 || day > new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate())
    throw new TimestampError("day out of range");
  if (options.isStrict && hourText[1] === ":") throw new TimestampError("hour must have exactly two digits");
  if (options.isStrict && isComma) throw new TimestampError(`cannot use "," as timestamp segment`);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute - offsetMinutes, second);
  return { nanoseconds: BigInt(date.getTime()) * 1_000_000n + fraction, offsetMinutes };
}
