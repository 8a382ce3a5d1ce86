import { AGGREGATES, type Aggregate, FUNCTIONS } from "./functions.ts";
import { UNMASKED } from "./rows.ts";
import { QueryError, type Token } from "./tokens.ts";
import type { Value } from "./value.ts";

/** Expressions of Logs Insights, compiled to functions of a row. Pure. */
export type Row = ReadonlyMap<string, Value>;
export type Expression = (row: Row) => Value;

const DEPTH_MAX = 60;

export class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get next(): Token {
    return this.#tokens[this.#at] ?? { kind: "end", text: "", at: 0 };
  }

  advance(): Token {
    const token = this.next;
    if (token.kind !== "end") this.#at++;
    return token;
  }

  isWord(word: string): boolean {
    return this.next.kind === "name" && this.next.text.toLowerCase() === word;
  }

  takeWord(word: string): boolean {
    const found = this.isWord(word);
    if (found) this.#at++;
    return found;
  }

  takeMark(mark: string): boolean {
    const found = this.next.kind === "mark" && this.next.text === mark;
    if (found) this.#at++;
    return found;
  }

  expectMark(mark: string): void {
    if (!this.takeMark(mark)) this.fail(`${mark} was expected`);
  }

  name(): string {
    if (this.next.kind !== "name") this.fail("a field was expected");
    return this.advance().text;
  }

  fail(message: string): never {
    throw new QueryError(
      this.next.kind === "end" ? `${message} at the end` : `${message} before ${this.next.text}`,
      this.next.at,
    );
  }

  /** The text between two positions, for columns that have no name of their own. */
  position(): number {
    return this.#at;
  }

  textSince(from: number): string {
    let out = "";
    for (const token of this.#tokens.slice(from, this.#at)) {
      out +=
        token.kind === "mark" && (token.text === "(" || token.text === ")" || token.text === ",")
          ? token.text
          : out === "" || out.endsWith("(") || out.endsWith(",")
            ? token.text
            : ` ${token.text}`;
    }
    return out;
  }

  expression(): Expression {
    if (++this.#depth > DEPTH_MAX) this.fail("the expression is nested too deeply");
    let left = this.#conjunction();
    while (this.takeWord("or")) {
      const [a, b] = [left, this.#conjunction()];
      left = (row) => truthy(a(row)) || truthy(b(row));
    }
    this.#depth--;
    return left;
  }

  #conjunction(): Expression {
    let left = this.#negation();
    while (this.takeWord("and")) {
      const [a, b] = [left, this.#negation()];
      left = (row) => truthy(a(row)) && truthy(b(row));
    }
    return left;
  }

  #negation(): Expression {
    if (!this.takeWord("not")) return this.#comparison();
    if (++this.#depth > DEPTH_MAX) this.fail("the expression is nested too deeply");
    const inner = this.#negation();
    this.#depth--;
    return (row) => !truthy(inner(row));
  }

  #comparison(): Expression {
    const left = this.#sum();
    for (const operator of ["=", "!=", "<=", ">=", "<", ">"]) {
      if (!this.takeMark(operator)) continue;
      const right = this.#sum();
      return (row) => compare(operator, left(row), right(row));
    }
    const isNegated = this.takeWord("not");
    const test = this.#membership(left);
    if (test === undefined) return isNegated ? this.fail("like or in was expected") : left;
    return isNegated ? (row) => !truthy(test(row)) : test;
  }

  #membership(left: Expression): Expression | undefined {
    if (this.takeWord("like") || this.takeMark("=~")) return this.#like(left);
    if (!this.takeWord("in")) return undefined;
    this.expectMark("[");
    const items = [this.#sum()];
    while (this.takeMark(",")) items.push(this.#sum());
    this.expectMark("]");
    return (row) => items.some((item) => compare("=", left(row), item(row)));
  }

  #like(left: Expression): Expression {
    const { kind, text, at } = this.advance();
    if (kind === "string") return (row) => textOf(left(row)).includes(text);
    if (kind !== "regex") throw new QueryError("like needs a text or a regular expression", at);
    const expression = regexOf(text, at);
    return (row) => expression.test(textOf(left(row)));
  }

  #sum(): Expression {
    let left = this.#product();
    for (;;) {
      if (this.takeMark("+")) left = arithmetic(left, this.#product(), (a, b) => a + b);
      else if (this.takeMark("-")) left = arithmetic(left, this.#product(), (a, b) => a - b);
      else return left;
    }
  }

  #product(): Expression {
    let left = this.#unary();
    for (;;) {
      if (this.takeMark("*")) left = arithmetic(left, this.#unary(), (a, b) => a * b);
      else if (this.takeMark("/")) left = arithmetic(left, this.#unary(), (a, b) => a / b);
      else if (this.takeMark("%")) left = arithmetic(left, this.#unary(), (a, b) => a % b);
      else if (this.takeMark("^")) left = arithmetic(left, this.#unary(), (a, b) => a ** b);
      else return left;
    }
  }

  #unary(): Expression {
    if (!this.takeMark("-")) return this.#primary();
    if (++this.#depth > DEPTH_MAX) this.fail("the expression is nested too deeply");
    const inner = this.#unary();
    this.#depth--;
    return arithmetic(
      () => 0,
      inner,
      (a, b) => a - b,
    );
  }

  #primary(): Expression {
    const token = this.advance();
    if (token.kind === "number") return constant(Number(token.text));
    if (token.kind === "string" || token.kind === "duration") return constant(token.text);
    if (token.kind === "mark" && token.text === "(") {
      const inner = this.expression();
      this.expectMark(")");
      return inner;
    }
    if (token.kind !== "name")
      throw new QueryError(token.kind === "end" ? "the query ends too early" : `unexpected ${token.text}`, token.at);
    if (this.takeMark("(")) return this.#call(token);
    return (row) => row.get(token.text) ?? null;
  }

  #call(name: Token): Expression {
    if (name.text.toLowerCase() === "unmask") return this.#unmask();
    const call = FUNCTIONS[name.text.toLowerCase()];
    if (call === undefined) throw new QueryError(`Invalid function ${name.text}`, name.at);
    const values = this.#arguments();
    return (row) => call(values.map((value) => value(row)));
  }

  /** The message as it was before a data protection policy masked it; other fields as they are. */
  #unmask(): Expression {
    const isMessage = this.next.text === "@message";
    const [value, ...more] = this.#arguments();
    if (value === undefined || more.length > 0) this.fail("unmask takes one field");
    return (row) => (isMessage ? (row.get(UNMASKED) ?? value(row)) : value(row));
  }

  #arguments(): Expression[] {
    const values: Expression[] = [];
    if (this.takeMark(")")) return values;
    do values.push(this.expression());
    while (this.takeMark(","));
    this.expectMark(")");
    return values;
  }

  /** `count(*)`, `pct(@duration, 95)` in stats: undefined when what follows is no aggregate function. */
  aggregate(): { readonly aggregate: Aggregate; readonly values: readonly Expression[] } | undefined {
    const aggregate = AGGREGATES[this.next.text.toLowerCase()];
    if (this.next.kind !== "name" || aggregate === undefined) return undefined;
    this.advance();
    this.expectMark("(");
    if (this.takeMark("*")) {
      this.expectMark(")");
      return { aggregate, values: [constant(1)] };
    }
    const values = this.#arguments();
    return { aggregate, values: values.length === 0 ? [constant(1)] : values };
  }
}

const constant =
  (value: Value): Expression =>
  () =>
    value;

export const textOf = (value: Value): string => (value === null ? "" : String(value));
export const truthy = (value: Value): boolean => value === true || (typeof value === "number" && value !== 0) || value === "true";

export function numberOf(value: Value): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
}

function arithmetic(left: Expression, right: Expression, work: (a: number, b: number) => number): Expression {
  return (row) => {
    const result = work(numberOf(left(row)), numberOf(right(row)));
    return Number.isFinite(result) ? result : null;
  };
}

/** As numbers when both read as such. A missing field satisfies nothing. */
function compare(operator: string, left: Value, right: Value): boolean {
  if (left === null || right === null) return false;
  const [a, b] = [numberOf(left), numberOf(right)];
  const isNumeric = !Number.isNaN(a) && !Number.isNaN(b);
  const order = isNumeric ? a - b : String(left) < String(right) ? -1 : String(left) > String(right) ? 1 : 0;
  if (operator === "=") return order === 0;
  if (operator === "!=") return order !== 0;
  if (operator === "<") return order < 0;
  if (operator === "<=") return order <= 0;
  return operator === ">" ? order > 0 : order >= 0;
}

/** Throws QueryError on what isn't a regular expression. `(?i)` in front is taken. */
export function regexOf(source: string, at: number): RegExp {
  const isFolded = source.startsWith("(?i)");
  try {
    return new RegExp((isFolded ? source.slice(4) : source).replaceAll("(?P<", "(?<"), isFolded ? "i" : "");
  } catch {
    throw new QueryError(`invalid regular expression /${source}/`, at);
  }
}
