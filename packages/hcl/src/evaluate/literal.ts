import type { Traversal } from "../syntax/body.ts";
import type { SourceText } from "../syntax/source-text.ts";
import { DYNAMIC_UNKNOWN, type Val } from "../values/value.ts";
import { Node, type Span } from "./node.ts";

/** A value that stands as such in the source: a number, `true`, `null`, a piece of text. */
export class LiteralNode extends Node {
  readonly literal: Val;
  constructor(source: SourceText, span: Span, literal: Val) {
    super(source, span);
    this.literal = literal;
  }

  value(): Val {
    return this.literal;
  }

  collectReferences(): void {}

  /** The keywords are names where a name is wanted. */
  override asTraversal(): Traversal | undefined {
    const { raw, type } = this.literal;
    const root = raw === null ? "null" : type.kind === "bool" ? String(raw) : undefined;
    return root === undefined ? undefined : { root, steps: [], range: this.range };
  }
}

/** What stands where an expression could not be read; the reader has told why. */
export class BrokenNode extends Node {
  value(): Val {
    return DYNAMIC_UNKNOWN;
  }
  collectReferences(): void {}
}

/** An expression in parentheses: the same, at a wider place. */
export class ParenthesesNode extends Node {
  readonly inner: Node;
  constructor(source: SourceText, span: Span, inner: Node) {
    super(source, span);
    this.inner = inner;
  }
  override get startSpan(): Span {
    return this.inner.startSpan;
  }
  value(...args: Parameters<Node["value"]>): Val {
    return this.inner.value(...args);
  }
  collectReferences(found: Traversal[], locals: readonly string[]): void {
    this.inner.collectReferences(found, locals);
  }
}
