import { s3Error } from "../errors.ts";
import type { Column, Expression, Operator, Query } from "./expression.ts";
import { type Token, tokensOf, unexpected } from "./tokens.ts";

const DEPTH_MAX = 64;
const AGGREGATES: ReadonlySet<string> = new Set(["COUNT", "SUM", "AVG", "MIN", "MAX"]);
const FUNCTIONS: Readonly<Record<string, readonly [number, number]>> = {
  CHAR_LENGTH: [1, 1],
  CHARACTER_LENGTH: [1, 1],
  COALESCE: [1, 100],
  LOWER: [1, 1],
  NULLIF: [2, 2],
  SUBSTRING: [2, 3],
  UPPER: [1, 1],
};
const TYPES: ReadonlySet<string> = new Set(["BOOL", "BOOLEAN", "DECIMAL", "NUMERIC", "FLOAT", "INT", "INTEGER", "STRING"]);
const RESERVED =
  /^(SELECT|FROM|WHERE|LIMIT|AS|AND|OR|NOT|IS|IN|LIKE|BETWEEN|ESCAPE|CASE|WHEN|THEN|ELSE|END|GROUP|ORDER|HAVING|JOIN)$/;

function unsupported(what: string): Error {
  return s3Error("UnsupportedSyntax", 400, `Encountered invalid syntax: ${what} is not supported.`);
}

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;
  private alias: string | undefined;
  readonly aggregates: Query["aggregates"][number][] = [];

  constructor(sql: string) {
    this.tokens = tokensOf(sql);
    this.alias = this.findAlias();
  }

  private get token(): Token {
    return this.tokens[this.at] ?? { kind: "end", text: "", at: 0 };
  }
  private next(): Token {
    const { token } = this;
    this.at++;
    return token;
  }
  private isWord(word: string): boolean {
    return this.token.kind === "name" && this.token.text.toUpperCase() === word;
  }
  private takeWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.at++;
    return true;
  }
  private takeSymbol(symbol: string): boolean {
    if (this.token.kind !== "symbol" || this.token.text !== symbol) return false;
    this.at++;
    return true;
  }
  private need(done: boolean): void {
    if (!done) throw unexpected(this.token);
  }

  /** Columns may be named by the alias before it is said: FROM stands behind them. */
  private findAlias(): string | undefined {
    const from = this.tokens.findIndex(({ kind, text }) => kind === "name" && text.toUpperCase() === "FROM");
    if (from < 0) return undefined;
    let at = from + 2;
    while (this.tokens[at]?.kind === "symbol") at += this.tokens[at]?.text === "." ? 2 : 3;
    if (this.tokens[at]?.text.toUpperCase() === "AS") at++;
    const found = this.tokens[at];
    return found?.kind === "name" && !RESERVED.test(found.text.toUpperCase()) ? found.text.toUpperCase() : undefined;
  }

  query(): Query {
    this.need(this.takeWord("SELECT"));
    const columns = this.takeSymbol("*") ? undefined : this.columns();
    if (!this.takeWord("FROM")) throw s3Error("ParseSelectMissingFrom", 400, "The SELECT expression has no FROM clause.");
    const from = this.source();
    const where = this.takeWord("WHERE") ? this.expression() : undefined;
    const limit = this.takeWord("LIMIT") ? this.limit() : undefined;
    for (const word of ["GROUP", "ORDER", "HAVING", "JOIN"]) if (this.isWord(word)) throw unsupported(word);
    if (this.token.kind !== "end") throw unexpected(this.token);
    return { columns, from, where, limit, aggregates: this.aggregates };
  }

  private limit(): number {
    const token = this.next();
    if (token.kind !== "number" || !/^\d+$/.test(token.text)) throw unexpected(token);
    return Number(token.text);
  }

  private columns(): Column[] {
    const out: Column[] = [];
    do {
      const value = this.expression();
      const isNamed = this.takeWord("AS") || this.token.kind === "quoted" || (this.token.kind === "name" && !this.isWord("FROM"));
      out.push({ value, name: isNamed ? this.name() : nameOf(value) });
    } while (this.takeSymbol(","));
    return out;
  }

  private name(): string {
    const token = this.next();
    if (token.kind !== "name" && token.kind !== "quoted") throw unexpected(token);
    return token.text;
  }

  private source(): (string | number)[] {
    if (!/^S3OBJECT$/i.test(this.name()))
      throw s3Error("InvalidDataSource", 400, "Invalid data source type. Only CSV, JSON, and Parquet are supported.");
    const steps = this.steps(true);
    if (this.takeWord("AS")) this.name();
    else if (this.token.kind === "name" && !RESERVED.test(this.token.text.toUpperCase())) this.at++;
    // The first [*] is the records themselves.
    return steps[0] === "*" ? steps.slice(1) : steps;
  }

  private steps(takesStar: boolean): (string | number)[] {
    const out: (string | number)[] = [];
    for (;;) {
      if (this.takeSymbol(".")) out.push(this.name());
      else if (this.takeSymbol("[")) {
        const token = this.next();
        if (token.kind === "number" && /^\d+$/.test(token.text)) out.push(Number(token.text));
        else if (takesStar && token.text === "*") out.push("*");
        else if (token.kind === "text") out.push(token.text);
        else throw unexpected(token);
        this.need(this.takeSymbol("]"));
      } else return out;
    }
  }

  private expression(): Expression {
    if (++this.depth > DEPTH_MAX) throw s3Error("ExpressionTooLong", 400, "The SQL expression is nested too deeply.");
    let left = this.conjunction();
    while (this.takeWord("OR")) left = { kind: "binary", operator: "OR", left, right: this.conjunction() };
    this.depth--;
    return left;
  }

  private conjunction(): Expression {
    let left = this.negation();
    while (this.takeWord("AND")) left = { kind: "binary", operator: "AND", left, right: this.negation() };
    return left;
  }

  private negation(): Expression {
    let isNegated = false;
    while (this.takeWord("NOT")) isNegated = !isNegated;
    const of = this.test();
    return isNegated ? { kind: "not", of } : of;
  }

  private test(): Expression {
    const left = this.sum();
    for (const symbol of ["=", "<>", "!=", "<=", ">=", "<", ">"] as const)
      if (this.takeSymbol(symbol)) return { kind: "binary", operator: symbol === "!=" ? "<>" : symbol, left, right: this.sum() };
    if (this.takeWord("IS")) {
      const isNegated = this.takeWord("NOT");
      const what = this.takeWord("NULL") ? "NULL" : this.takeWord("MISSING") ? "MISSING" : undefined;
      if (what === undefined) throw unexpected(this.token);
      return negated(isNegated, { kind: "is", of: left, what });
    }
    const isNegated = this.takeWord("NOT");
    if (this.takeWord("BETWEEN")) {
      const low = this.sum();
      this.need(this.takeWord("AND"));
      return negated(isNegated, { kind: "between", of: left, low, high: this.sum() });
    }
    if (this.takeWord("IN")) return negated(isNegated, { kind: "in", of: left, options: this.list() });
    if (this.takeWord("LIKE")) {
      const pattern = this.sum();
      const escaped = this.takeWord("ESCAPE") ? { escape: this.sum() } : {};
      return negated(isNegated, { kind: "like", of: left, pattern, ...escaped });
    }
    this.need(!isNegated);
    return left;
  }

  private list(): Expression[] {
    this.need(this.takeSymbol("(") || this.takeSymbol("["));
    const out: Expression[] = [];
    do out.push(this.expression());
    while (this.takeSymbol(","));
    this.need(this.takeSymbol(")") || this.takeSymbol("]"));
    return out;
  }

  private operators(symbols: readonly Operator[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const operator = symbols.find((symbol) => this.takeSymbol(symbol));
      if (operator === undefined) return left;
      left = { kind: "binary", operator, left, right: operand() };
    }
  }

  private sum(): Expression {
    return this.operators(["+", "-", "||"], () => this.operators(["*", "/", "%"], () => this.operand()));
  }

  private operand(): Expression {
    if (this.takeSymbol("-")) {
      if (++this.depth > DEPTH_MAX) throw s3Error("ExpressionTooLong", 400, "The SQL expression is nested too deeply.");
      const of = this.operand();
      this.depth--;
      return { kind: "negative", of };
    }
    if (this.takeSymbol("(")) {
      const inner = this.expression();
      this.need(this.takeSymbol(")"));
      return inner;
    }
    const token = this.next();
    if (token.kind === "number") return { kind: "literal", value: Number(token.text) };
    if (token.kind === "text") return { kind: "literal", value: token.text };
    if (token.kind !== "name" && token.kind !== "quoted") throw unexpected(token);
    const word = token.kind === "name" ? token.text.toUpperCase() : "";
    if (word === "TRUE" || word === "FALSE") return { kind: "literal", value: word === "TRUE" };
    if (word === "NULL" || word === "MISSING") return { kind: "literal", value: word === "NULL" ? null : undefined };
    if (word === "CASE") return this.cases();
    if (token.kind === "name" && this.takeSymbol("(")) return this.call(word);
    if (RESERVED.test(word)) throw unexpected(token);
    return this.path(token);
  }

  private path(token: Token): Expression {
    const isAlias = token.kind === "name" && (token.text.toUpperCase() === this.alias || /^S3OBJECT$/i.test(token.text));
    const rest = this.steps(false);
    return { kind: "path", steps: isAlias ? rest : [token.text, ...rest], isQuoted: token.kind === "quoted" };
  }

  private cases(): Expression {
    const subject = this.isWord("WHEN") ? undefined : this.expression();
    const rows: [Expression, Expression][] = [];
    while (this.takeWord("WHEN")) {
      const test = this.expression();
      this.need(this.takeWord("THEN"));
      rows.push([
        subject === undefined ? test : { kind: "binary", operator: "=", left: subject, right: test },
        this.expression(),
      ]);
    }
    const otherwise: Expression = this.takeWord("ELSE") ? this.expression() : { kind: "literal", value: null };
    this.need(rows.length > 0 && this.takeWord("END"));
    return { kind: "case", rows, otherwise };
  }

  /** What stands behind a name and its opening parenthesis. */
  private call(name: string): Expression {
    if (AGGREGATES.has(name)) {
      const of = name === "COUNT" && this.takeSymbol("*") ? undefined : this.expression();
      this.need(this.takeSymbol(")"));
      const aggregate = { kind: "aggregate", name, index: this.aggregates.length, of } as const;
      this.aggregates.push(aggregate);
      return aggregate;
    }
    if (name === "CAST") {
      const of = this.expression();
      this.need(this.takeWord("AS"));
      const type = this.name().toUpperCase();
      if (!TYPES.has(type)) throw unsupported(`CAST to ${type}`);
      this.need(this.takeSymbol(")"));
      return { kind: "cast", of, type };
    }
    if (name === "TRIM") return this.trim();
    const counts = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (counts === undefined)
      throw s3Error("UnsupportedFunction", 400, `Encountered an unsupported SQL function: ${name.slice(0, 100)}.`);
    const operands: Expression[] = [this.expression()];
    while (this.takeSymbol(",") || (name === "SUBSTRING" && (this.takeWord("FROM") || this.takeWord("FOR"))))
      operands.push(this.expression());
    this.need(this.takeSymbol(")"));
    const [least, most] = counts;
    if (operands.length < least || operands.length > most)
      throw s3Error("EvaluatorInvalidArguments", 400, `Incorrect number of arguments in the function call of ${name}.`);
    return { kind: "call", name, operands };
  }

  private trim(): Expression {
    const side = ["LEADING", "TRAILING", "BOTH"].find((word) => this.takeWord(word)) ?? "BOTH";
    const first: Expression = this.isWord("FROM") ? { kind: "literal", value: " " } : this.expression();
    const hasFrom = this.takeWord("FROM");
    const of = hasFrom ? this.expression() : first;
    this.need(this.takeSymbol(")"));
    const characters: Expression = hasFrom ? first : { kind: "literal", value: " " };
    return { kind: "call", name: `TRIM ${side}`, operands: [of, characters] };
  }
}

function negated(isNegated: boolean, of: Expression): Expression {
  return isNegated ? { kind: "not", of } : of;
}

function nameOf(value: Expression): string | undefined {
  const last = value.kind === "path" ? value.steps.at(-1) : undefined;
  return typeof last === "string" ? last : undefined;
}

/** Throws the codes of S3 Select: ParseUnexpectedToken, LexerInvalidChar, UnsupportedFunction, UnsupportedSyntax, … */
export function parseQuery(sql: string): Query {
  const query = new Parser(sql).query();
  if (query.aggregates.length > 0 && query.columns?.some(({ value }) => value.kind === "path"))
    throw unsupported("a column beside an aggregate");
  return query;
}
