import { s3Error } from "../errors.ts";
import type { Expression, Operator } from "./expression.ts";

/** undefined is SQL's MISSING. */
export type Value = unknown;

/** A record, and how its columns are found by name. */
export interface Row {
  column(name: string, isQuoted: boolean): Value;
  /** What its alias alone stands for. */
  readonly whole: Value;
}

export interface Context {
  readonly row: Row;
  /** What aggregates come to, by their index; before the end of the object undefined. */
  readonly totals: readonly Value[];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON's members by name: exact, else whatever their case; lists by index. */
export function member(value: Value, step: string | number, isExact: boolean): Value {
  if (typeof step === "number") return Array.isArray(value) ? value[step] : undefined;
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(value, step)) return value[step];
  const found = isExact ? undefined : Object.keys(value).find((name) => name.toLowerCase() === step.toLowerCase());
  return found === undefined ? undefined : value[found];
}

function numberOf(value: Value): number | undefined {
  if (typeof value === "number") return value;
  const isNumeric = typeof value === "string" && /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(value);
  return isNumeric ? Number(value) : undefined;
}

/** Below, equal, above; undefined where they cannot be compared. A text that is a number is one beside a number. */
export function compare(left: Value, right: Value): number | undefined {
  if (typeof left === "number" || typeof right === "number") {
    const [a, b] = [numberOf(left), numberOf(right)];
    return a === undefined || b === undefined ? undefined : Math.sign(a - b);
  }
  if (typeof left !== typeof right || (typeof left !== "string" && typeof left !== "boolean")) return undefined;
  return left === right ? 0 : String(left) < String(right) ? -1 : 1;
}

function isNothing(value: Value): boolean {
  return value === null || value === undefined;
}

function compared(operator: Operator, left: Value, right: Value): Value {
  if (isNothing(left) || isNothing(right)) return null;
  const order = compare(left, right);
  if (order === undefined) return operator === "<>";
  const answers: { readonly [operator: string]: boolean } = {
    "=": order === 0,
    "<>": order !== 0,
    "<": order < 0,
    "<=": order <= 0,
    ">": order > 0,
    ">=": order >= 0,
  };
  return answers[operator] ?? null;
}

function calculated(operator: Operator, left: Value, right: Value): Value {
  if (isNothing(left) || isNothing(right)) return null;
  if (operator === "||") return `${textOf(left)}${textOf(right)}`;
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a === undefined || b === undefined)
    throw s3Error(
      "InvalidCast",
      400,
      "Attempt to convert from one data type to another using CAST failed in the SQL expression.",
    );
  if (operator === "+") return a + b;
  if (operator === "-") return a - b;
  if (operator === "*") return a * b;
  if (b === 0) throw s3Error("EvaluatorDivideByZero", 400, "Division by zero in the SQL expression.");
  return operator === "/" ? a / b : a % b;
}

export function textOf(value: Value): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
}

/** SQL's three values: a null on one side does not decide where the other side does. */
function logical(operator: "AND" | "OR", left: Value, right: () => Value): Value {
  const decisive = operator === "OR";
  if (left === decisive) return decisive;
  const other = right();
  if (other === decisive) return decisive;
  return isNothing(left) || isNothing(other) ? null : !decisive;
}

/** Iterative, so that no pattern takes longer than text times pattern. */
function isLike(text: string, pattern: string, escapeWith: string | undefined): boolean {
  const parts: (string | { readonly any: boolean })[] = [];
  const characters = Array.from(pattern);
  for (let at = 0; at < characters.length; at++) {
    const each = characters[at] ?? "";
    if (each === escapeWith) parts.push(characters[++at] ?? "");
    else parts.push(each === "%" ? { any: true } : each === "_" ? { any: false } : each);
  }
  const letters = Array.from(text);
  let [at, part, star, mark] = [0, 0, -1, 0];
  while (at < letters.length) {
    const now = parts[part];
    if (typeof now === "object" && now.any) {
      star = part++;
      mark = at;
    } else if (now !== undefined && (typeof now === "object" || now === letters[at])) {
      at++;
      part++;
    } else if (star >= 0) {
      part = star + 1;
      at = ++mark;
    } else return false;
  }
  while (typeof parts[part] === "object" && (parts[part] as { any: boolean }).any) part++;
  return part === parts.length;
}

function cast(value: Value, type: string): Value {
  if (isNothing(value)) return value;
  const fail = () =>
    s3Error("CastFailed", 400, "Attempt to convert from one data type to another using CAST failed in the SQL expression.");
  if (type === "STRING") return textOf(value);
  if (type.startsWith("BOOL")) {
    if (typeof value === "boolean") return value;
    if (typeof value === "number") return value !== 0;
    const text = textOf(value).toLowerCase();
    if (text === "true" || text === "false") return text === "true";
    throw fail();
  }
  const number = typeof value === "boolean" ? Number(value) : numberOf(value);
  if (number === undefined) throw fail();
  return type.startsWith("INT") ? Math.trunc(number) : number;
}

function trimmed(text: string, characters: string, side: string): string {
  const set = new Set(Array.from(characters));
  const letters = Array.from(text);
  let [start, end] = [0, letters.length];
  if (side !== "TRAILING") while (start < end && set.has(letters[start] ?? "")) start++;
  if (side !== "LEADING") while (end > start && set.has(letters[end - 1] ?? "")) end--;
  return letters.slice(start, end).join("");
}

function called(name: string, values: readonly Value[]): Value {
  const [first, second, third] = values;
  if (name === "COALESCE") return values.find((value) => !isNothing(value)) ?? null;
  if (name === "NULLIF") return compared("=", first, second) === true ? null : first;
  if (values.some(isNothing)) return null;
  if (name === "LOWER") return textOf(first).toLowerCase();
  if (name === "UPPER") return textOf(first).toUpperCase();
  if (name.startsWith("TRIM")) return trimmed(textOf(first), textOf(second), name.slice("TRIM ".length));
  if (name !== "SUBSTRING") return Array.from(textOf(first)).length;
  const start = (numberOf(second) ?? 1) - 1;
  const end = third === undefined ? Number.POSITIVE_INFINITY : start + (numberOf(third) ?? 0);
  return Array.from(textOf(first)).slice(Math.max(start, 0), Math.max(end, 0)).join("");
}

/** Throws S3 Select's evaluation errors. */
export function evaluate(expression: Expression, context: Context): Value {
  const of = (each: Expression) => evaluate(each, context);
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "path": {
      const [first, ...rest] = expression.steps;
      if (first === undefined) return context.row.whole;
      const column = context.row.column(String(first), expression.isQuoted);
      return rest.reduce((value: Value, step) => member(value, step, false), column);
    }
    case "binary": {
      const { operator, left, right } = expression;
      if (operator === "AND" || operator === "OR") return logical(operator, of(left), () => of(right));
      const calculates = "+-*/%||".includes(operator);
      return calculates ? calculated(operator, of(left), of(right)) : compared(operator, of(left), of(right));
    }
    case "not": {
      const value = of(expression.of);
      return isNothing(value) ? null : value !== true;
    }
    case "negative":
      return calculated("-", 0, of(expression.of));
    case "is":
      return expression.what === "NULL" ? isNothing(of(expression.of)) : of(expression.of) === undefined;
    case "between": {
      const value = of(expression.of);
      return logical("AND", compared(">=", value, of(expression.low)), () => compared("<=", value, of(expression.high)));
    }
    case "in": {
      const value = of(expression.of);
      return expression.options.some((option) => compared("=", value, of(option)) === true);
    }
    case "like": {
      const [value, pattern] = [of(expression.of), of(expression.pattern)];
      if (isNothing(value) || isNothing(pattern)) return null;
      return isLike(textOf(value), textOf(pattern), expression.escape === undefined ? undefined : textOf(of(expression.escape)));
    }
    case "case":
      return of(expression.rows.find(([test]) => of(test) === true)?.[1] ?? expression.otherwise);
    case "cast":
      return cast(of(expression.of), expression.type);
    case "call":
      return called(expression.name, expression.operands.map(of));
    case "aggregate":
      return context.totals[expression.index];
  }
}
