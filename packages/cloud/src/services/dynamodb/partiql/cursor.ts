/** A cursor over a statement's tokens. */
import { isKeyword } from "./keywords.ts";
import { notWellFormed, type Token, tokenize } from "./lexer.ts";

export class Cursor {
  readonly statement: string;
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(statement: string) {
    this.statement = statement;
    this.tokens = tokenize(statement);
  }

  peek(ahead = 0): Token {
    const token = this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)];
    if (token === undefined) throw new Error("assertion: tokens close with their end");
    return token;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.at++;
    return token;
  }

  fail(): Error {
    return notWellFormed(this.statement);
  }

  isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "word" && token.text.toLowerCase() === word;
  }

  takeWord(word: string): boolean {
    const found = this.isWord(word);
    if (found) this.next();
    return found;
  }

  needWord(word: string): void {
    if (!this.takeWord(word)) throw this.fail();
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "symbol" && token.text === symbol;
  }

  takeSymbol(symbol: string): boolean {
    const found = this.isSymbol(symbol);
    if (found) this.next();
    return found;
  }

  needSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.fail();
  }

  isIdentifier(): boolean {
    const { kind, text } = this.peek();
    return kind === "name" || (kind === "word" && !isKeyword(text.toLowerCase()));
  }

  identifier(): Token {
    if (!this.isIdentifier()) throw this.fail();
    return this.next();
  }
}
