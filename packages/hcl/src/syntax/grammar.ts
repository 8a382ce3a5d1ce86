import type { Node, Span } from "../evaluate/node.ts";
import type { TokenReader } from "./token-reader.ts";

/** What the rules of the grammar need of each other, so that their files need not import in a circle. */
export interface Grammar {
  readonly reader: TokenReader;
  /** Reads one whole expression. */
  expression(): Node;
}

/** Whether reading told of an error from which it could not go on as if nothing had been. */
export function isLost(reader: TokenReader, errorsBefore: number): boolean {
  return reader.isRecovering && reader.errorCount > errorsBefore;
}

/** From the beginning of one up to the end of the other. */
export function between(from: Span, to: Span): Span {
  return { start: from.start, end: Math.max(from.start, to.end) };
}
