import type { SourceRange } from "@dovetail/model";

/** Where a text begins when it is a part of a larger file: lines and columns count from 1, bytes from 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly byte: number;
}

const FILE_START: Position = { line: 1, column: 1, byte: 0 };
const BYTE_ORDER_MARK = "\uFEFF";
const BYTE_ORDER_MARK_BYTES = 3;
/** A byte that is not part of a UTF-8 sequence becomes the lone surrogate at this offset plus the byte, so that nothing of the input is lost. */
const ESCAPED_BYTE = 0xdc00;

/**
 * A text with its places: offsets are positions in `text` (UTF-16 units, byte order mark taken off), ranges are made of them on demand.
 * Columns count grapheme clusters and lines end with a line feed, as in HCL's information model ("Source Locations").
 */
export class SourceText {
  readonly file: string;
  readonly text: string;
  readonly #origin: Position;
  readonly #isAscii: boolean;
  readonly #tabColumns: number;
  #lineStarts: readonly number[] | undefined;
  #lineBytes: readonly number[] | undefined;
  /** The last counted column, so that asking in the order of the source stays linear. */
  #counted = { lineStart: 0, offset: 0, column: 0 };

  /** @param options.tabColumns how many columns a tab counts for (JSON syntax counts two) */
  constructor(
    source: string | Uint8Array,
    file: string,
    origin: Position = FILE_START,
    options: { readonly tabColumns?: number } = {},
  ) {
    const text = typeof source === "string" ? source : decodeUtf8(source);
    const hasMark = text.startsWith(BYTE_ORDER_MARK);
    this.file = file;
    this.text = hasMark ? text.slice(1) : text;
    this.#origin = hasMark ? { ...origin, byte: origin.byte + BYTE_ORDER_MARK_BYTES } : origin;
    this.#isAscii = isAscii(this.text);
    this.#tabColumns = options.tabColumns ?? 1;
  }

  /** The range from one offset up to another, which is not part of it. */
  range(start: number, end: number): SourceRange {
    const from = this.position(start);
    const to = end <= start ? from : this.position(end);
    return {
      file: this.file,
      line: from.line,
      column: from.column,
      endLine: to.line,
      endColumn: to.column,
      byte: from.byte,
      endByte: to.byte,
    };
  }

  position(offset: number): Position {
    const starts = this.#lines();
    const index = lineAt(starts, offset);
    const lineStart = starts[index] ?? 0;
    const column = this.#columnsBetween(lineStart, offset) + (index === 0 ? this.#origin.column : 1);
    return { line: index + this.#origin.line, column, byte: this.#origin.byte + this.#byteAt(index, lineStart, offset) };
  }

  /** The lone surrogate that stands for a byte which is not UTF-8. */
  static isBrokenUnit(unit: number): boolean {
    return unit >= 0xd800 && unit <= 0xdfff;
  }

  #lines(): readonly number[] {
    if (this.#lineStarts === undefined) {
      const starts = [0];
      for (let at = this.text.indexOf("\n"); at >= 0; at = this.text.indexOf("\n", at + 1)) starts.push(at + 1);
      this.#lineStarts = starts;
    }
    return this.#lineStarts;
  }

  #columnsBetween(lineStart: number, offset: number): number {
    if (this.#isAscii && this.#tabColumns === 1) return offset - lineStart;
    const last = this.#counted;
    const isOnward = last.lineStart === lineStart && last.offset <= offset;
    const from = isOnward ? last.offset : lineStart;
    const passed = this.text.slice(from, offset);
    const tabs = this.#tabColumns === 1 ? 0 : passed.split("\t").length - 1;
    const column = (isOnward ? last.column : 0) + graphemeCount(passed) + tabs * (this.#tabColumns - 1);
    this.#counted = { lineStart, offset, column };
    return column;
  }

  #byteAt(line: number, lineStart: number, offset: number): number {
    if (this.#isAscii) return offset;
    if (this.#lineBytes === undefined) {
      const bytes: number[] = [0];
      const starts = this.#lines();
      for (let i = 1; i < starts.length; i++) {
        bytes.push((bytes[i - 1] ?? 0) + utf8Length(this.text, starts[i - 1] ?? 0, starts[i] ?? 0));
      }
      this.#lineBytes = bytes;
    }
    return (this.#lineBytes[line] ?? 0) + utf8Length(this.text, lineStart, offset);
  }
}

/** The index of the line that holds `offset`. */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is what ASCII is
  return /^[\x00-\x7f]*$/.test(text);
}

const SEGMENTER = new Intl.Segmenter("en", { granularity: "grapheme" });

/** How many characters a reader sees (Unicode's extended grapheme clusters). */
export function graphemeCount(text: string): number {
  if (isAscii(text)) return text.length - (text.match(/\r\n/g)?.length ?? 0);
  let count = 0;
  for (const _ of SEGMENTER.segment(text)) count++;
  return count;
}

function utf8Length(text: string, start: number, end: number): number {
  let bytes = 0;
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (isPairAt(text, i)) {
      bytes += 4;
      i++;
    } else bytes += SourceText.isBrokenUnit(unit) ? 1 : 3;
  }
  return bytes;
}

/** Whether a whole surrogate pair stands at the offset. */
export function isPairAt(text: string, offset: number): boolean {
  const high = text.charCodeAt(offset);
  const low = text.charCodeAt(offset + 1);
  return high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
}

/** UTF-8 as text; bytes that are none become lone surrogates. The byte order mark stays. */
function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return decodeBroken(bytes);
  }
}

function decodeBroken(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const parts: string[] = [];
  let good = 0;
  for (let i = 0; i < bytes.length; ) {
    const length = sequenceLength(bytes, i);
    if (length > 0) {
      i += length;
      continue;
    }
    parts.push(decoder.decode(bytes.subarray(good, i)), String.fromCharCode(ESCAPED_BYTE + (bytes[i] ?? 0)));
    i += 1;
    good = i;
  }
  parts.push(decoder.decode(bytes.subarray(good)));
  return parts.join("");
}

/** How many bytes the UTF-8 sequence at the offset has; 0 where there is none (RFC 3629, section 4). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 && first <= 0xf4 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0;
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i] ?? 0;
    if (next < 0x80 || next > 0xbf) return 0;
  }
  const second = bytes[at + 1] ?? 0;
  if (first === 0xe0 && second < 0xa0) return 0;
  if (first === 0xed && second > 0x9f) return 0;
  if (first === 0xf0 && second < 0x90) return 0;
  if (first === 0xf4 && second > 0x8f) return 0;
  return length;
}
