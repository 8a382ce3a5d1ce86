import { BrokenNode, LiteralNode } from "../evaluate/literal.ts";
import type { Node, Span } from "../evaluate/node.ts";
import { NO_SCOPE } from "../evaluate/scope-of.ts";
import { SplatElementNode, SplatNode } from "../evaluate/splat.ts";
import { TemplateNode } from "../evaluate/template.ts";
import { IndexNode, type Step, withSteps } from "../evaluate/traversal.ts";
import { DYNAMIC_UNKNOWN, stringVal, type Val } from "../values/value.ts";
import { between, type Grammar, isLost } from "./grammar.ts";
import { readNumber } from "./number-literal.ts";
import { NESTING_MAX, type ReadToken, type TokenReader } from "./token-reader.ts";
import { Token } from "./tokens.ts";

/** Reads what follows a term: `.name`, `[key]`, `.0`, `.*`, `[*]`. */
export function readSteps(grammar: Grammar, from: Node): Node {
  return new StepsReader(grammar, from).run();
}

const INVALID_NAME = "Invalid attribute name";
const NAME_REQUIRED = "An attribute name is required after a dot.";
const LEGACY = "Invalid legacy index syntax";

class StepsReader {
  readonly #grammar: Grammar;
  readonly #reader: TokenReader;
  readonly #from: Node;
  #node: Node;
  /** Literal steps that are not part of the node yet. */
  #steps: Step[] = [];
  #layers = 0;

  constructor(grammar: Grammar, from: Node) {
    this.#grammar = grammar;
    this.#reader = grammar.reader;
    this.#from = from;
    this.#node = from;
  }

  run(): Node {
    for (;;) {
      const { type } = this.#reader.peek();
      if (type === Token.dot) this.#dot();
      else if (type === Token.openBracket) this.#bracket();
      else return this.#flushed();
    }
  }

  #flushed(): Node {
    this.#node = withSteps(this.#node, this.#steps);
    this.#steps = [];
    return this.#node;
  }

  /** Lays a node around what there is so far. */
  #layer(make: (inner: Node) => Node): void {
    if (++this.#layers > NESTING_MAX) this.#reader.giveUp();
    this.#node = make(this.#flushed());
  }

  #dot(): void {
    const reader = this.#reader;
    const dot = reader.read();
    const next = reader.peek();
    if (next.type === Token.identifier) {
      this.#steps.push({ ...between(dot, reader.read()), name: reader.textOf(next) });
    } else if (next.type === Token.number) this.#steps.push(this.#legacyIndex(dot, "."));
    else if (next.type === Token.star) this.#attributeSplat(dot);
    else {
      reader.report(INVALID_NAME, NAME_REQUIRED, next);
      this.#steps = [];
      this.#node = new BrokenNode(reader.source, between(this.#from, dot));
      reader.isRecovering = true;
    }
  }

  /** `.0`, which configurations of old have; `.0.1` looks like a fraction and is refused. */
  #legacyIndex(dot: ReadToken, where: "." | "*", blamed?: ReadToken): Step {
    const reader = this.#reader;
    const number = reader.peek();
    const [first, second] = reader.textOf(number).split(".", 2);
    if (second !== undefined) {
      reader.read();
      const rest = reader.textOf(number).slice((first ?? "").length + 1);
      const proper =
        where === "*"
          ? "Use the proper index syntax with a full splat expression [*] instead"
          : "Use the proper index syntax instead";
      reader.report(
        LEGACY,
        `When using the legacy index syntax, chaining two indexes together is not permitted. ${proper}, like [${first}][${rest}].`,
        blamed ?? number,
      );
      return { ...between(dot, number), key: DYNAMIC_UNKNOWN };
    }
    return { ...between(dot, number), key: readNumber(reader).evaluate(NO_SCOPE).value };
  }

  #attributeSplat(dot: ReadToken): void {
    const reader = this.#reader;
    const star = reader.read();
    const marker = between(dot, star);
    const steps: Step[] = [];
    let end = star.end;
    while (reader.peek().type === Token.dot) {
      const stepDot = reader.read();
      const next = reader.peek();
      if (next.type === Token.number) steps.push(this.#legacyIndex(stepDot, "*", star));
      else if (next.type === Token.identifier) {
        steps.push({ ...between(stepDot, reader.read()), name: reader.textOf(next) });
      } else {
        this.#brokenSplat(next, star);
        return;
      }
      end = next.end;
    }
    const each = withSteps(new SplatElementNode(reader.source, marker), steps);
    this.#layer((from) => new SplatNode(from, each, marker, end, true));
  }

  #brokenSplat(next: ReadToken, star: ReadToken): void {
    const reader = this.#reader;
    if (next.type === Token.star) {
      const detail = "A splat expression (*) cannot be used inside another attribute-only splat expression.";
      reader.reportUnlessRecovering("Nested splat expression not allowed", detail, next);
    } else reader.reportUnlessRecovering(INVALID_NAME, NAME_REQUIRED, star);
    reader.isRecovering = true;
  }

  #bracket(): void {
    const open = this.#reader.read();
    if (this.#reader.peek().type === Token.star) this.#fullSplat(open);
    else this.#index(open);
  }

  #fullSplat(open: ReadToken): void {
    const reader = this.#reader;
    reader.read();
    const close = this.#closeBracket(
      "Missing close bracket on splat index",
      'The star for a full splat operator must be immediately followed by a closing bracket ("]").',
    );
    const marker = between(open, close);
    const each = reader.nested(() => readSteps(this.#grammar, new SplatElementNode(reader.source, marker)));
    this.#layer((from) => new SplatNode(from, each, marker, each.end, false));
  }

  #index(open: ReadToken): void {
    const reader = this.#reader;
    const { key, close } = reader.withNewlines(false, () => {
      const errors = reader.errorCount;
      const key = this.#grammar.expression();
      if (isLost(reader, errors)) return { key, close: reader.skipPast(Token.closeBracket) };
      const detail = 'The index operator must end with a closing bracket ("]").';
      return { key, close: this.#closeBracket("Missing close bracket on index", detail) };
    });
    const bracket = between(open, close);
    const literal = literalKey(key);
    if (literal === undefined) this.#layer((from) => new IndexNode(from, key, bracket));
    else this.#steps.push({ ...bracket, key: literal });
  }

  /** Where the bracket is missing, Terraform points at the one that it goes on from, and so does this. */
  #closeBracket(summary: string, detail: string): Span {
    const reader = this.#reader;
    const close = reader.read();
    if (close.type === Token.closeBracket || reader.isRecovering) return close;
    const next = reader.skipPast(Token.closeBracket);
    reader.report(summary, detail, next);
    return next;
  }
}

/** The key where it stands there as it is. */
function literalKey(key: Node): Val | undefined {
  if (key instanceof LiteralNode) return key.literal;
  const text = key instanceof TemplateNode ? key.literalText : undefined;
  return text === undefined ? undefined : stringVal(text);
}
