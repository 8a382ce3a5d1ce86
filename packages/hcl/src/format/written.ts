import type { Val } from "../values/value.ts";

/** An expression to be written: what an export wants to say, without the ways to say it. */
export type WrittenExpression =
  /** A known value; what is sensitive in it is written like the rest. */
  | { readonly kind: "literal"; readonly value: Val }
  | { readonly kind: "reference"; readonly root: string; readonly steps: readonly WrittenStep[] }
  /** Texts and expressions, one behind the other. */
  | { readonly kind: "template"; readonly parts: readonly (string | WrittenExpression)[] }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly WrittenExpression[] }
  | { readonly kind: "tuple"; readonly elements: readonly WrittenExpression[] }
  | { readonly kind: "object"; readonly items: readonly (readonly [name: string, value: WrittenExpression])[] }
  /** Text of the language as it is: a piece of a file that is kept. */
  | { readonly kind: "source"; readonly text: string };

/** `.name` where it is an attribute's name, `[key]` where it is a key. */
export type WrittenStep = { readonly attribute: string } | { readonly key: string | number };

/** An item of a body to be written. */
export type WrittenItem =
  | { readonly kind: "attribute"; readonly name: string; readonly value: WrittenExpression }
  | { readonly kind: "block"; readonly type: string; readonly labels: readonly string[]; readonly items: readonly WrittenItem[] }
  /** Lines of a comment, without the sign that makes them one. */
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "blank" };

/** A reference to what a path of names leads to: `["aws_x", "y", "arn"]` is `aws_x.y.arn`. */
export function writtenReference(root: string, ...attributes: readonly string[]): WrittenExpression {
  return { kind: "reference", root, steps: attributes.map((attribute) => ({ attribute })) };
}
