import type { Traversal, TraversalStep } from "../syntax/body.ts";
import type { SourceText } from "../syntax/source-text.ts";
import { goQuote } from "../values/go-quote.ts";
import { DYNAMIC_UNKNOWN, type Val } from "../values/value.ts";
import { getAttribute, indexValue } from "./access.ts";
import { lookUpVariable, namesOf } from "./child-scope.ts";
import { didYouMean } from "./name-suggestion.ts";
import { Node, type Sink, type Span } from "./node.ts";
import type { Scope } from "./scope.ts";

/** A step with a name or a literal key. */
export type Step = Span & ({ readonly name: string } | { readonly key: Val });

/** Places are made when somebody asks: a graph wants thousands of references and the place of hardly any. */
function toContract(source: SourceText, step: Step): TraversalStep {
  const { start, end } = step;
  if ("name" in step) {
    return {
      kind: "attribute",
      name: step.name,
      get range() {
        return source.range(start, end);
      },
    };
  }
  return {
    kind: "index",
    key: step.key,
    get range() {
      return source.range(start, end);
    },
  };
}

/** `name.attribute[0]`: a variable of the scope, and steps into it. */
export class VariableNode extends Node {
  readonly root: string;
  readonly rootSpan: Span;
  readonly steps: readonly Step[];
  constructor(source: SourceText, rootSpan: Span, root: string, steps: readonly Step[] = []) {
    super(source, { start: rootSpan.start, end: steps.at(-1)?.end ?? rootSpan.end });
    this.root = root;
    this.rootSpan = rootSpan;
    this.steps = steps;
  }

  value(scope: Scope, sink: Sink): Val {
    const value = lookUpVariable(scope, this.root);
    if (value !== undefined) return follow(this, value, this.steps, scope, sink);
    const names = namesOf(scope, (at) => at.variableNames());
    if (names.length === 0) this.report(sink, scope, "Variables not allowed", "Variables may not be used here.", this.rootSpan);
    else {
      const hint = didYouMean(this.root, names);
      this.report(sink, scope, "Unknown variable", `There is no variable named ${goQuote(this.root)}.${hint}`, this.rootSpan);
    }
    return DYNAMIC_UNKNOWN;
  }

  collectReferences(found: Traversal[], locals: readonly string[]): void {
    if (!locals.includes(this.root)) found.push(this.asTraversal());
  }

  override asTraversal(): Traversal {
    const steps = this.steps.map((step) => toContract(this.source, step));
    const { source, start, end } = this;
    return {
      root: this.root,
      steps,
      get range() {
        return source.range(start, end);
      },
    };
  }
}

/** Steps into the value of another expression. */
export class StepsNode extends Node {
  readonly from: Node;
  readonly steps: readonly Step[];
  constructor(from: Node, steps: readonly Step[]) {
    super(from.source, { start: from.start, end: steps.at(-1)?.end ?? from.end });
    this.from = from;
    this.steps = steps;
  }

  value(scope: Scope, sink: Sink): Val {
    return follow(this, this.from.value(scope, sink), this.steps, scope, sink);
  }

  collectReferences(found: Traversal[], locals: readonly string[]): void {
    this.from.collectReferences(found, locals);
  }

  override asTraversal(): Traversal | undefined {
    const from = this.from.asTraversal();
    if (from === undefined) return undefined;
    return { root: from.root, steps: [...from.steps, ...this.steps.map((s) => toContract(this.source, s))], range: this.range };
  }
}

/** `collection[key]`, where only evaluating tells the key. */
export class IndexNode extends Node {
  readonly collection: Node;
  readonly key: Node;
  readonly bracket: Span;
  constructor(collection: Node, key: Node, bracket: Span) {
    super(collection.source, { start: collection.start, end: bracket.end });
    this.collection = collection;
    this.key = key;
    this.bracket = bracket;
  }

  override get startSpan(): Span {
    return { start: this.bracket.start, end: this.bracket.start + 1 };
  }

  value(scope: Scope, sink: Sink): Val {
    const collection = this.collection.value(scope, sink);
    const accessed = indexValue(collection, this.key.value(scope, sink));
    if ("value" in accessed) return accessed.value;
    this.report(sink, scope, accessed.summary, accessed.detail, this.bracket);
    return DYNAMIC_UNKNOWN;
  }

  collectReferences(found: Traversal[], locals: readonly string[]): void {
    this.collection.collectReferences(found, locals);
    this.key.collectReferences(found, locals);
  }
}

/** The node with steps behind it. */
export function withSteps(node: Node, steps: readonly Step[]): Node {
  if (steps.length === 0) return node;
  if (node instanceof VariableNode) return new VariableNode(node.source, node.rootSpan, node.root, [...node.steps, ...steps]);
  return new StepsNode(node, steps);
}

function follow(node: VariableNode | StepsNode, from: Val, steps: readonly Step[], scope: Scope, sink: Sink): Val {
  let value = from;
  for (const step of steps) {
    const accessed = "name" in step ? getAttribute(value, step.name) : indexValue(value, step.key);
    if (!("value" in accessed)) {
      node.report(sink, scope, accessed.summary, accessed.detail, step);
      return DYNAMIC_UNKNOWN;
    }
    value = accessed.value;
  }
  return value;
}
