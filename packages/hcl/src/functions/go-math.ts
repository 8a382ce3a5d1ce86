/**
 * Logarithm and power to the last bit as Go's `math` has them (1.23, amd64 with fused multiply-add), which are neither V8's nor correctly
 * rounded. The constants are those of FreeBSD's msun (`e_log.c`) and of N. Shibata's SLEEF, as Go's documentation of its sources names them.
 */
import { BigFloat } from "../values/big-float.ts";

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** Odd and even coefficients of the series of log((1+s)/(1-s)), highest last. */
const LOG_ODD = [0.6666666666666735, 0.2857142874366239, 0.1818357216161805, 0.14798198605116586];
const LOG_EVEN = [0.3999999999940942, 0.22222198432149784, 0.15313837699209373];

export function goLogarithm(x: number): number {
  if (Number.isNaN(x) || x === Number.POSITIVE_INFINITY) return x;
  if (x < 0) return Number.NaN;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  let [fraction, exponent] = splitDouble(x);
  if (fraction < Math.SQRT1_2) {
    fraction *= 2;
    exponent -= 1;
  }
  const f = fraction - 1;
  const s = f / (2 + f);
  const s2 = s * s;
  const s4 = s2 * s2;
  const rest = s2 * polynomial(LOG_ODD, s4) + s4 * polynomial(LOG_EVEN, s4);
  const half = 0.5 * f * f;
  return exponent * LN2_HIGH - (half - (s * (half + rest) + exponent * LN2_LOW) - f);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight(
    (sum, coefficient, i) => (i === coefficients.length - 1 ? coefficient : coefficient + x * sum),
    0,
  );
}

/** `fraction * 2 ** exponent` with the fraction from 0.5 to 1. */
function splitDouble(x: number): [number, number] {
  if (x === 0 || !Number.isFinite(x)) return [x, 0];
  const view = new DataView(new ArrayBuffer(8));
  const isTiny = Math.abs(x) < 2 ** -1022;
  view.setFloat64(0, isTiny ? x * 2 ** 52 : x);
  const high = view.getUint32(0);
  const exponent = ((high >>> 20) & 0x7ff) - 1022 - (isTiny ? 52 : 0);
  view.setUint32(0, (high & 0x800fffff) | (1022 << 20));
  return [view.getFloat64(0), exponent];
}

function joinDouble(fraction: number, exponent: number): number {
  return BigFloat.fromDouble(fraction).multiplied(powerOfTwo(exponent), 53).toNumber();
}
function powerOfTwo(exponent: number): BigFloat {
  return BigFloat.rounded(false, 1n, exponent, 53);
}

/** `a * b + c` with one rounding. */
function fused(a: number, b: number, c: number): number {
  return BigFloat.fromDouble(a).multiplied(BigFloat.fromDouble(b), 128).plus(BigFloat.fromDouble(c), 53).toNumber();
}

const LN2_UPPER = 0.693147180559663;
const LN2_LOWER = 2.8235290563031577e-13;
const EXP_SERIES = [
  2.48015873015873e-5, 1.984126984126984e-4, 1.388888888888889e-3, 8.333333333333333e-3, 0.041666666666666664,
  0.16666666666666666, 0.5, 1,
];
const EXP_OVERFLOW = 709.782712893384;

function goExponential(x: number): number {
  if (Number.isNaN(x) || x > EXP_OVERFLOW) return Number.isNaN(x) ? x : Number.POSITIVE_INFINITY;
  if (x === Number.NEGATIVE_INFINITY) return 0;
  const exponent = roundHalfEven(x * Math.LOG2E);
  const reduced = fused(-LN2_LOWER, exponent, fused(-LN2_UPPER, exponent, x)) * 0.0625;
  const series = EXP_SERIES.slice(1).reduce((sum, term) => fused(sum, reduced, term), EXP_SERIES[0] ?? 0);
  let result = reduced * series;
  for (let i = 0; i < 3; i += 1) result *= result + 2;
  return joinDouble(fused(result, result + 2, 1), exponent);
}

function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest === 0.5) return down % 2 === 0 ? down : down + 1;
  return rest > 0.5 ? down + 1 : down;
}

export function goPower(x: number, y: number): number {
  const special = specialPower(x, y);
  if (special !== undefined) return special;
  const whole = Math.trunc(Math.abs(y));
  const part = Math.abs(y) - whole;
  if (part !== 0 && x < 0) return Number.NaN;
  if (whole >= 2 ** 63) {
    if (x === -1) return 1;
    return Math.abs(x) < 1 === y > 0 ? 0 : Number.POSITIVE_INFINITY;
  }
  return bySquares(x, y < 0, part > 0.5 ? whole + 1 : whole, part > 0.5 ? part - 1 : part);
}

/** The factors of two are counted apart, so that nothing overflows on the way. */
function bySquares(x: number, isInverse: boolean, whole: number, part: number): number {
  const EXPONENT_MAX = 4096;
  let result = part === 0 ? 1 : goExponential(part * goLogarithm(x));
  let twos = 0;
  let [square, exponent] = splitDouble(x);
  for (let left = BigInt(whole); left !== 0n; left >>= 1n) {
    if (Math.abs(exponent) > EXPONENT_MAX) {
      twos += exponent;
      break;
    }
    if ((left & 1n) === 1n) {
      result *= square;
      twos += exponent;
    }
    square *= square;
    exponent *= 2;
    if (square < 0.5) {
      square += square;
      exponent -= 1;
    }
  }
  return isInverse ? joinDouble(1 / result, -twos) : joinDouble(result, twos);
}

function specialPower(x: number, y: number): number | undefined {
  if (y === 0 || x === 1) return 1;
  if (y === 1) return x;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (x === 0 || !Number.isFinite(x) || !Number.isFinite(y)) return x === -1 ? 1 : x ** y;
  if (y === 0.5) return Math.sqrt(x);
  return y === -0.5 ? 1 / Math.sqrt(x) : undefined;
}
