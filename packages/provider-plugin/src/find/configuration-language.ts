/**
 * As much of HCL's native syntax as settings files use: blocks, and attributes of literal values. A value that is an expression is
 * read over and counts as unset. Pure; never throws: what cannot be read ends the reading, and what came before it stands.
 */

export type Literal = string | number | boolean | null | readonly Literal[] | { readonly [key: string]: Literal };

export interface Body {
  readonly attributes: { readonly [name: string]: Literal | undefined };
  readonly blocks: readonly Block[];
}

export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: Body;
}

/** Nesting deeper than this is no settings file. */
const DEPTH_MAX = 32;
const TOKEN =
  /[ \t\r]+|(?:#|\/\/)[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\n]|\\.)*"|<<-?(\w+)\r?\n[\s\S]*?\n[ \t]*\1(?=\r?\n|$)|-?\d+(?:\.\d+)?|[\p{L}_][\p{L}\p{N}_.-]*|\n|[\s\S]/gu;

/** The blocks and attributes of a text. */
export function parseBody(text: string): Body {
  const tokens: string[] = [];
  for (const [token] of text.matchAll(TOKEN)) if (!/^([ \t\r]|#|\/\/|\/\*)/.test(token)) tokens.push(token);
  return new Reader(tokens).body(0);
}

class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  body(depth: number): Body {
    const attributes: { [name: string]: Literal | undefined } = Object.create(null);
    const blocks: Block[] = [];
    for (let token = this.#next(); token !== undefined && token !== "}"; token = this.#next()) {
      if (token === "\n" || token === ",") continue;
      const name = nameOf(token);
      if (name === undefined) continue;
      if (this.#peek() === "=") {
        this.#at += 1;
        attributes[name] = this.#value(depth + 1);
        continue;
      }
      const labels: string[] = [];
      for (let label = this.#peek(); label !== undefined; label = this.#peek()) {
        const text = label === "\n" ? undefined : nameOf(label);
        if (text === undefined) break;
        labels.push(text);
        this.#at += 1;
      }
      if (this.#peek() !== "{" || depth > DEPTH_MAX) continue;
      this.#at += 1;
      blocks.push({ type: name, labels, body: this.body(depth + 1) });
    }
    return { attributes, blocks };
  }

  /** A literal; undefined for what is none, read to the end of its line or of what it opens. */
  #value(depth: number): Literal | undefined {
    const start = this.#at;
    const value = depth > DEPTH_MAX ? undefined : this.#literal(depth);
    const after = this.#peek();
    if (value !== undefined && (after === undefined || /^[\n,\]}]$/.test(after))) return value;
    this.#at = start;
    this.#skip();
    return undefined;
  }

  #literal(depth: number): Literal | undefined {
    const token = this.#next();
    if (token === undefined) return undefined;
    if (token === "[") return this.#list(depth);
    if (token === "{") return this.#object(depth);
    if (token === "true" || token === "false") return token === "true";
    if (token === "null") return null;
    if (/^-?\d/.test(token)) return Number(token);
    return token.startsWith('"') ? unquoted(token) : undefined;
  }

  #list(depth: number): Literal | undefined {
    const items: Literal[] = [];
    let isWhole = true;
    for (let token = this.#peek(); token !== undefined; token = this.#peek()) {
      if (token === "\n" || token === ",") this.#at += 1;
      else if (token === "]") {
        this.#at += 1;
        return isWhole ? items : undefined;
      } else {
        const before = this.#at;
        const item = this.#value(depth + 1);
        if (item === undefined) isWhole = false;
        else items.push(item);
        if (this.#at === before) this.#at += 1;
      }
    }
    return undefined;
  }

  #object(depth: number): Literal {
    const attributes = this.#members(depth);
    return Object.fromEntries(
      Object.entries(attributes).flatMap(([name, value]): [string, Literal][] => (value === undefined ? [] : [[name, value]])),
    );
  }

  /** An object's members, `a = 1` or `a : 1`. */
  #members(depth: number): { readonly [name: string]: Literal | undefined } {
    const attributes: { [name: string]: Literal | undefined } = Object.create(null);
    for (let token = this.#next(); token !== undefined && token !== "}"; token = this.#next()) {
      const name = nameOf(token);
      const sign = this.#peek();
      if (name === undefined || (sign !== "=" && sign !== ":")) continue;
      this.#at += 1;
      attributes[name] = this.#value(depth + 1);
    }
    return attributes;
  }

  /** Over an expression: to the end of its line, or to what closes around it. */
  #skip(): void {
    let open = 0;
    for (let token = this.#peek(); token !== undefined; token = this.#peek()) {
      if (open === 0 && /^[\n\]},]$/.test(token)) return;
      if (/^[[{(]$/.test(token)) open += 1;
      if (/^[\]})]$/.test(token)) open -= 1;
      this.#at += 1;
    }
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #next(): string | undefined {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    return token;
  }
}

function nameOf(token: string): string | undefined {
  if (token.startsWith('"')) return unquoted(token);
  return /^[\p{L}_]/u.test(token) ? token : undefined;
}

/** A quoted text; undefined where it has a template in it. */
function unquoted(token: string): string | undefined {
  const inner = token.slice(1, -1);
  if (/(^|[^$])\$\{|(^|[^%])%\{/.test(inner)) return undefined;
  return inner
    .replaceAll("$${", "${")
    .replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_all, code: string) =>
      code === "n"
        ? "\n"
        : code === "t"
          ? "\t"
          : code === "r"
            ? "\r"
            : code.length === 5
              ? String.fromCharCode(Number.parseInt(code.slice(1), 16))
              : code,
    );
}
