/** JSON texts as the real provider stores them: keys sorted, no white space, `<`, `>` and `&` escaped as Go's encoder does. */
import type { MutableValueObject, ValueObject } from "@dovetail/model";

/** The text normalised; as it is where it is no JSON (structure.NormalizeJsonString). */
export function normalizeJson(text: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return text;
  }
  return encode(parsed).replace(/[<>&\u2028\u2029]/g, escapeForHtml);
}

/** Like `normalizeJson`, with `<`, `>` and `&` as they are: event patterns. */
export function compactJson(text: string): string {
  try {
    return encode(JSON.parse(text));
  } catch {
    return text;
  }
}

function escapeForHtml(c: string): string {
  return `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function encode(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(encode).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, item]) => `${encode(key)}:${encode(item)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/** True when both texts are JSON with the same meaning. */
export function sameJson(a: string, b: string): boolean {
  return a === b || normalizeJson(a) === normalizeJson(b);
}

/** `object` with the known JSON texts at `names` normalised, as a type with a StateFunc plans them. */
export function withNormalizedJson(object: ValueObject, names: readonly string[]): ValueObject {
  const result: MutableValueObject = { ...object };
  for (const name of names) {
    const value = result[name];
    if (typeof value === "string" && value !== "") result[name] = normalizeJson(value);
  }
  return result;
}
