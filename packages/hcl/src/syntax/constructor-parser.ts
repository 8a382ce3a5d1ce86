import { type ObjectItem, ObjectKeyNode, ObjectNode, TupleNode } from "../evaluate/collection.ts";
import type { Node, Span } from "../evaluate/node.ts";
import { readFor } from "./for-parser.ts";
import { between, type Grammar, isLost } from "./grammar.ts";
import type { ReadToken, TokenReader } from "./token-reader.ts";
import { Token } from "./tokens.ts";

/** Reads `[…]`: a tuple, or a for expression that makes one. */
export function readTuple(grammar: Grammar): Node {
  const { reader } = grammar;
  const open = reader.read();
  return reader.withNewlines(false, () => {
    if (reader.isKeyword(reader.peek(), "for")) return readFor(grammar, open);
    const elements: Node[] = [];
    const close = readElements(grammar, open, elements);
    return new TupleNode(reader.source, between(open, close), elements);
  });
}

function readElements(grammar: Grammar, open: ReadToken, elements: Node[]): Span {
  const { reader } = grammar;
  while (reader.peek().type !== Token.closeBracket) {
    const errors = reader.errorCount;
    elements.push(grammar.expression());
    if (isLost(reader, errors)) return reader.skipPast(Token.closeBracket);
    const next = reader.peek();
    if (next.type === Token.closeBracket) break;
    if (next.type !== Token.comma) {
      reportUnterminated(
        reader,
        next,
        open,
        TUPLE,
        "Missing item separator",
        "Expected a comma to mark the beginning of the next item.",
      );
      return reader.skipPast(Token.closeBracket);
    }
    reader.read();
  }
  return reader.read();
}

const TUPLE = ["tuple", "bracket"] as const;
const OBJECT = ["object", "brace"] as const;

/** A constructor that the file ends in is told at its beginning, any other surprise where it is. */
function reportUnterminated(
  reader: TokenReader,
  found: ReadToken,
  open: ReadToken,
  [what, closer]: readonly [string, string],
  summary: string,
  detail: string,
): void {
  if (found.type === Token.endOfFile) {
    const why = `There is no corresponding closing ${closer} before the end of the file. This may be caused by incorrect ${closer} nesting elsewhere in this file.`;
    reader.reportUnlessRecovering(`Unterminated ${what} constructor expression`, why, open);
  } else reader.reportUnlessRecovering(summary, detail, found);
}

/** Reads `{…}`: an object, or a for expression that makes one. Newlines separate an object's items. */
export function readObject(grammar: Grammar): Node {
  const { reader } = grammar;
  const open = reader.read();
  if (reader.withNewlines(false, () => reader.isKeyword(reader.peek(), "for"))) {
    return reader.withNewlines(false, () => readFor(grammar, open));
  }
  return reader.withNewlines(true, () => {
    const items: ObjectItem[] = [];
    const close = readItems(grammar, open, items);
    return new ObjectNode(reader.source, between(open, close), items);
  });
}

function readItems(grammar: Grammar, open: ReadToken, items: ObjectItem[]): Span {
  const { reader } = grammar;
  for (;;) {
    const next = reader.peek();
    if (next.type === Token.closeBrace) return reader.read();
    if (next.type === Token.newline) reader.read();
    else {
      const item = readItem(grammar, open);
      if (item === undefined) return reader.skipPast(Token.closeBrace);
      items.push(item);
      const after = reader.peek();
      if (after.type === Token.closeBrace) return reader.read();
      if (after.type !== Token.comma && after.type !== Token.newline) {
        const detail = "Expected a newline or comma to mark the beginning of the next attribute.";
        reportUnterminated(reader, after, open, OBJECT, "Missing attribute separator", detail);
        return reader.skipPast(Token.closeBrace);
      }
      reader.read();
    }
  }
}

/** Reads `key = value`; undefined where the rest of the object is to be left out. */
function readItem(grammar: Grammar, open: ReadToken): ObjectItem | undefined {
  const { reader } = grammar;
  const errors = reader.errorCount;
  const isParenthesized = reader.peek().type === Token.openParen;
  const key = grammar.expression();
  if (isLost(reader, errors)) return undefined;
  const separator = reader.peek();
  if (separator.type !== Token.assign && separator.type !== Token.colon) {
    const [summary, detail] = whyNoSeparator(separator);
    reportUnterminated(reader, separator, open, OBJECT, summary, detail);
    return undefined;
  }
  reader.read();
  const beforeValue = reader.errorCount;
  const value = grammar.expression();
  return isLost(reader, beforeValue) ? undefined : { key: new ObjectKeyNode(key, isParenthesized), value };
}

function whyNoSeparator(found: ReadToken): readonly [string, string] {
  if (found.type === Token.newline || found.type === Token.comma) {
    return ["Missing attribute value", 'Expected an attribute value, introduced by an equals sign ("=").'];
  }
  const expected = 'Expected an equals sign ("=") to mark the beginning of the attribute value.';
  const hint =
    found.type === Token.identifier
      ? " If you intended to given an attribute name containing periods or spaces, write the name in quotes to create a string literal."
      : "";
  return ["Missing key/value separator", expected + hint];
}
