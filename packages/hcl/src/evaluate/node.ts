import type { Diagnostic, SourceRange } from "@dovetail/model";
import { errorDiagnostic } from "@dovetail/model";
import type { Evaluated, Expression, Traversal } from "../syntax/body.ts";
import type { SourceText } from "../syntax/source-text.ts";
import { whatIsTooLarge, withinLimits } from "../values/limits.ts";
import { DYNAMIC_UNKNOWN, type Val } from "../values/value.ts";
import { withRelevantValues } from "./relevant-values.ts";
import type { Scope } from "./scope.ts";
import { NO_SCOPE } from "./scope-of.ts";

/** From one offset of a source up to another. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where an evaluation puts what it has to say. */
export type Sink = Diagnostic[];

/** A node of an expression's tree. Nodes are immutable; their places are offsets, made ranges only when one is asked for. */
export abstract class Node implements Expression {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;

  constructor(source: SourceText, span: Span) {
    this.source = source;
    this.start = span.start;
    this.end = span.end;
  }

  get range(): SourceRange {
    return this.source.range(this.start, this.end);
  }

  /** The part that stands for the whole where the whole would be too much to show: a call's name, an operation's first operand. */
  get startSpan(): Span {
    return this;
  }

  /** The value; what is wrong goes to the sink, and the value is then the best that is known of it. */
  abstract value(scope: Scope, sink: Sink): Val;

  /** Adds every reference to the outermost scope, `locals` being the names that are not of it. */
  abstract collectReferences(found: Traversal[], locals: readonly string[]): void;

  evaluate(scope: Scope): Evaluated {
    const sink: Diagnostic[] = [];
    try {
      const value = withinLimits(() => this.value(scope, sink));
      return { value, diagnostics: sink };
    } catch (error) {
      const what = whatIsTooLarge(error);
      if (what === undefined) throw error;
      const detail = `Evaluating this expression comes to ${what}. Nothing that large is made.`;
      this.report(sink, NO_SCOPE, "Value too large", detail);
      return { value: DYNAMIC_UNKNOWN, diagnostics: sink };
    }
  }

  references(): readonly Traversal[] {
    const found: Traversal[] = [];
    this.collectReferences(found, []);
    return found;
  }

  asTraversal(): Traversal | undefined {
    return undefined;
  }

  asList(): readonly Expression[] | undefined {
    return undefined;
  }

  asMap(): readonly { readonly key: Expression; readonly value: Expression }[] | undefined {
    return undefined;
  }

  asCall(): { readonly name: string; readonly nameRange: SourceRange; readonly arguments: readonly Expression[] } | undefined {
    return undefined;
  }

  asKeyword(): string | undefined {
    const traversal = this.asTraversal();
    return traversal !== undefined && traversal.steps.length === 0 ? traversal.root : undefined;
  }

  /**
   * Tells the sink of an error. `at` is its place; where that is a node, it is the one whose names are told with their values, else this one.
   */
  report(sink: Sink, scope: Scope, summary: string, detail: string, at: Span = this): void {
    const about = at instanceof Node ? at : this;
    const range = this.source.range(at.start, at.end);
    const diagnostic = errorDiagnostic("DVT2003", summary, { detail, range });
    sink.push(withRelevantValues(diagnostic, () => about.references(), scope));
  }
}
