/**
 * Keeps secrets encrypted at rest: AES-256-GCM under a key that lies beside the store in a file only its owner may read.
 * Whoever has the database alone (a copy, a snapshot without its `services` folder) has no secrets.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Ctx } from "./service.ts";

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_FILE = "seal.key";

export interface Sealing {
  /** `about` names the record; a sealed value opens only under the same name. */
  seal(plain: Uint8Array, about: string): Uint8Array;
  /** Throws when the value was changed, belongs to another record, or was sealed by another key. */
  open(sealed: Uint8Array, about: string): Buffer;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function keyOf(ctx: Ctx): Buffer {
  const file = join(ctx.folder, KEY_FILE);
  try {
    writeFileSync(file, ctx.random.bytes(KEY_BYTES), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  }
  const key = readFileSync(file);
  if (key.length !== KEY_BYTES) throw new RangeError(`${file} is damaged: ${key.length} bytes instead of ${KEY_BYTES}`);
  return key;
}

/** The sealing of the calling service, with its own key, made on first use. Keep it in `ctx.memory`. */
export function sealingOf(ctx: Ctx): Sealing {
  const key = keyOf(ctx);
  const { random } = ctx;
  return {
    seal(plain, about) {
      const iv = random.bytes(IV_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(about));
      return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, about) {
      if (sealed.length < IV_BYTES + TAG_BYTES) throw new RangeError("damaged sealed value");
      const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(about)).setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
      return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, sealed.length - TAG_BYTES)), decipher.final()]);
    },
  };
}
