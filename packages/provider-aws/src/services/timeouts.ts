/** A resource's `timeouts` block. */
import { isList, isObject, type ValueObject } from "@dovetail/model";

const MS: { readonly [unit: string]: number } = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 0.001, µs: 0.001, ns: 0.000001 };

/** A Go duration (`1h30m`, `90s`) in milliseconds; undefined where it is none (time.ParseDuration). */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(h|ms|m|s|us|\u00b5s|ns))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, count, unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|\u00b5s|ns)/g))
    total += Number(count) * (MS[unit] ?? 0);
  return total;
}

/** The row with the time that the object's `timeouts` block gives the operation, where it gives one. */
export function timed<T extends { readonly timeoutMs: number }>(
  row: T,
  object: ValueObject,
  operation: "create" | "update" | "delete",
): T {
  const block = object.timeouts ?? null;
  const timeouts = isList(block) ? block[0] : block;
  const text = isObject(timeouts) ? timeouts[operation] : undefined;
  const timeoutMs = typeof text === "string" ? parseDuration(text) : undefined;
  return timeoutMs === undefined ? row : { ...row, timeoutMs };
}
