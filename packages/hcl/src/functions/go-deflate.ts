/**
 * DEFLATE byte for byte as Go's `compress/flate` writes it at its default level, flushed and closed (behaviour of Go 1.23): `base64gzip` is compared in
 * states and plans, where other bytes that mean the same would be a change.
 */
import { type Codes, huffmanCodes, reversed } from "./go-huffman.ts";

const WINDOW = 1 << 15;
const MATCH = { least: 4, most: 258 };
/** Level 6: a match this long shortens, ends the search for a better one. */
const LEVEL = { good: 8, lazy: 16, nice: 128, chain: 128 };
const BLOCK_TOKENS_MAX = 1 << 14;
const STORED_BYTES_MAX = 65535;
const HASH_BITS = 17;

/** A literal byte is itself; a match is `MATCH_FLAG + (length - 3) * 2 ** 15 + (distance - 1)`. */
const MATCH_FLAG = 2 ** 24;

export function goDeflate(input: Uint8Array): Uint8Array {
  const writer = new BitWriter();
  new Matcher(input, writer).run();
  writer.stored(new Uint8Array(), false);
  writer.stored(new Uint8Array(), true);
  return writer.bytes();
}

class Matcher {
  readonly #input: Uint8Array;
  readonly #writer: BitWriter;
  readonly #heads = new Int32Array(1 << HASH_BITS).fill(-1);
  readonly #previous = new Int32Array(WINDOW).fill(-1);
  #tokens: number[] = [];
  #blockStart = 0;
  /** What came before this is no more in the window. */
  #base = 0;

  constructor(input: Uint8Array, writer: BitWriter) {
    this.#input = input;
    this.#writer = writer;
  }

  run(): void {
    const state = { index: 0, length: MATCH.least - 1, distance: 0, isPending: false };
    for (;;) {
      const end = Math.min(this.#input.length, this.#base + 2 * WINDOW);
      const isLast = end === this.#input.length;
      while (isLast ? state.index < end : end - state.index >= MATCH.least + MATCH.most) this.#step(state, end);
      if (isLast) break;
      this.#base += WINDOW;
    }
    if (state.isPending) this.#tokens.push(this.#input[state.index - 1] ?? 0);
    if (this.#tokens.length > 0) this.#block(state.index);
  }

  #step(state: { index: number; length: number; distance: number; isPending: boolean }, end: number): void {
    const { index, length: previousLength, distance: previousDistance } = state;
    const lookahead = end - index;
    const head = index < end - (MATCH.least - 1) ? this.#insert(index) : -1;
    state.length = MATCH.least - 1;
    state.distance = 0;
    if (head >= Math.max(this.#base, index - WINDOW) && lookahead > previousLength && previousLength < LEVEL.lazy) {
      const found = this.#find(index, head, lookahead);
      if (found !== undefined) Object.assign(state, found);
    }
    if (previousLength >= MATCH.least && state.length <= previousLength) {
      this.#tokens.push(MATCH_FLAG + (previousLength - 3) * WINDOW + previousDistance - 1);
      const after = index + previousLength - 1;
      for (let i = index + 1; i < after; i += 1) if (i < end - (MATCH.least - 1)) this.#insert(i);
      Object.assign(state, { index: Math.max(after, index + 1), isPending: false, length: MATCH.least - 1 });
      if (this.#tokens.length === BLOCK_TOKENS_MAX) this.#block(state.index);
      return;
    }
    if (state.isPending) {
      this.#tokens.push(this.#input[index - 1] ?? 0);
      if (this.#tokens.length === BLOCK_TOKENS_MAX) this.#block(index);
    }
    state.index = index + 1;
    state.isPending = true;
  }

  /** Puts a position at the head of its chain; answers the head before. */
  #insert(index: number): number {
    const input = this.#input;
    const four =
      ((input[index] ?? 0) << 24) | ((input[index + 1] ?? 0) << 16) | ((input[index + 2] ?? 0) << 8) | (input[index + 3] ?? 0);
    const hash = Math.imul(four, 0x1e35a7bd) >>> (32 - HASH_BITS);
    const head = this.#heads[hash] ?? -1;
    this.#previous[index % WINDOW] = head;
    this.#heads[hash] = index;
    return head;
  }

  #find(position: number, head: number, lookahead: number): { readonly length: number; readonly distance: number } | undefined {
    const input = this.#input;
    const most = Math.min(MATCH.most, lookahead);
    const nice = Math.min(LEVEL.nice, most);
    const least = position - WINDOW;
    let found: { readonly length: number; readonly distance: number } | undefined;
    let length = MATCH.least - 1;
    let candidate = head;
    for (let tries = LEVEL.chain; tries > 0; tries -= 1) {
      if (input[position + length] === input[candidate + length]) {
        const same = this.#sameLength(candidate, position, most);
        if (same > length && (same > MATCH.least || position - candidate <= 4096)) {
          length = same;
          found = { length, distance: position - candidate };
          if (same >= nice) break;
        }
      }
      if (candidate === least) break;
      candidate = this.#previous[candidate % WINDOW] ?? -1;
      if (candidate < Math.max(least, this.#base)) break;
    }
    return found;
  }

  #sameLength(a: number, b: number, most: number): number {
    let length = 0;
    while (length < most && this.#input[a + length] === this.#input[b + length]) length += 1;
    return length;
  }

  #block(end: number): void {
    const isInWindow = this.#blockStart >= this.#base;
    this.#writer.block(this.#tokens, isInWindow ? this.#input.subarray(this.#blockStart, end) : undefined);
    this.#tokens = [];
    this.#blockStart = end;
  }
}

const END_OF_BLOCK = 256;
const LITERALS = 286;
const DISTANCES = 30;
const LENGTH_BASE = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 255,
];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_EXTRA = Array.from({ length: DISTANCES }, (_, i) => (i < 4 ? 0 : (i >> 1) - 1));
const DISTANCE_BASE = Array.from({ length: DISTANCES }, (_, i) => (i < 4 ? i : (2 + (i & 1)) << ((i >> 1) - 1)));
const LENGTHS_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** The last code that begins at or below a value. */
function codeOf(bases: readonly number[], value: number): number {
  let code = bases.length - 1;
  while ((bases[code] ?? 0) > value) code -= 1;
  return code;
}

const FIXED: { readonly literals: Codes; readonly distances: Codes } = fixedCodes();

function fixedCodes(): typeof FIXED {
  const literals: Codes = { codes: new Uint16Array(LITERALS), lengths: new Uint8Array(LITERALS) };
  for (let symbol = 0; symbol < LITERALS; symbol += 1) {
    const [code, length] =
      symbol < 144 ? [symbol + 48, 8] : symbol < 256 ? [symbol + 256, 9] : symbol < 280 ? [symbol - 256, 7] : [symbol - 88, 8];
    literals.codes[symbol] = reversed(code, length);
    literals.lengths[symbol] = length;
  }
  const distances: Codes = { codes: new Uint16Array(DISTANCES), lengths: new Uint8Array(DISTANCES).fill(5) };
  for (let symbol = 0; symbol < DISTANCES; symbol += 1) distances.codes[symbol] = reversed(symbol, 5);
  return { literals, distances };
}

function bitsOf(frequencies: ArrayLike<number>, { lengths }: Codes): number {
  let total = 0;
  for (let symbol = 0; symbol < frequencies.length; symbol += 1) total += (frequencies[symbol] ?? 0) * (lengths[symbol] ?? 0);
  return total;
}

/** How many symbols there are up to the last that occurs. */
function used(frequencies: Uint32Array, least: number): number {
  let count = frequencies.length;
  while (count > least && frequencies[count - 1] === 0) count -= 1;
  return count;
}

/** The code lengths of a dynamic block, repeats told by 16, 17 and 18, each with how often. */
function runsOf(lengths: readonly number[]): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (let start = 0; start < lengths.length; ) {
    const size = lengths[start] ?? 0;
    let end = start;
    while (end < lengths.length && lengths[end] === size) end += 1;
    let left = end - start;
    start = end;
    if (size !== 0) {
      runs.push([size, 0]);
      left -= 1;
    }
    const [symbol, least, most] = size === 0 ? [18, 11, 138] : [16, 3, 6];
    for (; left >= least; left -= Math.min(most, left)) runs.push([symbol, Math.min(most, left) - least]);
    if (size === 0 && left >= 3) {
      runs.push([17, left - 3]);
      left = 0;
    }
    for (; left > 0; left -= 1) runs.push([size, 0]);
  }
  return runs;
}

const RUN_BITS: { readonly [symbol: number]: number } = { 16: 2, 17: 3, 18: 7 };

class BitWriter {
  readonly #bytes: number[] = [];
  #bits = 0;
  #count = 0;

  bytes(): Uint8Array {
    this.#align();
    return Uint8Array.from(this.#bytes);
  }

  #write(bits: number, count: number): void {
    this.#bits |= bits << this.#count;
    this.#count += count;
    while (this.#count >= 8) {
      this.#bytes.push(this.#bits & 0xff);
      this.#bits >>>= 8;
      this.#count -= 8;
    }
  }
  #align(): void {
    if (this.#count > 0) this.#write(0, 8 - this.#count);
  }
  #code({ codes, lengths }: Codes, symbol: number): void {
    this.#write(codes[symbol] ?? 0, lengths[symbol] ?? 0);
  }

  stored(input: Uint8Array, isLast: boolean): void {
    this.#write(isLast ? 1 : 0, 3);
    this.#align();
    this.#write(input.length, 16);
    this.#write(~input.length & 0xffff, 16);
    for (const byte of input) this.#bytes.push(byte);
  }

  /** A block of tokens in the form that takes the fewest bits; `input` is what they stand for, where it may be stored as it is. */
  block(tokens: readonly number[], input: Uint8Array | undefined): void {
    const literalCounts = new Uint32Array(LITERALS);
    const distanceCounts = new Uint32Array(DISTANCES);
    let extraBits = 0;
    for (const token of [...tokens, END_OF_BLOCK]) {
      if (token < MATCH_FLAG) {
        literalCounts[token] = (literalCounts[token] ?? 0) + 1;
        continue;
      }
      const { lengthCode, distanceCode } = matchOf(token);
      literalCounts[lengthCode + 257] = (literalCounts[lengthCode + 257] ?? 0) + 1;
      distanceCounts[distanceCode] = (distanceCounts[distanceCode] ?? 0) + 1;
      extraBits += (LENGTH_EXTRA[lengthCode] ?? 0) + (DISTANCE_EXTRA[distanceCode] ?? 0);
    }
    const numLiterals = used(literalCounts, 257);
    const numDistances = used(distanceCounts, 0) || 1;
    if (numDistances === 1 && distanceCounts[0] === 0) distanceCounts[0] = 1;
    const literals = huffmanCodes(literalCounts, 15);
    const distances = huffmanCodes(distanceCounts, 15);
    const runs = runsOf([...literals.lengths.subarray(0, numLiterals), ...distances.lengths.subarray(0, numDistances)]);
    const runCounts = new Uint32Array(19);
    for (const [symbol] of runs) runCounts[symbol] = (runCounts[symbol] ?? 0) + 1;
    const runCodes = huffmanCodes(runCounts, 7);
    let numRunCodes = 19;
    while (numRunCodes > 4 && runCounts[LENGTHS_ORDER[numRunCodes - 1] ?? 0] === 0) numRunCodes -= 1;
    const runExtra = runs.reduce((sum, [symbol]) => sum + (RUN_BITS[symbol] ?? 0), 0);
    const header = 17 + 3 * numRunCodes + bitsOf(runCounts, runCodes) + runExtra;
    const dynamicBits = header + bitsOf(literalCounts, literals) + bitsOf(distanceCounts, distances) + extraBits;
    const fixedBits = 3 + bitsOf(literalCounts, FIXED.literals) + bitsOf(distanceCounts, FIXED.distances) + extraBits;
    if (input !== undefined && input.length <= STORED_BYTES_MAX && (input.length + 5) * 8 < Math.min(dynamicBits, fixedBits)) {
      this.stored(input, false);
      return;
    }
    if (dynamicBits >= fixedBits) {
      this.#write(2, 3);
      this.#tokens(tokens, FIXED.literals, FIXED.distances);
      return;
    }
    this.#write(4, 3);
    this.#write(numLiterals - 257, 5);
    this.#write(numDistances - 1, 5);
    this.#write(numRunCodes - 4, 4);
    for (const symbol of LENGTHS_ORDER.slice(0, numRunCodes)) this.#write(runCodes.lengths[symbol] ?? 0, 3);
    for (const [symbol, more] of runs) {
      this.#code(runCodes, symbol);
      this.#write(more, RUN_BITS[symbol] ?? 0);
    }
    this.#tokens(tokens, literals, distances);
  }

  #tokens(tokens: readonly number[], literals: Codes, distances: Codes): void {
    for (const token of tokens) {
      if (token < MATCH_FLAG) {
        this.#code(literals, token);
        continue;
      }
      const { length, distance, lengthCode, distanceCode } = matchOf(token);
      this.#code(literals, lengthCode + 257);
      this.#write(length - (LENGTH_BASE[lengthCode] ?? 0), LENGTH_EXTRA[lengthCode] ?? 0);
      this.#code(distances, distanceCode);
      this.#write(distance - (DISTANCE_BASE[distanceCode] ?? 0), DISTANCE_EXTRA[distanceCode] ?? 0);
    }
    this.#code(literals, END_OF_BLOCK);
  }
}

/** A match's length less three and distance less one, with their codes. */
function matchOf(token: number): { length: number; distance: number; lengthCode: number; distanceCode: number } {
  const length = Math.floor((token - MATCH_FLAG) / WINDOW);
  const distance = (token - MATCH_FLAG) % WINDOW;
  return { length, distance, lengthCode: codeOf(LENGTH_BASE, length), distanceCode: codeOf(DISTANCE_BASE, distance) };
}
