import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { Random, ValueObject } from "@dovetail/model";
import { numeric, text } from "../values.ts";
import { authorizedKey, openSshPrivateKey, parseOpenSsh, sshBlob } from "./openssh.ts";
import { firstPem } from "./pem.ts";

const generate = promisify(generateKeyPair);

export const ALGORITHMS: readonly string[] = ["RSA", "ECDSA", "ED25519"];
/** Curve of the configuration -> OpenSSL's name. */
export const CURVES: ReadonlyMap<string, string> = new Map([
  ["P224", "secp224r1"],
  ["P256", "prime256v1"],
  ["P384", "secp384r1"],
  ["P521", "secp521r1"],
]);

/** A new key as `tls_private_key` is configured. It is drawn from the system's generator, never from a seeded one. */
export async function generateKey(planned: ValueObject): Promise<KeyObject> {
  const algorithm = text(planned, "algorithm");
  if (algorithm === "ED25519") return (await generate("ed25519")).privateKey;
  if (algorithm === "ECDSA") {
    const namedCurve = CURVES.get(text(planned, "ecdsa_curve") ?? "P224") ?? "";
    return (await generate("ec", { namedCurve })).privateKey;
  }
  return (await generate("rsa", { modulusLength: numeric(planned, "rsa_bits") ?? 2048 })).privateKey;
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ["rsa", "RSA"],
  ["ec", "ECDSA"],
  ["ed25519", "ED25519"],
]);

/** `RSA`, `ECDSA` or `ED25519`. Throws for a key of another kind. */
export function algorithmOf(key: KeyObject): string {
  const found = NAMES.get(key.asymmetricKeyType ?? "");
  if (found === undefined) throw new Error(`unsupported private key type: ${key.asymmetricKeyType}`);
  return found;
}

/** The private attributes of a key: PEM of its own kind, PKCS #8, and OpenSSH's form (empty for P-224, which OpenSSH has not). */
export function privateAttributes(key: KeyObject, random: Random): ValueObject {
  const algorithm = algorithmOf(key);
  const type = algorithm === "RSA" ? "pkcs1" : algorithm === "ECDSA" ? "sec1" : "pkcs8";
  return {
    private_key_pem: key.export({ type, format: "pem" }).toString(),
    private_key_pem_pkcs8: key.export({ type: "pkcs8", format: "pem" }).toString(),
    private_key_openssh: openSshPrivateKey(key, random) ?? "",
  };
}

/** The public attributes of a private key; `id` is the SHA-1 of its public form. */
export function publicAttributes(key: KeyObject): ValueObject {
  const shared = createPublicKey(key);
  const spki = shared.export({ type: "spki", format: "der" });
  const blob = sshBlob(shared);
  const digest = (name: string, encoding: "hex" | "base64") =>
    createHash(name)
      .update(blob ?? "")
      .digest(encoding);
  return {
    id: hashForState(spki),
    public_key_pem: shared.export({ type: "spki", format: "pem" }).toString(),
    public_key_openssh: blob === undefined ? "" : authorizedKey(blob),
    public_key_fingerprint_md5: blob === undefined ? "" : digest("md5", "hex").replaceAll(/..(?=.)/g, "$&:"),
    public_key_fingerprint_sha256: blob === undefined ? "" : `SHA256:${digest("sha256", "base64").replace(/=+$/, "")}`,
  };
}

/** SHA-1 of bytes without white space around them: how the real provider makes ids. */
export function hashForState(bytes: Uint8Array): string {
  const isSpace = (byte: number | undefined) => byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
  let [begin, end] = [0, bytes.length];
  while (begin < end && isSpace(bytes[begin])) begin++;
  while (end > begin && isSpace(bytes[end - 1])) end--;
  return createHash("sha1").update(bytes.subarray(begin, end)).digest("hex");
}

const LABELS: ReadonlyMap<string, "pkcs1" | "sec1" | "pkcs8"> = new Map([
  ["RSA PRIVATE KEY", "pkcs1"],
  ["EC PRIVATE KEY", "sec1"],
  ["PRIVATE KEY", "pkcs8"],
]);

/** A private key of PKCS #1, SEC 1 or PKCS #8. Throws in the real provider's words. */
export function parsePrivateKey(pem: string): KeyObject {
  const block = firstPem(pem);
  const bytes = Buffer.byteLength(pem);
  if (block === undefined) throw new Error(`failed to decode PEM block: decoded bytes 0, undecoded ${bytes}`);
  const type = LABELS.get(block.label);
  if (type === undefined) throw new Error(`unable to determine parser for PEM preamble: ${block.label}`);
  const key = attempt(`failed to parse private key given PEM preamble '${block.label}'`, () =>
    createPrivateKey({ key: block.der, format: "der", type }),
  );
  algorithmOf(key);
  return key;
}

/** A private key in OpenSSH's own form. */
export function parseOpenSshPrivateKey(pem: string): KeyObject {
  const key = attempt("failed to parse openssh private key", () => {
    const block = firstPem(pem);
    if (block === undefined) throw new Error("ssh: no key found");
    return block.label === "OPENSSH PRIVATE KEY" ? parseOpenSsh(block.der) : parsePrivateKey(pem);
  });
  algorithmOf(key);
  return key;
}

function attempt<T>(doing: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`${doing}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
