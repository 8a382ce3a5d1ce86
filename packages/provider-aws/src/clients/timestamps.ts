import type { TimestampFormat } from "./shapes.ts";

/** A moment as Smithy's timestamp formats write it. Source: Smithy 2.0 specification, "Timestamp serialization and deserialization". */
export function formatTimestamp(value: Date, format: TimestampFormat): string | number {
  if (format === "epoch") return value.getTime() / 1000;
  return format === "http-date" ? value.toUTCString() : value.toISOString().replace(".000Z", "Z");
}

/** A moment from the wire; services are known to send other formats than their models say. Throws TypeError for what is none. */
export function parseTimestamp(value: unknown): Date {
  const isNumber = typeof value === "number" || (typeof value === "string" && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value));
  const date = isNumber ? new Date(Math.round(Number(value) * 1000)) : new Date(typeof value === "string" ? value : Number.NaN);
  if (Number.isNaN(date.getTime())) throw new TypeError(`no timestamp: ${JSON.stringify(value)?.slice(0, 100)}`);
  return date;
}
