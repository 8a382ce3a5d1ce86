import { Token, type TokenType } from "../syntax/tokens.ts";

/** A token with the spaces before it. Layout changes the spaces and nothing else. */
export interface Piece {
  readonly type: TokenType;
  readonly text: string;
  spaces: number;
}

export function piece(type: TokenType, text: string): Piece {
  return { type, text, spaces: 0 };
}

/** Whether a line ends with it; a comment to the end of the line holds its line feed. */
export function endsLine({ type, text }: Piece): boolean {
  return type === Token.newline || (type === Token.comment && text.endsWith("\n"));
}

const OPENERS: ReadonlySet<TokenType> = new Set([
  Token.openBrace,
  Token.openBracket,
  Token.openParen,
  Token.interpolation,
  Token.directive,
]);
const CLOSERS: ReadonlySet<TokenType> = new Set([Token.closeBrace, Token.closeBracket, Token.closeParen, Token.sequenceEnd]);

/** By how much it changes the number of open brackets. */
export function bracketChange({ type }: Piece): -1 | 0 | 1 {
  if (OPENERS.has(type)) return 1;
  return CLOSERS.has(type) ? -1 : 0;
}

export function bracketBalance(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, one) => sum + bracketChange(one), 0);
}
