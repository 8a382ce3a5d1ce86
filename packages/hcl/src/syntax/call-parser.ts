import { CallNode } from "../evaluate/call.ts";
import { BrokenNode } from "../evaluate/literal.ts";
import type { Node, Span } from "../evaluate/node.ts";
import { between, type Grammar, isLost } from "./grammar.ts";
import type { ReadToken, TokenReader } from "./token-reader.ts";
import { Token } from "./tokens.ts";

/** Reads a function call whose first name is read already. */
export function readCall(grammar: Grammar, first: ReadToken): Node {
  const { reader } = grammar;
  const names = [reader.textOf(first)];
  let last: Span = first;
  let open = reader.read();
  while (open.type === Token.doubleColon) {
    const name = reader.read();
    if (name.type !== Token.identifier) {
      const detail = "Function scope resolution symbol :: must be followed by a function name in this scope.";
      return broken(reader, "Missing function name", detail, first, name);
    }
    names.push(reader.textOf(name));
    last = name;
    open = reader.read();
  }
  if (open.type !== Token.openParen) {
    const detail = "Function selector must be followed by an open parenthesis to begin the function call.";
    return broken(reader, "Missing open parenthesis", detail, first, open);
  }
  const nameSpan = between(first, last);
  reader.calls.add(names.join("::"));
  const rest = reader.withNewlines(false, () => readArguments(grammar, first, open));
  return new CallNode(reader.source, { name: names.join("::"), nameSpan, openParen: open, ...rest });
}

function broken(reader: TokenReader, summary: string, detail: string, first: ReadToken, at: ReadToken): Node {
  reader.report(summary, detail, at);
  reader.skipOver(Token.openParen);
  return new BrokenNode(reader.source, between(first, at));
}

interface Arguments {
  readonly arguments: readonly Node[];
  readonly isExpanded: boolean;
  readonly closeParen: Span;
}

function readArguments(grammar: Grammar, first: ReadToken, open: ReadToken): Arguments {
  const { reader } = grammar;
  const nodes: Node[] = [];
  const done = (closeParen: Span, isExpanded = false): Arguments => ({ arguments: nodes, isExpanded, closeParen });
  while (reader.peek().type !== Token.closeParen) {
    const errors = reader.errorCount;
    nodes.push(grammar.expression());
    if (isLost(reader, errors)) return done(reader.skipPast(Token.closeParen));
    const separator = reader.read();
    if (separator.type === Token.closeParen) return done(separator);
    if (separator.type === Token.ellipsis) return done(readExpansionEnd(reader, separator), true);
    if (separator.type !== Token.comma) {
      reportSeparator(reader, separator, between(first, open));
      return done(reader.skipPast(Token.closeParen));
    }
  }
  return done(reader.read());
}

function readExpansionEnd(reader: TokenReader, ellipsis: ReadToken): Span {
  if (reader.peek().type === Token.closeParen) return reader.read();
  const detail = "An expanded function argument (with ...) must be immediately followed by closing parentheses.";
  reader.reportUnlessRecovering("Missing closing parenthesis", detail, ellipsis);
  return reader.skipPast(Token.closeParen);
}

function reportSeparator(reader: TokenReader, found: ReadToken, call: Span): void {
  if (found.type === Token.endOfFile) {
    const detail =
      "There is no closing parenthesis for this function call before the end of the file. This may be caused by incorrect parenthesis nesting elsewhere in this file.";
    reader.report("Unterminated function call", detail, call);
  } else {
    const detail = "A comma is required to separate each function argument from the next.";
    reader.report("Missing argument separator", detail, found);
  }
}
