import type { SourceRange } from "@dovetail/model";
import { callFunction, parameterAt } from "../functions/call.ts";
import { FunctionError, type LanguageFunction, type LazyArgument } from "../functions/function.ts";
import type { Expression, Traversal } from "../syntax/body.ts";
import type { SourceText } from "../syntax/source-text.ts";
import { isElements } from "../values/contents.ts";
import { convert } from "../values/conversion.ts";
import { ConversionError } from "../values/conversion-rules.ts";
import { goQuote } from "../values/go-quote.ts";
import { DYNAMIC_UNKNOWN, isUnknown, type Val, withMarks } from "../values/value.ts";
import { namesOf } from "./child-scope.ts";
import { LiteralNode } from "./literal.ts";
import { didYouMean, nameSuggestion } from "./name-suggestion.ts";
import { Node, type Sink, type Span } from "./node.ts";
import type { Scope } from "./scope.ts";
import { TemplateNode, WrapNode } from "./template.ts";

export interface CallParts {
  /** `upper`, `provider::aws::arn_parse`. */
  readonly name: string;
  readonly nameSpan: Span;
  readonly openParen: Span;
  readonly closeParen: Span;
  readonly arguments: readonly Node[];
  /** The last argument is a list whose elements are the arguments (`...`). */
  readonly isExpanded: boolean;
}

/** `name(a, b...)` (HCL Native Syntax Specification, "Functions and Function Calls"). */
export class CallNode extends Node {
  readonly parts: CallParts;
  constructor(source: SourceText, parts: CallParts) {
    super(source, { start: parts.nameSpan.start, end: parts.closeParen.end });
    this.parts = parts;
  }

  override get startSpan(): Span {
    return { start: this.start, end: this.parts.openParen.end };
  }

  value(scope: Scope, sink: Sink): Val {
    const called = lookUpFunction(scope, this.parts.name);
    if (called === undefined) {
      this.#reportUnknown(scope, sink);
      return DYNAMIC_UNKNOWN;
    }
    const given = this.#arguments(scope, sink);
    if (given === undefined || !this.#isCountRight(called, given, scope, sink)) return DYNAMIC_UNKNOWN;
    return called.callLazily === undefined
      ? this.#call(called, given, scope, sink)
      : this.#run(() => called.callLazily?.(given.map((one) => lazy(one, scope))) ?? DYNAMIC_UNKNOWN, called, given, scope, sink);
  }

  #reportUnknown(scope: Scope, sink: Sink): void {
    const { name, nameSpan } = this.parts;
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
      const said = at.unknownFunction?.(name);
      if (said === undefined) continue;
      this.report(sink, scope, said.summary, said.detail, nameSpan);
      return;
    }
    const names = namesOf(scope, (at) => at.functionNames());
    if (names.length === 0) this.report(sink, scope, "Function calls not allowed", "Functions may not be called here.");
    else this.report(sink, scope, "Call to unknown function", whyUnknown(name, names), nameSpan);
  }

  /** The arguments, the last one's elements in its place where it is expanded; undefined where that cannot be done. */
  #arguments(scope: Scope, sink: Sink): readonly Node[] | undefined {
    const nodes = this.parts.arguments;
    const last = nodes.at(-1);
    if (!this.parts.isExpanded || last === undefined) return nodes;
    const told = sink.length;
    const value = last.value(scope, sink);
    if (sink.length > told) return undefined;
    const { kind } = value.type;
    const isSequence = kind === "tuple" || kind === "list" || kind === "set";
    if (!isSequence && kind !== "dynamic") {
      const detail = "The expanding argument (indicated by ...) must be of a tuple, list, or set type.";
      last.report(sink, scope, "Invalid expanding argument value", detail);
      return undefined;
    }
    if (value.raw === null) {
      const detail = "The expanding argument (indicated by ...) must not be null.";
      last.report(sink, scope, "Invalid expanding argument value", detail);
      return undefined;
    }
    if (isUnknown(value) || !isElements(value.raw)) return undefined;
    const expanded = value.raw.map((element) => new LiteralNode(this.source, last, withMarks(element, value.marks)));
    return [...nodes.slice(0, -1), ...expanded];
  }

  #call(called: LanguageFunction, given: readonly Node[], scope: Scope, sink: Sink): Val {
    const told = sink.length;
    const values = given.map((one, i) => this.#argument(called, one, i, scope, sink));
    return sink.length > told ? DYNAMIC_UNKNOWN : this.#run(() => callFunction(called, values), called, given, scope, sink);
  }

  #isCountRight(called: LanguageFunction, given: readonly Node[], scope: Scope, sink: Sink): boolean {
    const { name, closeParen } = this.parts;
    const required = called.parameters.length;
    const missing = called.parameters[given.length];
    if (missing !== undefined) {
      const atLeast = called.variadic === undefined ? "" : " at least";
      const detail = `Function ${goQuote(name)} expects${atLeast} ${required} argument(s). Missing value for ${goQuote(missing.name)}.`;
      this.report(sink, scope, "Not enough function arguments", detail, closeParen);
      return false;
    }
    const surplus = called.variadic === undefined ? given[required] : undefined;
    if (surplus === undefined) return true;
    const detail = `Function ${goQuote(name)} expects only ${required} argument(s).`;
    this.report(sink, scope, "Too many function arguments", detail, spanOf(surplus.startSpan));
    return false;
  }

  #argument(called: LanguageFunction, argument: Node, position: number, scope: Scope, sink: Sink): Val {
    const given = argument.value(scope, sink);
    const parameter = parameterAt(called, position);
    try {
      return parameter === undefined ? given : convert(given, parameter.type);
    } catch (error) {
      if (!(error instanceof ConversionError)) throw error;
      reportArgument(argument, argument.startSpan, parameter?.name ?? "", error.message, scope, sink);
      return given;
    }
  }

  #run(call: () => Val, called: LanguageFunction, given: readonly Node[], scope: Scope, sink: Sink): Val {
    try {
      return call();
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      const parameter = error.argument === undefined ? undefined : parameterAt(called, error.argument);
      if (error.argument === undefined || parameter === undefined) {
        const detail = `Call to function ${goQuote(this.parts.name)} failed: ${error.message}.`;
        this.report(sink, scope, "Error in function call", detail, this.startSpan);
      } else {
        const argument = given[error.argument] ?? this;
        const span = argument === this ? this : argument.startSpan;
        reportArgument(argument, span, parameter.name, error.message, scope, sink);
      }
      return DYNAMIC_UNKNOWN;
    }
  }

  collectReferences(found: Traversal[], locals: readonly string[]): void {
    for (const argument of this.parts.arguments) argument.collectReferences(found, locals);
  }

  override asCall(): { readonly name: string; readonly nameRange: SourceRange; readonly arguments: readonly Expression[] } {
    const { name, nameSpan } = this.parts;
    return { name, nameRange: this.source.range(nameSpan.start, nameSpan.end), arguments: this.parts.arguments };
  }
}

/** The place alone, so that it is not taken for what the error is about. */
function spanOf({ start, end }: Span): Span {
  return { start, end };
}

function reportArgument(argument: Node, span: Span, parameter: string, message: string, scope: Scope, sink: Sink): void {
  const detail = `Invalid value for ${goQuote(parameter)} parameter: ${message}.`;
  argument.report(sink, scope, "Invalid function argument", detail, spanOf(span));
}

function lookUpFunction(scope: Scope, name: string): LanguageFunction | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const found = at.function(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function whyUnknown(name: string, names: readonly string[]): string {
  const separator = name.lastIndexOf("::");
  if (separator < 0) return `There is no function named ${goQuote(name)}.${didYouMean(name, names)}`;
  const namespace = name.slice(0, separator + 2);
  const own = name.slice(separator + 2);
  const siblings = names.filter((one) => one.startsWith(namespace));
  if (siblings.length === 0) return `There are no functions in namespace ${goQuote(namespace)}.`;
  const suggestion = nameSuggestion(own, siblings);
  const hint = suggestion === undefined ? "" : ` Did you mean ${namespace}${suggestion}?`;
  return `There is no function named ${goQuote(own)} in namespace ${namespace}.${hint}`;
}

function lazy(node: Node, scope: Scope): LazyArgument {
  return {
    evaluate: () => node.evaluate(scope),
    isReference: node.asTraversal() !== undefined,
    template: templateKind(node),
  };
}

function templateKind(node: Node): LazyArgument["template"] {
  if (node instanceof WrapNode) return "wrapped";
  if (!(node instanceof TemplateNode)) return undefined;
  return node.literalText === undefined ? "mixed" : "text";
}
