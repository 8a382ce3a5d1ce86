import { isList, isObject, UNKNOWN, type Value } from "@dovetail/model";

/**
 * Sets in the order in which Terraform writes them: primitives by value, everything else by the bytes that go-cty hashes.
 * Source: observed in state files of terraform 1.11; go-cty documentation of `cty.Set` ("Sets" in docs/types.md, read 2026-11).
 */
export function sortSet(items: readonly Value[]): readonly Value[] {
  const keyed = items.map((item): Keyed => ({ item, key: setKey(item) }));
  const unique = new Map(keyed.map((entry) => [entry.key, entry]));
  return [...unique.values()].sort(compare).map((entry) => entry.item);
}

interface Keyed {
  readonly item: Value;
  readonly key: string;
}

function compare(a: Keyed, b: Keyed): number {
  if (typeof a.item === "number" && typeof b.item === "number") return a.item - b.item;
  if (typeof a.item === "string" && typeof b.item === "string") return compareBytes(a.item, b.item);
  return compareBytes(a.key, b.key);
}

/** By code unit where neither has a surrogate, else by UTF-8 bytes, as Go compares strings. */
function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A text that two values share exactly when they are the same set element. */
export function setKey(value: Value | undefined): string {
  if (value === null || value === undefined) return "~";
  if (value === UNKNOWN) return "?";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "T" : "F";
  if (isList(value)) return `[${value.map((item) => `${setKey(item)};`).join("")}]`;
  if (isObject(value)) {
    const names = Object.keys(value).sort();
    return `<${names.map((name) => `${setKey(value[name])};`).join("")}>`;
  }
  return "?";
}
