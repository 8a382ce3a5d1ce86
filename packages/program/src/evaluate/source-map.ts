/** A place in one of the files that a bundle was made from; counted from 0. */
export interface OriginalPlace {
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

/** Segments of one line of the bundle, four numbers each: its column; source, line and column there. Source -1: none. */
type Line = readonly number[];
const SEGMENT = 4;

/** Finds where a bundle's code comes from. (Node's own `SourceMap` makes an object of each segment: a good part of a short run.) */
export class SourceMap {
  readonly #sources: readonly string[];
  readonly #lines: readonly Line[];

  /** @param text as ECMA-426 has it, without sections. Throws SyntaxError for what is no such map. */
  constructor(text: string) {
    const { sources, mappings } = JSON.parse(text) as { readonly sources?: unknown; readonly mappings?: unknown };
    if (!Array.isArray(sources) || typeof mappings !== "string") throw new SyntaxError("no source map");
    this.#sources = sources.map(String);
    this.#lines = decode(mappings);
  }

  /** Of the last segment that begins at or before a position; line and column count from 0. */
  find(line: number, column: number): OriginalPlace | undefined {
    const own = this.#lines[line] ?? [];
    let at = own.length - SEGMENT;
    while (at >= 0 && (own[at] ?? 0) > column) at -= SEGMENT;
    if (at >= 0) return this.#place(own, at);
    const before = this.#lines.findLastIndex((segments, i) => i < line && segments.length > 0);
    const last = this.#lines[before];
    return last === undefined ? undefined : this.#place(last, last.length - SEGMENT);
  }

  #place(segments: Line, at: number): OriginalPlace | undefined {
    const source = this.#sources[segments[at + 1] ?? -1];
    return source === undefined ? undefined : { source, line: segments[at + 2] ?? 0, column: segments[at + 3] ?? 0 };
  }
}

const COMMA = 44;
const SEMICOLON = 59;
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** By character code; 64: no digit. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => (DIGITS.indexOf(String.fromCharCode(code)) + 65) % 65);
const NO_DIGIT = 64;

/** Base64 VLQ: numbers are differences, a column's to the segment before in the line, all others to the segment before. */
function decode(mappings: string): readonly Line[] {
  const lines: Line[] = [];
  let segments: number[] = [];
  /** Column, source, line and column there, name. */
  const sums = [0, 0, 0, 0, 0];
  let field = 0;
  let value = 0;
  let shift = 0;
  const { length } = mappings;
  for (let at = 0; at <= length; at++) {
    const char = at === length ? SEMICOLON : mappings.charCodeAt(at);
    if (char === COMMA || char === SEMICOLON) {
      if (field > 0) segments.push(sums[0] ?? 0, field < SEGMENT ? -1 : (sums[1] ?? 0), sums[2] ?? 0, sums[3] ?? 0);
      field = 0;
      if (char === COMMA) continue;
      lines.push(segments);
      segments = [];
      sums[0] = 0;
      continue;
    }
    const digit = VALUES[char] ?? NO_DIGIT;
    if (digit === NO_DIGIT || field === sums.length) throw new SyntaxError("no source map");
    value |= (digit & 31) << shift;
    shift += 5;
    if ((digit & 32) !== 0) continue;
    sums[field] = (sums[field] ?? 0) + ((value & 1) === 1 ? -(value >>> 1) : value >>> 1);
    field++;
    value = 0;
    shift = 0;
  }
  return lines;
}
