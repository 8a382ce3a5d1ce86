import type { StoredEvent } from "../store.ts";
import type { Value } from "./value.ts";

/** An event as a row: what Insights discovers in JSON events and in Lambda's own lines. Pure. */
const FIELDS_MAX = 200;
/** Where `unmask(@message)` finds what a data protection policy masked; no query can name it. */
export const UNMASKED = "\0@message";

export function rowOf(event: StoredEvent, log: string, pointer: string): Map<string, Value> {
  const row = new Map<string, Value>([
    ["@timestamp", event.timestamp],
    ["@ingestionTime", event.ingestedMs],
    ["@message", event.message],
    ["@logStream", event.stream],
    ["@log", log],
    ["@ptr", pointer],
    ...(event.unmasked === undefined ? [] : ([[UNMASKED, event.unmasked]] as const)),
  ]);
  const start = event.message.indexOf("{");
  // A JSON part may follow a prefix of text, as in lines of the Node runtime.
  if (start >= 0) discover(event.message.slice(start), row);
  lambdaFields(event.message, row);
  return row;
}

function discover(text: string, row: Map<string, Value>): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return;
  }
  flatten(value, "", row);
}

function flatten(value: unknown, path: string, row: Map<string, Value>): void {
  if (row.size > FIELDS_MAX) return;
  if (value !== null && typeof value === "object") {
    for (const [key, inner] of Object.entries(value)) flatten(inner, path === "" ? key : `${path}.${key}`, row);
    return;
  }
  if (path === "" || value === null || row.has(path)) return;
  row.set(path, typeof value === "number" ? value : typeof value === "boolean" ? (value ? "true" : "false") : String(value));
}

const LAMBDA: readonly (readonly [string, RegExp, boolean])[] = [
  ["@requestId", /RequestId: ([0-9a-f-]{36})/, false],
  ["@duration", /\tDuration: ([0-9.]+) ms/, true],
  ["@billedDuration", /\tBilled Duration: ([0-9.]+) ms/, true],
  ["@memorySize", /\tMemory Size: ([0-9]+) MB/, true],
  ["@maxMemoryUsed", /\tMax Memory Used: ([0-9]+) MB/, true],
  ["@initDuration", /\tInit Duration: ([0-9.]+) ms/, true],
];

function lambdaFields(message: string, row: Map<string, Value>): void {
  const type = /^(START|END|REPORT) RequestId: /.exec(message)?.[1];
  if (type === undefined) {
    const inLine = /^\S+Z\t([0-9a-f-]{36})\t/.exec(message)?.[1];
    if (inLine !== undefined) row.set("@requestId", inLine);
    return;
  }
  row.set("@type", type);
  for (const [name, pattern, isNumber] of LAMBDA) {
    const found = pattern.exec(message)?.[1];
    if (found === undefined) continue;
    // Insights counts memory in bytes.
    const factor = name.includes("emory") ? 1_000_000 : 1;
    row.set(name, isNumber ? Number(found) * factor : found);
  }
}
