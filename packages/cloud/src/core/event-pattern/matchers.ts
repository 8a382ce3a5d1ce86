/** What a single value is held against, operator by operator. Pure. */
import { type Matcher, type PatternNode, parseAddress } from "./rule.ts";

/** A plain value of an event. */
export type Leaf = string | number | boolean | null;

/** Arrays in arrays are followed this far. */
export const DEPTH_MAX = 1000;

export function isMatchers(wanted: readonly Matcher[] | PatternNode): wanted is readonly Matcher[] {
  return Array.isArray(wanted);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether one value is what a matcher wants; `exists` is for the caller to see. */
export function holds(matcher: Matcher, value: Leaf): boolean {
  switch (matcher.kind) {
    case "equals":
      return matcher.value === value;
    case "prefix":
      return typeof value === "string" && fold(value, matcher.ignoreCase).startsWith(fold(matcher.text, matcher.ignoreCase));
    case "suffix":
      return typeof value === "string" && fold(value, matcher.ignoreCase).endsWith(fold(matcher.text, matcher.ignoreCase));
    case "equals-ignore-case":
      return typeof value === "string" && value.toLowerCase() === matcher.text.toLowerCase();
    case "wildcard":
      return typeof value === "string" && fitsParts(matcher.parts, value);
    case "anything-but":
      return !matcher.of.some((inner) => holds(inner, value));
    case "numeric":
      return typeof value === "number" && inRange(matcher, value);
    case "cidr":
      return typeof value === "string" && inNetwork(matcher, value);
    case "exists":
      return matcher.value;
  }
}

const fold = (text: string, ignoreCase: boolean) => (ignoreCase ? text.toLowerCase() : text);

/** The parts in this order, the first at the start, the last at the end: each found as early as can be. */
function fitsParts(parts: readonly string[], value: string): boolean {
  const first = parts[0] ?? "";
  if (parts.length === 1) return value === first;
  const last = parts.at(-1) ?? "";
  if (!value.startsWith(first) || !value.endsWith(last) || value.length < first.length + last.length) return false;
  let at = first.length;
  const end = value.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = value.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

function inRange({ low, high }: Extract<Matcher, { kind: "numeric" }>, value: number): boolean {
  if (low !== undefined && (low.inclusive ? value < low.value : value <= low.value)) return false;
  return high === undefined || (high.inclusive ? value <= high.value : value < high.value);
}

function inNetwork(network: Extract<Matcher, { kind: "cidr" }>, value: string): boolean {
  const address = parseAddress(value);
  if (address?.family !== network.family) return false;
  const drop = BigInt((network.family === 4 ? 32 : 128) - network.bits);
  return address.value >> drop === network.base >> drop;
}
