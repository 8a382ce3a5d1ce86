import { s3Error } from "../errors.ts";

export interface Token {
  readonly kind: "name" | "quoted" | "text" | "number" | "symbol" | "end";
  readonly text: string;
  readonly at: number;
}

const PATTERN =
  /\s+|--[^\n]*|(?<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|'(?<text>(?:[^']|'')*)'|"(?<quoted>(?:[^"]|"")*)"|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<symbol><>|!=|<=|>=|\|\||[-+*/%=<>().,[\]])/y;

export function unexpected(token: Token): Error {
  const shown = token.kind === "end" ? "end of input" : `'${token.text.slice(0, 100)}'`;
  return s3Error(
    "ParseUnexpectedToken",
    400,
    `The SQL expression contains an unexpected token ${shown} at line 1, column ${token.at + 1}.`,
  );
}

/** Throws LexerInvalidChar. */
export function tokensOf(sql: string): Token[] {
  const out: Token[] = [];
  const pattern = new RegExp(PATTERN);
  for (let at = 0; at < sql.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const found = pattern.exec(sql);
    if (found === null)
      throw s3Error("LexerInvalidChar", 400, `The SQL expression contains an invalid character at line 1, column ${at + 1}.`);
    for (const [kind, text] of Object.entries(found.groups ?? {}))
      if (text !== undefined)
        out.push({
          kind: kind as Token["kind"],
          text: kind === "text" ? text.replaceAll("''", "'") : kind === "quoted" ? text.replaceAll('""', '"') : text,
          at,
        });
  }
  out.push({ kind: "end", text: "", at: sql.length });
  return out;
}
