/**
 * DynamoDB's numbers: decimal, 38 significant digits, magnitude 1E-130 to 9.99…E+125 (Developer Guide, "Supported data types").
 * A value is `digits × 10^exponent` with no zeros at either end of `digits`; zero is no digits.
 */
import { invalid } from "./errors.ts";

export interface Decimal {
  readonly negative: boolean;
  /** Significant digits, first and last not 0; "" is zero. */
  readonly digits: string;
  readonly exponent: number;
}

const DIGITS_MAX = 38;
const MAGNITUDE_MAX = 125;
const MAGNITUDE_MIN = -130;
const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,20}))?$/;
const PLAIN_INTEGER = /^-?[1-9]\d{0,14}$/;
const ZERO: Decimal = { negative: false, digits: "", exponent: 0 };

function trimmed(negative: boolean, digits: string, exponent: number): Decimal {
  let start = 0;
  let end = digits.length;
  while (start < end && digits[start] === "0") start++;
  while (end > start && digits[end - 1] === "0") end--;
  if (start === end) return ZERO;
  return { negative, digits: digits.slice(start, end), exponent: exponent + (digits.length - end) };
}

function checked(value: Decimal): Decimal {
  if (value.digits === "") return value;
  if (value.digits.length > DIGITS_MAX) throw invalid("Attempting to store more than 38 significant digits in a Number");
  const magnitude = value.digits.length - 1 + value.exponent;
  if (magnitude > MAGNITUDE_MAX)
    throw invalid("Number overflow. Attempting to store a number with magnitude larger than supported range");
  if (magnitude < MAGNITUDE_MIN)
    throw invalid("Number underflow. Attempting to store a number with magnitude smaller than supported range");
  return value;
}

/** Throws ValidationException with AWS's text for what is no number, too long or out of range. */
export function parseNumber(text: string): Decimal {
  const match = PATTERN.exec(text);
  const whole = match?.[2] ?? "";
  const fraction = match?.[3] ?? "";
  if (match === null || whole + fraction === "") {
    if (text === "") throw invalid("The parameter cannot be converted to a numeric value");
    throw invalid(`The parameter cannot be converted to a numeric value: ${text}`);
  }
  return checked(trimmed(match[1] === "-", whole + fraction, Number(match[4] ?? 0) - fraction.length));
}

/** Plain notation, as DynamoDB answers: `1e2` is `100`, `1.50` is `1.5`. */
export function formatNumber({ negative, digits, exponent }: Decimal): string {
  if (digits === "") return "0";
  const sign = negative ? "-" : "";
  if (exponent >= 0) return sign + digits + "0".repeat(exponent);
  const point = digits.length + exponent;
  if (point > 0) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  return `${sign}0.${"0".repeat(-point)}${digits}`;
}

/** The stored form of a number's text. */
export function normaliseNumber(text: string): string {
  return PLAIN_INTEGER.test(text) ? text : formatNumber(parseNumber(text));
}

/** The bytes that a number counts for in an item's size: one per two significant digits, and one; one more when negative. */
export function numberBytes(normalised: string): number {
  const { digits, negative } = parseNumber(normalised);
  return Math.ceil(digits.length / 2) + 1 + (negative ? 1 : 0);
}

function compareMagnitude(a: Decimal, b: Decimal): number {
  const difference = a.digits.length + a.exponent - (b.digits.length + b.exponent);
  if (difference !== 0) return difference;
  return a.digits < b.digits ? -1 : a.digits > b.digits ? 1 : 0;
}

/** Negative, 0 or positive, as `a` is below, equal to or above `b`. Both are stored forms. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  if (PLAIN_INTEGER.test(a) && PLAIN_INTEGER.test(b)) return Number(a) - Number(b);
  const left = parseNumber(a);
  const right = parseNumber(b);
  const leftSign = left.digits === "" ? 0 : left.negative ? -1 : 1;
  const rightSign = right.digits === "" ? 0 : right.negative ? -1 : 1;
  if (leftSign !== rightSign) return leftSign - rightSign;
  return leftSign * compareMagnitude(left, right);
}

/** `a + b`, or `a - b`. Throws ValidationException when the result needs more than 38 digits or is out of range. */
export function addNumbers(a: string, b: string, subtract = false): string {
  const left = parseNumber(a);
  const right = parseNumber(b);
  const exponent = Math.min(left.exponent, right.exponent);
  const scaled = (n: Decimal) => BigInt(`${n.negative ? "-" : ""}${n.digits || "0"}`) * 10n ** BigInt(n.exponent - exponent);
  const sum = subtract ? scaled(left) - scaled(right) : scaled(left) + scaled(right);
  const text = (sum < 0n ? -sum : sum).toString();
  return formatNumber(checked(trimmed(sum < 0n, text, exponent)));
}

/** Bytes whose order is the numbers' order. */
export function numberKey(normalised: string): Uint8Array {
  const { negative, digits, exponent } = parseNumber(normalised);
  if (digits === "") return Uint8Array.of(0x80);
  const magnitude = digits.length + exponent + 512;
  const out = [0xc0, magnitude >> 8, magnitude & 0xff];
  for (let i = 0; i < digits.length; i += 2) out.push(Number(digits.slice(i, i + 2).padEnd(2, "0")) + 1);
  out.push(0);
  return Uint8Array.from(negative ? out.map((byte) => 255 - byte) : out);
}
