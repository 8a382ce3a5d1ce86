/** Tokens of a PartiQL statement. */
import { invalid } from "../errors.ts";

/** Where a token stands, as error texts print it: line and column from 1, and a length. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

export interface Token {
  /** `word`: a bare identifier or keyword; `name`: a quoted identifier. */
  readonly kind: "word" | "name" | "string" | "number" | "ion" | "symbol" | "end";
  /** Quotes taken off and undoubled; words as written. */
  readonly text: string;
  readonly place: Place;
}

const TOKEN =
  /([A-Za-z_$@][A-Za-z0-9_$]*)|"((?:[^"]|"")*)"|'((?:[^']|'')*)'|((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|`([^`]*)`|(<<|>>|<>|<=|>=|!=|\|\||[=<>()[\]{},.:*+\-/%;?])/y;
const KINDS = ["word", "name", "string", "number", "ion", "symbol"] as const;
const SPACE = /(?:\s+|--[^\n]*|\/\*[\s\S]*?\*\/)*/y;

/** The error for text that is no PartiQL at all. */
export function notWellFormed(statement: string) {
  return invalid(`Statement wasn't well formed, can't be processed: ${statement}`);
}

/** `1:28:4`, as AWS prints places. */
export function printPlace({ line, column, length }: Place): string {
  return `${line}:${column}:${length}`;
}

function unquoted(kind: Token["kind"], text: string): string {
  if (kind === "name") return text.replaceAll('""', '"');
  if (kind === "string") return text.replaceAll("''", "'");
  return kind === "word" && text.startsWith("@") ? text.slice(1) : text;
}

/** Lengths that AWS counts: names and strings with their quotes, punctuation and numbers as 1. */
function lengthOf(kind: Token["kind"], text: string): number {
  if (kind === "number") return 1;
  return text.length;
}

/** Throws ValidationException for characters that begin no token. */
export function tokenize(statement: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let at = 0;
  const skip = (end: number) => {
    for (let i = statement.indexOf("\n", at); i !== -1 && i < end; i = statement.indexOf("\n", i + 1)) {
      line++;
      lineStart = i + 1;
    }
    at = end;
  };
  for (;;) {
    SPACE.lastIndex = at;
    SPACE.exec(statement);
    skip(SPACE.lastIndex);
    if (at >= statement.length) break;
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(statement);
    if (match === null) throw notWellFormed(statement);
    const group = KINDS.findIndex((_, i) => match[i + 1] !== undefined);
    const kind = KINDS[group] ?? "symbol";
    const place = { line, column: at - lineStart + 1, length: lengthOf(kind, match[0]) };
    tokens.push({ kind, text: unquoted(kind, match[group + 1] ?? ""), place });
    skip(TOKEN.lastIndex);
  }
  tokens.push({ kind: "end", text: "", place: { line, column: at - lineStart + 1, length: 0 } });
  return tokens;
}
