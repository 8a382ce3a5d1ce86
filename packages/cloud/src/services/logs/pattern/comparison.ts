import { PatternError, type TokenReader } from "./tokens.ts";

/** `= "x*"`, `!= 3`, `>= 10`, `= %regex%`: the comparisons that JSON and space-delimited patterns share. Pure. */
export interface Comparison {
  readonly operator: "=" | "!=" | "<" | ">" | "<=" | ">=";
  readonly matches: (value: string) => boolean;
  /** Set when the operand reads as a number. */
  readonly number?: number;
}

const OPERATORS = ["!=", "<=", ">=", "=", "<", ">"] as const;
const STOPS = /[\s)&|,\]}]/;

export function parseComparison(reader: TokenReader): Comparison {
  const operator = OPERATORS.find((mark) => reader.take(mark));
  if (operator === undefined) throw new PatternError(`an operator was expected at ${JSON.stringify(reader.rest())}`);
  const { kind, text } = reader.value(STOPS);
  const number = kind === "word" && text !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined;
  const isOrder = operator !== "=" && operator !== "!=";
  if (isOrder && number === undefined) throw new PatternError(`${operator} needs a number`);
  return {
    operator,
    matches: kind === "regex" ? regexTest(text) : wildcardTest(text),
    ...(number === undefined ? {} : { number }),
  };
}

/** AWS's regular expressions have no groups, look-around or back references; what is left can't backtrack far. */
export function regexTest(source: string): (value: string) => boolean {
  if (/\(\?|\\[1-9]/.test(source) || source.length > 500)
    throw new PatternError(`unsupported regular expression ${JSON.stringify(source)}`);
  try {
    const expression = new RegExp(source);
    return (value) => expression.test(value.length > 10_000 ? value.slice(0, 10_000) : value);
  } catch {
    throw new PatternError(`invalid regular expression ${JSON.stringify(source)}`);
  }
}

/** `*` stands for any run of characters. No backtracking beyond the last star. */
export function wildcardTest(pattern: string): (value: string) => boolean {
  const parts = pattern.split("*");
  if (parts.length === 1) return (value) => value === pattern;
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  const middle = parts.slice(1, -1);
  return (value) => {
    if (!value.startsWith(first) || !value.endsWith(last) || value.length < first.length + last.length) return false;
    let at = first.length;
    for (const part of middle) {
      const found = value.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= value.length - last.length;
  };
}

/** A field that isn't there satisfies nothing, not even `!=`. */
export function compareValue(comparison: Comparison, value: unknown): boolean {
  if (value === undefined || value === null || typeof value === "object") return false;
  const { operator, number } = comparison;
  if (operator === "=" || operator === "!=") {
    const isNumeric =
      number !== undefined &&
      (typeof value === "number" || (typeof value === "string" && value.trim() !== "" && Number(value) === number));
    const isEqual = isNumeric ? Number(value) === number : comparison.matches(String(value));
    return operator === "=" ? isEqual : !isEqual;
  }
  const actual =
    typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  if (number === undefined || Number.isNaN(actual)) return false;
  if (operator === "<") return actual < number;
  if (operator === ">") return actual > number;
  return operator === "<=" ? actual <= number : actual >= number;
}
