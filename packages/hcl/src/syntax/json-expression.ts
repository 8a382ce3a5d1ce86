import { type Diagnostic, errorDiagnostic, type SourceRange } from "@dovetail/model";
import { formatPlace } from "../evaluate/place.ts";
import type { Scope } from "../evaluate/scope.ts";
import { NO_SCOPE } from "../evaluate/scope-of.ts";
import { convert } from "../values/conversion.ts";
import { ConversionError } from "../values/conversion-rules.ts";
import { goQuote } from "../values/go-quote.ts";
import { STRING } from "../values/type.ts";
import {
  boolVal,
  DYNAMIC_NULL,
  DYNAMIC_UNKNOWN,
  isUnknown,
  numberVal,
  objectVal,
  stringVal,
  tupleVal,
  type Val,
} from "../values/value.ts";
import type { Evaluated, Expression, Traversal } from "./body.ts";
import type { JsonNode, JsonProperty } from "./json-parser.ts";
import { parseExpression, parseTemplate } from "./parse.ts";
import type { SourceText } from "./source-text.ts";
import { parseTraversal } from "./traversal-parser.ts";

/** A value of JSON as an expression: texts are templates, names of an object's properties too (HCL JSON Syntax, "Expressions"). */
export class JsonExpression implements Expression {
  readonly #source: SourceText;
  readonly #node: JsonNode;
  #template: ReturnType<typeof parseTemplate> | undefined;

  constructor(source: SourceText, node: JsonNode) {
    this.#source = source;
    this.#node = node;
  }

  get range(): SourceRange {
    return this.#source.range(this.#node.span.start, this.#node.span.end);
  }

  evaluate(scope: Scope): Evaluated {
    const sink: Diagnostic[] = [];
    const value = this.#value(scope, sink);
    return { value, diagnostics: sink };
  }

  #value(scope: Scope, sink: Diagnostic[]): Val {
    const node = this.#node;
    switch (node.kind) {
      case "string":
        return scope === NO_SCOPE ? stringVal(node.text.normalize("NFC")) : this.#templateValue(node.text, scope, sink);
      case "number":
        return numberVal(node.number);
      case "boolean":
        return boolVal(node.isTrue);
      case "null":
        return DYNAMIC_NULL;
      case "array":
        return tupleVal(node.elements.map((element) => this.#inner(element).#value(scope, sink)));
      case "object":
        return this.#object(node.properties, scope, sink);
      case "invalid":
        return DYNAMIC_UNKNOWN;
    }
  }

  #inner(node: JsonNode): JsonExpression {
    return new JsonExpression(this.#source, node);
  }

  #nameOf({ name, nameSpan }: JsonProperty): JsonExpression {
    return this.#inner({ kind: "string", text: name, span: nameSpan, startSpan: nameSpan });
  }

  /** Places inside the text are right as long as it has no escapes. */
  #parsed(text: string): ReturnType<typeof parseTemplate> {
    const { line, column, byte } = this.#source.position(this.#node.span.start + 1);
    this.#template ??= parseTemplate(text, this.#source.file, { line, column, byte });
    return this.#template;
  }

  #templateValue(text: string, scope: Scope, sink: Diagnostic[]): Val {
    const { expression, diagnostics } = this.#parsed(text);
    sink.push(...diagnostics);
    if (diagnostics.length > 0) return DYNAMIC_UNKNOWN;
    const evaluated = expression.evaluate(scope);
    sink.push(...evaluated.diagnostics);
    return evaluated.value;
  }

  #object(properties: readonly JsonProperty[], scope: Scope, sink: Diagnostic[]): Val {
    const values = new Map<string, Val>();
    const ranges = new Map<string, SourceRange>();
    let areNamesKnown = true;
    for (const property of properties) {
      const range = this.#source.range(property.nameSpan.start, property.nameSpan.end);
      const given = this.#nameOf(property).#value(scope, sink);
      const value = this.#inner(property.value).#value(scope, sink);
      const name = propertyName(given, range, sink);
      if (name === "unknown") areNamesKnown = false;
      else if (name !== undefined) {
        const before = ranges.get(name.text);
        if (before === undefined) {
          values.set(name.text, value);
          ranges.set(name.text, range);
        } else {
          const shown = given.marks.size > 0 ? "(sensitive value)" : goQuote(name.text);
          const detail = `An attribute named ${shown} was already defined at ${formatPlace(before)}.`;
          sink.push(errorDiagnostic("DVT2003", "Duplicate object attribute", { detail, range }));
        }
      }
    }
    return areNamesKnown ? objectVal(values) : DYNAMIC_UNKNOWN;
  }

  references(): readonly Traversal[] {
    const node = this.#node;
    if (node.kind === "string") {
      const { expression, diagnostics } = this.#parsed(node.text);
      return diagnostics.length > 0 ? [] : expression.references();
    }
    if (node.kind === "array") return node.elements.flatMap((element) => this.#inner(element).references());
    if (node.kind !== "object") return [];
    return node.properties.flatMap((one) => [...this.#nameOf(one).references(), ...this.#inner(one.value).references()]);
  }

  asTraversal(): Traversal | undefined {
    if (this.#node.kind !== "string") return undefined;
    const start = this.#source.position(this.#node.span.start);
    return parseTraversal(this.#node.text, this.#source.file, { start }).traversal;
  }

  asList(): readonly Expression[] | undefined {
    return this.#node.kind === "array" ? this.#node.elements.map((element) => this.#inner(element)) : undefined;
  }

  asMap(): readonly { readonly key: Expression; readonly value: Expression }[] | undefined {
    if (this.#node.kind !== "object") return undefined;
    return this.#node.properties.map((one) => ({ key: this.#nameOf(one), value: this.#inner(one.value) }));
  }

  asCall(): ReturnType<Expression["asCall"]> {
    if (this.#node.kind !== "string") return undefined;
    const start = this.#source.position(this.#node.span.start);
    const { expression, diagnostics } = parseExpression(this.#node.text, this.#source.file, start);
    return diagnostics.length > 0 ? undefined : expression.asCall();
  }

  asKeyword(): string | undefined {
    const traversal = this.asTraversal();
    return traversal !== undefined && traversal.steps.length === 0 ? traversal.root : undefined;
  }
}

/** The name as text; undefined, and told, where it cannot be one. */
function propertyName(given: Val, range: SourceRange, sink: Diagnostic[]): { readonly text: string } | "unknown" | undefined {
  const wrong = (detail: string): undefined => {
    sink.push(errorDiagnostic("DVT2003", "Invalid object key expression", { detail, range }));
  };
  try {
    const text = convert(given, STRING);
    if (text.raw === null) return wrong("Cannot use null value as an object key.");
    return isUnknown(text) ? "unknown" : { text: String(text.raw) };
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    return wrong(`Cannot use this expression as an object key: ${error.message}.`);
  }
}
