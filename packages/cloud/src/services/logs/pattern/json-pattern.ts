import { type Comparison, compareValue, parseComparison } from "./comparison.ts";
import { PatternError, TokenReader } from "./tokens.ts";

/** Filter patterns for JSON events: `{ $.status = 4* && ($.user.name = "a" || $.x NOT EXISTS) }`. Pure. */
export type JsonTest = (event: unknown) => boolean;

type Path = readonly (string | number)[];

const DEPTH_MAX = 50;

/** Throws PatternError. `text` includes the braces. */
export function parseJsonPattern(text: string): JsonTest {
  const reader = new TokenReader(text.slice(1, -1));
  const test = anyOf(reader, 0);
  reader.skipSpace();
  if (!reader.isAtEnd) throw new PatternError(`unexpected ${JSON.stringify(reader.rest())}`);
  return test;
}

function anyOf(reader: TokenReader, depth: number): JsonTest {
  const tests = [allOf(reader, depth)];
  while (reader.take("||")) tests.push(allOf(reader, depth));
  return tests.length === 1 ? (tests[0] as JsonTest) : (event) => tests.some((test) => test(event));
}

function allOf(reader: TokenReader, depth: number): JsonTest {
  const tests = [term(reader, depth)];
  while (reader.take("&&")) tests.push(term(reader, depth));
  return tests.length === 1 ? (tests[0] as JsonTest) : (event) => tests.every((test) => test(event));
}

function term(reader: TokenReader, depth: number): JsonTest {
  if (depth > DEPTH_MAX) throw new PatternError("nested too deeply");
  if (reader.take("(")) {
    const test = anyOf(reader, depth + 1);
    if (!reader.take(")")) throw new PatternError("missing )");
    return test;
  }
  const path = parsePath(reader);
  if (reader.takeWord("NOT EXISTS")) return (event) => valueAt(event, path) === undefined;
  if (reader.takeWord("EXISTS")) return (event) => valueAt(event, path) !== undefined;
  if (reader.takeWord("IS TRUE")) return (event) => valueAt(event, path) === true;
  if (reader.takeWord("IS FALSE")) return (event) => valueAt(event, path) === false;
  if (reader.takeWord("IS NULL")) return (event) => valueAt(event, path) === null;
  const comparison: Comparison = parseComparison(reader);
  return (event) => compareValue(comparison, valueAt(event, path));
}

/** `$.a.b[0].c`, `$["a.b"]`. */
export function parsePath(reader: TokenReader): Path {
  reader.skipSpace();
  if (!reader.take("$")) throw new PatternError("a selector begins with $");
  const path: (string | number)[] = [];
  for (;;) {
    const step = reader.match(/^(?:\.([A-Za-z0-9_@:$/-]+)|\.?\[(\d+|\*)\]|\.?\[\s*(?:'([^']*)'|"([^"]*)")\s*\])/);
    if (step === undefined) break;
    const [, name, index, single, double] = step;
    path.push(name ?? single ?? double ?? (index === "*" ? "*" : Number(index)));
  }
  return path;
}

/** undefined when there is nothing at the path. */
export function valueAt(event: unknown, path: Path): unknown {
  let value = event;
  for (const step of path) {
    if (value === null || typeof value !== "object") return undefined;
    if (step === "*" && Array.isArray(value)) value = value[0];
    else value = Object.hasOwn(value, step) ? (value as Record<string | number, unknown>)[step] : undefined;
  }
  return value;
}

/** The value that a metric filter's `$.latency` names in an event. */
export function selectValue(event: unknown, selector: string): unknown {
  try {
    return valueAt(event, parsePath(new TokenReader(selector)));
  } catch {
    return undefined;
  }
}
