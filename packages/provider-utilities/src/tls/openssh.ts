/** OpenSSH's public and private key forms: RFC 4253 section 6.6, RFC 5656, RFC 8709, and OpenSSH's PROTOCOL.key. */
import { createPrivateKey, type JsonWebKey, type KeyObject } from "node:crypto";
import type { Random } from "@dovetail/model";
import { pemOf } from "./pem.ts";

const MAGIC = Buffer.from("openssh-key-v1\0");
/** JWK's curve -> OpenSSH's. P-224 is in neither. */
const SSH_CURVES: ReadonlyMap<string, string> = new Map([
  ["P-256", "nistp256"],
  ["P-384", "nistp384"],
  ["P-521", "nistp521"],
]);
/** Unencrypted keys are padded to this many bytes. */
const BLOCK_BYTES = 8;

const uint32 = (value: number): Buffer => {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value);
  return out;
};
const field = (content: Uint8Array | string): Buffer => {
  const bytes = typeof content === "string" ? Buffer.from(content) : Buffer.from(content);
  return Buffer.concat([uint32(bytes.length), bytes]);
};
/** A number without leading zeros, a zero byte before a set top bit. */
const mpint = (content: Buffer): Buffer => {
  const first = content.findIndex((byte) => byte !== 0);
  const bare = first < 0 ? Buffer.alloc(0) : content.subarray(first);
  return field(((bare[0] ?? 0) & 0x80) === 0 ? bare : Buffer.concat([Buffer.from([0]), bare]));
};
const part = (jwk: JsonWebKey, name: "n" | "e" | "d" | "p" | "q" | "qi" | "x" | "y"): Buffer =>
  Buffer.from(typeof jwk[name] === "string" ? jwk[name] : "", "base64url");

function jwkOf(key: KeyObject): JsonWebKey | undefined {
  return key.asymmetricKeyDetails?.namedCurve === "secp224r1" ? undefined : key.export({ format: "jwk" });
}

/** The public key's bytes as `authorized_keys` has them in base64; undefined for a curve that OpenSSH has not. */
export function sshBlob(key: KeyObject): Buffer | undefined {
  const jwk = jwkOf(key);
  if (jwk === undefined) return undefined;
  if (jwk.kty === "RSA") return Buffer.concat([field("ssh-rsa"), mpint(part(jwk, "e")), mpint(part(jwk, "n"))]);
  if (jwk.kty === "OKP") return Buffer.concat([field("ssh-ed25519"), field(part(jwk, "x"))]);
  const curve = SSH_CURVES.get(jwk.crv ?? "");
  return curve === undefined ? undefined : Buffer.concat([field(`ecdsa-sha2-${curve}`), field(curve), field(pointOf(jwk))]);
}

function pointOf(jwk: JsonWebKey): Buffer {
  return Buffer.concat([Buffer.from([4]), part(jwk, "x"), part(jwk, "y")]);
}

/** `ssh-rsa AAAA…` and a line feed, without a comment. */
export function authorizedKey(blob: Buffer): string {
  return `${blob.subarray(4, 4 + blob.readUInt32BE(0)).toString()} ${blob.toString("base64")}\n`;
}

/** PEM of an unencrypted OpenSSH private key; undefined for a curve that OpenSSH has not. */
export function openSshPrivateKey(key: KeyObject, random: Random): string | undefined {
  const jwk = jwkOf(key);
  const blob = jwk === undefined ? undefined : sshBlob(key);
  if (jwk === undefined || blob === undefined) return undefined;
  const check = Buffer.from(random.bytes(4));
  const secret = Buffer.concat([check, check, blobType(blob), ...secretFields(jwk), field("")]);
  const padding = Buffer.from(Array.from({ length: -secret.length & (BLOCK_BYTES - 1) }, (_, i) => i + 1));
  const none = [field("none"), field("none"), field("")];
  const whole = [MAGIC, ...none, uint32(1), field(blob), field(Buffer.concat([secret, padding]))];
  return pemOf("OPENSSH PRIVATE KEY", Buffer.concat(whole));
}

function blobType(blob: Buffer): Buffer {
  return blob.subarray(0, 4 + blob.readUInt32BE(0));
}

function secretFields(jwk: JsonWebKey): readonly Buffer[] {
  if (jwk.kty === "RSA") return (["n", "e", "d", "qi", "p", "q"] as const).map((name) => mpint(part(jwk, name)));
  if (jwk.kty === "OKP") return [field(part(jwk, "x")), field(Buffer.concat([part(jwk, "d"), part(jwk, "x")]))];
  return [field(SSH_CURVES.get(jwk.crv ?? "") ?? ""), field(pointOf(jwk)), mpint(part(jwk, "d"))];
}

/** The key in the bytes of an `OPENSSH PRIVATE KEY`. Throws for one with a passphrase, and for damaged ones. */
export function parseOpenSsh(bytes: Buffer): KeyObject {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error("ssh: invalid openssh private key format");
  const outer = reader(bytes.subarray(MAGIC.length));
  const [cipher, kdf] = [outer.field().toString(), outer.field().toString()];
  outer.field();
  if (cipher !== "none" || kdf !== "none") throw new Error("ssh: this private key is passphrase protected");
  if (outer.uint32() !== 1) throw new Error("ssh: invalid openssh private key format");
  outer.field();
  const inner = reader(outer.field());
  const [check, again] = [inner.uint32(), inner.uint32()];
  if (check !== again) throw new Error("ssh: malformed OpenSSH key");
  return createPrivateKey({ key: jwkIn(inner), format: "jwk" });
}

type Reader = ReturnType<typeof reader>;

function jwkIn(inner: Reader): JsonWebKey {
  const type = inner.field().toString();
  const base64 = (content: Buffer) => content.toString("base64url");
  if (type === "ssh-rsa") {
    const [n, e, d, qi, p, q] = [inner.mpint(), inner.mpint(), inner.mpint(), inner.mpint(), inner.mpint(), inner.mpint()];
    const rest = (factor: Buffer) => base64(bytesOf(numberOf(d) % (numberOf(factor) - 1n)));
    return {
      kty: "RSA",
      n: base64(n),
      e: base64(e),
      d: base64(d),
      p: base64(p),
      q: base64(q),
      qi: base64(qi),
      dp: rest(p),
      dq: rest(q),
    };
  }
  if (type === "ssh-ed25519") {
    const x = inner.field();
    return { kty: "OKP", crv: "Ed25519", x: base64(x), d: base64(inner.field().subarray(0, 32)) };
  }
  const name = inner.field().toString();
  const crv = [...SSH_CURVES].find(([, own]) => own === name)?.[0];
  if (crv === undefined) throw new Error(`ssh: unhandled key type "${type}"`);
  const point = inner.field();
  const size = (point.length - 1) / 2;
  const d = inner.mpint();
  const padded = Buffer.concat([Buffer.alloc(Math.max(0, size - d.length)), d]);
  return { kty: "EC", crv, x: base64(point.subarray(1, 1 + size)), y: base64(point.subarray(1 + size)), d: base64(padded) };
}

function numberOf(bytes: Buffer): bigint {
  const value = BigInt(`0x${bytes.toString("hex") || "0"}`);
  if (value <= 1n) throw new Error("ssh: malformed OpenSSH key");
  return value;
}

function bytesOf(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
}

function reader(bytes: Buffer) {
  let at = 0;
  const take = (count: number): Buffer => {
    if (at + count > bytes.length) throw new Error("ssh: short read");
    at += count;
    return bytes.subarray(at - count, at);
  };
  const uint = () => take(4).readUInt32BE(0);
  return {
    uint32: uint,
    field: () => take(uint()),
    mpint: () => {
      const content = take(uint());
      return content[0] === 0 ? content.subarray(1) : content;
    },
  };
}
