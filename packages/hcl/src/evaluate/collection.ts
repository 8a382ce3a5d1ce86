import { errorDiagnostic } from "@dovetail/model";
import type { Expression, Traversal } from "../syntax/body.ts";
import type { SourceText } from "../syntax/source-text.ts";
import { convert } from "../values/conversion.ts";
import { ConversionError } from "../values/conversion-rules.ts";
import { STRING } from "../values/type.ts";
import { DYNAMIC_UNKNOWN, isUnknown, objectVal, stringVal, tupleVal, type Val, withMarks } from "../values/value.ts";
import { Node, type Sink, type Span } from "./node.ts";
import type { Scope } from "./scope.ts";
import { VariableNode } from "./traversal.ts";

/** `[a, b]`. */
export class TupleNode extends Node {
  readonly elements: readonly Node[];
  constructor(source: SourceText, span: Span, elements: readonly Node[]) {
    super(source, span);
    this.elements = elements;
  }
  override get startSpan(): Span {
    return { start: this.start, end: this.start + 1 };
  }
  value(scope: Scope, sink: Sink): Val {
    return tupleVal(this.elements.map((element) => element.value(scope, sink)));
  }
  collectReferences(found: Traversal[], locals: readonly string[]): void {
    for (const element of this.elements) element.collectReferences(found, locals);
  }
  override asList(): readonly Expression[] {
    return this.elements;
  }
}

/** The key of an object constructor: a bare name is the name, not a reference; in parentheses it is an expression. */
export class ObjectKeyNode extends Node {
  readonly inner: Node;
  readonly isParenthesized: boolean;
  constructor(inner: Node, isParenthesized: boolean) {
    super(inner.source, inner);
    this.inner = inner;
    this.isParenthesized = isParenthesized;
  }
  override get startSpan(): Span {
    return this.inner.startSpan;
  }
  value(scope: Scope, sink: Sink): Val {
    if (this.isParenthesized) return this.inner.value(scope, sink);
    if (this.inner instanceof VariableNode && this.inner.steps.length > 0) {
      const detail =
        "If this expression is intended to be a reference, wrap it in parentheses. If it's instead intended as a literal name containing periods, wrap it in quotes to create a string literal.";
      sink.push(errorDiagnostic("DVT2003", "Ambiguous attribute key", { detail, range: this.range }));
      return DYNAMIC_UNKNOWN;
    }
    const name = this.inner.asKeyword();
    return name === undefined ? this.inner.value(scope, sink) : stringVal(name);
  }
  collectReferences(found: Traversal[], locals: readonly string[]): void {
    if (this.isParenthesized || this.inner.asKeyword() === undefined) this.inner.collectReferences(found, locals);
  }
  override asTraversal(): Traversal | undefined {
    return this.isParenthesized ? undefined : this.inner.asTraversal();
  }
}

export interface ObjectItem {
  readonly key: ObjectKeyNode;
  readonly value: Node;
}

/** `{ a = b }`. */
export class ObjectNode extends Node {
  readonly items: readonly ObjectItem[];
  constructor(source: SourceText, span: Span, items: readonly ObjectItem[]) {
    super(source, span);
    this.items = items;
  }
  override get startSpan(): Span {
    return { start: this.start, end: this.start + 1 };
  }

  value(scope: Scope, sink: Sink): Val {
    const attributes = new Map<string, Val>();
    let areKeysKnown = true;
    const keys: Val[] = [];
    for (const item of this.items) {
      const told = sink.length;
      const key = item.key.value(scope, sink);
      const isKeyBroken = sink.length > told;
      const value = item.value.value(scope, sink);
      const name = isKeyBroken ? undefined : this.#name(item, key, scope, sink);
      if (name === undefined) areKeysKnown = false;
      else attributes.set(name, value);
      keys.push(key);
    }
    if (!areKeysKnown) return DYNAMIC_UNKNOWN;
    return keys.reduce((object, key) => withMarks(object, key.marks), objectVal(attributes));
  }

  /** The attribute's name, undefined where it cannot be told. */
  #name(item: ObjectItem, key: Val, scope: Scope, sink: Sink): string | undefined {
    if (key.raw === null) {
      item.key.report(sink, scope, "Null value as key", "Can't use a null value as a key.", {
        start: item.value.start,
        end: item.value.end,
      });
      return undefined;
    }
    try {
      const text = convert(key, STRING);
      return isUnknown(text) ? undefined : String(text.raw);
    } catch (error) {
      if (!(error instanceof ConversionError)) throw error;
      item.key.report(sink, scope, "Incorrect key type", `Can't use this value as a key: ${error.message}.`);
      return undefined;
    }
  }

  collectReferences(found: Traversal[], locals: readonly string[]): void {
    for (const { key, value } of this.items) {
      key.collectReferences(found, locals);
      value.collectReferences(found, locals);
    }
  }
  override asMap(): readonly { readonly key: Expression; readonly value: Expression }[] {
    return this.items;
  }
}
