import { regexTest } from "./comparison.ts";
import { parseJsonPattern, selectValue } from "./json-pattern.ts";
import { parseSpacePattern } from "./space-pattern.ts";
import { PatternError } from "./tokens.ts";

/**
 * CloudWatch Logs filter patterns. Pure.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html (read 2026-11-21)
 */
export interface Match {
  /** What a metric filter's `$.field` or `$field` stands for in this event. */
  select(selector: string): unknown;
}

export type FilterPattern = (message: string) => Match | undefined;

export { PatternError };

const NO_FIELDS: Match = { select: () => undefined };

/** Throws PatternError on a malformed pattern. */
export function compilePattern(text: string): FilterPattern {
  const pattern = text.trim();
  if (pattern === "") return () => NO_FIELDS;
  if (pattern.startsWith("{") && pattern.endsWith("}")) return jsonFilter(pattern);
  if (pattern.startsWith("[") && pattern.endsWith("]")) return spaceFilter(pattern);
  return termFilter(pattern);
}

function jsonFilter(pattern: string): FilterPattern {
  const test = parseJsonPattern(pattern);
  return (message) => {
    const start = message.trimStart();
    if (!start.startsWith("{") && !start.startsWith("[")) return undefined;
    let event: unknown;
    try {
      event = JSON.parse(message);
    } catch {
      return undefined;
    }
    return test(event) ? { select: (selector) => selectValue(event, selector) } : undefined;
  };
}

function spaceFilter(pattern: string): FilterPattern {
  const test = parseSpacePattern(pattern);
  return (message) => {
    const fields = test(message);
    return fields === undefined ? undefined : { select: (selector) => fields.get(selector.replace(/^\$\.?/, "")) };
  };
}

type Test = (message: string) => boolean;

function termFilter(pattern: string): FilterPattern {
  const all: Test[] = [];
  const any: Test[] = [];
  const none: Test[] = [];
  for (const match of pattern.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]*)%|(\S+))/gs)) {
    const [, sign, quoted, regex, word = ""] = match;
    if (quoted === undefined && regex === undefined && /^".*[^"]$|^"$/.test(word))
      throw new PatternError("missing closing quote");
    if (/^[{[]/.test(word)) throw new PatternError(`Invalid character(s) in term '${word}'`);
    const text = quoted === undefined ? word : quoted.replace(/\\(.)/gs, "$1");
    const test: Test = regex === undefined ? (message) => message.includes(text) : regexTest(regex);
    (sign === "?" ? any : sign === "-" ? none : all).push(test);
  }
  // Optional terms beside required ones are ignored, as AWS documents.
  return (message) => {
    if (none.some((test) => test(message))) return undefined;
    if (all.length > 0) return all.every((test) => test(message)) ? NO_FIELDS : undefined;
    return any.length === 0 || any.some((test) => test(message)) ? NO_FIELDS : undefined;
  };
}
