/** RSA signatures over a digest that is already made. RFC 8017, sections 8.1 (PSS, salt as long as the digest), 8.2 and 9. */
import { constants, createHash, type KeyObject, privateEncrypt, publicDecrypt, timingSafeEqual } from "node:crypto";
import type { Random } from "@dovetail/model";

const RAW = { padding: constants.RSA_NO_PADDING };

/** DER of DigestInfo up to the digest: RFC 8017, section 9.2, note 1. */
const DIGEST_INFO: { readonly [digest: string]: string } = {
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
};

function bitsOf(key: KeyObject): number {
  return key.asymmetricKeyDetails?.modulusLength ?? 0;
}

function pkcs1(key: KeyObject, hash: string, digest: Uint8Array): Buffer {
  const tail = Buffer.concat([Buffer.from(DIGEST_INFO[hash] ?? "", "hex"), digest]);
  const fill = bitsOf(key) / 8 - tail.length - 3;
  return Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(fill, 0xff), Buffer.from([0]), tail]);
}

function mask(hash: string, seed: Uint8Array, length: number): Buffer {
  const parts: Buffer[] = [];
  for (let counter = 0, have = 0; have < length; counter++) {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(counter);
    const part = createHash(hash).update(seed).update(number).digest();
    parts.push(part);
    have += part.length;
  }
  return Buffer.concat(parts).subarray(0, length);
}

function xor(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)));
}

function saltedHash(hash: string, digest: Uint8Array, salt: Uint8Array): Buffer {
  return createHash(hash).update(Buffer.alloc(8)).update(digest).update(salt).digest();
}

/** The modulus has a whole number of bytes, so one bit of the first byte stays clear. */
function pss(key: KeyObject, hash: string, digest: Uint8Array, salt: Uint8Array): Buffer {
  const h = saltedHash(hash, digest, salt);
  const length = bitsOf(key) / 8 - h.length - 1;
  const db = Buffer.concat([Buffer.alloc(length - salt.length - 1), Buffer.from([1]), salt]);
  const masked = xor(db, mask(hash, h, length));
  masked[0] = (masked[0] ?? 0) & 0x7f;
  return Buffer.concat([masked, h, Buffer.from([0xbc])]);
}

function isPss(hash: string, encoded: Buffer, digest: Uint8Array): boolean {
  const size = digest.length;
  const length = encoded.length - size - 1;
  if (encoded.at(-1) !== 0xbc || ((encoded[0] ?? 0) & 0x80) !== 0) return false;
  const h = encoded.subarray(length, length + size);
  const db = xor(encoded.subarray(0, length), mask(hash, h, length));
  db[0] = (db[0] ?? 0) & 0x7f;
  const start = length - size - 1;
  if (db.subarray(0, start).some((byte) => byte !== 0) || db[start] !== 1) return false;
  return timingSafeEqual(saltedHash(hash, digest, db.subarray(start + 1)), h);
}

export function signRsaDigest(key: KeyObject, hash: string, isPssScheme: boolean, digest: Uint8Array, random: Random): Buffer {
  const encoded = isPssScheme ? pss(key, hash, digest, random.bytes(digest.length)) : pkcs1(key, hash, digest);
  return privateEncrypt({ key, ...RAW }, encoded);
}

export function verifyRsaDigest(
  key: KeyObject,
  hash: string,
  isPssScheme: boolean,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  let encoded: Buffer;
  try {
    encoded = publicDecrypt({ key, ...RAW }, signature);
  } catch {
    return false;
  }
  if (isPssScheme) return isPss(hash, encoded, digest);
  const expected = pkcs1(key, hash, digest);
  return expected.length === encoded.length && timingSafeEqual(expected, encoded);
}
