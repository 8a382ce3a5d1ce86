/** The tree of a mapping template. */

export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "text"; readonly parts: readonly Node[] }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "range"; readonly from: Expression; readonly to: Expression }
  | { readonly kind: "map"; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: "not"; readonly operand: Expression }
  | { readonly kind: "negative"; readonly operand: Expression }
  | { readonly kind: "binary"; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  | Reference;

export type Operator = "||" | "&&" | "==" | "!=" | "<" | ">" | "<=" | ">=" | "+" | "-" | "*" | "/" | "%";

export type Step =
  | { readonly kind: "member"; readonly name: string }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "index"; readonly at: Expression };

export interface Reference {
  readonly kind: "reference";
  readonly name: string;
  readonly steps: readonly Step[];
  /** `$!x`: nothing is written where it has no value. */
  readonly isQuiet: boolean;
  /** As it stands in the template: what is written for a variable that nobody set. */
  readonly source: string;
}

export type Node =
  | { readonly kind: "raw"; readonly text: string }
  | { readonly kind: "write"; readonly reference: Reference }
  | { readonly kind: "set"; readonly target: Reference; readonly value: Expression }
  | { readonly kind: "if"; readonly branches: readonly { readonly when?: Expression; readonly body: readonly Node[] }[] }
  | { readonly kind: "foreach"; readonly name: string; readonly list: Expression; readonly body: readonly Node[] }
  | { readonly kind: "break" }
  | { readonly kind: "stop" };

/** A template that can't be read, or that went beyond a limit; the message is for who wrote it. */
export class TemplateError extends Error {}
