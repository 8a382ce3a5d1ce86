/** Timestamps in the forms that AWS's protocols use. Smithy 2.0, "timestampFormat trait". */
import type { TimestampFormat } from "./model.ts";

/** `2026-11-21T12:00:00Z`; milliseconds only when there are any. */
export function iso8601(at: Date): string {
  const text = at.toISOString();
  return text.endsWith(".000Z") ? `${text.slice(0, -5)}Z` : text;
}

const last = { ms: Number.NaN, text: "" };

/** The last one is kept: the same object, or much of one second, is often asked for in a row. */
function rfc822(at: Date): string {
  const ms = at.getTime();
  if (ms !== last.ms) {
    last.text = at.toUTCString();
    last.ms = ms;
  }
  return last.text;
}

export function formatTimestamp(value: unknown, format: TimestampFormat): string {
  const at = asDate(value);
  if (format === "rfc822") return rfc822(at);
  return format === "iso8601" ? iso8601(at) : String(at.getTime() / 1000);
}

/** Handlers answer `Date`s; seconds since the epoch are taken too. */
export function asDate(value: unknown): Date {
  if (value instanceof Date) return value;
  return new Date(typeof value === "number" ? value * 1000 : String(value));
}

/** undefined when the text is no time. Any of the forms is understood, whatever was announced. */
export function parseTimestamp(value: unknown): Date | undefined {
  const ms = typeof value === "number" ? value * 1000 : typeof value === "string" ? parseText(value) : Number.NaN;
  const at = new Date(ms);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function parseText(text: string): number {
  return /^-?\d+(\.\d+)?(e\d+)?$/i.test(text) ? Number(text) * 1000 : Date.parse(text);
}
