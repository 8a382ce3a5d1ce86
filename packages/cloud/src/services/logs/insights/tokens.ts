/** Words of a Logs Insights query. Pure. */
export class QueryError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

export interface Token {
  readonly kind: "number" | "string" | "regex" | "duration" | "name" | "mark" | "end";
  readonly text: string;
  readonly at: number;
}

const LENGTH_MAX = 10_000;
const MARKS = ["=~", "!=", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ",", "+", "-", "*", "/", "%", "^", "|"];
const PATTERNS: readonly (readonly [Token["kind"], RegExp])[] = [
  ["duration", /\d+(?:ms|s|m|h|d|w|mo|q|y)\b/y],
  ["number", /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y],
  ["name", /[@A-Za-z_$][\w@.$:]*(?:\[\d+\])?(?:\.[\w@.$:]+)*/y],
];

/** A slash begins a regular expression only where one may stand. */
const takesRegex = (token: Token | undefined) =>
  token !== undefined && (token.text === "=~" || /^(like|parse)$/i.test(token.text));

/** Throws QueryError. The last token is always of kind `end`. */
export function tokenize(text: string): Token[] {
  if (text.length > LENGTH_MAX) throw new QueryError(`the query is longer than ${LENGTH_MAX} characters`, 0);
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text[at] ?? "";
    if (/\s/.test(rest)) at++;
    else if (rest === "#") at = text.indexOf("\n", at) < 0 ? text.length : text.indexOf("\n", at);
    else {
      const [token, next] = readToken(
        text,
        at,
        takesRegex(tokens.at(-1)) || (tokens.at(-1)?.kind === "name" && /^parse$/i.test(tokens.at(-2)?.text ?? "")),
      );
      tokens.push(token);
      at = next;
    }
  }
  tokens.push({ kind: "end", text: "", at: text.length });
  return tokens;
}

function readToken(text: string, at: number, mayBeRegex: boolean): [Token, number] {
  const first = text[at] ?? "";
  if (first === '"' || first === "'" || first === "`") return quoted(text, at, first, first === "`" ? "name" : "string");
  if (first === "/" && mayBeRegex) return quoted(text, at, "/", "regex");
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) return [{ kind, text: match[0], at }, at + match[0].length];
  }
  const mark = MARKS.find((candidate) => text.startsWith(candidate, at));
  if (mark === undefined) throw new QueryError(`unexpected symbol found ${first}`, at);
  return [{ kind: "mark", text: mark, at }, at + mark.length];
}

function quoted(text: string, at: number, quote: string, kind: Token["kind"]): [Token, number] {
  let out = "";
  for (let i = at + 1; i < text.length; i++) {
    const char = text[i] ?? "";
    if (char === quote) return [{ kind, text: out, at }, i + 1];
    if (char === "\\" && i + 1 < text.length) {
      const next = text[++i] ?? "";
      out += kind === "regex" && next !== "/" ? `\\${next}` : next;
    } else out += char;
  }
  throw new QueryError(`missing closing ${quote}`, at);
}
