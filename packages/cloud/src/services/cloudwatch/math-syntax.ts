/** Metric math: the text of an expression as a tree. Source: CloudWatch user guide, "Using math expressions". Pure. */

export type MathNode =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "id"; readonly name: string }
  | { readonly kind: "list"; readonly items: readonly MathNode[] }
  | { readonly kind: "call"; readonly name: string; readonly items: readonly MathNode[] }
  | { readonly kind: "negative"; readonly of: MathNode }
  | { readonly kind: "binary"; readonly operator: string; readonly left: MathNode; readonly right: MathNode };

const LENGTH_MAX = 2048;
const DEPTH_MAX = 100;
const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)|([A-Za-z_][A-Za-z0-9_]*)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(<=|>=|==|!=|&&|\|\||[-+*/^<>()[\],]))/y;

const LEVELS: readonly (readonly string[])[] = [
  ["||", "OR"],
  ["&&", "AND"],
  ["==", "!="],
  ["<", ">", "<=", ">="],
  ["+", "-"],
  ["*", "/"],
  ["^"],
];

interface Token {
  readonly kind: "number" | "word" | "text" | "sign";
  readonly text: string;
}

/** undefined when the text is no expression. */
export function parseMath(text: string): MathNode | undefined {
  const tokens = tokenize(text);
  if (tokens === undefined) return undefined;
  const parser = new Parser(tokens);
  const node = parser.level(0, 0);
  return node !== undefined && parser.atEnd ? node : undefined;
}

function tokenize(text: string): Token[] | undefined {
  if (text.length > LENGTH_MAX) return undefined;
  const tokens: Token[] = [];
  const trimmed = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const match = TOKEN.exec(trimmed);
    if (match === null) return undefined;
    const [, number, word, quoted, sign] = match;
    if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else if (quoted !== undefined) tokens.push({ kind: "text", text: quoted.slice(1, -1) });
    else tokens.push({ kind: "sign", text: sign ?? "" });
  }
  return tokens;
}

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get atEnd(): boolean {
    return this.at === this.tokens.length;
  }

  level(index: number, depth: number): MathNode | undefined {
    if (depth > DEPTH_MAX) return undefined;
    const operators = LEVELS[index];
    if (operators === undefined) return this.unary(depth + 1);
    let left = this.level(index + 1, depth);
    while (left !== undefined) {
      const operator: string | undefined = this.tokens[this.at]?.text;
      if (operator === undefined || !operators.includes(operator) || this.tokens[this.at]?.kind === "text") return left;
      this.at++;
      const right = this.level(index + 1, depth + 1);
      if (right === undefined) return undefined;
      left = { kind: "binary", operator, left, right };
    }
    return left;
  }

  private unary(depth: number): MathNode | undefined {
    if (!this.take("-")) return this.atom(depth);
    if (depth > DEPTH_MAX) return undefined;
    const of = this.unary(depth + 1);
    return of === undefined ? undefined : { kind: "negative", of };
  }

  private atom(depth: number): MathNode | undefined {
    const token = this.tokens[this.at++];
    if (token === undefined) return undefined;
    if (token.kind === "number") return { kind: "number", value: Number(token.text) };
    if (token.kind === "text") return { kind: "text", value: token.text };
    if (token.kind === "word") return this.take("(") ? this.call(token.text, depth) : { kind: "id", name: token.text };
    if (token.text === "[") {
      const items = this.items("]", depth);
      return items === undefined ? undefined : { kind: "list", items };
    }
    if (token.text !== "(") return undefined;
    const inner = this.level(0, depth + 1);
    return this.take(")") ? inner : undefined;
  }

  private call(name: string, depth: number): MathNode | undefined {
    const items = this.items(")", depth);
    return items === undefined ? undefined : { kind: "call", name: name.toUpperCase(), items };
  }

  private items(close: string, depth: number): MathNode[] | undefined {
    const items: MathNode[] = [];
    if (this.take(close)) return items;
    for (;;) {
      const item = this.level(0, depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
      if (this.take(close)) return items;
      if (!this.take(",")) return undefined;
    }
  }

  private take(sign: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== "sign" || token.text !== sign) return false;
    this.at++;
    return true;
  }
}
