/**
 * Imported key material: what wraps it, what it must be, whether it is there. KMS developer guide, "Importing key material for AWS KMS keys",
 * "Wrapping public key spec and algorithm" (read 2026-11-21); RFC 5649 for the wrapped AES key.
 */
import { constants, createDecipheriv, createHash, createPrivateKey, createPublicKey, privateDecrypt } from "node:crypto";
import { randomHex } from "@dovetail/model";
import { type Ctx, ServiceError } from "../../core/service.ts";
import { invalidCiphertext } from "./errors.ts";
import { specRow } from "./key-spec.ts";
import { type KeyRecord, type Material, sealing } from "./store.ts";

const KWP_IV = Buffer.from("A65959A6", "hex");
const WRAPPING_KEY_BYTES = 32;

export const WRAPPING_ALGORITHMS = [
  "RSAES_OAEP_SHA_1",
  "RSAES_OAEP_SHA_256",
  "RSA_AES_KEY_WRAP_SHA_1",
  "RSA_AES_KEY_WRAP_SHA_256",
];

/** Takes material out of its wrapping; `key` is PKCS#8. Throws InvalidCiphertextException. */
export function unwrap(key: Uint8Array, algorithm: string, wrapped: Uint8Array): Buffer {
  const secret = createPrivateKey({ key: Buffer.from(key), format: "der", type: "pkcs8" });
  const oaepHash = algorithm.endsWith("_SHA_1") ? "sha1" : "sha256";
  const open = (bytes: Uint8Array) => privateDecrypt({ key: secret, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, bytes);
  try {
    if (algorithm.startsWith("RSAES_")) return open(wrapped);
    const modulusBytes = (secret.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
    const inner = open(wrapped.subarray(0, modulusBytes));
    if (inner.length !== WRAPPING_KEY_BYTES) throw invalidCiphertext();
    const unwrapping = createDecipheriv("id-aes256-wrap-pad", inner, KWP_IV);
    return Buffer.concat([unwrapping.update(wrapped.subarray(modulusBytes)), unwrapping.final()]);
  } catch {
    throw invalidCiphertext();
  }
}

function incorrect(message: string): ServiceError {
  return new ServiceError("IncorrectKeyMaterialException", 400, message);
}

/** The public key of an asymmetric key's material. Throws IncorrectKeyMaterialException for what the key's spec doesn't take. */
export function checkSecret(key: KeyRecord, secret: Buffer): Uint8Array | undefined {
  const make = specRow(key.spec)?.make;
  if (make === undefined || make.kind === "bytes") {
    const [least, most] = key.usage === "GENERATE_VERIFY_MAC" ? macBytes(make?.length ?? 0) : [32, 32];
    if (secret.length < least || secret.length > most)
      throw incorrect(`The key material must be ${least === most ? least : `${least} to ${most}`} bytes long.`);
    return undefined;
  }
  try {
    const pair = createPrivateKey({ key: secret, format: "der", type: "pkcs8" });
    const { modulusLength, namedCurve } = pair.asymmetricKeyDetails ?? {};
    const fits =
      make.kind === "rsa"
        ? pair.asymmetricKeyType === "rsa" && modulusLength === make.bits
        : make.kind === "ec"
          ? namedCurve === make.curve
          : pair.asymmetricKeyType === make.kind;
    if (fits) return createPublicKey(pair).export({ format: "der", type: "spki" });
  } catch {
    // Said below.
  }
  throw incorrect(`The key material does not match the key spec ${key.spec}.`);
}

/** HMAC material: as long as the digest up to its block. */
function macBytes(digestBytes: number): readonly [number, number] {
  return [digestBytes, digestBytes > 32 ? 128 : 64];
}

export const digestOfSecret = (secret: Uint8Array): string => createHash("sha256").update(secret).digest("hex");

/** The material that a key gets; one that comes again keeps its id, so that its ciphertext opens again. */
export function importedMaterial(
  ctx: Ctx,
  before: Material | undefined,
  secret: Buffer,
  expiresMs: number | undefined,
): Material {
  const digest = digestOfSecret(secret);
  if (before?.imported !== undefined && before.imported.digest !== digest)
    throw incorrect("The key material is not the same as the key material that was previously imported into this KMS key.");
  const id = before?.id ?? randomHex(ctx.random, 64);
  const imported = { digest, isLoaded: true, ...(expiresMs === undefined ? {} : { expiresMs }) };
  return { id, sealed: sealing(ctx).seal(secret, id), createdMs: before?.createdMs ?? ctx.now(), imported };
}

/** The key without its material's bytes; what is known of it stays, so that only the same may come back. */
export function withoutMaterial(key: KeyRecord): KeyRecord {
  const { publicKey: _gone, ...rest } = key;
  const materials = key.materials.map((each) => ({
    ...each,
    sealed: new Uint8Array(0),
    ...(each.imported === undefined ? {} : { imported: { digest: each.imported.digest, isLoaded: false } }),
  }));
  return { ...rest, materials };
}

/** Does a key wait for its material? */
export function isPendingImport(key: KeyRecord): boolean {
  return key.origin === "EXTERNAL" && key.materials.at(-1)?.imported?.isLoaded !== true;
}
