import type { Span } from "../evaluate/node.ts";
import type { NativeBody } from "../syntax/native-body.ts";
import { Token } from "../syntax/tokens.ts";
import { type Piece, piece } from "./piece.ts";
import { quoteText } from "./quote-text.ts";

/** Pieces to stand in place of others, given by the offsets that they have in the source. */
export interface Rewrite {
  readonly span: Span;
  rewrite(pieces: readonly Piece[]): readonly Piece[];
}

/** What `terraform fmt` says differently though it means the same: labels are quoted, `"${x}"` is `x`, types of old are written as of now. */
export function rewritesOf(body: NativeBody, blockTypes: readonly string[] = []): readonly Rewrite[] {
  const { attributes, blocks } = body.items;
  const isVariable = blockTypes.length === 1 && blockTypes[0] === "variable";
  return [
    ...[...attributes.values()].map(({ name, node }) => ({
      span: node,
      rewrite: isVariable && name === "type" ? currentType : unwrapped,
    })),
    ...blocks.flatMap((block) => {
      const inner = rewritesOf(block.body, [...blockTypes, block.type]);
      const last = block.labelSpans.at(-1);
      if (last === undefined) return inner;
      const labels = block.labels.flatMap((label) => quotedPieces(label));
      return [{ span: { start: block.typeSpan.end, end: last.end }, rewrite: () => labels }, ...inner];
    }),
  ];
}

function quotedPieces(text: string): readonly Piece[] {
  const inside = quoteText(text).slice(1, -1);
  const middle = inside === "" ? [] : [piece(Token.quotedText, inside)];
  return [piece(Token.openQuote, '"'), ...middle, piece(Token.closeQuote, '"')];
}

/** What stands between the quotes of a template that is one interpolation and nothing else; others as they are. */
function unwrapped(pieces: readonly Piece[]): readonly Piece[] {
  const isWrapped =
    pieces.length >= 5 &&
    pieces[0]?.type === Token.openQuote &&
    pieces[1]?.type === Token.interpolation &&
    pieces.at(-2)?.type === Token.sequenceEnd &&
    pieces.at(-1)?.type === Token.closeQuote;
  const inside = pieces.slice(2, -2);
  if (!isWrapped || !isOneInterpolation(inside)) return pieces;
  const trimmed = withoutNewlinesAround(inside);
  const isParenthesized = trimmed[0]?.type === Token.openParen && trimmed.at(-1)?.type === Token.closeParen;
  const isOverLines = trimmed.some(({ type }) => type === Token.newline);
  return isOverLines && !isParenthesized ? [piece(Token.openParen, "("), ...trimmed, piece(Token.closeParen, ")")] : trimmed;
}

function isOneInterpolation(inside: readonly Piece[]): boolean {
  let quotes = 0;
  for (const { type } of inside) {
    if (type === Token.openQuote) quotes++;
    else if (type === Token.closeQuote) quotes--;
    else if (quotes === 0 && (type === Token.interpolation || type === Token.sequenceEnd || type === Token.quotedText))
      return false;
  }
  return true;
}

function withoutNewlinesAround(pieces: readonly Piece[]): readonly Piece[] {
  const first = pieces.findIndex(({ type }) => type !== Token.newline);
  const last = pieces.findLastIndex(({ type }) => type !== Token.newline);
  return first < 0 ? [] : pieces.slice(first, last + 1);
}

/** `list` is `list(any)`; `"list"`, from before there was `any`, is `list(string)`. */
function currentType(pieces: readonly Piece[]): readonly Piece[] {
  const [first, second, third] = pieces;
  if (pieces.length === 1 && first?.type === Token.identifier && isCollection(first.text)) {
    return [first, ...inParentheses("any")];
  }
  const isQuoted = pieces.length === 3 && first?.type === Token.openQuote && third?.type === Token.closeQuote;
  if (!isQuoted || second?.type !== Token.quotedText) return pieces;
  if (second.text === "string") return [piece(Token.identifier, "string")];
  if (second.text !== "list" && second.text !== "map") return pieces;
  return [piece(Token.identifier, second.text), ...inParentheses("string")];
}

function isCollection(word: string): boolean {
  return word === "list" || word === "map" || word === "set";
}

function inParentheses(word: string): readonly Piece[] {
  return [piece(Token.openParen, "("), piece(Token.identifier, word), piece(Token.closeParen, ")")];
}
