import type { Diagnostic } from "@dovetail/model";
import { parseNative } from "../syntax/parse.ts";
import { scanTokens } from "../syntax/scanner.ts";
import { SourceText } from "../syntax/source-text.ts";
import { Token } from "../syntax/tokens.ts";
import { layOut } from "./layout.ts";
import type { Piece } from "./piece.ts";
import { type Rewrite, rewritesOf } from "./rewrites.ts";

/**
 * A file of native syntax as `terraform fmt` writes it: the same tokens and comments, other spaces. One that has errors of syntax comes
 * back as it is, with these. Idempotent.
 */
export function formatSource(
  text: string,
  file = "<stdin>",
): { readonly text: string; readonly diagnostics: readonly Diagnostic[] } {
  const { body, diagnostics } = parseNative(text, file);
  if (diagnostics.length > 0) return { text, diagnostics };
  const pieces = rewritten(new SourceText(text, file), rewritesOf(body));
  layOut(pieces);
  return { text: pieces.map((one) => " ".repeat(one.spaces) + one.text).join(""), diagnostics };
}

/** The tokens of the source with the rewrites carried out, none of which overlaps another but by holding it whole. */
function rewritten(source: SourceText, rewrites: readonly Rewrite[]): readonly Piece[] {
  const { types, starts, ends } = scanTokens(source, "file");
  const inOrder = [...rewrites].sort((a, b) => a.span.start - b.span.start);
  const pieces: Piece[] = [];
  const pieceAt = (i: number): Piece => {
    const start = starts[i] ?? 0;
    const text = source.text.slice(start, ends[i] ?? start);
    return { type: types[i] ?? Token.endOfFile, text, spaces: start - (i === 0 ? 0 : (ends[i - 1] ?? start)) };
  };
  let next = 0;
  for (let i = 0; i < types.length; ) {
    const rewrite = inOrder[next];
    if (rewrite === undefined || (starts[i] ?? 0) < rewrite.span.start) {
      pieces.push(pieceAt(i++));
      continue;
    }
    next++;
    const replaced: Piece[] = [];
    while (i < types.length && (starts[i] ?? 0) < rewrite.span.end) replaced.push(pieceAt(i++));
    for (const one of rewrite.rewrite(replaced)) pieces.push(one);
  }
  return pieces;
}
