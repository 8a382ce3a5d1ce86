/**
 * The CRC of bytes that follow each other, from the CRCs of each: no byte is read again. What is in front is moved to the left by as many
 * zero bits as follow it, a multiplication by x^n modulo the polynomial (the method of zlib's crc32_combine, by Mark Adler). Polynomials
 * are reflected: their lowest coefficient is the highest bit.
 */
import type { Algorithm } from "./checksums.ts";

const POLYNOMIALS: { readonly [algorithm in Algorithm]?: { readonly bits: number; readonly polynomial: bigint } } = {
  CRC32: { bits: 32, polynomial: 0xedb88320n },
  CRC32C: { bits: 32, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64, polynomial: 0x9a6c9329ac4bc9b5n },
};

function product(a: bigint, b: bigint, one: bigint, polynomial: bigint): bigint {
  let sum = 0n;
  let shifted = b;
  for (let bit = one; bit > 0n; bit >>= 1n) {
    if ((a & bit) !== 0n) sum ^= shifted;
    shifted = (shifted & 1n) === 0n ? shifted >> 1n : (shifted >> 1n) ^ polynomial;
  }
  return sum;
}

/** x to the power of `exponent`, modulo the polynomial. */
function power(exponent: bigint, one: bigint, polynomial: bigint): bigint {
  let out = one;
  let square = one >> 1n;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) out = product(out, square, one, polynomial);
    square = product(square, square, one, polynomial);
  }
  return out;
}

/** Base64 of the whole's sum; `value` is base64 of a part's, `bytes` its length. Undefined for sums that cannot be joined (SHA-1, SHA-256). */
export function joinedSum(
  algorithm: Algorithm,
  parts: readonly { readonly value: string; readonly bytes: number }[],
): string | undefined {
  const row = POLYNOMIALS[algorithm];
  if (row === undefined) return undefined;
  const { bits, polynomial } = row;
  const one = 1n << BigInt(bits - 1);
  let sum = 0n;
  for (const { value, bytes } of parts) {
    const next = BigInt(`0x${Buffer.from(value, "base64").toString("hex")}`);
    sum = product(power(BigInt(bytes) * 8n, one, polynomial), sum, one, polynomial) ^ next;
  }
  return Buffer.from(sum.toString(16).padStart(bits / 4, "0"), "hex").toString("base64");
}
