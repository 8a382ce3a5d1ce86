/** Numbers to and from decimal text, digit for digit as Go's `big.Float` reads and shows them (`ParseFloat` with base 10, `Text`). */
import { BigFloat, bitLength, TEXT_PRECISION } from "./big-float.ts";

/** A power of ten beyond this is no number to us: nobody can read its digits. */
const MAX_DECIMAL_EXPONENT = 100_000;
/** Digits of one number; longer text is refused. */
const MAX_DIGITS = 200_000;
const NUMBER = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:([eEpP])([+-]?[0-9]+))?$/;
const INFINITY = /^([+-]?)[iI]nf$/;

/** The number that a text spells (`-1.5e3`, `.5`, `1p3`, `Inf`), at 512 bits; undefined where it spells none or has more than 100,000 digits' worth of exponent. */
export function parseNumber(text: string): BigFloat | undefined {
  const infinite = INFINITY.exec(text);
  if (infinite !== null) return infinite[1] === "-" ? BigFloat.NEGATIVE_INFINITY : BigFloat.POSITIVE_INFINITY;
  if (text.length > MAX_DIGITS) return undefined;
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", letter, power] = match;
  if (whole === "" && fraction === "") return undefined;
  const digits = BigInt(whole + fraction);
  const given = power === undefined ? 0 : Number(power);
  if (digits === 0n) return BigFloat.rounded(sign === "-", 0n, 0, TEXT_PRECISION);
  if (Math.abs(given) > MAX_DECIMAL_EXPONENT) return undefined;
  const isBinary = letter === "p" || letter === "P";
  const decimalPower = (isBinary ? 0 : given) - fraction.length;
  const binaryPower = isBinary ? given - fraction.length : decimalPower;
  return scaled(sign === "-", digits, decimalPower, binaryPower);
}

function scaled(isNegative: boolean, digits: bigint, powerOfFive: number, powerOfTwo: number): BigFloat {
  if (powerOfFive === 0) return BigFloat.rounded(isNegative, digits, powerOfTwo, TEXT_PRECISION);
  const exact = BigFloat.rounded(isNegative, digits, powerOfTwo, Math.max(bitLength(digits), TEXT_PRECISION));
  const factor = powerOfFiveRounded(Math.abs(powerOfFive), TEXT_PRECISION + 64);
  return powerOfFive < 0 ? exact.dividedBy(factor, TEXT_PRECISION) : exact.multiplied(factor, TEXT_PRECISION);
}

/** Go multiplies squares of squares at 64 bits more than it keeps, from 5^27 on: the same steps give the same last bit. */
function powerOfFiveRounded(power: number, precision: number): BigFloat {
  const TABLE_END = 27;
  if (power <= TABLE_END) return BigFloat.fromInteger(5n ** BigInt(power), precision);
  let result = BigFloat.fromInteger(5n ** BigInt(TABLE_END), precision);
  let square = BigFloat.fromInteger(5n, precision + 64);
  for (let left = power - TABLE_END; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = result.multiplied(square, precision);
    square = square.multiplied(square, precision + 64);
  }
  return result;
}

/** `0.DIGITS * 10 ** point`; no digits is zero. */
interface Digits {
  readonly digits: string;
  readonly point: number;
}

/** The exact decimal digits of `magnitude * 2 ** exponent`. */
function exactDigits(magnitude: bigint, exponent: number): Digits {
  if (magnitude === 0n) return { digits: "", point: 0 };
  const text = (exponent >= 0 ? magnitude << BigInt(exponent) : magnitude * 5n ** BigInt(-exponent)).toString();
  return { digits: withoutTrailingZeros(text), point: text.length + Math.min(exponent, 0) };
}

function withoutTrailingZeros(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === "0") end -= 1;
  return text.slice(0, end);
}

function roundedUp({ digits, point }: Digits, length: number): Digits {
  let end = length;
  while (end > 0 && digits[end - 1] === "9") end -= 1;
  if (end === 0) return { digits: "1", point: point + 1 };
  return { digits: digits.slice(0, end - 1) + String(Number(digits[end - 1]) + 1), point };
}
function roundedDown({ digits, point }: Digits, length: number): Digits {
  const kept = withoutTrailingZeros(digits.slice(0, length));
  return kept === "" ? { digits: "", point: 0 } : { digits: kept, point };
}
function roundedTo(number: Digits, length: number): Digits {
  const { digits } = number;
  if (length < 0 || length >= digits.length) return number;
  const next = Number(digits[length]);
  const isHalf = next === 5 && length + 1 === digits.length;
  const isUp = isHalf ? length > 0 && Number(digits[length - 1]) % 2 === 1 : next >= 5;
  return isUp ? roundedUp(number, length) : roundedDown(number, length);
}

/** The fewest digits that still round to the number at its own precision (Go's `roundShortest`). */
function shortestDigits(value: BigFloat): Digits {
  const exact = exactDigits(value.magnitude, value.exponent);
  if (exact.digits === "") return exact;
  const shift = value.precision + 1 - bitLength(value.magnitude);
  const mantissa = value.magnitude << BigInt(shift);
  const scale = value.exponent - shift;
  const lower = exactDigits(mantissa - 1n, scale).digits;
  const upper = exactDigits(mantissa + 1n, scale).digits;
  const isInclusive = (mantissa & 2n) === 0n;
  for (let i = 0; i < exact.digits.length; i += 1) {
    const own = Number(exact.digits[i]);
    const below = Number(lower[i] ?? "0");
    const above = Number(upper[i] ?? "0");
    const isDownFine = below !== own || (isInclusive && i + 1 === lower.length);
    const isUpFine = own !== above && (isInclusive || own + 1 < above || i + 1 < upper.length);
    if (isDownFine && isUpFine) return roundedTo(exact, i + 1);
    if (isDownFine) return roundedDown(exact, i + 1);
    if (isUpFine) return roundedUp(exact, i + 1);
  }
  return exact;
}

/** A number as the language shows it: all its digits, no exponent, as short as its precision allows (`big.Float.Text('f', -1)`). */
export function numberText(value: BigFloat): string {
  if (value.exponent === 0 && !value.isInfinite && value.magnitude <= BigInt(Number.MAX_SAFE_INTEGER)) {
    return (value.isNegative ? "-" : "") + value.magnitude.toString();
  }
  return formatNumber(value, "f");
}

/** A number with a verb of Go's `Text`; `digits` after the point for `f` and `e`, in all for `g`, as few as needed where undefined. */
export function formatNumber(value: BigFloat, verb: "e" | "E" | "f" | "g" | "G", digits?: number): string {
  const sign = value.isNegative ? "-" : "";
  if (value.isInfinite) return `${value.isNegative ? "-" : "+"}Inf`;
  if (verb === "f") return sign + fixed(value, digits);
  if (verb === "e" || verb === "E") return sign + scientific(value, verb, digits);
  return sign + general(value, verb, digits);
}

function fixed(value: BigFloat, places: number | undefined): string {
  if (places === undefined) {
    const shortest = shortestDigits(value);
    return spelledFixed(shortest, Math.max(shortest.digits.length - shortest.point, 0));
  }
  const exact = exactDigits(value.magnitude, value.exponent);
  return spelledFixed(roundedTo(exact, exact.point + places), places);
}

function scientific(value: BigFloat, letter: "e" | "E", places: number | undefined): string {
  if (places === undefined) {
    const shortest = shortestDigits(value);
    return spelledScientific(shortest, shortest.digits.length - 1, letter);
  }
  return spelledScientific(roundedTo(exactDigits(value.magnitude, value.exponent), 1 + places), places, letter);
}

function general(value: BigFloat, verb: "g" | "G", significant: number | undefined): string {
  const wanted = significant === 0 ? 1 : significant;
  const number = wanted === undefined ? shortestDigits(value) : roundedTo(exactDigits(value.magnitude, value.exponent), wanted);
  const length = number.digits.length;
  const precision = wanted ?? length;
  const limit = precision > length && length >= number.point ? length : precision;
  const power = number.point - 1;
  if (power < -4 || power >= (wanted === undefined ? 6 : limit)) {
    return spelledScientific(number, Math.min(precision, length) - 1, verb === "g" ? "e" : "E");
  }
  const shown = precision > number.point ? length : precision;
  return spelledFixed(number, Math.max(shown - number.point, 0));
}

function spelledFixed({ digits, point }: Digits, places: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  if (places === 0) return whole;
  const leading = "0".repeat(Math.min(Math.max(-point, 0), places));
  const rest = digits.slice(Math.max(point, 0), Math.max(point, 0) + places - leading.length);
  return `${whole}.${(leading + rest).padEnd(places, "0")}`;
}

function spelledScientific({ digits, point }: Digits, places: number, letter: string): string {
  const fraction = places > 0 ? `.${digits.slice(1, places + 1).padEnd(places, "0")}` : "";
  const power = digits === "" ? 0 : point - 1;
  return `${digits[0] ?? "0"}${fraction}${letter}${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}
