import type { SourceRange } from "@dovetail/model";
import type { JsPath } from "../core/lift.ts";

/**
 * The place of an argument's name in the user's text, found from the place of the `new X(...)` that it is given to.
 * Follows object literals step by step; where they are not literals (spread, a variable) it answers with as deep a place as it found.
 * @param call where the call begins
 * @param argument which of the call's arguments holds the object: 1 for `new X(name, args)`, 0 for `f(args)`
 */
export function locateArgument(text: string, call: SourceRange, path: JsPath, argument: number): SourceRange {
  const start = offsetOf(text, call.line, call.column);
  const open = text.indexOf("(", start);
  if (open < 0) return call;
  let at = nthItem(text, open, argument);
  let found: { from: number; to: number } | undefined;
  for (const step of path) {
    const next = at === undefined ? undefined : enter(text, at, step);
    if (next === undefined) break;
    at = next.value;
    if (next.key !== undefined) found = next.key;
  }
  return found === undefined ? call : rangeOf(text, call.file, found.from, found.to);
}

/** The place of `word:` in the file of a call, when it is there exactly once: where a value came from that the call only names. */
export function onlyMention(text: string, call: SourceRange | undefined, word: string): SourceRange | undefined {
  const found = [...text.matchAll(new RegExp(`\\b${word}(?=["'\\s]*:)`, "g"))];
  const [first] = found;
  return call === undefined || first === undefined || found.length > 1
    ? undefined
    : rangeOf(text, call.file, first.index, first.index + word.length);
}

/** True when the place's text is, or quotes, the word. */
export function spells(text: string, place: SourceRange | undefined, word: string): boolean {
  if (place?.endColumn === undefined) return false;
  return (
    text
      .split("\n")
      [place.line - 1]?.slice(place.column - 1, place.endColumn - 1)
      .includes(word) === true
  );
}

function enter(
  text: string,
  value: number,
  step: string | number,
): { value: number; key?: { from: number; to: number } } | undefined {
  const opener = text[value];
  if (typeof step === "number") {
    if (opener === "{") return { value };
    const item = opener === "[" ? nthItem(text, value, step) : undefined;
    return item === undefined ? undefined : { value: item };
  }
  if (opener !== "{") return undefined;
  for (const item of items(text, value)) {
    const match = /^(?:(["'`])((?:[^\\]|\\.)*?)\1|([A-Za-z_$][\w$]*))/.exec(text.slice(item, item + 300));
    if (match === null || (match[2] ?? match[3]) !== step) continue;
    const end = item + match[0].length;
    const colon = skipBlank(text, end);
    return { value: text[colon] === ":" ? skipBlank(text, colon + 1) : item, key: { from: item, to: end } };
  }
  return undefined;
}

function nthItem(text: string, open: number, n: number): number | undefined {
  let i = 0;
  for (const item of items(text, open)) if (i++ === n) return item;
  return undefined;
}

/** Where each of the comma-separated items between the bracket at `open` and its partner begins. */
function* items(text: string, open: number): Generator<number> {
  let at = skipBlank(text, open + 1);
  let depth = 0;
  let isStart = true;
  while (at < text.length) {
    const char = text[at] ?? "";
    if (depth === 0 && ")]}".includes(char)) return;
    if (isStart) {
      yield at;
      isStart = false;
    }
    if ("([{".includes(char)) depth++;
    else if (")]}".includes(char)) depth--;
    else if (char === "," && depth === 0) isStart = true;
    at = skipBlank(text, char === '"' || char === "'" || char === "`" ? endOfString(text, at) : at + 1);
  }
}

function endOfString(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === quote) return at + 1;
  }
  return text.length;
}

function skipBlank(text: string, start: number): number {
  const blank = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
  blank.lastIndex = start;
  return start + (blank.exec(text)?.[0].length ?? 0);
}

function offsetOf(text: string, line: number, column: number): number {
  let at = 0;
  for (let i = 1; i < line; i++) {
    const next = text.indexOf("\n", at);
    if (next < 0) return text.length;
    at = next + 1;
  }
  return at + column - 1;
}

function rangeOf(text: string, file: string, from: number, to: number): SourceRange {
  const before = text.slice(0, from).split("\n");
  const column = (before.at(-1)?.length ?? 0) + 1;
  return { file, line: before.length, column, endLine: before.length, endColumn: column + to - from };
}
