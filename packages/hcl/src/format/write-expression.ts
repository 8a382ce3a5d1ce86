import { BigFloat } from "../values/big-float.ts";
import { numberText } from "../values/big-float-text.ts";
import { isElements } from "../values/contents.ts";
import { UnknownRaw, type Val } from "../values/value.ts";
import { quoteText } from "./quote-text.ts";
import { fitsLine, writeText } from "./write-text.ts";
import type { WrittenExpression, WrittenStep } from "./written.ts";

const IDENTIFIER = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u;
/** Words that are more than a name at the beginning of an object. */
const RESERVED: ReadonlySet<string> = new Set(["for", "true", "false", "null"]);

export function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name);
}

/**
 * An expression as text of native syntax. It ends where it ends: a heredoc's last line must be followed by a line's end.
 * @param depth how many steps the line that it stands on is indented
 * @throws TypeError where a literal is not known: that is a mistake of the caller
 */
export function writeExpression(expression: WrittenExpression, depth = 0): string {
  switch (expression.kind) {
    case "literal":
      return writeLiteral(expression.value, depth);
    case "reference":
      return expression.root + expression.steps.map(writeStep).join("");
    case "template":
      return writeText(
        expression.parts.map((part) => (typeof part === "string" ? part : { expression: writeExpression(part, depth) })),
        depth,
      );
    case "call":
      return writeCall(expression.name, expression.arguments, depth);
    case "tuple":
      return writeTuple(
        expression.elements.map((element) => (inner: number) => writeExpression(element, inner)),
        depth,
      );
    case "object":
      return writeObject(
        expression.items.map(([name, value]) => [name, (inner: number) => writeExpression(value, inner)]),
        depth,
      );
    case "source":
      return expression.text;
  }
}

type AtDepth = (depth: number) => string;

function writeStep(step: WrittenStep): string {
  if ("attribute" in step) return isIdentifier(step.attribute) ? `.${step.attribute}` : `[${quoteText(step.attribute)}]`;
  return typeof step.key === "number" ? `[${step.key}]` : `[${quoteText(step.key)}]`;
}

function writeLiteral({ raw }: Val, depth: number): string {
  if (raw instanceof UnknownRaw) throw new TypeError("a value that is not known cannot be written");
  if (raw === null || typeof raw === "boolean") return String(raw);
  if (typeof raw === "string") return writeText([raw], depth);
  if (raw instanceof BigFloat) return numberText(raw);
  if (isElements(raw))
    return writeTuple(
      raw.map((element) => (inner: number) => writeLiteral(element, inner)),
      depth,
    );
  return writeObject(
    [...raw].map(([name, value]) => [name, (inner: number) => writeLiteral(value, inner)]),
    depth,
  );
}

function writeTuple(elements: readonly AtDepth[], depth: number): string {
  const onOneLine = `[${elements.map((element) => element(depth)).join(", ")}]`;
  if (fitsLine(onOneLine, depth)) return onOneLine;
  return ["[", ...elements.map((element) => withComma(element(depth + 1))), "]"].join("\n");
}

/** A heredoc's last line holds nothing but its marker. */
function withComma(element: string): string {
  return element.startsWith("<<") ? `${element}\n,` : `${element},`;
}

function writeObject(items: readonly (readonly [string, AtDepth])[], depth: number): string {
  if (items.length === 0) return "{}";
  return ["{", ...items.map(([name, value]) => `${writeName(name)} = ${value(depth + 1)}`), "}"].join("\n");
}

function writeName(name: string): string {
  return isIdentifier(name) && !RESERVED.has(name) ? name : quoteText(name);
}

function writeCall(name: string, arguments_: readonly WrittenExpression[], depth: number): string {
  const [only] = arguments_;
  if (only !== undefined && arguments_.length === 1) {
    const written = writeExpression(only, depth);
    return written.startsWith("<<") ? `${name}(${written}\n)` : `${name}(${written})`;
  }
  const onOneLine = `${name}(${arguments_.map((argument) => writeExpression(argument, depth)).join(", ")})`;
  if (fitsLine(onOneLine, depth)) return onOneLine;
  return [`${name}(`, ...arguments_.map((argument) => withComma(writeExpression(argument, depth + 1))), ")"].join("\n");
}
