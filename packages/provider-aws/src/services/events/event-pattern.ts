/** The check of event patterns, as `internal/service/events/rule.go` words it (read 2026-11). */
import { type Check, each, jsonProblem } from "../checks.ts";
import { compactJson } from "../json-text.ts";

const CHARS_MAX = 4096;

/** The value is a JSON text of at most 4,096 characters. */
export function eventPattern(path: string): Check {
  return each(path, (value, key) => {
    if (typeof value !== "string" || value === "") return undefined;
    const why = jsonProblem(value);
    if (why !== undefined) return `"${key}" contains an invalid JSON: ${why}`;
    const text = compactJson(value);
    return text.length > CHARS_MAX
      ? `"${key}" cannot be longer than ${CHARS_MAX} characters: ${JSON.stringify(text)}`
      : undefined;
  });
}
