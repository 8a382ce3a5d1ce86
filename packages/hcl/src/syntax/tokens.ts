/** What a token of HCL's native syntax is. Small numbers, because a large file has millions. */
export const Token = {
  endOfFile: 0,
  newline: 1,
  comment: 2,
  identifier: 3,
  number: 4,
  /** Text inside quotes, escapes not yet read. */
  quotedText: 5,
  /** Text inside a heredoc or of a bare template. */
  plainText: 6,
  openQuote: 7,
  closeQuote: 8,
  openHeredoc: 9,
  closeHeredoc: 10,
  interpolation: 11,
  directive: 12,
  sequenceEnd: 13,
  openBrace: 14,
  closeBrace: 15,
  openBracket: 16,
  closeBracket: 17,
  openParen: 18,
  closeParen: 19,
  dot: 20,
  comma: 21,
  star: 22,
  slash: 23,
  percent: 24,
  plus: 25,
  minus: 26,
  assign: 27,
  less: 28,
  greater: 29,
  bang: 30,
  question: 31,
  colon: 32,
  equal: 33,
  notEqual: 34,
  greaterOrEqual: 35,
  lessOrEqual: 36,
  and: 37,
  or: 38,
  doubleColon: 39,
  ellipsis: 40,
  fatArrow: 41,
  /** Known only to be told about: none of these belongs to the language. */
  bitwiseAnd: 42,
  bitwiseOr: 43,
  bitwiseNot: 44,
  bitwiseXor: 45,
  apostrophe: 46,
  backtick: 47,
  semicolon: 48,
  quotedNewline: 49,
  brokenText: 50,
  invalid: 51,
} as const;
export type TokenType = (typeof Token)[keyof typeof Token];

/** Tokens by column: the n-th has type `types[n]` and stands from `starts[n]` up to `ends[n]` (not included). The last one is the end of the file. */
export interface TokenList {
  readonly types: readonly TokenType[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

const OPPOSITES = new Map<TokenType, TokenType>([
  [Token.openBrace, Token.closeBrace],
  [Token.openBracket, Token.closeBracket],
  [Token.openParen, Token.closeParen],
  [Token.openQuote, Token.closeQuote],
  [Token.openHeredoc, Token.closeHeredoc],
  [Token.interpolation, Token.sequenceEnd],
]);
const OPENERS = new Map<TokenType, TokenType>([...OPPOSITES].map(([open, close]) => [close, open]));

/** The token that closes what `open` opens. */
export function closerOf(open: TokenType): TokenType | undefined {
  return open === Token.directive ? Token.sequenceEnd : OPPOSITES.get(open);
}
/** The token that opens what `close` closes; `${` stands for `%{` as well. */
export function openerOf(close: TokenType): TokenType | undefined {
  return OPENERS.get(close);
}
