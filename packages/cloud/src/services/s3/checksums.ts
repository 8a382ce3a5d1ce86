/** The checksums that S3 keeps of an object, computed piece by piece. Values are base64 of the big-endian sum. */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

export type Algorithm = "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256";
export const ALGORITHMS: readonly Algorithm[] = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"];

export interface Checksum {
  readonly algorithm: Algorithm;
  /** Base64; a composite sum of a multipart object has `-<parts>` behind it. */
  readonly value: string;
  readonly type: "FULL_OBJECT" | "COMPOSITE";
}

interface Summer {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

/** Reflected Castagnoli polynomial (RFC 3720, appendix B.4). */
const CASTAGNOLI = 0x82f63b78;
/** Reflected NVMe polynomial (NVM Command Set Specification, 64b CRC), high and low half. */
const NVME_HIGH = 0x9a6c9329;
const NVME_LOW = 0xac4bc9b5;

let castagnoliTable: Uint32Array | undefined;
function castagnoli(): Uint32Array {
  if (castagnoliTable !== undefined) return castagnoliTable;
  const table = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    let sum = i;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ CASTAGNOLI : sum >>> 1;
    table[i] = sum;
  }
  castagnoliTable = table;
  return table;
}

function crc32c(): Summer {
  const table = castagnoli();
  let sum = 0xffffffff;
  return {
    update(bytes) {
      for (let i = 0; i < bytes.length; i++) sum = (sum >>> 8) ^ (table[(sum ^ (bytes[i] ?? 0)) & 0xff] ?? 0);
    },
    digest: () => uint32(~sum >>> 0),
  };
}

let nvmeTables: { high: Int32Array; low: Int32Array } | undefined;
function nvme(): { high: Int32Array; low: Int32Array } {
  if (nvmeTables !== undefined) return nvmeTables;
  const high = new Int32Array(256);
  const low = new Int32Array(256);
  for (let i = 0; i < 256; i++) {
    let h = 0;
    let l = i;
    for (let bit = 0; bit < 8; bit++) {
      const carry = l & 1;
      l = (l >>> 1) | (h << 31);
      h >>>= 1;
      if (carry) {
        h ^= NVME_HIGH;
        l ^= NVME_LOW;
      }
    }
    high[i] = h;
    low[i] = l;
  }
  nvmeTables = { high, low };
  return nvmeTables;
}

function crc64nvme(): Summer {
  const { high, low } = nvme();
  let h = -1;
  let l = -1;
  return {
    update(bytes) {
      for (let i = 0; i < bytes.length; i++) {
        const at = (l ^ (bytes[i] ?? 0)) & 0xff;
        l = ((l >>> 8) | (h << 24)) ^ (low[at] ?? 0);
        h = (h >>> 8) ^ (high[at] ?? 0);
      }
    },
    digest() {
      const out = Buffer.alloc(8);
      out.writeInt32BE(~h, 0);
      out.writeInt32BE(~l, 4);
      return out;
    },
  };
}

function uint32(sum: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(sum);
  return out;
}

function zlibCrc32(): Summer {
  let sum = 0;
  return {
    update(bytes) {
      sum = crc32(bytes, sum);
    },
    digest: () => uint32(sum),
  };
}

function hashed(name: "sha1" | "sha256" | "md5"): Summer {
  const hash = createHash(name);
  return { update: (bytes) => hash.update(bytes), digest: () => hash.digest() };
}

export function summer(algorithm: Algorithm | "MD5"): Summer {
  switch (algorithm) {
    case "CRC32":
      return zlibCrc32();
    case "CRC32C":
      return crc32c();
    case "CRC64NVME":
      return crc64nvme();
    case "SHA1":
      return hashed("sha1");
    case "SHA256":
      return hashed("sha256");
    case "MD5":
      return hashed("md5");
  }
}

const DIGEST_BYTES: Readonly<Record<Algorithm, number>> = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 };

/** Is the text base64 of a digest of this algorithm's length? */
export function isDigest(algorithm: Algorithm, text: string): boolean {
  const bytes = Buffer.from(text, "base64");
  return bytes.length === DIGEST_BYTES[algorithm] && bytes.toString("base64") === text;
}

/** The composite sum of parts' sums. */
export function composite(algorithm: Algorithm | "MD5", parts: readonly Buffer[]): Buffer {
  const sum = summer(algorithm);
  for (const part of parts) sum.update(part);
  return sum.digest();
}

/** `ChecksumCRC32` and its kin: the member that carries a sum. */
export function memberOf(algorithm: Algorithm): `Checksum${Algorithm}` {
  return `Checksum${algorithm}`;
}

export function headerOf(algorithm: Algorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}
