/**
 * ECDSA over a digest that is already made (`MessageType: DIGEST`), which node:crypto has no call for.
 * FIPS 186-5, section 6.4; SEC 1, section 4.1; curve parameters from SEC 2. Correct, not constant-time: the keys are a laptop's.
 */
import { createECDH, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { Random } from "@dovetail/model";

interface Curve {
  readonly name: string;
  readonly bytes: number;
  readonly p: bigint;
  readonly a: bigint;
  readonly n: bigint;
  readonly g: Point;
}

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/** Projective (Jacobian) coordinates: x = X/Z², y = Y/Z³; Z = 0 is the point at infinity. */
interface Jacobian {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

const INFINITY: Jacobian = { x: 1n, y: 1n, z: 0n };

/** p and n by `crv` of a JSON Web Key; the generator is asked of node:crypto (1·G). */
const FIELDS: { readonly [crv: string]: { name: string; bytes: number; p: bigint; a: bigint; n: bigint } } = {
  "P-256": {
    name: "prime256v1",
    bytes: 32,
    p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    a: -3n,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  "P-384": {
    name: "secp384r1",
    bytes: 48,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    a: -3n,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  "P-521": {
    name: "secp521r1",
    bytes: 66,
    p: 2n ** 521n - 1n,
    a: -3n,
    n: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
  secp256k1: {
    name: "secp256k1",
    bytes: 32,
    p: 2n ** 256n - 2n ** 32n - 977n,
    a: 0n,
    n: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  },
};

function toBig(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(bytes).toString("hex")}`);
}

function toBytes(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(length * 2, "0"), "hex");
}

function mod(value: bigint, by: bigint): bigint {
  const rest = value % by;
  return rest < 0n ? rest + by : rest;
}

function inverse(value: bigint, by: bigint): bigint {
  let [a, b, x, y] = [mod(value, by), by, 1n, 0n];
  while (a > 1n) {
    const q = b / a;
    [a, b] = [b % a, a];
    [x, y] = [y - q * x, x];
    if (a === 0n) throw new RangeError("no inverse");
  }
  return mod(x, by);
}

/** k·G by node:crypto, 0 < k < n. */
function timesG(name: string, bytes: number, k: bigint): Point {
  const ecdh = createECDH(name);
  ecdh.setPrivateKey(toBytes(k, bytes));
  const point = ecdh.getPublicKey();
  return { x: toBig(point.subarray(1, 1 + bytes)), y: toBig(point.subarray(1 + bytes)) };
}

function curveOf(crv: string | undefined): Curve {
  const field = crv !== undefined && Object.hasOwn(FIELDS, crv) ? FIELDS[crv] : undefined;
  if (field === undefined) throw new RangeError(`unknown curve ${crv}`);
  return { ...field, g: timesG(field.name, field.bytes, 1n) };
}

function double({ p, a }: Curve, q: Jacobian): Jacobian {
  if (q.z === 0n || q.y === 0n) return INFINITY;
  const yy = mod(q.y * q.y, p);
  const s = mod(4n * q.x * yy, p);
  const m = mod(3n * q.x * q.x + a * q.z ** 4n, p);
  const x = mod(m * m - 2n * s, p);
  return { x, y: mod(m * (s - x) - 8n * yy * yy, p), z: mod(2n * q.y * q.z, p) };
}

function add(curve: Curve, q: Jacobian, r: Jacobian): Jacobian {
  if (q.z === 0n) return r;
  if (r.z === 0n) return q;
  const { p } = curve;
  const [qzz, rzz] = [mod(q.z * q.z, p), mod(r.z * r.z, p)];
  const [u1, u2] = [mod(q.x * rzz, p), mod(r.x * qzz, p)];
  const [s1, s2] = [mod(q.y * rzz * r.z, p), mod(r.y * qzz * q.z, p)];
  if (u1 === u2) return s1 === s2 ? double(curve, q) : INFINITY;
  const h = mod(u2 - u1, p);
  const hh = mod(h * h, p);
  const hhh = mod(h * hh, p);
  const t = mod(s2 - s1, p);
  const x = mod(t * t - hhh - 2n * u1 * hh, p);
  return { x, y: mod(t * (u1 * hh - x) - s1 * hhh, p), z: mod(h * q.z * r.z, p) };
}

function times(curve: Curve, k: bigint, point: Point): Jacobian {
  let out = INFINITY;
  const base = { ...point, z: 1n };
  for (const bit of k.toString(2)) {
    out = double(curve, out);
    if (bit === "1") out = add(curve, out, base);
  }
  return out;
}

/** The digest's leftmost bits, as many as the order has. */
function digestNumber(digest: Uint8Array, n: bigint): bigint {
  const excess = digest.length * 8 - n.toString(2).length;
  return excess > 0 ? toBig(digest) >> BigInt(excess) : toBig(digest);
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  const body = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  return Buffer.concat([Buffer.from([2, body.length]), body]);
}

function encodeDer(r: bigint, s: bigint): Buffer {
  const body = Buffer.concat([derInteger(r), derInteger(s)]);
  return Buffer.concat([Buffer.from(body.length < 128 ? [0x30, body.length] : [0x30, 0x81, body.length]), body]);
}

/** undefined for what is no signature in DER. */
function decodeDer(signature: Uint8Array): { r: bigint; s: bigint } | undefined {
  const bytes = Buffer.from(signature);
  const start = bytes[1] === 0x81 ? 3 : 2;
  if (bytes[0] !== 0x30 || bytes[start - 1] !== bytes.length - start || bytes[start] !== 2) return undefined;
  const rEnd = start + 2 + (bytes[start + 1] ?? 0);
  if (bytes[rEnd] !== 2 || rEnd + 2 + (bytes[rEnd + 1] ?? 0) !== bytes.length) return undefined;
  return { r: toBig(bytes.subarray(start + 2, rEnd)), s: toBig(bytes.subarray(rEnd + 2)) };
}

/** A signature in DER, as KMS answers it. */
export function signDigest(key: KeyObject, digest: Uint8Array, random: Random): Buffer {
  const { crv, d } = createPrivateKey({ key: key.export({ format: "jwk" }), format: "jwk" }).export({ format: "jwk" });
  const { name, bytes, n } = curveOf(crv);
  const secret = toBig(Buffer.from(d ?? "", "base64url"));
  const z = digestNumber(digest, n);
  for (;;) {
    // Eight bytes more than the order has: the remainder is as good as even.
    const k = mod(toBig(random.bytes(bytes + 8)), n);
    if (k === 0n) continue;
    const r = mod(timesG(name, bytes, k).x, n);
    const s = mod(inverse(k, n) * (z + r * secret), n);
    if (r !== 0n && s !== 0n) return encodeDer(r, s);
  }
}

export function verifyDigest(key: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean {
  const { crv, x = "", y = "" } = createPublicKey(key.export({ format: "pem", type: "spki" })).export({ format: "jwk" });
  const curve = curveOf(crv);
  const { n, p } = curve;
  const parts = decodeDer(signature);
  if (parts === undefined || parts.r <= 0n || parts.r >= n || parts.s <= 0n || parts.s >= n) return false;
  const w = inverse(parts.s, n);
  const own = { x: toBig(Buffer.from(x, "base64url")), y: toBig(Buffer.from(y, "base64url")) };
  const sum = add(curve, times(curve, mod(digestNumber(digest, n) * w, n), curve.g), times(curve, mod(parts.r * w, n), own));
  if (sum.z === 0n) return false;
  const zInverse = inverse(sum.z, p);
  return mod(mod(sum.x * zInverse * zInverse, p), n) === parts.r;
}
