/** Tokens of DynamoDB's expressions, and the "near" text of its syntax errors. */
import { invalid } from "../errors.ts";

export interface Token {
  readonly kind: "word" | "name" | "value" | "number" | "symbol" | "bad" | "end";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Bytes of an expression (Developer Guide, "Expression parameters"). */
const EXPRESSION_BYTES_MAX = 4096;
const TOKEN = /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|(\d+)|(<>|<=|>=|[=<>()[\].,+-])|(\S))/y;
const KINDS = ["word", "name", "value", "number", "symbol", "bad"] as const;

/** `label` is the parameter's name, `ConditionExpression`. Throws ValidationException for an empty or an oversized text. */
export function tokenize(text: string, label: string): Token[] {
  if (text.trim() === "") throw invalid(`Invalid ${label}: The expression can not be empty;`);
  const bytes = Buffer.byteLength(text);
  if (bytes > EXPRESSION_BYTES_MAX)
    throw invalid(`Invalid ${label}: Expression size has exceeded the maximum allowed size; expression size: ${bytes}`);
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const group = KINDS.findIndex((_, i) => match?.[i + 1] !== undefined);
    const found = match[group + 1] ?? "";
    const end = match.index + match[0].length;
    tokens.push({ kind: KINDS[group] ?? "bad", text: found, start: end - found.length, end });
  }
  tokens.push({ kind: "end", text: "<EOF>", start: text.length, end: text.length });
  return tokens;
}

/** A cursor over the tokens. */
export class Tokens {
  readonly label: string;
  private readonly text: string;
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(text: string, label: string) {
    this.text = text;
    this.label = label;
    this.tokens = tokenize(text, label);
  }

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)] ?? { kind: "end", text: "<EOF>", start: 0, end: 0 };
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.at++;
    return token;
  }

  /** Is the next token this symbol? */
  isSymbol(symbol: string): boolean {
    const token = this.peek();
    return token.kind === "symbol" && token.text === symbol;
  }

  /** Is the next token this keyword, in any case? */
  isWord(word: string): boolean {
    const token = this.peek();
    return token.kind === "word" && token.text.toUpperCase() === word;
  }

  takeSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.at++;
    return true;
  }

  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.at++;
    return true;
  }

  expect(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.unexpected();
  }

  fail(message: string): Error {
    return invalid(`Invalid ${this.label}: ${message}`);
  }

  /** The syntax error at the next token: its text, and the source from the token before it to the one after it. */
  unexpected(): Error {
    const token = this.peek();
    const before = this.tokens[this.at - 1];
    const after = token.kind === "end" ? token : this.peek(1);
    const start = (before ?? token).start;
    const near = this.text.slice(
      start,
      token.kind === "end" ? (before ?? token).end : after.kind === "end" ? token.end : after.end,
    );
    return this.fail(`Syntax error; token: "${token.text}", near: "${near}"`);
  }
}
