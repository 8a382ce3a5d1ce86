import { createCipheriv, createDecipheriv } from "node:crypto";
import { DiagnosticError, type Random } from "@dovetail/model";
import type { KeyProvider } from "./keys.ts";
import { formatPayload, type Payload, parsePayload, undecryptable } from "./payload.ts";

/**
 * Encrypts with the first of several methods and decrypts with the first that can: the others are what data was encrypted with before.
 * Source: OpenTofu, `internal/encryption/base.go`, `method/aesgcm` (MPL, read 2026-11).
 */
export type Method =
  | { readonly kind: "unencrypted" }
  | {
      readonly kind: "aes_gcm";
      readonly keys: KeyProvider;
      /** Under which the payload keeps what the keys need. */
      readonly metaName: string;
      readonly aad?: Uint8Array;
    };

export interface Cipher {
  /** What a file holds as it is to be stored; `outside` stands beside the encrypted bytes. */
  encrypt(plain: Uint8Array, outside?: Pick<Payload, "serial" | "lineage">): Promise<Uint8Array>;
  /** Throws DVT5011. */
  decrypt(stored: Uint8Array): Promise<Opened>;
}

export interface Opened {
  readonly plain: Uint8Array;
  readonly payload?: Payload;
  /** It is stored in another way than it would be written. */
  readonly isOld: boolean;
}

const NONCE = 12;
const TAG = 16;

/** @param name what is encrypted, for messages: `state`, `plan` */
export function createCipher(
  methods: readonly Method[],
  { name, random }: { readonly name: string; readonly random: Random },
): Cipher {
  const [first] = methods;
  /** One key for all that a run writes, as in OpenTofu; each time with a nonce of its own. */
  let fresh: ReturnType<KeyProvider["fresh"]> | undefined;
  return {
    async encrypt(plain, outside = {}) {
      if (first === undefined || first.kind === "unencrypted") return plain;
      fresh ??= first.keys.fresh();
      const { key, meta } = await fresh;
      return formatPayload({
        ...outside,
        meta: { [first.metaName]: meta },
        data: seal(plain, key, random.bytes(NONCE), first.aad),
      });
    },
    async decrypt(stored) {
      const payload = parsePayload(stored);
      if (payload === undefined) {
        if (methods.some(({ kind }) => kind === "unencrypted")) return { plain: stored, isOld: first?.kind !== "unencrypted" };
        throw undecryptable("encountered unencrypted payload without unencrypted method configured", UNENCRYPTED_FIX);
      }
      return await open(methods, payload, name);
    },
  };
}

const UNENCRYPTED_FIX =
  'To encrypt what is there, name the unencrypted method as a fallback once:\n    method "unencrypted" "before" {}\n    state {\n      method = …\n      fallback {\n        method = method.unencrypted.before\n      }\n    }';

async function open(methods: readonly Method[], payload: Payload, name: string): Promise<Opened> {
  const failures: string[] = [];
  for (const [at, method] of methods.entries()) {
    if (method.kind === "unencrypted") continue;
    const meta = payload.meta[method.metaName];
    try {
      if (meta === undefined) throw undecryptable("no decryption key available: it was encrypted with another key provider");
      return { plain: unseal(payload.data, await method.keys.again(meta), method.aad), payload, isOld: at > 0 };
    } catch (error) {
      failures.push(`attempted decryption failed for ${name}: ${reasonOf(error)}`);
    }
  }
  throw undecryptable(
    ["decryption failed for all provided methods", ...failures].join("\n"),
    "Give the passphrase or key that it was encrypted with; an earlier one stands as a fallback.",
  );
}

function reasonOf(error: unknown): string {
  if (error instanceof DiagnosticError) return error.diagnostics.map(({ detail = "" }) => detail).join("; ");
  return `decryption failed: ${error instanceof Error ? error.message : String(error)}`;
}

function seal(plain: Uint8Array, key: Uint8Array, nonce: Uint8Array, aad?: Uint8Array): Uint8Array {
  const cipher = createCipheriv(cipherOf(key), key, nonce);
  if (aad !== undefined) cipher.setAAD(aad);
  const sealed = [cipher.update(plain), cipher.final()];
  return Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]);
}

function unseal(data: Uint8Array, key: Uint8Array, aad?: Uint8Array): Uint8Array {
  if (data.length < NONCE + TAG) throw new Error("cannot decrypt data because it is too small (likely data corruption)");
  const decipher = createDecipheriv(cipherOf(key), key, data.subarray(0, NONCE));
  if (aad !== undefined) decipher.setAAD(aad);
  decipher.setAuthTag(data.subarray(data.length - TAG));
  const plain = decipher.update(data.subarray(NONCE, data.length - TAG));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    throw new Error("cipher: message authentication failed");
  }
}

function cipherOf(key: Uint8Array): "aes-128-gcm" | "aes-192-gcm" | "aes-256-gcm" {
  if (key.length === 16) return "aes-128-gcm";
  if (key.length === 24) return "aes-192-gcm";
  if (key.length === 32) return "aes-256-gcm";
  throw new Error(`AES takes keys of 16, 24 or 32 bytes, not of ${key.length}`);
}
