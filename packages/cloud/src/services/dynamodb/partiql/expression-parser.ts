/** PartiQL's expressions, as far as DynamoDB's statements use them (Developer Guide, "PartiQL operators", "PartiQL functions"). */

import { invalid } from "../errors.ts";
import type { Path, PathPart } from "../expressions/ast.ts";
import type { Expression } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { isKeyword } from "./keywords.ts";
import { type Place, printPlace, type Token } from "./lexer.ts";

/** Expressions inside one another; what is deeper is no statement anybody wrote. */
const DEPTH_MAX = 200;
const COMPARATORS: Readonly<Record<string, string>> = {
  "=": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};
/** Keywords that name functions: `size(path)`. */
const FUNCTION_KEYWORDS: ReadonlySet<string> = new Set([
  "size",
  "exists",
  "count",
  "sum",
  "avg",
  "min",
  "max",
  "upper",
  "lower",
  "trim",
  "substring",
  "coalesce",
  "nullif",
  "extract",
  "char_length",
  "character_length",
  "octet_length",
  "bit_length",
  "date_add",
  "date_diff",
]);
const UNSUPPORTED_TOKENS: ReadonlySet<string> = new Set(["select", "case", "cast"]);
const TYPES: Readonly<Record<string, string>> = {
  bool: "BOOLEAN",
  boolean: "BOOLEAN",
  int: "INTEGER",
  integer: "INTEGER",
  smallint: "SMALLINT",
  float: "FLOAT",
  real: "REAL",
  double: "DOUBLE_PRECISION",
  decimal: "DECIMAL",
  numeric: "NUMERIC",
  timestamp: "TIMESTAMP",
  char: "CHARACTER",
  character: "CHARACTER",
  varchar: "CHARACTER_VARYING",
  string: "STRING",
  symbol: "SYMBOL",
  clob: "CLOB",
  blob: "BLOB",
  struct: "STRUCT",
  tuple: "TUPLE",
  list: "LIST",
  sexp: "SEXP",
  bag: "BAG",
  null: "NULL",
  missing: "MISSING",
};

function operator(name: string, operands: readonly Expression[], place: Place): Expression {
  return { kind: "operator", operator: name, operands, place };
}

export class ExpressionParser {
  private readonly cursor: Cursor;
  private depth = 0;
  /** Parameters seen so far: `?` are numbered as they stand. */
  parameters = 0;

  constructor(cursor: Cursor) {
    this.cursor = cursor;
  }

  expression(): Expression {
    if (++this.depth > DEPTH_MAX) throw this.cursor.fail();
    let left = this.conjunction();
    for (let { place } = this.cursor.peek(); this.cursor.takeWord("or"); { place } = this.cursor.peek())
      left = operator("or", [left, this.conjunction()], place);
    this.depth--;
    return left;
  }

  private conjunction(): Expression {
    let left = this.negation();
    for (let { place } = this.cursor.peek(); this.cursor.takeWord("and"); { place } = this.cursor.peek())
      left = operator("and", [left, this.negation()], place);
    return left;
  }

  private negation(): Expression {
    const { place } = this.cursor.peek();
    let count = 0;
    while (this.cursor.takeWord("not")) count++;
    let inner = this.comparison();
    if (count > DEPTH_MAX) throw this.cursor.fail();
    for (; count > 0; count--) inner = operator("not", [inner], place);
    return inner;
  }

  private comparison(): Expression {
    let left = this.sum();
    for (;;) {
      const { kind, text, place } = this.cursor.peek();
      const comparator = kind === "symbol" ? COMPARATORS[text] : undefined;
      if (comparator !== undefined) {
        this.cursor.next();
        left = operator(comparator, [left, this.sum()], place);
        continue;
      }
      const special = this.wordComparison(left);
      if (special === undefined) return left;
      left = special;
    }
  }

  private wordComparison(left: Expression): Expression | undefined {
    const { cursor } = this;
    const { place } = cursor.peek();
    if (cursor.takeWord("is")) return this.is(left, place);
    const negated = cursor.isWord("not") && ["in", "between", "like"].some((word) => cursor.isWord(word, 1));
    if (negated) cursor.next();
    const wrap = (found: Expression) => (negated ? operator("not", [found], place) : found);
    if (cursor.takeWord("in")) return wrap(operator("in", [left, this.sequence()], place));
    if (cursor.takeWord("like")) return wrap(operator("like", [left, this.sum()], place));
    if (!cursor.takeWord("between")) return undefined;
    const low = this.sum();
    cursor.needWord("and");
    return wrap(operator("between", [left, low, this.sum()], place));
  }

  /** What stands right of IN: parentheses are a list there, around one member too. */
  private sequence(): Expression {
    const token = this.cursor.peek();
    if (!this.cursor.isSymbol("(") || this.cursor.isWord("select", 1)) return this.sum();
    this.cursor.next();
    const members = this.nested(() => this.listUntil(")"));
    this.cursor.needSymbol(")");
    return { kind: "list", members, place: token.place };
  }

  private is(left: Expression, place: Place): Expression {
    const negated = this.cursor.takeWord("not");
    const token = this.cursor.next();
    const type = token.kind === "word" ? TYPES[token.text.toLowerCase()] : undefined;
    if (type === undefined) throw this.cursor.fail();
    const found: Expression = { kind: "is", operand: left, type, place };
    return negated ? operator("not", [found], place) : found;
  }

  private sum(): Expression {
    let left = this.unary();
    for (;;) {
      const { kind, text, place } = this.cursor.peek();
      if (kind !== "symbol" || !["+", "-", "*", "/", "%", "||"].includes(text)) return left;
      this.cursor.next();
      left = operator(text, [left, this.unary()], place);
    }
  }

  private unary(): Expression {
    const { kind, text, place } = this.cursor.peek();
    if (kind !== "symbol" || (text !== "-" && text !== "+")) return this.primary();
    this.cursor.next();
    const number = this.cursor.peek();
    if (number.kind !== "number") return operator(text, [this.nested(() => this.unary())], place);
    this.cursor.next();
    return { kind: "number", text: text === "-" ? `-${number.text}` : number.text, place };
  }

  private nested<T>(parse: () => T): T {
    if (++this.depth > DEPTH_MAX) throw this.cursor.fail();
    const found = parse();
    this.depth--;
    return found;
  }

  private primary(): Expression {
    const token = this.cursor.peek();
    const { kind, text, place } = token;
    switch (kind) {
      case "string":
      case "number":
      case "ion":
        this.cursor.next();
        return { kind, text, place };
      case "name":
        return this.pathExpression();
      case "word":
        return this.word(token);
      case "symbol":
        return this.symbol(token);
      default:
        throw this.cursor.fail();
    }
  }

  private word({ text, place }: Token): Expression {
    const word = text.toLowerCase();
    if (UNSUPPORTED_TOKENS.has(word))
      throw invalid(`Unsupported token in expression: ${text.toUpperCase()} at ${printPlace(place)}`);
    if (word === "true" || word === "false") return this.took({ kind: "boolean", value: word === "true", place });
    if (word === "null" || word === "missing") return this.took({ kind: word, place });
    if (this.cursor.isSymbol("(", 1) && (FUNCTION_KEYWORDS.has(word) || !isKeyword(word))) return this.call();
    return this.pathExpression();
  }

  private took(expression: Expression): Expression {
    this.cursor.next();
    return expression;
  }

  private call(): Expression {
    const { text, place } = this.cursor.next();
    this.cursor.needSymbol("(");
    const isEmpty = this.cursor.isSymbol(")") || this.cursor.takeSymbol("*");
    const operands = isEmpty ? [] : this.nested(() => this.listUntil(")"));
    this.cursor.needSymbol(")");
    return { kind: "call", name: text.toLowerCase(), operands, place };
  }

  private listUntil(close: string): Expression[] {
    const members: Expression[] = [];
    do members.push(this.expression());
    while (this.cursor.takeSymbol(","));
    if (!this.cursor.isSymbol(close)) throw this.cursor.fail();
    return members;
  }

  private symbol({ text, place }: Token): Expression {
    const { cursor } = this;
    if (text === "?") return this.took({ kind: "parameter", index: this.parameters++, place });
    if (text === "{") return this.tuple();
    const closing = { "(": ")", "[": "]", "<<": ">>" }[text];
    if (closing === undefined) throw cursor.fail();
    cursor.next();
    const members = cursor.isSymbol(closing) ? [] : this.nested(() => this.listUntil(closing));
    cursor.needSymbol(closing);
    const [only] = members;
    if (text === "(" && only === undefined) throw cursor.fail();
    if (text === "(" && only !== undefined && members.length === 1) return only;
    return { kind: text === "<<" ? "bag" : "list", members, place };
  }

  private tuple(): Expression {
    const { place } = this.cursor.next();
    const entries: [Expression, Expression][] = [];
    if (!this.cursor.isSymbol("}")) {
      do {
        const key = this.nested(() => this.sum());
        this.cursor.needSymbol(":");
        entries.push([key, this.expression()]);
      } while (this.cursor.takeSymbol(","));
    }
    this.cursor.needSymbol("}");
    return { kind: "tuple", entries, place };
  }

  private pathExpression(): Expression {
    const { place } = this.cursor.peek();
    return { kind: "path", path: this.path(), place };
  }

  /** `a."b"['c'][0]`. */
  path(): Path {
    const { cursor } = this;
    const parts: PathPart[] = [cursor.identifier().text];
    for (;;) {
      const { place } = cursor.peek();
      if (cursor.takeSymbol(".")) {
        const star = cursor.peek();
        if (cursor.takeSymbol("*"))
          throw invalid(`Unpivot path component like a.*.b are not supported at ${printPlace(star.place)}`);
        parts.push(cursor.identifier().text);
      } else if (cursor.takeSymbol("[")) parts.push(this.component());
      else break;
      if (parts.length > DEPTH_MAX) throw invalid(`Unexpected path component at ${printPlace(place)}`);
    }
    if (parts.includes("")) throw invalid("Path component cannot be an empty string");
    return parts;
  }

  private component(): PathPart {
    const { kind, text, place } = this.cursor.next();
    if (kind === "symbol" && text === "*")
      throw invalid(`Wildcard path component like a[*].b are not supported at ${printPlace(place)}`);
    if (kind === "end") throw this.cursor.fail();
    const isIndex = kind === "number" && /^\d{1,9}$/.test(text);
    if (!isIndex && kind !== "string") throw invalid(`Unexpected path component at ${printPlace(place)}`);
    this.cursor.needSymbol("]");
    return isIndex ? Number(text) : text;
  }
}
