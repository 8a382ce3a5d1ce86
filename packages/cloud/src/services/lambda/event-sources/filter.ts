/**
 * Event filtering of event source mappings: the patterns of EventBridge on a record's fields. Pure.
 * AWS developer guide, "Control which events Lambda sends to your function" (read 2026-11-21).
 */
type Json = unknown;

const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A record passes when one of the patterns matches it; without patterns all pass. Malformed patterns match nothing. */
export function passes(patterns: readonly string[], record: Json): boolean {
  if (patterns.length === 0) return true;
  return patterns.some((text) => {
    try {
      return matches(JSON.parse(text), record);
    } catch {
      return false;
    }
  });
}

function matches(pattern: Json, value: Json): boolean {
  if (!isObject(pattern)) return false;
  return Object.entries(pattern).every(([key, rule]) => {
    if (key === "$or") return Array.isArray(rule) && rule.some((choice) => matches(choice, value));
    const inner = isObject(value) ? value[key] : undefined;
    if (isObject(rule))
      return (
        matches(rule, Array.isArray(inner) ? undefined : inner) ||
        (Array.isArray(inner) && inner.some((item) => matches(rule, item)))
      );
    if (!Array.isArray(rule)) return false;
    const values: Json[] = Array.isArray(inner) ? inner : [inner];
    return rule.some((test) => (values.length === 0 ? one(test, undefined) : values.some((item) => one(test, item))));
  });
}

function one(test: Json, value: Json): boolean {
  if (!isObject(test)) return value !== undefined && test === value;
  const [operator, operand] = Object.entries(test)[0] ?? ["", undefined];
  return OPERATORS[operator]?.(operand, value) ?? false;
}

const OPERATORS: { readonly [name: string]: (operand: Json, value: Json) => boolean } = {
  prefix: (operand, value) => affix(operand, value, "startsWith"),
  suffix: (operand, value) => affix(operand, value, "endsWith"),
  exists: (operand, value) => (value !== undefined) === (operand === true),
  "anything-but": (operand, value) => value !== undefined && !anything(operand, value),
  "equals-ignore-case": (operand, value) =>
    typeof operand === "string" && typeof value === "string" && operand.toLowerCase() === value.toLowerCase(),
  numeric: (operand, value) => typeof value === "number" && Array.isArray(operand) && numeric(operand, value),
  wildcard: (operand, value) => typeof operand === "string" && typeof value === "string" && wildcard(operand, value),
};

function affix(operand: Json, value: Json, method: "startsWith" | "endsWith"): boolean {
  if (typeof value !== "string") return false;
  if (typeof operand === "string") return value[method](operand);
  const folded = isObject(operand) ? operand["equals-ignore-case"] : undefined;
  return typeof folded === "string" && value.toLowerCase()[method](folded.toLowerCase());
}

function anything(operand: Json, value: Json): boolean {
  if (isObject(operand)) {
    const [operator, inner] = Object.entries(operand)[0] ?? ["", undefined];
    const choices = Array.isArray(inner) ? inner : [inner];
    return choices.some((choice) => OPERATORS[operator]?.(choice, value) ?? false);
  }
  return (Array.isArray(operand) ? operand : [operand]).includes(value);
}

function numeric(operand: readonly Json[], value: number): boolean {
  for (let i = 0; i + 1 < operand.length; i += 2) {
    const limit = operand[i + 1];
    if (typeof limit !== "number" || !compare(String(operand[i]), value, limit)) return false;
  }
  return operand.length >= 2;
}

function compare(operator: string, value: number, limit: number): boolean {
  switch (operator) {
    case "=":
      return value === limit;
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    default:
      return false;
  }
}

/** `*` stands for any run of characters, `\*` for itself. Linear: no backtracking over more than the last star. */
function wildcard(pattern: string, text: string): boolean {
  const parts = pattern.split(/(?<!\\)\*/).map((part) => part.replaceAll("\\*", "*").replaceAll("\\\\", "\\"));
  if (parts.length === 1) return text === parts[0];
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
