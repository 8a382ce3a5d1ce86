import type { Span } from "../evaluate/node.ts";
import { goQuote } from "../values/go-quote.ts";
import { isPairAt } from "./source-text.ts";
import type { TokenReader } from "./token-reader.ts";
import { Token } from "./tokens.ts";

const NAMED_ESCAPES: { readonly [selector: string]: string } = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };
const HEX = /^[0-9a-fA-F]*/;
const INVALID_ESCAPE = "Invalid escape sequence";

/** A piece of the text between two quotes, with its escapes read; wrong ones are reported and stand as they are. */
export function unescapeQuoted(reader: TokenReader, span: Span): string {
  const text = reader.textOf(span);
  if (!/[\\$%]/.test(text)) return text;
  const parts: string[] = [];
  let plain = 0;
  for (let at = 0; at < text.length; ) {
    const found = text.charAt(at) === "\\" ? backslash(reader, text, at, span.start) : doubled(text, at);
    if (found === undefined) at++;
    else {
      parts.push(text.slice(plain, at), found.text);
      at += found.length;
      plain = at;
    }
  }
  parts.push(text.slice(plain));
  return parts.join("");
}

/** Text of a heredoc or a bare template: only `$${` and `%%{` are escapes. */
export function unescapePlain(text: string): string {
  return text.replaceAll(/\$\$\{|%%\{/g, (doubledMarker) => doubledMarker.slice(1));
}

interface Escape {
  readonly text: string;
  readonly length: number;
}

function doubled(text: string, at: number): Escape | undefined {
  return text.startsWith("$${", at) || text.startsWith("%%{", at) ? { text: text.slice(at + 1, at + 3), length: 3 } : undefined;
}

function backslash(reader: TokenReader, text: string, at: number, origin: number): Escape {
  const selector = text.slice(at + 1, at + (isPairAt(text, at + 1) ? 3 : 2));
  const named = Object.hasOwn(NAMED_ESCAPES, selector) ? NAMED_ESCAPES[selector] : undefined;
  if (named !== undefined) return { text: named, length: 2 };
  if (selector === "u" || selector === "U") return unicode(reader, text, at, origin);
  const span = { start: origin + at, end: origin + at + 1 + selector.length };
  if (selector === "") {
    reader.report(INVALID_ESCAPE, "Backslash must be followed by an escape sequence selector character.", span);
    return { text: "\\", length: 1 };
  }
  reader.report(INVALID_ESCAPE, `The symbol ${goQuote(selector)} is not a valid escape sequence selector.`, span);
  return { text: selector, length: 1 + selector.length };
}

function unicode(reader: TokenReader, text: string, at: number, origin: number): Escape {
  const isShort = text.charAt(at + 1) === "u";
  const wanted = isShort ? 4 : 8;
  const digits = HEX.exec(text.slice(at + 2, at + 2 + wanted))?.[0] ?? "";
  const length = 2 + digits.length;
  const span = { start: origin + at, end: origin + at + length };
  const asItStands = { text: text.slice(at, at + length), length };
  if (digits.length !== wanted) {
    const rule = isShort
      ? "The \\u escape sequence must be followed by four"
      : "The \\U escape sequence must be followed by eight";
    reader.report(INVALID_ESCAPE, `${rule} hexadecimal digits.`, span);
    return asItStands;
  }
  const code = Number.parseInt(digits, 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    const shown = code.toString(16).padStart(4, "0");
    reader.report(INVALID_ESCAPE, `Cannot encode character U+${shown} in UTF-8.`, span);
    return asItStands;
  }
  return { text: String.fromCodePoint(code), length };
}

const INVALID_STRING = "Invalid string literal";

/** A quoted text in which no template may stand (a block's label, a literal key), the reader being before its opening quote. */
export function readQuotedLiteral(reader: TokenReader): { readonly text: string; readonly span: Span } {
  const open = reader.read();
  let text = "";
  for (;;) {
    const token = reader.read();
    if (token.type === Token.closeQuote) return { text: text.normalize("NFC"), span: { start: open.start, end: token.end } };
    if (token.type === Token.quotedText) text += unescapeQuoted(reader, token);
    else if (token.type === Token.interpolation || token.type === Token.directive) {
      const marker = token.type === Token.interpolation ? "$" : "%";
      reader.report(
        INVALID_STRING,
        `Template sequences are not allowed in this string. To include a literal "${marker}", double it (as "${marker}${marker}") to escape it.`,
        token,
      );
      text += `${marker}{ ... }`;
      reader.skipPast(Token.sequenceEnd);
    } else {
      if (token.type === Token.endOfFile) {
        const detail = "Unable to find the closing quote mark before the end of the file.";
        reader.report("Unterminated string literal", detail, token);
      } else {
        reader.report(INVALID_STRING, "This item is not valid in a string literal.", token);
        reader.skipPast(Token.closeQuote);
      }
      return { text: text.normalize("NFC"), span: { start: open.start, end: token.end } };
    }
  }
}
