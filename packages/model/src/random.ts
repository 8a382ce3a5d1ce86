import { randomBytes, randomFillSync } from "node:crypto";

/** Randomness as a service. */
export interface Random {
  /** `length` random bytes. */
  bytes(length: number): Uint8Array;
}

const POOL_BYTES = 4096;

/** The operating system's. Small requests are cut from a pool: a call for each would cost more than the bytes. */
export function systemRandom(): Random {
  const pool = Buffer.alloc(POOL_BYTES);
  let used = POOL_BYTES;
  return {
    bytes(length) {
      if (length > POOL_BYTES / 8) return randomBytes(length);
      if (used + length > POOL_BYTES) {
        randomFillSync(pool);
        used = 0;
      }
      const out = new Uint8Array(length);
      for (let i = 0; i < length; i++, used++) {
        out[i] = pool[used] ?? 0;
        // What was given out is nobody else's to read.
        pool[used] = 0;
      }
      return out;
    },
  };
}

/** A repeatable source (mulberry32): the same seed gives the same bytes. For tests and simulation only. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  return {
    bytes(length) {
      const out = new Uint8Array(length);
      for (let i = 0; i < length; i++) out[i] = next() & 0xff;
      return out;
    },
  };
}

/** `length` characters of `alphabet`, without modulo bias. `alphabet` has 2 to 256 characters. */
export function randomString(random: Random, length: number, alphabet: string): string {
  const limit = 256 - (256 % alphabet.length);
  let out = "";
  while (out.length < length) {
    for (const byte of random.bytes(length - out.length)) if (byte < limit) out += alphabet[byte % alphabet.length];
  }
  return out;
}

export function randomHex(random: Random, length: number): string {
  return randomString(random, length, "0123456789abcdef");
}

/** A version-4 UUID. */
export function randomUuid(random: Random): string {
  const b = Buffer.from(random.bytes(16));
  b[6] = ((b[6] ?? 0) & 0x0f) | 0x40;
  b[8] = ((b[8] ?? 0) & 0x3f) | 0x80;
  const h = b.toString("hex");
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
}
