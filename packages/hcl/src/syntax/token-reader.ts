import { type Diagnostic, errorDiagnostic } from "@dovetail/model";
import type { Span } from "../evaluate/node.ts";
import type { SourceText } from "./source-text.ts";
import { closerOf, openerOf, Token, type TokenList, type TokenType } from "./tokens.ts";

export interface ReadToken extends Span {
  readonly type: TokenType;
}

/** More levels of nesting than anybody writes, few enough for the stack of whoever walks the tree. */
export const NESTING_MAX = 200;

/**
 * Walks through tokens: comments are left out, newlines too where the language lets an expression go on over lines. After an error
 * it helps to find a place from which reading makes sense again.
 */
export class TokenReader {
  readonly source: SourceText;
  readonly diagnostics: Diagnostic[] = [];
  /** The names of all functions called so far. */
  readonly calls = new Set<string>();
  readonly #tokens: TokenList;
  readonly #newlinesMatter: boolean[] = [true];
  /** Position of the token after the last one read. */
  #next = 0;
  #last: { readonly index: number; readonly token: ReadToken } | undefined;
  #depth = 0;
  #isAborted = false;
  /** An error was told from which reading went on by guess: what looks like an error now may only be its consequence. */
  isRecovering = false;

  constructor(source: SourceText, tokens: TokenList) {
    this.source = source;
    this.#tokens = tokens;
  }

  peek(): ReadToken {
    return this.#made(this.#indexOfNext());
  }

  /** A token is looked at several times before it is read; it is made once. */
  #made(index: number): ReadToken {
    if (this.#last?.index !== index) this.#last = { index, token: this.#tokenAt(index) };
    return this.#last.token;
  }

  read(): ReadToken {
    const index = this.#indexOfNext();
    this.#next = Math.min(index + 1, this.#tokens.types.length);
    return this.#made(index);
  }

  /** The last token read; before the first one, that one. */
  previous(): Span {
    return this.#next === 0 ? this.peek() : this.#tokenAt(this.#next - 1, true);
  }

  textOf(span: Span): string {
    return this.source.text.slice(span.start, span.end);
  }

  isKeyword(token: ReadToken, word: string): boolean {
    return token.type === Token.identifier && this.textOf(token) === word;
  }

  #indexOfNext(): number {
    const { types } = this.#tokens;
    const matter = this.#newlinesMatter.at(-1) === true;
    let i = this.#next;
    while (i < types.length - 1) {
      const type = types[i];
      if (type === Token.comment ? !matter || !this.#endsLine(i) : type === Token.newline && !matter) i++;
      else break;
    }
    return Math.min(i, types.length - 1);
  }

  #endsLine(comment: number): boolean {
    return this.source.text.charCodeAt((this.#tokens.ends[comment] ?? 1) - 1) === 10;
  }

  /** A comment to the end of the line stands for the newline that it swallowed. */
  #tokenAt(index: number, isRaw = false): ReadToken {
    const type = this.#tokens.types[index] ?? Token.endOfFile;
    return {
      type: type === Token.comment && !isRaw ? Token.newline : type,
      start: this.#tokens.starts[index] ?? 0,
      end: this.#tokens.ends[index] ?? 0,
    };
  }

  /** Reads with newlines as tokens or as mere space. */
  withNewlines<Result>(matter: boolean, read: () => Result): Result {
    this.#newlinesMatter.push(matter);
    const result = read();
    this.#newlinesMatter.pop();
    return result;
  }

  /** Reads one level deeper; past the limit that is told and everything that follows is left unread. */
  nested<Result>(read: () => Result): Result {
    this.#depth++;
    if (this.#depth > NESTING_MAX) this.giveUp();
    const result = read();
    this.#depth--;
    return result;
  }

  /** Tells that the limit of nesting is passed and leaves the rest unread. */
  giveUp(): void {
    if (this.#isAborted) return;
    const { start, end } = this.peek();
    this.diagnostics.push(
      errorDiagnostic("DVT2002", "Nested too deeply", {
        detail: `Expressions and blocks may be nested ${NESTING_MAX} levels deep. What follows was not read.`,
        range: this.source.range(start, end),
      }),
    );
    this.#isAborted = true;
    this.isRecovering = true;
    this.#next = this.#tokens.types.length - 1;
  }

  /** Whether the limit of nesting was passed: nothing more is read. */
  get hasGivenUp(): boolean {
    return this.#isAborted;
  }

  get errorCount(): number {
    return this.diagnostics.length;
  }

  report(summary: string, detail: string, span: Span): void {
    if (this.#isAborted) return;
    this.diagnostics.push(errorDiagnostic("DVT2001", summary, { detail, range: this.source.range(span.start, span.end) }));
  }

  /** Reports what may be no more than a consequence of an earlier error: not while recovering from one. */
  reportUnlessRecovering(summary: string, detail: string, span: Span): void {
    if (!this.isRecovering) this.report(summary, detail, span);
  }

  /** Reads up to and with the token that closes what is open now; at the end of the file, that. */
  skipPast(end: TokenType): ReadToken {
    this.isRecovering = true;
    const opener = openerOf(end);
    let depth = 0;
    for (;;) {
      const token = this.read();
      const type = end === Token.sequenceEnd && token.type === Token.directive ? Token.interpolation : token.type;
      if (type === opener) depth++;
      else if (type === end) {
        if (depth === 0) return token;
        depth--;
      } else if (type === Token.endOfFile) return token;
    }
  }

  /** Reads up to and with the next whole pair of brackets that begins with `start`. */
  skipOver(start: TokenType): void {
    let token = this.read();
    while (token.type !== start && token.type !== Token.endOfFile) token = this.read();
    this.skipPast(closerOf(start) ?? Token.endOfFile);
  }

  /** Reads up to the end of the line on which no bracket is left open: there the next argument or block may begin. */
  skipBodyItem(): void {
    this.isRecovering = true;
    const open: TokenType[] = [];
    for (;;) {
      const { type } = this.read();
      if (type === Token.endOfFile || (type === Token.newline && open.length === 0)) return;
      if (closerOf(type) !== undefined) open.push(type);
      else if (openerOf(type) !== undefined) closeInnermost(open, type);
    }
  }
}

/** Takes the bracket that `closer` closes off the open ones, with those inside it that were never closed. */
function closeInnermost(open: TokenType[], closer: TokenType): void {
  while (open.length > 0) {
    const opener = open.pop();
    if (opener !== undefined && closerOf(opener) === closer) return;
  }
}
