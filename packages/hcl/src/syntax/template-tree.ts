import { ConditionalNode } from "../evaluate/conditional.ts";
import { ForNode } from "../evaluate/for.ts";
import { BrokenNode, LiteralNode } from "../evaluate/literal.ts";
import type { Node, Span } from "../evaluate/node.ts";
import { formatPlace } from "../evaluate/place.ts";
import { JoinNode, TemplateNode, WrapNode } from "../evaluate/template.ts";
import { stringVal } from "../values/value.ts";
import { between, type Grammar } from "./grammar.ts";
import { readTemplateParts, type TemplatePart } from "./template-parts.ts";
import type { TokenReader } from "./token-reader.ts";
import type { TokenType } from "./tokens.ts";

/** Reads a template up to the token that ends it; `open` is where it begins, undefined where that is its first part. */
export function readTemplate(grammar: Grammar, end: TokenType, open: Span | undefined, isFlush: boolean): Node {
  const { parts, span } = readTemplateParts(grammar, end);
  if (isFlush) takeOffIndentation(parts);
  const melded = meldTexts(parts);
  const nodes = new TreeReader(grammar.reader, melded).root();
  const whole = open === undefined ? span : between(open, grammar.reader.previous());
  const only = melded.length === 2 && melded[0]?.kind === "interpolation" ? nodes[0] : undefined;
  return only === undefined
    ? new TemplateNode(grammar.reader.source, whole, nodes)
    : new WrapNode(grammar.reader.source, whole, only);
}

/** `<<-`: as much space as the least indented line begins with is taken off every line; lines of nothing but space do not count. */
function takeOffIndentation(parts: TemplatePart[]): void {
  let least = Number.POSITIVE_INFINITY;
  const lineStarts: number[] = [];
  let isLineStart = true;
  for (const [i, part] of parts.entries()) {
    if (isLineStart && part.kind === "end") break;
    if (isLineStart && !isBlankLine(part)) {
      lineStarts.push(i);
      least = Math.min(least, part.kind === "text" ? part.text.length - part.text.trimStart().length : 0);
    }
    isLineStart = part.kind === "text" && part.text.endsWith("\n");
  }
  for (const i of lineStarts) {
    const part = parts[i];
    if (part?.kind === "text") {
      parts[i] = { ...part, text: part.text.slice(least), span: { start: part.span.start + least, end: part.span.end } };
    }
  }
}

function isBlankLine(part: TemplatePart): boolean {
  return part.kind === "text" && part.text.endsWith("\n") && part.text.trimStart() === "";
}

function meldTexts(parts: readonly TemplatePart[]): readonly TemplatePart[] {
  const melded: TemplatePart[] = [];
  for (let i = 0; i < parts.length; i++) {
    const first = parts[i];
    if (first === undefined) continue;
    if (first.kind !== "text") {
      melded.push(first);
      continue;
    }
    const texts: string[] = [];
    let { end } = first.span;
    for (let part = parts[i]; part?.kind === "text"; part = parts[i]) {
      texts.push(part.text);
      end = part.span.end;
      i++;
    }
    i--;
    melded.push({ kind: "text", text: texts.join(""), span: { start: first.span.start, end } });
  }
  return melded;
}

const UNBALANCED = "The control directives within this template are unbalanced.";
type Closer = "else" | "endif" | "endfor";

/** Matches `%{if}` and `%{for}` with what ends them. */
class TreeReader {
  readonly #reader: TokenReader;
  readonly #parts: readonly TemplatePart[];
  #at = 0;

  constructor(reader: TokenReader, parts: readonly TemplatePart[]) {
    this.#reader = reader;
    this.#parts = parts;
  }

  root(): readonly Node[] {
    const nodes: Node[] = [];
    for (let part = this.#part(); part !== undefined && part.kind !== "end"; part = this.#part()) nodes.push(this.#node(part));
    return nodes;
  }

  #part(): TemplatePart | undefined {
    return this.#reader.hasGivenUp ? this.#parts.at(-1) : this.#parts[this.#at];
  }

  #node(part: TemplatePart): Node {
    this.#at++;
    const { source } = this.#reader;
    if (part.kind === "text") return new LiteralNode(source, part.span, stringVal(part.text.normalize("NFC")));
    if (part.kind === "interpolation") return part.node;
    if (part.kind === "if") return this.#reader.nested(() => this.#if(part));
    if (part.kind === "for") return this.#reader.nested(() => this.#for(part));
    const summary = part.kind === "end" ? "Unexpected end of template" : `Unexpected ${part.kind} directive`;
    return this.#wrong(summary, UNBALANCED, part.span);
  }

  #wrong(summary: string, detail: string, span: Span): Node {
    this.#reader.report(summary, detail, span);
    return new BrokenNode(this.#reader.source, span);
  }

  /** The nodes up to a part that ends something; that part is read unless it is the end of the template. */
  #until(): { readonly nodes: readonly Node[]; readonly closer: TemplatePart & { readonly kind: Closer | "end" } } {
    const nodes: Node[] = [];
    for (;;) {
      const part = this.#part();
      if (part === undefined) return { nodes, closer: { kind: "end", span: { start: 0, end: 0 } } };
      if (part.kind === "end") return { nodes, closer: { kind: part.kind, span: part.span } };
      if (part.kind === "else" || part.kind === "endif" || part.kind === "endfor") {
        this.#at++;
        return { nodes, closer: { kind: part.kind, span: part.span } };
      }
      nodes.push(this.#node(part));
    }
  }

  #place(span: Span): string {
    return formatPlace(this.#reader.source.range(span.start, span.end));
  }

  #if(open: TemplatePart & { readonly kind: "if" }): Node {
    const whenTrue = this.#until();
    let whenFalse: readonly Node[] = [];
    let { closer } = whenTrue;
    if (closer.kind === "else") {
      const rest = this.#until();
      whenFalse = rest.nodes;
      closer = rest.closer;
      if (closer.kind === "else") {
        const detail = `Already in the else clause for the if started at ${this.#place(open.span)}.`;
        return this.#wrong("Unexpected else directive", detail, closer.span);
      }
    }
    if (closer.kind !== "endif") return this.#unended(closer, open.span, "if", "an endif directive for the if started at");
    const { source } = this.#reader;
    return new ConditionalNode(
      source,
      between(open.span, closer.span),
      open.condition,
      this.#template(whenTrue.nodes, open.span.end),
      this.#template(whenFalse, closer.span.start),
    );
  }

  #for(open: TemplatePart & { readonly kind: "for" }): Node {
    const { nodes, closer } = this.#until();
    if (closer.kind === "else") {
      return this.#wrong("Unexpected else directive", "An else clause is not expected for a for directive.", closer.span);
    }
    if (closer.kind !== "endfor") {
      return this.#unended(closer, open.span, "for", "an endfor directive corresponding to the for directive at");
    }
    const { keyName, valueName, collection } = open;
    const result = this.#template(nodes, open.span.end);
    const parts = { keyName, valueName, collection, result, key: undefined, condition: undefined, isGrouped: false };
    return new JoinNode(new ForNode(this.#reader.source, between(open.span, closer.span), open.span, parts));
  }

  #unended(closer: TemplatePart, open: Span, word: string, expected: string): Node {
    if (closer.kind !== "end") {
      return this.#wrong(`Unexpected ${closer.kind} directive`, `Expecting ${expected} ${this.#place(open)}.`, closer.span);
    }
    const detail = `The ${word} directive at ${this.#place(open)} is missing its corresponding end${word} directive.`;
    return this.#wrong("Unexpected end of template", detail, closer.span);
  }

  #template(nodes: readonly Node[], emptyAt: number): Node {
    const { source } = this.#reader;
    const first = nodes[0];
    const last = nodes.at(-1);
    if (first !== undefined && last !== undefined) return new TemplateNode(source, between(first, last), nodes);
    const span = { start: emptyAt, end: emptyAt };
    return new TemplateNode(source, span, [new LiteralNode(source, span, stringVal(""))]);
  }
}
