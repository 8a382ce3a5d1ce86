import { readFileSync } from "node:fs";
import { relative } from "node:path";
import type { Diagnostic, SourceRange } from "@dovetail/model";
import type { Style } from "../terminal.ts";

/** How many bytes of a user's file are read for an excerpt at most. */
const EXCERPT_FILE_BYTES_MAX = 4 * 1024 * 1024;

/** One diagnostic as people read it: what, where with an excerpt, why, how to mend. Read-only but for the file it quotes. */
export function renderDiagnostic(diagnostic: Diagnostic, style: Style, cwd: string): string {
  const colour = diagnostic.severity === "error" ? style.red : diagnostic.severity === "warning" ? style.yellow : style.cyan;
  const word = diagnostic.severity === "error" ? "Error" : diagnostic.severity === "warning" ? "Warning" : "Note";
  const lines = [`${colour(style.bold(`${word} ${diagnostic.code}:`))} ${style.bold(diagnostic.summary)}`];
  const where = [diagnostic.range === undefined ? undefined : `at ${place(diagnostic.range, cwd)}`, subject(diagnostic)].filter(
    (part) => part !== undefined,
  );
  if (where.length > 0) lines.push(`  ${where.join(", ")}`);
  if (diagnostic.range !== undefined) lines.push(...excerpt(diagnostic.range, style).map((line) => `     ${line}`));
  for (const { traversal, statement } of diagnostic.values ?? []) lines.push(`     ${style.dim(`${traversal} ${statement}`)}`);
  if (diagnostic.detail !== undefined) lines.push(...indent(diagnostic.detail));
  if (diagnostic.aws !== undefined) lines.push(`  ${style.dim(awsLine(diagnostic.aws))}`);
  for (const other of diagnostic.related ?? []) lines.push(`  ${other.message} (${place(other.range, cwd)})`);
  if (diagnostic.fix !== undefined) lines.push(...indent(diagnostic.fix));
  return lines.join("\n");
}

/** Notes of one kind beyond this many stand together, a line each. */
const NOTES_ALONE_MAX = 3;

/** All of a run's diagnostics, sorted. Many notes of one kind become one message that lists their places. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], style: Style, cwd: string): readonly string[] {
  const groups = new Map<string, Diagnostic[]>();
  for (const diagnostic of sortDiagnostics(diagnostics)) {
    const key = diagnostic.severity === "note" ? `${diagnostic.code} ${diagnostic.summary}` : `#${groups.size}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [diagnostic]);
    else group.push(diagnostic);
  }
  return [...groups.values()].flatMap((group) =>
    group.length > NOTES_ALONE_MAX
      ? [renderTogether(group, style, cwd)]
      : group.map((diagnostic) => renderDiagnostic(diagnostic, style, cwd)),
  );
}

function renderTogether(notes: readonly Diagnostic[], style: Style, cwd: string): string {
  const [first] = notes;
  if (first === undefined) return "";
  const details = [...new Set(notes.flatMap((note) => note.detail ?? []))];
  const fixes = [...new Set(notes.flatMap((note) => note.fix ?? []))];
  const shared = details.length === 1;
  const places = notes.map((note) => {
    const where = note.range === undefined ? (note.address ?? "") : place(note.range, cwd);
    return `  ${where.padEnd(NOTE_PLACE_WIDTH)} ${style.dim(shared ? (lineOf(note.range) ?? "") : (note.detail ?? ""))}`.trimEnd();
  });
  return [
    `${style.cyan(style.bold(`Note ${first.code}:`))} ${style.bold(first.summary)} (${notes.length} places)`,
    ...places,
    ...(shared ? indent(details.join("")) : []),
    ...fixes.flatMap(indent),
  ].join("\n");
}

const NOTE_PLACE_WIDTH = 30;
const NOTE_LINE_CHARS_MAX = 90;

/** The line that a place is in, without its indentation. */
function lineOf(range: SourceRange | undefined): string | undefined {
  if (range === undefined) return undefined;
  const line = textOf(range.file)?.split("\n")[range.line - 1]?.trim();
  return line !== undefined && line.length > NOTE_LINE_CHARS_MAX ? `${line.slice(0, NOTE_LINE_CHARS_MAX)}…` : line;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").slice(0, EXCERPT_FILE_BYTES_MAX);
  } catch {
    return undefined;
  }
}

function subject(diagnostic: Diagnostic): string | undefined {
  if (diagnostic.address === undefined) return diagnostic.attribute === undefined ? undefined : `in ${diagnostic.attribute}`;
  return diagnostic.attribute === undefined ? `in ${diagnostic.address}` : `in ${diagnostic.address}, ${diagnostic.attribute}`;
}

function awsLine(aws: NonNullable<Diagnostic["aws"]>): string {
  const parts = [
    aws.operation,
    aws.code,
    aws.status === undefined ? undefined : `HTTP ${aws.status}`,
    aws.requestId === undefined ? undefined : `request ${aws.requestId}`,
  ];
  return `AWS: ${parts.filter((part) => part !== undefined).join(", ")}`;
}

function indent(text: string): string[] {
  return text.split("\n").map((line) => `  ${line}`.trimEnd());
}

export function place(range: SourceRange, cwd: string): string {
  const shown = relative(cwd, range.file);
  return `${shown === "" || shown.startsWith("../../..") ? range.file : shown}:${range.line}:${range.column}`;
}

function excerpt(range: SourceRange, style: Style): string[] {
  const line = textOf(range.file)?.split("\n")[range.line - 1];
  if (line === undefined) return [];
  const number = String(range.line);
  // The place of a block's body is its opening brace: what is meant is the block that the line opens.
  const isBody = line.slice(range.column - 1).trimEnd() === "{";
  const start = isBody ? line.length - line.trimStart().length + 1 : Math.max(1, range.column);
  const end =
    isBody || (range.endLine !== undefined && range.endLine !== range.line)
      ? line.length + 1
      : (range.endColumn ?? start + wordLength(line, start));
  const marks = `${line.slice(0, start - 1).replace(/[^\t]/g, " ")}${"^".repeat(Math.max(1, Math.min(end, line.length + 1) - start))}`;
  return [`${style.dim(`${number} |`)} ${line}`, `${" ".repeat(number.length)} ${style.dim("|")} ${style.red(marks)}`];
}

function wordLength(line: string, column: number): number {
  return line.slice(column - 1).match(/^[\w$.]+/)?.[0].length ?? 1;
}

/** Sorted as people read: by file and line, those without a place last, in the order they came. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics
    .map((diagnostic, order) => ({ diagnostic, order }))
    .sort((a, b) => comparePlaces(a.diagnostic.range, b.diagnostic.range) || a.order - b.order)
    .map(({ diagnostic }) => diagnostic);
}

function comparePlaces(a: SourceRange | undefined, b: SourceRange | undefined): number {
  if (a === undefined || b === undefined) return (a === undefined ? 1 : 0) - (b === undefined ? 1 : 0);
  return a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column;
}
