import { graphemeCount } from "../syntax/source-text.ts";
import { quoteText } from "./quote-text.ts";

/** Text, or an expression written already, of which a template is made. */
export type TextPart = string | { readonly expression: string };

const MARKER = "EOT";
/** What a heredoc can hold as it is: printable characters, tabs and line feeds. */
const PLAIN = /^[\p{L}\p{M}\p{N}\p{P}\p{S} \t\n]*$/u;

/** The parts as a quoted template, or as a heredoc where they are several whole lines. `depth` is how far the line is indented. */
export function writeText(given: readonly TextPart[], depth: number): string {
  const parts = meld(given);
  return isHeredoc(parts) ? heredoc(parts, depth) : `"${parts.map((part, i) => inQuotes(part, parts[i + 1])).join("")}"`;
}

/** Neighbouring texts as one, so that what is escaped is seen whole. */
function meld(parts: readonly TextPart[]): readonly TextPart[] {
  const melded: TextPart[] = [];
  for (const part of parts) {
    const last = melded.at(-1);
    if (typeof part === "string" && typeof last === "string") melded[melded.length - 1] = last + part;
    else if (part !== "") melded.push(part);
  }
  return melded;
}

function inQuotes(part: TextPart, next: TextPart | undefined): string {
  if (typeof part !== "string") return sequence(part.expression);
  return beforeSequence(part, next, (text) => quoteText(text).slice(1, -1));
}

function sequence(expression: string): string {
  return `\${${expression}}`;
}

/** A `$` right before a sequence would make it an escape; such are written as a sequence of their own. */
function beforeSequence(text: string, next: TextPart | undefined, escapeIn: (text: string) => string): string {
  let end = text.length;
  while (next !== undefined && text.charAt(end - 1) === "$") end--;
  return end === text.length ? escapeIn(text) : escapeIn(text.slice(0, end)) + sequence(`"${text.slice(end)}"`);
}

function isHeredoc(parts: readonly TextPart[]): boolean {
  const last = parts.at(-1);
  if (typeof last !== "string" || !last.endsWith("\n")) return false;
  const texts = parts.filter((part) => typeof part === "string");
  if (!texts.every((text) => PLAIN.test(text))) return false;
  const lines = linesOf(parts);
  return lines.length > 1 && lines.every((line) => line.trim() !== MARKER && !isSpaceOnly(line));
}

/** The lines, with a character in place of each expression. */
function linesOf(parts: readonly TextPart[]): readonly string[] {
  const whole = parts.map((part) => (typeof part === "string" ? part : "\u0000")).join("");
  return whole.split("\n").slice(0, -1);
}

/** Whether such a line keeps its space in a heredoc depends on what is around it: too fine to rely on. */
function isSpaceOnly(line: string): boolean {
  return line !== "" && line.trim() === "";
}

/** Indented with the code where no line is indented itself, since `<<-` takes off what all lines have in common. */
function heredoc(parts: readonly TextPart[], depth: number): string {
  const isFlush = linesOf(parts).some((line) => line !== "" && line.trimStart() === line);
  const margin = isFlush ? "  ".repeat(depth + 1) : "";
  const body = parts.map((part, i) =>
    typeof part === "string" ? beforeSequence(part, parts[i + 1], escapeMarkers) : sequence(part.expression),
  );
  const lines = body.join("").split("\n").slice(0, -1);
  const indented = lines.map((line) => (line === "" ? line : margin + line));
  return [`<<${isFlush ? "-" : ""}${MARKER}`, ...indented, `${isFlush ? "  ".repeat(depth) : ""}${MARKER}`].join("\n");
}

function escapeMarkers(text: string): string {
  return text.replaceAll(/\$(?=\{)/g, "$$$$").replaceAll(/%(?=\{)/g, "%%");
}

/** Whether it stands well on the line that it is written on. */
export function fitsLine(text: string, depth: number): boolean {
  return !text.includes("\n") && graphemeCount(text) + 2 * depth <= COLUMNS_MAX;
}
const COLUMNS_MAX = 100;
