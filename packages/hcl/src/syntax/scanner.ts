import { isPairAt, SourceText } from "./source-text.ts";
import { Token, type TokenList, type TokenType } from "./tokens.ts";

/** `file` for configuration and expressions, `template` for a text that is a template from its first character on. */
export type ScanMode = "file" | "template";

/**
 * Splits a text into tokens (HCL Native Syntax Specification, "Lexical Elements" and "Template Expressions"). Never fails: what
 * the language does not know becomes a token that `tokenProblems` tells about. Linear in the length of the text.
 */
export function scanTokens(source: SourceText, mode: ScanMode): TokenList {
  return new Scanner(source.text, mode).run();
}

interface Heredoc {
  readonly marker: string;
  isStartOfLine: boolean;
}
type Mode = "normal" | "quoted" | "heredoc" | "bare";

const IDENTIFIER = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const HEREDOC = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy;

/** The longest match comes first. */
const SYMBOLS: { readonly [first: string]: readonly (readonly [string, TokenType])[] } = {
  "[": [["[", Token.openBracket]],
  "]": [["]", Token.closeBracket]],
  "(": [["(", Token.openParen]],
  ")": [[")", Token.closeParen]],
  ".": [
    ["...", Token.ellipsis],
    [".", Token.dot],
  ],
  ",": [[",", Token.comma]],
  "*": [["*", Token.star]],
  "/": [["/", Token.slash]],
  "%": [["%", Token.percent]],
  "+": [["+", Token.plus]],
  "-": [["-", Token.minus]],
  "=": [
    ["==", Token.equal],
    ["=>", Token.fatArrow],
    ["=", Token.assign],
  ],
  "<": [
    ["<=", Token.lessOrEqual],
    ["<", Token.less],
  ],
  ">": [
    [">=", Token.greaterOrEqual],
    [">", Token.greater],
  ],
  "!": [
    ["!=", Token.notEqual],
    ["!", Token.bang],
  ],
  "?": [["?", Token.question]],
  ":": [
    ["::", Token.doubleColon],
    [":", Token.colon],
  ],
  "&": [
    ["&&", Token.and],
    ["&", Token.bitwiseAnd],
  ],
  "|": [
    ["||", Token.or],
    ["|", Token.bitwiseOr],
  ],
  "~": [["~", Token.bitwiseNot]],
  "^": [["^", Token.bitwiseXor]],
  ";": [[";", Token.semicolon]],
  "`": [["`", Token.backtick]],
  "'": [["'", Token.apostrophe]],
};

class Scanner {
  readonly #text: string;
  readonly #types: TokenType[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #modes: Mode[];
  readonly #heredocs: Heredoc[] = [];
  /** How many braces are open, and at which of these counts a `}` ends a template's sequence. */
  #braces = 0;
  readonly #sequenceBraces: number[] = [];
  #at = 0;
  /** No `*` + `/` stands after this offset. */
  #lastCommentEnd: number | undefined;

  constructor(text: string, mode: ScanMode) {
    this.#text = text;
    this.#modes = [mode === "file" ? "normal" : "bare"];
  }

  run(): TokenList {
    while (this.#at < this.#text.length) {
      const mode = this.#modes.at(-1);
      if (mode === "normal") this.#normal();
      else if (mode === "quoted") this.#quoted();
      else this.#lines(mode === "heredoc");
    }
    this.#emit(Token.endOfFile, this.#text.length);
    return { types: this.#types, starts: this.#starts, ends: this.#ends };
  }

  #emit(type: TokenType, end: number): void {
    this.#types.push(type);
    this.#starts.push(this.#at);
    this.#ends.push(end);
    this.#at = end;
  }

  #normal(): void {
    const text = this.#text;
    const at = this.#at;
    const char = text.charAt(at);
    if (char === " " || char === "\t") this.#at++;
    else if (char === "\n") this.#emit(Token.newline, at + 1);
    else if (char === "\r" && text.charAt(at + 1) === "\n") this.#emit(Token.newline, at + 2);
    else if (char === "#" || text.startsWith("//", at)) this.#lineComment();
    else if (text.startsWith("/*", at) && this.#commentEnd(at + 2) > 0) this.#emit(Token.comment, this.#commentEnd(at + 2));
    else if (char === '"') {
      this.#emit(Token.openQuote, at + 1);
      this.#modes.push("quoted");
    } else if (char === "{") {
      this.#emit(Token.openBrace, at + 1);
      this.#braces++;
    } else if (char === "}") this.#closeBrace(at + 1);
    else if (text.startsWith("~}", at)) this.#closeTrimming();
    else if (char >= "0" && char <= "9") this.#emit(Token.number, numberEnd(text, at));
    else if (!this.#identifier() && !this.#heredocStart() && !this.#symbol(char)) this.#unknown();
  }

  #lineComment(): void {
    const newline = this.#text.indexOf("\n", this.#at);
    this.#emit(Token.comment, newline < 0 ? this.#text.length : newline + 1);
  }

  /** Where the block comment ends; 0 where it never does. */
  #commentEnd(from: number): number {
    this.#lastCommentEnd ??= this.#text.lastIndexOf("*/");
    return this.#lastCommentEnd < from ? 0 : this.#text.indexOf("*/", from) + 2;
  }

  #closeBrace(end: number): void {
    if (this.#sequenceBraces.at(-1) === this.#braces) {
      this.#emit(Token.sequenceEnd, end);
      this.#sequenceBraces.pop();
      this.#modes.pop();
    } else this.#emit(Token.closeBrace, end);
    this.#braces--;
  }

  /** `~}` is the end of a sequence even where none is open: the parser tells that it is misplaced. */
  #closeTrimming(): void {
    if (this.#sequenceBraces.at(-1) === this.#braces) this.#closeBrace(this.#at + 2);
    else {
      this.#emit(Token.sequenceEnd, this.#at + 2);
      this.#braces--;
    }
  }

  #identifier(): boolean {
    IDENTIFIER.lastIndex = this.#at;
    if (!IDENTIFIER.test(this.#text)) return false;
    this.#emit(Token.identifier, IDENTIFIER.lastIndex);
    return true;
  }

  #heredocStart(): boolean {
    HEREDOC.lastIndex = this.#at;
    const match = HEREDOC.exec(this.#text);
    if (match === null) return false;
    this.#emit(Token.openHeredoc, HEREDOC.lastIndex);
    this.#heredocs.push({ marker: match[1] ?? "", isStartOfLine: true });
    this.#modes.push("heredoc");
    return true;
  }

  #symbol(char: string): boolean {
    const rows = Object.hasOwn(SYMBOLS, char) ? SYMBOLS[char] : undefined;
    const row = rows?.find(([symbol]) => this.#text.startsWith(symbol, this.#at));
    if (row === undefined) return false;
    this.#emit(row[1], this.#at + row[0].length);
    return true;
  }

  #unknown(): void {
    if (isPairAt(this.#text, this.#at)) this.#emit(Token.invalid, this.#at + 2);
    else this.#emit(this.#isBroken(this.#at) ? Token.brokenText : Token.invalid, this.#at + 1);
  }

  #isBroken(at: number): boolean {
    return SourceText.isBrokenUnit(this.#text.charCodeAt(at)) && !isPairAt(this.#text, at);
  }

  #sequenceStart(): void {
    const length = this.#text.charAt(this.#at + 2) === "~" ? 3 : 2;
    this.#emit(this.#text.charAt(this.#at) === "$" ? Token.interpolation : Token.directive, this.#at + length);
    this.#braces++;
    this.#sequenceBraces.push(this.#braces);
    const heredoc = this.#heredocs.at(-1);
    if (heredoc !== undefined) heredoc.isStartOfLine = false;
    this.#modes.push("normal");
  }

  #quoted(): void {
    const text = this.#text;
    const char = text.charAt(this.#at);
    if (char === '"') {
      this.#emit(Token.closeQuote, this.#at + 1);
      this.#modes.pop();
    } else if (isNewline(char)) {
      let end = this.#at;
      while (end < text.length && isNewline(text.charAt(end))) end++;
      this.#emit(Token.quotedNewline, end);
    } else if (isSequenceStart(text, this.#at)) this.#sequenceStart();
    else if (this.#isBroken(this.#at)) this.#emit(Token.brokenText, this.#at + 1);
    else if (isLoneMarker(text, this.#at)) this.#emit(Token.invalid, this.#at + 1);
    else {
      const end = this.#quotedTextEnd();
      // A backslash that has nothing to escape.
      if (end === this.#at) this.#emit(Token.invalid, end + 1);
      else this.#emit(Token.quotedText, end);
    }
  }

  #quotedTextEnd(): number {
    const text = this.#text;
    let at = this.#at;
    while (at < text.length) {
      const char = text.charAt(at);
      if (char === '"' || isNewline(char) || this.#isBroken(at)) break;
      if (char === "\\") {
        if (isLoneBackslash(text, at) || this.#isBroken(at + 1)) break;
        at += isPairAt(text, at + 1) ? 3 : 2;
      } else if (char === "$" || char === "%") {
        if (isSequenceStart(text, at) || isLoneMarker(text, at)) break;
        at += markerLength(text, at);
      } else at += isPairAt(text, at) ? 2 : 1;
    }
    return at;
  }

  /** Text of a heredoc or a bare template: one token a line at most, since trimming and indentation look at lines. */
  #lines(isHeredoc: boolean): void {
    const end = this.#lineTextEnd();
    if (isSequenceStart(this.#text, this.#at)) this.#sequenceStart();
    else if (end === this.#at) this.#emit(this.#isBroken(end) ? Token.brokenText : Token.invalid, end + 1);
    else if (isHeredoc) this.#heredocText(end);
    else this.#emit(Token.plainText, end);
  }

  #heredocText(end: number): void {
    const heredoc = this.#heredocs.at(-1);
    const isWholeLine = this.#text.charAt(end - 1) === "\n";
    if (heredoc?.isStartOfLine && isWholeLine && this.#text.slice(this.#at, end).trim() === heredoc.marker) {
      this.#heredocEnd(end);
    } else {
      if (heredoc !== undefined) heredoc.isStartOfLine = isWholeLine;
      this.#emit(Token.plainText, end);
    }
  }

  #lineTextEnd(): number {
    const text = this.#text;
    let at = this.#at;
    while (at < text.length) {
      const char = text.charAt(at);
      if (char === "\n") return at + 1;
      if (char === "\r") return text.charAt(at + 1) === "\n" ? at + 2 : at;
      if (this.#isBroken(at)) break;
      if (char === "$" || char === "%") {
        if (isSequenceStart(text, at)) break;
        at += markerLength(text, at);
      } else at += isPairAt(text, at) ? 2 : 1;
    }
    return at;
  }

  #heredocEnd(end: number): void {
    const newline = this.#text.charAt(end - 2) === "\r" ? end - 2 : end - 1;
    this.#emit(Token.closeHeredoc, newline);
    this.#emit(Token.newline, end);
    this.#heredocs.pop();
    this.#modes.pop();
  }
}

function isNewline(char: string): boolean {
  return char === "\n" || char === "\r";
}

function isSequenceStart(text: string, at: number): boolean {
  return text.startsWith("${", at) || text.startsWith("%{", at);
}

/** `$${` and `%%{` are one piece of text, any other `$` or `%` stands for itself. */
function markerLength(text: string, at: number): number {
  const char = text.charAt(at);
  return text.charAt(at + 1) === char && text.charAt(at + 2) === "{" ? 3 : 1;
}

/** A `$` or `%` at the end of the file: nothing says what it was to be. */
function isLoneMarker(text: string, at: number): boolean {
  const char = text.charAt(at);
  return (char === "$" || char === "%") && at + 1 === text.length;
}

function isLoneBackslash(text: string, at: number): boolean {
  return text.charAt(at) === "\\" && (at + 1 === text.length || isNewline(text.charAt(at + 1)));
}

/** A number goes on over digits, dots and exponents, but does not end with a dot. */
function numberEnd(text: string, start: number): number {
  let end = start + 1;
  for (let at = end; at < text.length; ) {
    const char = text.charAt(at);
    if (char === ".") at++;
    else if (isDigit(char)) end = ++at;
    else if (char === "e" || char === "E") {
      const digit = text.charAt(at + 1) === "+" || text.charAt(at + 1) === "-" ? at + 2 : at + 1;
      if (!isDigit(text.charAt(digit))) break;
      end = at = digit + 1;
    } else break;
  }
  return end;
}

function isDigit(char: string): boolean {
  return char >= "0" && char <= "9";
}
