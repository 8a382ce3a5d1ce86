import { safePrefix } from "../functions/safe-prefix.ts";
import type { Traversal } from "../syntax/body.ts";
import type { SourceText } from "../syntax/source-text.ts";
import { isElements } from "../values/contents.ts";
import { convert } from "../values/conversion.ts";
import { ConversionError } from "../values/conversion-rules.ts";
import { limitedText } from "../values/limits.ts";
import { STRING } from "../values/type.ts";
import { isUnknown, type Marks, stringVal, unknownNotNull, unknownVal, type Val, withMarks } from "../values/value.ts";
import { LiteralNode } from "./literal.ts";
import { Node, type Sink, type Span } from "./node.ts";
import type { Scope } from "./scope.ts";

/** As much of a known beginning is kept for a text that is not known whole. */
const PREFIX_BYTES_MAX = 128;
const SUMMARY = "Invalid template interpolation value";

/** `"a ${b} c"`: the parts as one text. */
export class TemplateNode extends Node {
  readonly parts: readonly Node[];
  constructor(source: SourceText, span: Span, parts: readonly Node[]) {
    super(source, span);
    this.parts = parts;
  }

  override get startSpan(): Span {
    return this.parts[0]?.startSpan ?? this;
  }

  /** The text, where the template is one piece of text and nothing else. */
  get literalText(): string | undefined {
    const only = this.parts.length === 1 ? this.parts[0] : undefined;
    return only instanceof LiteralNode && typeof only.literal.raw === "string" ? only.literal.raw : undefined;
  }

  value(scope: Scope, sink: Sink): Val {
    const told = sink.length;
    const texts: string[] = [];
    const marks: Marks[] = [];
    let isKnown = true;
    for (const part of this.parts) {
      const value = part.value(scope, sink);
      if (value.raw === null) {
        this.report(
          sink,
          scope,
          SUMMARY,
          "The expression result is null. Cannot include a null value in a string template.",
          part,
        );
        continue;
      }
      if (value.marks.size > 0) marks.push(value.marks);
      if (isUnknown(value)) isKnown = false;
      else {
        const text = this.#text(part, value, scope, sink);
        if (text !== undefined && isKnown && sink.length === told) texts.push(text);
      }
    }
    const whole = limitedText(texts.join(""));
    const result = isKnown ? stringVal(whole) : unknownText(sink.length === told ? whole : "");
    return marks.reduce((value, more) => withMarks(value, more), result);
  }

  #text(part: Node, value: Val, scope: Scope, sink: Sink): string | undefined {
    try {
      return String(convert(value, STRING).raw);
    } catch (error) {
      if (!(error instanceof ConversionError)) throw error;
      this.report(sink, scope, SUMMARY, `Cannot include the given value in a string template: ${error.message}.`, part);
      return undefined;
    }
  }

  collectReferences(found: Traversal[], locals: readonly string[]): void {
    for (const part of this.parts) part.collectReferences(found, locals);
  }
}

/** An unknown text whose beginning is known; the last character of it is left out, since a combining one may follow. */
function unknownText(beginning: string): Val {
  const kept = Buffer.from(beginning)
    .subarray(0, PREFIX_BYTES_MAX)
    .toString()
    .replace(/\uFFFD$/, "");
  const prefix = safePrefix(kept);
  return prefix === "" ? unknownNotNull(STRING) : unknownNotNull(STRING, { prefix });
}

/** A template that is one `${…}` and nothing else: the value itself, whatever its type. */
export class WrapNode extends Node {
  readonly inner: Node;
  constructor(source: SourceText, span: Span, inner: Node) {
    super(source, span);
    this.inner = inner;
  }
  value(scope: Scope, sink: Sink): Val {
    return this.inner.value(scope, sink);
  }
  collectReferences(found: Traversal[], locals: readonly string[]): void {
    this.inner.collectReferences(found, locals);
  }
}

/** What the `%{ for }` of a template gives: the texts of a tuple, one behind the other. */
export class JoinNode extends Node {
  readonly tuple: Node;
  constructor(tuple: Node) {
    super(tuple.source, tuple);
    this.tuple = tuple;
  }
  override get startSpan(): Span {
    return this.tuple.startSpan;
  }

  value(scope: Scope, sink: Sink): Val {
    const tuple = this.tuple.value(scope, sink);
    if (!isElements(tuple.raw)) return unknownVal(STRING);
    let result = "";
    const marks: Marks[] = [tuple.marks];
    for (const element of tuple.raw) {
      if (element.raw === null) {
        this.report(sink, scope, SUMMARY, "An iteration result is null. Cannot include a null value in a string template.");
      } else if (isUnknown(element)) return withMarks(unknownVal(STRING), tuple.marks);
      else {
        result = limitedText(result + (this.#text(element, scope, sink) ?? ""));
        marks.push(element.marks);
      }
    }
    return marks.reduce((value, more) => withMarks(value, more), stringVal(result));
  }

  #text(element: Val, scope: Scope, sink: Sink): string | undefined {
    try {
      return String(convert(element, STRING).raw);
    } catch (error) {
      if (!(error instanceof ConversionError)) throw error;
      const detail = `Cannot include one of the interpolation results into the string template: ${error.message}.`;
      this.report(sink, scope, SUMMARY, detail);
      return undefined;
    }
  }

  collectReferences(found: Traversal[], locals: readonly string[]): void {
    this.tuple.collectReferences(found, locals);
  }
}
