import type { Diagnostic } from "@dovetail/model";
import type { Span } from "../evaluate/node.ts";
import { NO_SCOPE } from "../evaluate/scope-of.ts";
import { stringVal, type Val } from "../values/value.ts";
import type { Traversal, TraversalStep } from "./body.ts";
import { between } from "./grammar.ts";
import { readNumber } from "./number-literal.ts";
import { scanTokens } from "./scanner.ts";
import { type Position, SourceText } from "./source-text.ts";
import { readQuotedLiteral } from "./string-literal.ts";
import { tokenProblems } from "./token-problems.ts";
import { type ReadToken, TokenReader } from "./token-reader.ts";
import { Token } from "./tokens.ts";

/**
 * A text that is a reference and nothing else: a name with attributes and literal keys, `[*]` only where splats are allowed. Undefined,
 * with the reasons, where it is none.
 */
export function parseTraversal(
  text: string,
  file: string,
  options: { readonly start?: Position; readonly allowsSplats?: boolean } = {},
): { readonly traversal: Traversal | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const source = new SourceText(text, file, options.start);
  const tokens = scanTokens(source, "file");
  const reader = new TokenReader(source, tokens);
  const traversal = reader.withNewlines(false, () => readTraversal(reader, options.allowsSplats === true));
  const diagnostics = [...tokenProblems(source, tokens), ...reader.diagnostics];
  return { traversal: diagnostics.length === 0 ? traversal : undefined, diagnostics };
}

function readTraversal(reader: TokenReader, allowsSplats: boolean): Traversal | undefined {
  const root = reader.read();
  if (root.type !== Token.identifier) {
    reader.report("Variable name required", "Must begin with a variable name.", root);
    return undefined;
  }
  const steps: TraversalStep[] = [];
  while (reader.peek().type !== Token.endOfFile) {
    const step = readStep(reader, allowsSplats);
    if (step === undefined) return undefined;
    steps.push(step);
  }
  const last = reader.source.range(root.start, reader.peek().start);
  return { root: reader.textOf(root), steps, range: last };
}

function readStep(reader: TokenReader, allowsSplats: boolean): TraversalStep | undefined {
  const first = reader.peek();
  if (first.type === Token.dot) return readAttribute(reader);
  if (first.type === Token.openBracket) return readIndex(reader, allowsSplats);
  reader.report("Invalid character", "Expected an attribute access or an index operator.", first);
  return undefined;
}

function readAttribute(reader: TokenReader): TraversalStep | undefined {
  const dot = reader.read();
  const name = reader.read();
  if (name.type === Token.identifier) {
    return { kind: "attribute", name: reader.textOf(name), range: rangeOf(reader, between(dot, name)) };
  }
  const isSplat = name.type === Token.star;
  const detail = isSplat ? "Splat expressions (.*) may not be used here." : "Dot must be followed by attribute name.";
  reader.report("Attribute name required", detail, name);
  return undefined;
}

function readIndex(reader: TokenReader, allowsSplats: boolean): TraversalStep | undefined {
  const open = reader.read();
  const next = reader.peek();
  if (next.type === Token.star) {
    if (allowsSplats) {
      reader.read();
      const range = readClose(reader, open);
      return range === undefined ? undefined : { kind: "splat", range: rangeOf(reader, range) };
    }
    reader.report("Attribute name required", "Splat expressions ([*]) may not be used here.", next);
    return undefined;
  }
  const key = readKey(reader, next);
  const range = key === undefined ? undefined : readClose(reader, open);
  return key === undefined || range === undefined ? undefined : { kind: "index", key, range: rangeOf(reader, range) };
}

function readKey(reader: TokenReader, next: ReadToken): Val | undefined {
  if (next.type === Token.number) return readNumber(reader).evaluate(NO_SCOPE).value;
  if (next.type === Token.openQuote) return stringVal(readQuotedLiteral(reader).text);
  reader.report("Index value required", "Index brackets must contain either a literal number or a literal string.", next);
  return undefined;
}

function readClose(reader: TokenReader, open: Span): Span | undefined {
  const close = reader.read();
  if (close.type === Token.closeBracket) return between(open, close);
  reader.report("Unclosed index brackets", "Index key must be followed by a closing bracket.", close);
  return undefined;
}

function rangeOf(reader: TokenReader, { start, end }: Span): TraversalStep["range"] {
  return reader.source.range(start, end);
}
