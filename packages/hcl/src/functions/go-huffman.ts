/** Huffman codes as Go's `compress/flate` chooses them: lengths by the package-merge algorithm, ties by symbol. */

export interface Codes {
  /** Bits of each symbol's code, lowest first as DEFLATE writes them; length 0 where it has none. */
  readonly codes: Uint16Array;
  readonly lengths: Uint8Array;
}

interface Leaf {
  readonly symbol: number;
  readonly frequency: number;
}

/** Codes of at most `lengthMax` bits for symbols that occur so often. */
export function huffmanCodes(frequencies: ArrayLike<number>, lengthMax: number): Codes {
  const codes = new Uint16Array(frequencies.length);
  const lengths = new Uint8Array(frequencies.length);
  const leaves: Leaf[] = [];
  for (let symbol = 0; symbol < frequencies.length; symbol += 1) {
    const frequency = frequencies[symbol] ?? 0;
    if (frequency > 0) leaves.push({ symbol, frequency });
  }
  if (leaves.length <= 2) {
    leaves.forEach(({ symbol }, i) => {
      codes[symbol] = i;
      lengths[symbol] = 1;
    });
    return { codes, lengths };
  }
  leaves.sort((a, b) => a.frequency - b.frequency || a.symbol - b.symbol);
  const counts = lengthCounts(leaves, lengthMax);
  let code = 0;
  let end = leaves.length;
  for (let length = 1; length < counts.length; length += 1) {
    code <<= 1;
    const start = end - (counts[length] ?? 0);
    const chunk = leaves.slice(start, end).sort((a, b) => a.symbol - b.symbol);
    for (const { symbol } of chunk) {
      codes[symbol] = reversed(code, length);
      lengths[symbol] = length;
      code += 1;
    }
    end = start;
  }
  return { codes, lengths };
}

export function reversed(code: number, length: number): number {
  let result = 0;
  for (let i = 0; i < length; i += 1) result |= ((code >> i) & 1) << (length - 1 - i);
  return result;
}

interface Level {
  last: number;
  nextLeaf: number;
  nextPair: number;
  needed: number;
  /** How many leaves of this and each lower level are in what the level has taken. */
  leaves: number[];
}

/** How many codes there are of each length (Katajainen, Moffat, Turpin: "A Fast and Space-Economical Algorithm for Length-Limited Coding"). */
function lengthCounts(leaves: readonly Leaf[], lengthMax: number): readonly number[] {
  const count = leaves.length;
  const most = Math.min(lengthMax, count - 1);
  const frequencyAt = (i: number): number => leaves[i]?.frequency ?? Number.POSITIVE_INFINITY;
  const levels: Level[] = Array.from({ length: most + 2 }, (_, level) => ({
    last: frequencyAt(1),
    nextLeaf: frequencyAt(2),
    nextPair: level === 1 ? Number.POSITIVE_INFINITY : frequencyAt(0) + frequencyAt(1),
    needed: 0,
    leaves: Array.from({ length: most + 2 }, (__, i) => (i === level && level > 0 ? 2 : 0)),
  }));
  const at = (level: number): Level => levels[level] as Level;
  at(most).needed = 2 * count - 4;
  for (let level = most; ; ) {
    const current = at(level);
    if (current.nextPair === Number.POSITIVE_INFINITY && current.nextLeaf === Number.POSITIVE_INFINITY) {
      current.needed = 0;
      at(level + 1).nextPair = Number.POSITIVE_INFINITY;
      level += 1;
      continue;
    }
    const previous = current.last;
    takeNext(levels, level, frequencyAt);
    current.needed -= 1;
    if (current.needed > 0) {
      while (at(level - 1).needed > 0) level -= 1;
      continue;
    }
    if (level === most) break;
    at(level + 1).nextPair = previous + current.last;
    level += 1;
  }
  const totals = at(most).leaves;
  return Array.from({ length: most + 1 }, (_, bits) =>
    bits === 0 ? 0 : (totals[most - bits + 1] ?? 0) - (totals[most - bits] ?? 0),
  );
}

/** A level takes its next leaf, or the pair of the level below where that is lighter. */
function takeNext(levels: readonly Level[], level: number, frequencyAt: (i: number) => number): void {
  const current = levels[level] as Level;
  const below = levels[level - 1] as Level;
  if (current.nextLeaf < current.nextPair) {
    const taken = (current.leaves[level] ?? 0) + 1;
    current.last = current.nextLeaf;
    current.leaves[level] = taken;
    current.nextLeaf = frequencyAt(taken);
    return;
  }
  current.last = current.nextPair;
  for (let i = 0; i < level; i += 1) current.leaves[i] = below.leaves[i] ?? 0;
  below.needed = 2;
}
