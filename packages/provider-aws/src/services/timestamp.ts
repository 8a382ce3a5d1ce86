/** Times as the provider stores them. */
import type { Codec } from "./attribute-map.ts";
import { type Check, each } from "./checks.ts";

/** RFC 3339 in UTC, to the second: `2030-01-01T00:00:00Z`; `""` where there is none. */
export function rfc3339(time: Date | undefined): string {
  return time === undefined ? "" : `${time.toISOString().slice(0, 19)}Z`;
}

/** An RFC 3339 text to a time of the SDK. */
export function time(): Codec<Date> {
  return { expand: (value) => (typeof value === "string" && value !== "" ? new Date(value) : undefined), flatten: rfc3339 };
}

/** The value is such a time. */
export function isDate(path: string): Check {
  return each(path, (value, key) => (typeof value === "string" && !isRfc3339(value) ? notRfc3339(key, value) : undefined));
}

/** True for `2030-01-01T00:00:00Z` and the like. */
export function isRfc3339(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** Go's reason why the text is no such time, where it begins with no year; empty for another fault; undefined when there is none. */
export function rfc3339Problem(text: string): string | undefined {
  if (isRfc3339(text)) return undefined;
  return /^\d{4}/.test(text) ? "" : `parsing time "${text}" as "2006-01-02T15:04:05Z07:00": cannot parse "${text}" as "2006"`;
}

function notRfc3339(key: string, text: string): string {
  const reason = rfc3339Problem(text);
  return `expected "${key}" to be a valid RFC3339 date, got "${text}"${reason ? `: ${reason}` : ""}`;
}
