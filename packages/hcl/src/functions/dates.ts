import { textOf } from "../values/contents.ts";
import { goQuote } from "../values/go-quote.ts";
import { NUMBER, STRING } from "../values/type.ts";
import { intVal, stringVal, unknownVal, type Val } from "../values/value.ts";
import { DurationError, parseDuration } from "./duration.ts";
import { FunctionError, type LanguageFunction } from "./function.ts";
import type { FunctionHost } from "./host.ts";
import { type Instant, offsetText, parseInstant, rfc3339, TimestampError, two, type WallClock, wallClock } from "./instant.ts";
import { type FunctionTable, parameter } from "./parameters.ts";

function instantOf(argument: Val | undefined, options: { readonly isStrict: boolean; readonly position?: number }): Instant {
  try {
    return parseInstant(textOf(argument), options);
  } catch (error) {
    throw error instanceof TimestampError ? new FunctionError(error.message, options.position) : error;
  }
}

const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

interface Verb {
  /** By how often the letter stands there. */
  readonly lengths: { readonly [length: number]: (clock: WallClock, instant: Instant) => string };
  readonly rule: string;
}

function numeric(read: (clock: WallClock) => number, letter: string, name: string): Verb {
  return {
    lengths: { 1: (clock) => String(read(clock)), 2: (clock) => two(read(clock)) },
    rule: `${name} must either be "${letter}" or "${letter}${letter}"`,
  };
}
const half = (am: string, pm: string, letter: string): Verb => ({
  lengths: { 2: ({ hour }) => (hour < 12 ? am : pm) },
  rule: `must be "${letter}${letter}"`,
});

const VERBS: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  [
    "Y",
    {
      lengths: { 2: ({ year }) => two(year % 100), 4: ({ year }) => String(year).padStart(4, "0") },
      rule: 'year must either be "YY" or "YYYY"',
    },
  ],
  [
    "M",
    {
      lengths: {
        1: ({ month }) => String(month),
        2: ({ month }) => two(month),
        3: ({ month }) => (MONTHS[month - 1] ?? "").slice(0, 3),
        4: ({ month }) => MONTHS[month - 1] ?? "",
      },
      rule: 'month must be "M", "MM", "MMM", or "MMMM"',
    },
  ],
  ["D", numeric(({ day }) => day, "D", "day of month")],
  [
    "E",
    {
      lengths: { 3: ({ weekday }) => (DAYS[weekday] ?? "").slice(0, 3), 4: ({ weekday }) => DAYS[weekday] ?? "" },
      rule: 'day of week must either be "EEE" or "EEEE"',
    },
  ],
  ["h", numeric(({ hour }) => hour, "h", "24-hour")],
  ["H", numeric(({ hour }) => hour % 12 || 12, "H", "12-hour")],
  ["A", half("AM", "PM", "A")],
  ["a", half("am", "pm", "a")],
  ["m", numeric(({ minute }) => minute, "m", "minute")],
  ["s", numeric(({ second }) => second, "s", "second")],
  [
    "Z",
    {
      lengths: {
        1: (_, { offsetMinutes }) => (offsetMinutes === 0 ? "Z" : offsetText(offsetMinutes, ":")),
        3: (_, { offsetMinutes }) => (offsetMinutes === 0 ? "UTC" : offsetText(offsetMinutes, "")),
        4: (_, { offsetMinutes }) => offsetText(offsetMinutes, ""),
        5: (_, { offsetMinutes }) => offsetText(offsetMinutes, ":"),
      },
      rule: "timezone must be Z, ZZZZ, or ZZZZZ",
    },
  ],
]);

/** Two quotes, text in quotes (with doubled ones in it), a quote that nothing closes, a letter and its repeats, anything else. */
const TOKENS = /''|'(?:[^']|'')*'(?!')|'.*$|([A-Za-z])\1*|[^A-Za-z']+/gs;

function formatted(format: string, instant: Instant): string {
  const clock = wallClock(instant);
  return format.replace(TOKENS, (token, letter: string | undefined) => {
    if (token === "''") return "'";
    if (token.startsWith("'")) {
      if (token.length === 1 || !token.endsWith("'")) throw new FunctionError("unterminated literal '", 0);
      return token.slice(1, -1).replaceAll("''", "'");
    }
    if (letter === undefined) return token;
    const verb = VERBS.get(letter);
    if (verb === undefined) throw new FunctionError(`invalid date format verb ${goQuote(token)}`, 0);
    const write = verb.lengths[token.length];
    if (write === undefined) throw new FunctionError(`invalid date format verb ${goQuote(token)}: ${verb.rule}`, 0);
    return write(clock, instant);
  });
}

const formatdate: LanguageFunction = {
  description: "A timestamp in a format of one's own.",
  parameters: [parameter("format", STRING), parameter("time", STRING)],
  returns: STRING,
  isNeverNull: true,
  implementation: ([format, time]) => stringVal(formatted(textOf(format), instantOf(time, { isStrict: true, position: 1 }))),
};

const timeadd: LanguageFunction = {
  description: "A timestamp moved by a duration such as `1h30m`.",
  parameters: [parameter("timestamp", STRING), parameter("duration", STRING)],
  returns: STRING,
  implementation([time, duration]) {
    const { nanoseconds, offsetMinutes } = instantOf(time, { isStrict: true });
    try {
      return stringVal(rfc3339({ nanoseconds: nanoseconds + parseDuration(textOf(duration)), offsetMinutes }));
    } catch (error) {
      throw error instanceof DurationError ? new FunctionError(error.message) : error;
    }
  },
};

const timecmp: LanguageFunction = {
  description: "-1, 0 or 1, as the first of two timestamps is before, at or after the second.",
  parameters: [parameter("timestamp_a", STRING), parameter("timestamp_b", STRING)],
  returns: NUMBER,
  isNeverNull: true,
  implementation([a, b]) {
    const first = instantOf(a, { isStrict: false, position: 0 }).nanoseconds;
    const second = instantOf(b, { isStrict: false, position: 1 }).nanoseconds;
    return intVal(Number(first > second) - Number(first < second));
  },
};

/** Functions on times; `timestamp` and `plantimestamp` ask the host. */
export function dateFunctions(host: FunctionHost): FunctionTable {
  return {
    formatdate,
    plantimestamp: {
      description: "When the plan was made.",
      parameters: [],
      returns: STRING,
      implementation: () => (host.planTimestamp === undefined ? unknownVal(STRING) : stringVal(host.planTimestamp)),
    },
    timeadd,
    timecmp,
    timestamp: {
      description: "Now; unknown in a plan.",
      parameters: [],
      returns: STRING,
      isNeverNull: true,
      implementation: () => stringVal(rfc3339({ nanoseconds: BigInt(Math.floor(host.now())) * 1_000_000n, offsetMinutes: 0 })),
    },
  };
}
