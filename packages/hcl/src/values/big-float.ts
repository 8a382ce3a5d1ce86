/**
 * Binary floating point numbers of a stated precision, rounded to nearest, ties to even: the numbers of the Terraform language, which are Go's
 * `big.Float`. A number carries its precision (512 bits where it came from text, 64 where it was counted), since what is computed from
 * it has the larger of the two, and the digits that are shown depend on it.
 */

/** Bits of a number that was read from text. */
export const TEXT_PRECISION = 512;
/** Bits of a number that was counted. */
const COUNTED_PRECISION = 64;
/** Beyond this power of two a result is infinite (or zero): a million decimal digits are more than anyone means. */
const MAX_EXPONENT_BITS = 4_000_000;

export class BigFloat {
  static readonly POSITIVE_INFINITY: BigFloat = new BigFloat(false, 0n, 0, TEXT_PRECISION, true);
  static readonly NEGATIVE_INFINITY: BigFloat = new BigFloat(true, 0n, 0, TEXT_PRECISION, true);

  /** Also of a zero. */
  readonly isNegative: boolean;
  /** The number is `magnitude * 2 ** exponent`. */
  readonly magnitude: bigint;
  readonly exponent: number;
  /** In bits; the magnitude has no more of them. */
  readonly precision: number;
  readonly isInfinite: boolean;

  private constructor(isNegative: boolean, magnitude: bigint, exponent: number, precision: number, isInfinite: boolean) {
    this.isNegative = isNegative;
    this.magnitude = magnitude;
    this.exponent = exponent;
    this.precision = precision;
    this.isInfinite = isInfinite;
  }

  /** `magnitude * 2 ** exponent`, rounded to `precision` bits; `hasMore` says that the true number is a little further from zero. */
  static rounded(isNegative: boolean, magnitude: bigint, exponent: number, precision: number, hasMore = false): BigFloat {
    if (magnitude === 0n) return new BigFloat(isNegative, 0n, 0, precision, false);
    const excess = bitLength(magnitude) - precision;
    const mantissa = excess > 0 ? roundBits(magnitude, excess, hasMore) : magnitude;
    const scale = excess > 0 ? exponent + excess : exponent;
    if (scale > MAX_EXPONENT_BITS) return isNegative ? BigFloat.NEGATIVE_INFINITY : BigFloat.POSITIVE_INFINITY;
    if (scale < -MAX_EXPONENT_BITS) return new BigFloat(isNegative, 0n, 0, precision, false);
    return new BigFloat(isNegative, mantissa, scale, precision, false);
  }

  /** A whole number; without a precision, as many bits as it takes, at least 64. */
  static fromInteger(value: bigint | number, precision?: number): BigFloat {
    const integer = BigInt(value);
    const magnitude = integer < 0n ? -integer : integer;
    return BigFloat.rounded(integer < 0n, magnitude, 0, precision ?? Math.max(COUNTED_PRECISION, bitLength(magnitude)));
  }

  /** The exact value of a JavaScript number, which has 53 bits. */
  static fromDouble(value: number): BigFloat {
    if (value === Number.POSITIVE_INFINITY) return BigFloat.POSITIVE_INFINITY;
    if (value === Number.NEGATIVE_INFINITY) return BigFloat.NEGATIVE_INFINITY;
    const isNegative = value < 0 || Object.is(value, -0);
    let mantissa = Math.abs(value);
    let exponent = 0;
    while (!Number.isInteger(mantissa)) {
      mantissa *= 2;
      exponent -= 1;
    }
    return BigFloat.rounded(isNegative, BigInt(mantissa), exponent, 53);
  }

  get isZero(): boolean {
    return !this.isInfinite && this.magnitude === 0n;
  }
  get isInteger(): boolean {
    if (this.isInfinite) return false;
    return this.exponent >= 0 || this.magnitude === 0n || BigInt.asUintN(-this.exponent, this.magnitude) === 0n;
  }
  /** -1, 0 or 1. */
  get sign(): -1 | 0 | 1 {
    if (this.isZero) return 0;
    return this.isNegative ? -1 : 1;
  }

  negated(): BigFloat {
    return new BigFloat(!this.isNegative, this.magnitude, this.exponent, this.precision, this.isInfinite);
  }
  absolute(): BigFloat {
    return this.isNegative ? this.negated() : this;
  }
  withPrecision(precision: number): BigFloat {
    return this.isInfinite ? this : BigFloat.rounded(this.isNegative, this.magnitude, this.exponent, precision);
  }

  /** @throws RangeError for infinities of opposite signs */
  plus(other: BigFloat, precision: number = Math.max(this.precision, other.precision)): BigFloat {
    if (this.isInfinite || other.isInfinite) return sumWithInfinity(this, other);
    const scale = Math.min(this.exponent, other.exponent);
    const sum = signedAt(this, scale) + signedAt(other, scale);
    if (sum === 0n) return BigFloat.rounded(this.isNegative && other.isNegative, 0n, 0, precision);
    return BigFloat.rounded(sum < 0n, sum < 0n ? -sum : sum, scale, precision);
  }
  minus(other: BigFloat, precision?: number): BigFloat {
    return this.plus(other.negated(), precision);
  }

  /** At 512 bits, then as many as the product takes, at least those of the more precise operand (cty's rule for `*`). */
  times(other: BigFloat): BigFloat {
    const product = this.multiplied(other, TEXT_PRECISION);
    if (product.isInfinite) return product;
    return product.withPrecision(Math.max(this.precision, other.precision, leastPrecision(product.magnitude)));
  }

  /** The product at a precision. @throws RangeError for zero times infinity */
  multiplied(other: BigFloat, precision: number): BigFloat {
    const isNegative = this.isNegative !== other.isNegative;
    if (this.isInfinite || other.isInfinite) {
      if (this.isZero || other.isZero) throw new RangeError("multiplication of zero with infinity");
      return isNegative ? BigFloat.NEGATIVE_INFINITY : BigFloat.POSITIVE_INFINITY;
    }
    return BigFloat.rounded(isNegative, this.magnitude * other.magnitude, this.exponent + other.exponent, precision);
  }

  /** Division by zero is infinite. @throws RangeError for 0/0 and for infinity by infinity */
  dividedBy(other: BigFloat, precision: number = Math.max(this.precision, other.precision)): BigFloat {
    const isNegative = this.isNegative !== other.isNegative;
    if ((this.isZero && other.isZero) || (this.isInfinite && other.isInfinite))
      throw new RangeError("division of zero by zero or infinity by infinity");
    if (this.isInfinite || other.isZero) return isNegative ? BigFloat.NEGATIVE_INFINITY : BigFloat.POSITIVE_INFINITY;
    if (other.isInfinite || this.isZero) return BigFloat.rounded(isNegative, 0n, 0, precision);
    const shift = Math.max(0, precision + 2 + bitLength(other.magnitude) - bitLength(this.magnitude));
    const dividend = this.magnitude << BigInt(shift);
    const quotient = dividend / other.magnitude;
    const isExact = quotient * other.magnitude === dividend;
    return BigFloat.rounded(isNegative, quotient, this.exponent - other.exponent - shift, precision, !isExact);
  }

  /** What is left of an integer division, with cty's steps and roundings (`Value.Modulo`); by zero it is the number itself. */
  modulo(other: BigFloat): BigFloat {
    if (this.isInfinite || other.isInfinite) return this.times(other);
    if (other.isZero) return this;
    const whole = BigFloat.fromInteger(this.dividedBy(other).toBigInt(), this.precision);
    return this.minus(other.multiplied(whole, this.precision), this.precision);
  }

  /** Negative, zero or positive, as this number is less than, equal to or greater than the other. */
  compare(other: BigFloat): number {
    if (this.sign !== other.sign) return this.sign - other.sign;
    if (this.isInfinite || other.isInfinite) return (Number(this.isInfinite) - Number(other.isInfinite)) * this.sign;
    const scale = Math.min(this.exponent, other.exponent);
    const difference = signedAt(this, scale) - signedAt(other, scale);
    if (difference === 0n) return 0;
    return difference < 0n ? -1 : 1;
  }
  equals(other: BigFloat): boolean {
    return this.compare(other) === 0;
  }

  /** Its whole part, cut towards zero. @throws RangeError for infinity */
  toBigInt(): bigint {
    if (this.isInfinite) throw new RangeError("infinity has no whole part");
    const whole = this.exponent >= 0 ? this.magnitude << BigInt(this.exponent) : this.magnitude >> BigInt(-this.exponent);
    return this.isNegative ? -whole : whole;
  }

  /** The nearest JavaScript number. */
  toNumber(): number {
    if (this.isInfinite) return this.isNegative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    const short = BigFloat.rounded(this.isNegative, this.magnitude, this.exponent, 53);
    if (short.isInfinite) return short.toNumber();
    const magnitude = scaledDouble(Number(short.magnitude), short.exponent);
    return this.isNegative ? -magnitude : magnitude;
  }
}

/** How many bits a number above or equal to zero has; zero has none. */
export function bitLength(magnitude: bigint): number {
  if (magnitude === 0n) return 0;
  const hex = magnitude.toString(16);
  return (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex[0] ?? "0", 16)));
}

function roundBits(magnitude: bigint, excess: number, hasMore: boolean): bigint {
  const cut = magnitude >> BigInt(excess);
  const rest = magnitude - (cut << BigInt(excess));
  const half = 1n << BigInt(excess - 1);
  if (rest > half || (rest === half && (hasMore || (cut & 1n) === 1n))) return cut + 1n;
  return cut;
}

function signedAt(value: BigFloat, scale: number): bigint {
  const magnitude = value.magnitude === 0n ? 0n : value.magnitude << BigInt(value.exponent - scale);
  return value.isNegative ? -magnitude : magnitude;
}

function sumWithInfinity(a: BigFloat, b: BigFloat): BigFloat {
  if (a.isInfinite && b.isInfinite && a.isNegative !== b.isNegative)
    throw new RangeError("addition of infinities with opposite signs");
  return a.isInfinite ? a : b;
}

function leastPrecision(magnitude: bigint): number {
  if (magnitude === 0n) return 0;
  let trailing = 0;
  let rest = magnitude;
  while ((rest & 0xffffffffn) === 0n) {
    rest >>= 32n;
    trailing += 32;
  }
  while ((rest & 1n) === 0n) {
    rest >>= 1n;
    trailing += 1;
  }
  return bitLength(magnitude) - trailing;
}

function scaledDouble(mantissa: number, exponent: number): number {
  let result = mantissa;
  let left = exponent;
  while (left > 900) {
    result *= 2 ** 900;
    left -= 900;
    if (!Number.isFinite(result)) return result;
  }
  while (left < -900) {
    result *= 2 ** -900;
    left += 900;
    if (result === 0) return 0;
  }
  return result * 2 ** left;
}
