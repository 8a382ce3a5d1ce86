import { isList, isObject, UNKNOWN, type Value, valuesEqual } from "@dovetail/model";

/**
 * The order in which Terraform writes a set, so that equal sets are equal arrays here. After go-cty's `set_internals.go`
 * (MIT, v1.16): strings and numbers by value, everything else by the bytes of a canonical text; null last, unknown after all.
 * Duplicates go. Pure.
 */
export function orderSet(elements: readonly Value[]): readonly Value[] {
  if (elements.length < 2) return elements;
  const keyed: { value: Value; key: string }[] = elements.map((value) => ({ value, key: hashText(value) }));
  keyed.sort((a, b) => compareElements(a.value, b.value) || compareBytes(a.key, b.key) || compareKeys(a.value, b.value));
  return keyed
    .filter((entry, i) => i === 0 || entry.value === UNKNOWN || !valuesEqual(entry.value, keyed[i - 1]?.value ?? UNKNOWN))
    .map((entry) => entry.value);
}

function compareElements(a: Value, b: Value): number {
  const rank = rankOf(a) - rankOf(b);
  if (rank !== 0) return rank;
  if (typeof a === "string" && typeof b === "string") return compareBytes(a, b);
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  return 0;
}

/** The canonical text leaves keys out, since the objects of a set have the same; where they have not (maps), keys decide. */
function compareKeys(a: Value, b: Value): number {
  const text = (value: Value): string => {
    if (isList(value)) return `[${value.map(text).join()}]`;
    return isObject(value)
      ? JSON.stringify(
          Object.keys(value)
            .sort()
            .map((key) => [key, text(value[key] ?? null)]),
        )
      : "";
  };
  return compareBytes(text(a), text(b));
}

function rankOf(value: Value): number {
  if (value === UNKNOWN) return 2;
  return value === null ? 1 : 0;
}

/** By UTF-8 bytes, as Go compares strings. */
function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  return isAscii(a) && isAscii(b) ? (a < b ? -1 : 1) : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

function hashText(value: Value): string {
  if (value === UNKNOWN) return "?";
  if (value === null) return "~";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "boolean") return value ? "T" : "F";
  if (typeof value === "number") return String(value);
  if (isList(value)) return `[${value.map((item) => `${hashText(item)};`).join("")}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort(compareBytes);
    return `<${keys.map((key) => `${hashText(value[key] ?? null)};`).join("")}>`;
  }
  return "~";
}
