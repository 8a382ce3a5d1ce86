import { didYouMean } from "../evaluate/name-suggestion.ts";
import type { Node, Span } from "../evaluate/node.ts";
import { goQuote } from "../values/go-quote.ts";
import { between, type Grammar } from "./grammar.ts";
import { unescapePlain, unescapeQuoted } from "./string-literal.ts";
import type { ReadToken, TokenReader } from "./token-reader.ts";
import { Token, type TokenType } from "./tokens.ts";

/** A template before its directives are matched with each other. */
export type TemplatePart = { readonly span: Span } & (
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "interpolation"; readonly node: Node }
  | { readonly kind: "if"; readonly condition: Node }
  | { readonly kind: "for"; readonly keyName: string | undefined; readonly valueName: string; readonly collection: Node }
  | { readonly kind: "else" | "endif" | "endfor" | "end" }
);
export type TextPart = Extract<TemplatePart, { kind: "text" }>;

const DIRECTIVES = ["if", "for", "else", "endif", "endfor"];

/** The parts up to the token that ends the template, which is read too; the last part is an `end`. */
export function readTemplateParts(grammar: Grammar, end: TokenType): { readonly parts: TemplatePart[]; readonly span: Span } {
  return new PartsReader(grammar, end).run();
}

class PartsReader {
  readonly #grammar: Grammar;
  readonly #reader: TokenReader;
  readonly #end: TokenType;
  readonly #parts: TemplatePart[] = [];
  readonly #first: Span;
  /** The sequence just read ends with `~}`: space after it is left out. */
  #trimsNext = false;

  constructor(grammar: Grammar, end: TokenType) {
    this.#grammar = grammar;
    this.#reader = grammar.reader;
    this.#end = end;
    this.#first = grammar.reader.peek();
  }

  run(): { readonly parts: TemplatePart[]; readonly span: Span } {
    let last: Span | undefined;
    while (last === undefined) last = this.#next();
    if (this.#parts.length === 0) {
      this.#parts.push({ kind: "text", text: "", span: { start: this.#first.end, end: this.#first.end } });
    }
    this.#parts.push({ kind: "end", span: last });
    return { parts: this.#parts, span: between(this.#first, last) };
  }

  /** Reads a part; the span of the last token where the template ends. */
  #next(): Span | undefined {
    const token = this.#reader.read();
    if (token.type === this.#end) return token;
    const trims = this.#trimsNext;
    this.#trimsNext = false;
    if (token.type === Token.plainText || token.type === Token.quotedText) this.#text(token, trims);
    else if (token.type === Token.interpolation) this.#reader.withNewlines(false, () => this.#interpolation(token));
    else if (token.type === Token.directive) this.#reader.withNewlines(false, () => this.#directive(token));
    else {
      this.#reader.reportUnlessRecovering("Unterminated template string", "No closing marker was found for the string.", token);
      return this.#reader.skipPast(this.#end);
    }
    return undefined;
  }

  #text(token: ReadToken, trims: boolean): void {
    const text =
      token.type === Token.quotedText ? unescapeQuoted(this.#reader, token) : unescapePlain(this.#reader.textOf(token));
    this.#parts.push({ kind: "text", text: trims ? text.trimStart() : text, span: token });
  }

  /** `${~` and `%{~` leave out the space before them. */
  #trimPrevious(open: ReadToken): void {
    const previous = this.#parts.at(-1);
    if (open.end - open.start === 3 && previous?.kind === "text") {
      this.#parts[this.#parts.length - 1] = { ...previous, text: previous.text.trimEnd() };
    }
  }

  #interpolation(open: ReadToken): void {
    this.#trimPrevious(open);
    const node = this.#grammar.expression();
    const close = this.#reader.peek();
    if (close.type !== Token.sequenceEnd) {
      this.#reportUnclosed(close);
      this.#reader.skipPast(Token.sequenceEnd);
    } else this.#close();
    this.#parts.push({ kind: "interpolation", node, span: between(open, close) });
  }

  #close(): void {
    const close = this.#reader.read();
    this.#trimsNext = close.end - close.start === 2;
  }

  #reportUnclosed(close: ReadToken): void {
    const [summary, detail, span] = this.#whyUnclosed(close);
    this.#reader.reportUnlessRecovering(summary, detail, span);
  }

  #whyUnclosed(close: ReadToken): readonly [string, string, Span] {
    const unclosed = "Unclosed template interpolation sequence";
    const missing = "There is no closing brace for this interpolation sequence before the end of the";
    const nesting = "This might be caused by incorrect nesting inside the given expression.";
    const extra = "Extra characters after interpolation expression";
    if (close.type === Token.endOfFile) return [unclosed, `${missing} file. ${nesting}`, this.#first];
    if (close.type === Token.colon) {
      return [
        extra,
        'Template interpolation doesn\'t expect a colon at this location. Did you intend this to be a literal sequence to be processed as part of another language? If so, you can escape it by starting with "$${" instead of just "${".',
        close,
      ];
    }
    const isQuote = close.type === Token.closeQuote || close.type === Token.openQuote;
    if (isQuote && this.#end === Token.closeQuote) return [unclosed, `${missing} quoted template. ${nesting}`, this.#first];
    return [
      extra,
      'Expected a closing brace to end the interpolation expression, but found extra characters.\n\nThis can happen when you include interpolation syntax for another language, such as shell scripting, but forget to escape the interpolation start token. If this is an embedded sequence for another language, escape it by starting with "$${" instead of just "${".',
      close,
    ];
  }

  #directive(open: ReadToken): void {
    this.#trimPrevious(open);
    const reader = this.#reader;
    const keyword = reader.peek();
    if (keyword.type !== Token.identifier) {
      const detail = 'A template directive keyword ("if", "for", etc) is expected at the beginning of a %{ sequence.';
      this.#skip("Invalid template directive", detail, keyword);
      return;
    }
    reader.read();
    const word = reader.textOf(keyword);
    if (!this.#directiveOf(word, open, keyword)) return;
    const close = reader.peek();
    if (close.type === Token.sequenceEnd) this.#close();
    else {
      const detail = "Expected a closing brace to end the sequence, but found extra characters.";
      reader.reportUnlessRecovering(`Extra characters in ${word} marker`, detail, close);
      reader.skipPast(Token.sequenceEnd);
    }
  }

  /** Reads what follows the keyword; false where it made no sense and was skipped. */
  #directiveOf(word: string, open: ReadToken, keyword: ReadToken): boolean {
    if (word === "for") return this.#for(open);
    if (word === "if") {
      const condition = this.#grammar.expression();
      this.#parts.push({ kind: "if", condition, span: between(open, this.#reader.peek()) });
    } else if (word === "else" || word === "endif" || word === "endfor") {
      this.#parts.push({ kind: word, span: between(open, this.#reader.peek()) });
    } else {
      const detail = `${goQuote(word)} is not a valid template control keyword.${didYouMean(word, DIRECTIVES)}`;
      this.#skip("Invalid template control keyword", detail, keyword);
      return false;
    }
    return true;
  }

  #for(open: ReadToken): boolean {
    const summary = "Invalid 'for' directive";
    const reader = this.#reader;
    const wrong = (detail: string): false => {
      this.#skip(summary, detail, reader.peek());
      return false;
    };
    if (reader.peek().type !== Token.identifier) return wrong("For directive requires variable name after 'for'.");
    let keyName: string | undefined;
    let valueName = reader.textOf(reader.read());
    if (reader.peek().type === Token.comma) {
      reader.read();
      keyName = valueName;
      if (reader.peek().type !== Token.identifier) return wrong("For directive requires value variable name after comma.");
      valueName = reader.textOf(reader.read());
    }
    if (!reader.isKeyword(reader.peek(), "in")) return wrong("For directive requires 'in' keyword after names.");
    reader.read();
    const collection = this.#grammar.expression();
    this.#parts.push({ kind: "for", keyName, valueName, collection, span: between(open, reader.peek()) });
    return true;
  }

  #skip(summary: string, detail: string, span: Span): void {
    this.#reader.reportUnlessRecovering(summary, detail, span);
    this.#reader.skipPast(Token.sequenceEnd);
  }
}
