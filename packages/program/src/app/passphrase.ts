import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Environment } from "./dot-env.ts";

/**
 * Pulumi's passphrase secrets provider. `encryptionsalt` of a stack's file is `v1:<salt>:v1:<nonce>:<ciphertext>`, base64 each: the key is
 * PBKDF2-SHA256 of passphrase and salt, and what it must decrypt is the word "pulumi". A value is `v1:<nonce>:<ciphertext>`, AES-256-GCM, the
 * tag behind the ciphertext. Source: pulumi/pulumi, sdk/go/common/resource/config/crypt.go and pkg/secrets/passphrase (read 2026-11).
 */
const ITERATIONS = 1_000_000;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CHECK_WORD = "pulumi";

/** Turns `v1:<nonce>:<ciphertext>` into text. Throws Error for what cannot be decrypted. */
export type Decrypt = (value: string) => string;

/** Keys by passphrase and salt: deriving one takes a third of a second, and a deploy evaluates its program more than once. */
const keys = new Map<string, Buffer>();
const KEYS_MAX = 16;

/** @throws Error with the reason: no passphrase, a wrong one, a salt that is none */
export function decrypterOf(salt: string, environment: Environment, root: string): Decrypt {
  const [version, text = "", ...check] = salt.split(":");
  if (version !== "v1" || text === "" || check.length !== 3) throw new Error('its "encryptionsalt" has no form that is known');
  const phrase = passphraseOf(environment, root);
  if (phrase === undefined) throw new Error("there is no passphrase");
  const decrypt = (value: string) => open(keyOf(phrase, text), value);
  if (attempt(decrypt, check.join(":")) !== CHECK_WORD) throw new Error("the passphrase is wrong");
  return decrypt;
}

function attempt(decrypt: Decrypt, value: string): string | undefined {
  try {
    return decrypt(value);
  } catch {
    return undefined;
  }
}

function passphraseOf(environment: Environment, root: string): string | undefined {
  const { PULUMI_CONFIG_PASSPHRASE: phrase, PULUMI_CONFIG_PASSPHRASE_FILE: file } = environment;
  if (phrase !== undefined) return phrase;
  return file === undefined || file === "" ? undefined : readFileSync(resolve(root, file), "utf8").trim();
}

function keyOf(phrase: string, salt: string): Buffer {
  const name = JSON.stringify([phrase, salt]);
  let key = keys.get(name);
  if (key === undefined) {
    key = pbkdf2Sync(phrase, Buffer.from(salt, "base64"), ITERATIONS, KEY_BYTES, "sha256");
    if (keys.size >= KEYS_MAX) keys.clear();
    keys.set(name, key);
  }
  return key;
}

function open(key: Buffer, value: string): string {
  const [version, nonceText = "", sealedText = "", ...rest] = value.split(":");
  const nonce = Buffer.from(nonceText, "base64");
  const sealed = Buffer.from(sealedText, "base64");
  if (version !== "v1" || rest.length > 0 || nonce.length !== NONCE_BYTES || sealed.length < TAG_BYTES)
    throw new Error("it has no form that is known");
  const decipher = createDecipheriv("aes-256-gcm", key, nonce);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]).toString("utf8");
}
