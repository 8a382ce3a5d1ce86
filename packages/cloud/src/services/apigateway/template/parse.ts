import { type Expression, type Node, type Operator, type Reference, type Step, TemplateError } from "./syntax.ts";

export { TemplateError };

/**
 * Reads mapping templates: the part of the Velocity Template Language that API Gateway takes (#set, #if, #elseif, #else, #foreach, #break, #stop,
 * references with members, calls and indices; no macros, no #include, no #parse). Velocity user guide, "Velocity Template Language" (read 2026-11-21).
 * Throws TemplateError.
 */
export function parseTemplate(source: string): readonly Node[] {
  if (source.length > CHARS_MAX) throw new TemplateError(`a template may have ${CHARS_MAX} characters`);
  return new Parser(source).template();
}

const CHARS_MAX = 300 * 1024;
const DEPTH_MAX = 50;
const NAME = /[A-Za-z_][A-Za-z0-9_-]*/y;
const BINARY: readonly (readonly [Operator, RegExp])[][] = [
  [["||", /\|\||or\b/y]],
  [["&&", /&&|and\b/y]],
  [
    ["==", /==|eq\b/y],
    ["!=", /!=|ne\b/y],
    ["<=", /<=|le\b/y],
    [">=", />=|ge\b/y],
    ["<", /<|lt\b/y],
    [">", />|gt\b/y],
  ],
  [
    ["+", /\+/y],
    ["-", /-/y],
  ],
  [
    ["*", /\*/y],
    ["/", /\//y],
    ["%", /%/y],
  ],
];

class Parser {
  private at = 0;
  private depth = 0;
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  template(): Node[] {
    const nodes = this.nodes();
    if (this.at < this.source.length) throw this.wrong(`#${this.directive() ?? ""} stands where nothing is open`);
    return nodes;
  }

  private wrong(message: string): TemplateError {
    const line = this.source.slice(0, this.at).split("\n").length;
    return new TemplateError(`${message} (line ${line})`);
  }

  private nested<T>(work: () => T): T {
    this.depth++;
    if (this.depth > DEPTH_MAX) throw this.wrong("the template nests too deep");
    try {
      return work();
    } finally {
      this.depth--;
    }
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private space(): void {
    this.take(/\s*/y);
  }

  private expect(text: string): void {
    this.space();
    if (!this.source.startsWith(text, this.at)) throw this.wrong(`'${text}' is missing`);
    this.at += text.length;
  }

  /** The directive that begins here, `#{else}` too; nothing is taken. */
  private directive(): string | undefined {
    const pattern = /#\{?([a-z]+)\}?/y;
    pattern.lastIndex = this.at;
    return pattern.exec(this.source)?.[1];
  }

  private nodes(): Node[] {
    return this.nested(() => {
      const out: Node[] = [];
      let raw = "";
      const flush = () => {
        if (raw !== "") out.push({ kind: "raw", text: raw });
        raw = "";
      };
      while (this.at < this.source.length) {
        const plain = this.take(/[^#$\\]+/y);
        if (plain !== undefined) {
          raw += plain;
          continue;
        }
        const escaped = this.take(/\\[$#]/y);
        if (escaped !== undefined) {
          raw += escaped.slice(1);
          continue;
        }
        if (this.comment()) continue;
        const name = this.source[this.at] === "#" ? this.directive() : undefined;
        if (name === "else" || name === "elseif" || name === "end") break;
        const node = name === undefined ? this.written() : this.directiveNode(name);
        if (node === undefined) {
          raw += this.source[this.at] ?? "";
          this.at++;
          continue;
        }
        flush();
        out.push(node);
      }
      flush();
      return out;
    });
  }

  private comment(): boolean {
    if (this.take(/##[^\n]*\n?/y) !== undefined) return true;
    if (!this.source.startsWith("#*", this.at)) return false;
    const end = this.source.indexOf("*#", this.at);
    this.at = end < 0 ? this.source.length : end + 2;
    return true;
  }

  private written(): Node | undefined {
    const reference = this.source[this.at] === "$" ? this.reference() : undefined;
    return reference === undefined ? undefined : { kind: "write", reference };
  }

  private directiveNode(name: string): Node | undefined {
    const skip = () => this.take(/#\{?[a-z]+\}?/y);
    switch (name) {
      case "set":
        skip();
        return this.set();
      case "if":
        skip();
        return this.conditional();
      case "foreach":
        skip();
        return this.loop();
      case "break":
      case "stop":
        skip();
        return { kind: name };
      case "macro":
      case "include":
      case "parse":
      case "evaluate":
      case "define":
        throw this.wrong(`#${name} is not supported`);
      default:
        return undefined;
    }
  }

  /** A line that holds a directive only leaves no line break. */
  private endOfLine(): void {
    this.take(/[ \t]*\n/y);
  }

  private set(): Node {
    this.expect("(");
    this.space();
    const target = this.reference();
    if (target === undefined) throw this.wrong("#set wants a reference");
    this.expect("=");
    const value = this.expression();
    this.expect(")");
    this.endOfLine();
    return { kind: "set", target, value };
  }

  private conditional(): Node {
    const branches: { when?: Expression; body: Node[] }[] = [];
    const condition = () => {
      this.expect("(");
      const when = this.expression();
      this.expect(")");
      this.endOfLine();
      return when;
    };
    branches.push({ when: condition(), body: this.nodes() });
    for (;;) {
      const name = this.directive();
      if (name === undefined || this.take(/#\{?[a-z]+\}?/y) === undefined) throw this.wrong("#if has no #end");
      if (name === "elseif") branches.push({ when: condition(), body: this.nodes() });
      else if (name === "else") {
        this.endOfLine();
        branches.push({ body: this.nodes() });
      } else {
        this.endOfLine();
        return { kind: "if", branches };
      }
    }
  }

  private loop(): Node {
    this.expect("(");
    this.space();
    const variable = this.reference();
    this.space();
    if (variable === undefined || variable.steps.length > 0 || this.take(/in\b/y) === undefined)
      throw this.wrong("#foreach wants `$x in $list`");
    const list = this.expression();
    this.expect(")");
    this.endOfLine();
    const body = this.nodes();
    if (this.directive() !== "end") throw this.wrong("#foreach has no #end");
    this.take(/#\{?end\}?/y);
    this.endOfLine();
    return { kind: "foreach", name: variable.name, list, body };
  }

  /** `$x`, `$!x`, `${x.y}` with what hangs on it; undefined where a dollar sign is only that. */
  private reference(): Reference | undefined {
    const start = this.at;
    const head = this.take(/\$!?\{?/y);
    NAME.lastIndex = this.at;
    const name = head === undefined ? undefined : this.take(NAME);
    if (head === undefined || name === undefined) {
      this.at = start;
      return undefined;
    }
    const steps: Step[] = [];
    for (let step = this.step(); step !== undefined; step = this.step()) steps.push(step);
    if (head.endsWith("{")) this.expect("}");
    return { kind: "reference", name, steps, isQuiet: head.includes("!"), source: this.source.slice(start, this.at) };
  }

  private step(): Step | undefined {
    if (this.source[this.at] === "[") {
      const start = this.at;
      this.at++;
      this.space();
      // In a text, `$name[see below]` is no index.
      if (!/["'$\d-]/.test(this.source[this.at] ?? "")) {
        this.at = start;
        return undefined;
      }
      const at = this.expression();
      this.expect("]");
      return { kind: "index", at };
    }
    const dotted = this.take(/\.[A-Za-z_][A-Za-z0-9_-]*/y);
    if (dotted === undefined) return undefined;
    const name = dotted.slice(1);
    if (this.source[this.at] !== "(") return { kind: "member", name };
    this.at++;
    return { kind: "call", name, args: this.listed(")") };
  }

  /** Expressions with commas up to a closing sign, which is taken. */
  private listed(close: string): Expression[] {
    const items: Expression[] = [];
    this.space();
    while (!this.source.startsWith(close, this.at)) {
      items.push(this.expression());
      this.space();
      if (this.source.startsWith(close, this.at)) break;
      this.expect(",");
      this.space();
    }
    this.at += close.length;
    return items;
  }

  private expression(): Expression {
    return this.nested(() => this.binary(0));
  }

  private binary(level: number): Expression {
    const operators = BINARY[level];
    if (operators === undefined) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      this.space();
      const operator = operators.find(([, pattern]) => this.take(pattern) !== undefined)?.[0];
      if (operator === undefined) return left;
      left = { kind: "binary", operator, left, right: this.binary(level + 1) };
    }
  }

  private unary(): Expression {
    this.space();
    if (this.take(/!(?!=)|not\b/y) !== undefined) return this.nested(() => ({ kind: "not", operand: this.unary() }));
    if (this.take(/-(?=[$(])/y) !== undefined) return this.nested(() => ({ kind: "negative", operand: this.unary() }));
    return this.primary();
  }

  private primary(): Expression {
    const start = this.source[this.at];
    if (start === "(") {
      this.at++;
      const inner = this.expression();
      this.expect(")");
      return inner;
    }
    if (start === "[") return this.listOrRange();
    if (start === "{") return this.map();
    if (start === "'" || start === '"') return this.quoted(start);
    const number = this.take(/-?\d+(\.\d+)?([eE][+-]?\d+)?/y);
    if (number !== undefined) return { kind: "literal", value: Number(number) };
    const word = this.take(/(true|false|null)\b/y);
    if (word !== undefined) return { kind: "literal", value: word === "null" ? null : word === "true" };
    const reference = this.reference();
    if (reference === undefined) throw this.wrong(`'${this.source.slice(this.at, this.at + 20)}' can't be read`);
    return reference;
  }

  private listOrRange(): Expression {
    this.at++;
    this.space();
    if (this.source[this.at] === "]") {
      this.at++;
      return { kind: "list", items: [] };
    }
    const first = this.expression();
    this.space();
    if (this.take(/\.\./y) !== undefined) {
      const to = this.expression();
      this.expect("]");
      return { kind: "range", from: first, to };
    }
    if (this.take(/,/y) === undefined) {
      this.expect("]");
      return { kind: "list", items: [first] };
    }
    return { kind: "list", items: [first, ...this.listed("]")] };
  }

  private map(): Expression {
    this.at++;
    const entries: [Expression, Expression][] = [];
    this.space();
    while (this.source[this.at] !== "}") {
      const key = this.expression();
      this.expect(":");
      entries.push([key, this.expression()]);
      this.space();
      if (this.source[this.at] !== "}") this.expect(",");
      this.space();
    }
    this.at++;
    return { kind: "map", entries };
  }

  /** Double quotes hold references; a quote is written twice to stand for itself. */
  private quoted(quote: string): Expression {
    this.at++;
    let text = "";
    for (;;) {
      const end = this.source.indexOf(quote, this.at);
      if (end < 0) throw this.wrong("a text has no end");
      text += this.source.slice(this.at, end);
      this.at = end + 1;
      if (this.source[this.at] !== quote) break;
      text += quote;
      this.at++;
    }
    if (quote === "'" || !/[$#]/.test(text)) return { kind: "literal", value: text };
    return this.nested(() => {
      const inner = new Parser(text);
      inner.depth = this.depth;
      return { kind: "text", parts: inner.template() };
    });
  }
}
