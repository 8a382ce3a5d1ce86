import { graphemeCount } from "../syntax/source-text.ts";
import { Token } from "../syntax/tokens.ts";
import { bracketBalance, endsLine, type Piece } from "./piece.ts";
import { hasSpaceAfter } from "./spacing.ts";

const INDENT_COLUMNS = 2;

/** A line in cells: what is assigned and what is commented stands in columns with the lines above and below. */
interface Line {
  readonly lead: readonly Piece[];
  /** From the equals sign on, where the whole value stands on the line. */
  readonly assign: readonly Piece[];
  readonly comment: readonly Piece[];
}

/** Sets the spaces before each token as `terraform fmt` sets them: indentation, spaces between tokens, columns. */
export function layOut(pieces: readonly Piece[]): void {
  const lines = linesOf(pieces);
  indent(lines);
  for (const { lead, assign } of lines) {
    spaceOut(lead);
    spaceOut(assign);
    const [first] = assign;
    if (first !== undefined) first.spaces = 1;
  }
  align(
    lines,
    (line) => line.assign,
    (line) => [line.lead],
  );
  align(
    lines,
    (line) => line.comment,
    (line) => [line.lead, line.assign],
  );
}

function linesOf(pieces: readonly Piece[]): readonly Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const [i, one] of pieces.entries()) {
    const isEnd = one.type === Token.endOfFile;
    if (!isEnd && !endsLine(one)) continue;
    lines.push(cells(pieces.slice(start, isEnd ? i : i + 1)));
    start = i + 1;
  }
  return start < pieces.length ? [...lines, cells(pieces.slice(start))] : lines;
}

function cells(line: readonly Piece[]): Line {
  const hasComment = line.length > 1 && line.at(-1)?.type === Token.comment;
  const code = hasComment ? line.slice(0, -1) : line;
  const comment = hasComment ? line.slice(-1) : [];
  const equals = code.findIndex(({ type }, i) => i > 0 && type === Token.assign);
  const isWhole = equals > 0 && bracketBalance(code.slice(equals)) === 0;
  return isWhole ? { lead: code.slice(0, equals), assign: code.slice(equals), comment } : { lead: code, assign: [], comment };
}

/** A line that opens more brackets than it closes indents what follows by one step, however many they are. */
function indent(lines: readonly Line[]): void {
  const steps: number[] = [];
  for (const { lead, assign } of lines) {
    const [first] = lead;
    if (first === undefined) continue;
    if (first.type === Token.newline) {
      first.spaces = 0;
      continue;
    }
    const heredoc = lead.findIndex(({ type }) => type === Token.openHeredoc);
    const change = bracketBalance(heredoc < 0 ? lead : lead.slice(0, heredoc)) + bracketBalance(assign);
    if (change < 0) closeBrackets(steps, -change);
    first.spaces = INDENT_COLUMNS * steps.length;
    if (change > 0) steps.push(change);
  }
}

function closeBrackets(steps: number[], count: number): void {
  let left = count;
  while (left > 0 && steps.length > 0) {
    const opened = steps.pop() ?? 0;
    if (left < opened) steps.push(opened - left);
    left -= Math.min(left, opened);
  }
}

function spaceOut(cell: readonly Piece[]): void {
  for (const [i, subject] of cell.entries()) {
    const after = cell[i + 1];
    if (after !== undefined) after.spaces = hasSpaceAfter(subject, cell[i - 1], after) ? 1 : 0;
  }
}

/** Puts the cell of each run of lines that have it into one column, behind the longest of what stands before it. */
function align(
  lines: readonly Line[],
  cellOf: (line: Line) => readonly Piece[],
  beforeOf: (line: Line) => readonly (readonly Piece[])[],
): void {
  let run: { readonly first: Piece; readonly columns: number }[] = [];
  const close = (): void => {
    const widest = run.reduce((most, { columns }) => Math.max(most, columns), 0);
    for (const { first, columns } of run) first.spaces = widest - columns + 1;
    run = [];
  };
  for (const line of lines) {
    const [first] = cellOf(line);
    if (first === undefined) close();
    else run.push({ first, columns: beforeOf(line).reduce((sum, cell) => sum + columnsOf(cell), 0) });
  }
  close();
}

function columnsOf(cell: readonly Piece[]): number {
  return cell.reduce((sum, { spaces, text }) => sum + spaces + graphemeCount(text), 0);
}
