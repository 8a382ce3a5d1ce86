export class DurationError extends Error {
  constructor(message: string) {
    super(`time: ${message}`);
    this.name = "DurationError";
  }
}

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["\u00b5s", 1_000n],
  ["\u03bcs", 1_000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);
const MOST = 2n ** 63n;

/** The nanoseconds of a duration as Go writes it: `1h30m`, `-1.5s`. @throws DurationError in Go's words */
export function parseDuration(text: string): bigint {
  const isNegative = text.startsWith("-");
  let rest = text.replace(/^[+-]/, "");
  if (rest === "0") return 0n;
  let total = 0n;
  if (rest === "") throw invalid(text);
  while (rest !== "") {
    const match = /^([0-9]*)(?:\.([0-9]*))?([^.0-9]*)/.exec(rest);
    const [whole = "", digits = "", fraction = "", unit = ""] = match ?? [];
    if (digits === "" && fraction === "") throw invalid(text);
    if (unit === "") throw new DurationError(`missing unit in duration ${timeQuote(text)}`);
    const size = UNITS.get(unit);
    if (size === undefined) throw new DurationError(`unknown unit ${timeQuote(unit)} in duration ${timeQuote(text)}`);
    total += BigInt(digits || "0") * size + partOf(fraction, size);
    if (total > MOST) throw invalid(text);
    rest = rest.slice(whole.length);
  }
  if (!isNegative && total === MOST) throw invalid(text);
  return isNegative ? -total : total;
}

/** Go takes what follows the point as a 64-bit float of the unit. */
function partOf(fraction: string, unit: bigint): bigint {
  if (fraction === "") return 0n;
  const digits = fraction.slice(0, 18);
  return BigInt(Math.trunc(Number(digits) * (Number(unit) / 10 ** digits.length)));
}

function invalid(text: string): DurationError {
  return new DurationError(`invalid duration ${timeQuote(text)}`);
}

/** Text between quotes as Go's `time` writes it: byte by byte. */
function timeQuote(text: string): string {
  const bytes = Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte);
    if (character === '"' || character === "\\") return `\\${character}`;
    return byte < 0x20 || byte >= 0x80 ? `\\x${byte.toString(16).padStart(2, "0")}` : character;
  });
  return `"${bytes.join("")}"`;
}
