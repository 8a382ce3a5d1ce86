import type { Diagnostic, SourceRange } from "@dovetail/model";
import type { Scope } from "../evaluate/scope.ts";
import type { Val } from "../values/value.ts";

/**
 * What native syntax and JSON syntax have in common: a body tells its attributes and blocks once a schema is put to it
 * (JSON cannot tell them apart by itself), an expression its value once it is given a scope.
 */
export interface Body {
  /** Everything the schema names; what it does not name, what is missing and what is there twice is reported, in Terraform's words. */
  content(schema: BodySchema): BodyContent;
  /** Everything the schema names, and a body of what is left. */
  partialContent(schema: BodySchema): { readonly content: BodyContent; readonly rest: Body };
  /** All of it as attributes; a block is reported. */
  justAttributes(): { readonly attributes: ReadonlyMap<string, Attribute>; readonly diagnostics: readonly Diagnostic[] };
  /** Where to point for something that is not there. */
  readonly missingRange: SourceRange;
}

export interface BodySchema {
  readonly attributes: readonly { readonly name: string; readonly isRequired?: boolean }[];
  readonly blocks: readonly { readonly type: string; readonly labels: readonly string[] }[];
}

export interface BodyContent {
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** In the order of the source. */
  readonly blocks: readonly Block[];
  readonly diagnostics: readonly Diagnostic[];
  readonly missingRange: SourceRange;
}

export interface Attribute {
  readonly name: string;
  readonly expression: Expression;
  readonly range: SourceRange;
  readonly nameRange: SourceRange;
}

export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: Body;
  readonly defRange: SourceRange;
  readonly typeRange: SourceRange;
  readonly labelRanges: readonly SourceRange[];
}

export interface Expression {
  readonly range: SourceRange;
  /** The value in a scope; where it fails, the diagnostics and the best that is known of the value (often unknown). Never throws. */
  evaluate(scope: Scope): Evaluated;
  /** Every reference to a variable of the outermost scope, in the order of the source. */
  references(): readonly Traversal[];
  /** The same expression read as a reference (`aws_x.y`, `each.key`), without evaluating it; undefined where it is none. */
  asTraversal(): Traversal | undefined;
  /** The element expressions of a tuple constructor; undefined where it is none. */
  asList(): readonly Expression[] | undefined;
  /** The pairs of an object constructor; undefined where it is none. */
  asMap(): readonly { readonly key: Expression; readonly value: Expression }[] | undefined;
  /** The function and arguments of a call; undefined where it is none. */
  asCall(): { readonly name: string; readonly nameRange: SourceRange; readonly arguments: readonly Expression[] } | undefined;
  /** A bare word (`string`, `all`); undefined where it is none. */
  asKeyword(): string | undefined;
}

export interface Evaluated {
  readonly value: Val;
  readonly diagnostics: readonly Diagnostic[];
}

/** `aws_x.y["k"].arn`: the root's name and the steps after it. */
export interface Traversal {
  readonly root: string;
  readonly steps: readonly TraversalStep[];
  readonly range: SourceRange;
}

export type TraversalStep =
  | { readonly kind: "attribute"; readonly name: string; readonly range: SourceRange }
  /** Only a literal key is a step; what comes after `[expression]` is left out of the traversal. */
  | { readonly kind: "index"; readonly key: Val; readonly range: SourceRange }
  | { readonly kind: "splat"; readonly range: SourceRange };
