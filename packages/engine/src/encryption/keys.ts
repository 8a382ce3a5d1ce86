import { pbkdf2 } from "node:crypto";
import type { Random } from "@dovetail/model";
import { isJsonObject } from "../values/state-attributes.ts";
import { undecryptable } from "./payload.ts";

/** Where keys come from. Sources: OpenTofu, `internal/encryption/keyprovider/{pbkdf2,aws_kms}` (MPL, read 2026-11). */

export interface KeyProvider {
  /** A key to encrypt with, and what is kept beside the data so that the key can be had again. */
  fresh(): Promise<{ readonly key: Uint8Array; readonly meta: Uint8Array }>;
  /** The key that data was encrypted with. Throws DVT5011 where what was kept of it is damaged. */
  again(meta: Uint8Array): Promise<Uint8Array>;
}

export interface Pbkdf2Settings {
  readonly passphrase: string;
  /** Bytes. */
  readonly keyLength: number;
  readonly iterations: number;
  readonly hashFunction: "sha256" | "sha512";
  /** Bytes. */
  readonly saltLength: number;
}

/** What is derived takes a moment: once for each salt. */
export function pbkdf2Keys(settings: Pbkdf2Settings, random: Random): KeyProvider {
  const derived = new Map<string, Promise<Uint8Array>>();
  const derive = (salt: Uint8Array, iterations: number, length: number, hash: string) => {
    const name = [Buffer.from(salt).toString("hex"), iterations, length, hash].join(" ");
    const known = derived.get(name) ?? deriveKey(settings.passphrase, salt, iterations, length, hash);
    derived.set(name, known);
    return known;
  };
  return {
    async fresh() {
      const { keyLength, iterations, hashFunction, saltLength } = settings;
      const salt = random.bytes(saltLength);
      const key = await derive(salt, iterations, keyLength, hashFunction);
      const salt64 = Buffer.from(salt).toString("base64");
      const meta = JSON.stringify({ salt: salt64, iterations, hash_function: hashFunction, key_length: keyLength });
      return { key, meta: Buffer.from(meta) };
    },
    async again(bytes) {
      const meta = metaOf(bytes);
      const { salt, iterations, hash_function: hash, key_length: length } = meta;
      const isSound =
        typeof salt === "string" && isCount(iterations) && isCount(length) && (hash === "sha256" || hash === "sha512");
      if (!isSound) throw undecryptable("invalid key provider metadata: its salt, iterations, key length or hash is damaged");
      return await derive(Buffer.from(salt, "base64"), iterations, length, hash);
    },
  };
}

/** More would keep a machine busy for minutes with a damaged file. */
const COUNT_MAX = 100_000_000;

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value <= COUNT_MAX;
}

function deriveKey(passphrase: string, salt: Uint8Array, iterations: number, length: number, hash: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    pbkdf2(passphrase, salt, iterations, length, hash, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

/** The two requests to KMS that a key takes; both throw what AWS's clients throw. */
export interface KmsAccess {
  generate(): Promise<{ readonly plaintext: Uint8Array; readonly ciphertext: Uint8Array }>;
  decrypt(ciphertext: Uint8Array): Promise<Uint8Array>;
}

export function kmsKeys(access: KmsAccess): KeyProvider {
  return {
    async fresh() {
      const { plaintext, ciphertext } = await access.generate();
      const blob = Buffer.from(ciphertext).toString("base64");
      return { key: plaintext, meta: Buffer.from(JSON.stringify({ ciphertext_blob: blob })) };
    },
    async again(bytes) {
      const { ciphertext_blob: blob } = metaOf(bytes);
      if (typeof blob !== "string" || blob === "")
        throw undecryptable("invalid key provider metadata: it has no ciphertext_blob");
      return await access.decrypt(Buffer.from(blob, "base64"));
    },
  };
}

function metaOf(bytes: Uint8Array): { readonly [name: string]: unknown } {
  try {
    const json: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    if (isJsonObject(json)) return json;
  } catch {
    // Told below.
  }
  throw undecryptable("invalid key provider metadata: it is no JSON object");
}
