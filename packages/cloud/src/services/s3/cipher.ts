/**
 * Bytes of objects under SSE-KMS and SSE-C as they lie on disk: AES-256 in counter mode, so that a range is opened without what stands
 * before it. What is changed on disk is told by the ETag and the checksums. Each stretch of bytes has a first counter of its own.
 */
import { type Cipheriv, createCipheriv, type Decipheriv } from "node:crypto";

const ALGORITHM = "aes-256-ctr";
export const COUNTER_BYTES = 16;
const COUNTERS = 1n << 128n;

function counterAt(first: Uint8Array, block: number): Buffer {
  const value = (BigInt(`0x${Buffer.from(first).toString("hex")}`) + BigInt(block)) % COUNTERS;
  return Buffer.from(value.toString(16).padStart(COUNTER_BYTES * 2, "0"), "hex");
}

/** Turns plain bytes into those on disk, or those on disk, from `offset` on, into plain ones: in counter mode both are the same. */
export function cipherAt(key: Uint8Array, first: Uint8Array, offset = 0): Cipheriv | Decipheriv {
  const cipher = createCipheriv(ALGORITHM, key, counterAt(first, Math.floor(offset / COUNTER_BYTES)));
  const skipped = offset % COUNTER_BYTES;
  if (skipped > 0) cipher.update(Buffer.alloc(skipped));
  return cipher;
}

export async function* through(cipher: Cipheriv | Decipheriv, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of source) yield cipher.update(piece);
}
