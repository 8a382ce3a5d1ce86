import type { SourceText } from "./source-text.ts";

/** What a token of JSON is; symbols stand for themselves. */
export type JsonTokenType = "{" | "}" | "[" | "]" | "," | ":" | "=" | "keyword" | "string" | "number" | "invalid" | "end";

export interface JsonToken {
  readonly type: JsonTokenType;
  readonly start: number;
  readonly end: number;
}

const SYMBOLS: ReadonlySet<string> = new Set(["{", "}", "[", "]", ",", ":", "="]);
const NUMBER = /[-+.0-9][-+.0-9eE]*/y;
const KEYWORD = /[a-zA-Z][a-zA-Z_]*/y;
const SPACE = /[ \t\r\n]*/y;

/** Splits a text into tokens of JSON (RFC 8259, with more tolerance, so that mistakes can be named). What is no token ends it. */
export function scanJson({ text }: SourceText): readonly JsonToken[] {
  const tokens: JsonToken[] = [];
  for (let at = after(SPACE, text, 0); ; at = after(SPACE, text, at)) {
    if (at >= text.length) return [...tokens, { type: "end", start: at, end: at }];
    const type = typeAt(text, at);
    const end = endOf(type, text, at);
    tokens.push({ type, start: at, end });
    if (type === "invalid") return [...tokens, { type: "end", start: end, end }];
    at = end;
  }
}

function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function typeAt(text: string, at: number): JsonTokenType {
  const char = text.charAt(at);
  if (SYMBOLS.has(char)) return char as JsonTokenType;
  if (char === '"') return "string";
  if (/[-+.0-9]/.test(char)) return "number";
  return /[a-zA-Z]/.test(char) ? "keyword" : "invalid";
}

function endOf(type: JsonTokenType, text: string, at: number): number {
  if (type === "number") return after(NUMBER, text, at);
  if (type === "keyword") return after(KEYWORD, text, at);
  return type === "string" ? stringEnd(text, at) : at + 1;
}

/** Behind the closing quote; where there is none, at the first character that a string cannot have. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) >= 0x20) {
    const char = text.charAt(at);
    at += char === "\\" && text.charCodeAt(at + 1) >= 0x20 ? 2 : 1;
    if (char === '"') break;
  }
  return at;
}
