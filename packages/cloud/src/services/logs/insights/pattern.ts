/**
 * `pattern @message`: events with their changing parts (numbers, ids, addresses, times, quoted text) taken for tokens, counted. AWS finds its
 * tokens by comparing events; here they are recognised by their form. Pure. CloudWatch Logs user guide, "pattern".
 */
import { type Row, textOf } from "./expression.ts";
import type { Value } from "./value.ts";

const TOKENS: readonly (readonly [string, RegExp])[] = [
  ["Time", /\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?/g],
  ["UUID", /\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b/g],
  ["Email", /\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+\b/g],
  ["IPAddress", /\b(?:\d{1,3}\.){3}\d{1,3}\b/g],
  ["Hex", /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,64}\b/g],
  ["Number", /(?<![\w<])-?\d+(?:\.\d+)?(?![\w>])/g],
];

const SEVERITIES = /\b(FATAL|ERROR|WARN|WARNING|INFO|DEBUG|TRACE)\b/i;

function patternOf(text: string): string {
  let at = 0;
  let out = text;
  for (const [name, form] of TOKENS) out = out.replace(form, () => `<\0${name}>`);
  return out.replace(/<\0(\w+)>/g, (_all, name: string) => `<${name}-${++at}>`);
}

/** A row for each pattern, the most frequent first. */
export function patternsOf(rows: readonly Row[], field: string): Map<string, Value>[] {
  const found = new Map<string, { count: number; severity: string }>();
  for (const row of rows) {
    const text = textOf(row.get(field) ?? null);
    const pattern = patternOf(text);
    const known = found.get(pattern) ?? { count: 0, severity: SEVERITIES.exec(text)?.[1]?.toUpperCase() ?? "NONE" };
    found.set(pattern, { ...known, count: known.count + 1 });
  }
  return [...found]
    .sort(([, a], [, b]) => b.count - a.count)
    .map(
      ([pattern, { count, severity }]) =>
        new Map<string, Value>([
          ["@pattern", pattern],
          ["@ratio", count / rows.length],
          ["@sampleCount", count],
          ["@severityLabel", severity],
        ]),
    );
}
