/**
 * The ciphertext of SYMMETRIC_DEFAULT: AES-256-GCM under the key's material, with the encryption context as additional data.
 * AWS keeps its form to itself; ours begins as theirs does (`AQICAHh…` in base64) and names the material, so that a key is
 * found without being named and ciphertext from before a rotation still opens.
 *
 *     01 02 02 00 78 | material id, 32 bytes | iv, 12 | tag, 16 | ciphertext
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import type { Ctx } from "../../core/service.ts";
import { invalidCiphertext } from "./errors.ts";
import { openMaterial } from "./material.ts";
import { type KeyRecord, keyOfMaterial, type Material } from "./store.ts";

export type EncryptionContext = { readonly [key: string]: string };

const HEADER = Buffer.from([1, 2, 2, 0, 0x78]);
const ID_END = HEADER.length + 32;
const IV_END = ID_END + 12;
const TAG_END = IV_END + 16;

/** Pairs in order of key, each with its length in front: no two contexts give the same bytes. */
function contextBytes(context: EncryptionContext): Buffer {
  const parts: Buffer[] = [];
  for (const [key, value] of Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const text of [key, value]) {
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      parts.push(length, bytes);
    }
  return Buffer.concat(parts);
}

export function encryptWith(ctx: Ctx, material: Material, plaintext: Uint8Array, context: EncryptionContext = {}): Buffer {
  const head = Buffer.concat([HEADER, Buffer.from(material.id, "hex")]);
  const iv = ctx.random.bytes(12);
  const cipher = createCipheriv("aes-256-gcm", openMaterial(ctx, material), iv);
  cipher.setAAD(Buffer.concat([head, contextBytes(context)]));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([head, iv, cipher.getAuthTag(), body]);
}

/** The key and material that a ciphertext names; undefined when it is none of this cloud's. */
export function keyOfCiphertext(ctx: Ctx, blob: Uint8Array): { key: KeyRecord; material: Material } | undefined {
  const bytes = Buffer.from(blob);
  if (bytes.length < TAG_END || !bytes.subarray(0, HEADER.length).equals(HEADER)) return undefined;
  const id = bytes.toString("hex", HEADER.length, ID_END);
  const key = keyOfMaterial(ctx, id);
  const material = key?.materials.find((each) => each.id === id);
  return key === undefined || material === undefined ? undefined : { key, material };
}

/** Throws InvalidCiphertextException when the text was changed or the context is another. */
export function decryptWith(ctx: Ctx, material: Material, blob: Uint8Array, context: EncryptionContext = {}): Buffer {
  const bytes = Buffer.from(blob);
  const decipher = createDecipheriv("aes-256-gcm", openMaterial(ctx, material), bytes.subarray(ID_END, IV_END));
  decipher.setAAD(Buffer.concat([bytes.subarray(0, ID_END), contextBytes(context)])).setAuthTag(bytes.subarray(IV_END, TAG_END));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(TAG_END)), decipher.final()]);
  } catch {
    throw invalidCiphertext();
  }
}
