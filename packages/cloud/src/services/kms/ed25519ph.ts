/**
 * Ed25519ph over a SHA-512 digest that is already made, which node:crypto has no call for. RFC 8032, sections 5.1 and 2 (`dom2` with phflag 1
 * and no context). Correct, not constant-time: the keys are a laptop's.
 */
import { hash, type KeyObject } from "node:crypto";

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = mod(-121665n * inverse(121666n));
const SQRT_MINUS_1 = power(2n, (P - 1n) / 4n);
const DOM2 = Buffer.concat([Buffer.from("SigEd25519 no Ed25519 collisions"), Buffer.from([1, 0])]);
const BYTES = 32;

/** Extended coordinates: x = X/Z, y = Y/Z, xy = T/Z. */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
  readonly t: bigint;
}

const NEUTRAL: Point = { x: 0n, y: 1n, z: 1n, t: 0n };
const BASE = baseOf();

function mod(value: bigint, by = P): bigint {
  const rest = value % by;
  return rest < 0n ? rest + by : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, mod(base)];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

function inverse(value: bigint): bigint {
  return power(value, P - 2n);
}

function toBig(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(bytes).reverse().toString("hex")}`);
}

function toBytes(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(BYTES * 2, "0"), "hex").reverse();
}

function pointOf(x: bigint, y: bigint): Point {
  return { x, y, z: 1n, t: mod(x * y) };
}

function baseOf(): Point {
  const y = mod(4n * inverse(5n));
  return pointOf(xOf(y, false) ?? 0n, y);
}

/** The x of a y, even or odd; undefined where the curve has none. */
function xOf(y: bigint, isOdd: boolean): bigint | undefined {
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * SQRT_MINUS_1);
  if (mod(x * x) !== square || (x === 0n && isOdd)) return undefined;
  return ((x & 1n) === 1n) === isOdd ? x : P - x;
}

function add(a: Point, b: Point): Point {
  const [m, n] = [mod((a.y - a.x) * (b.y - b.x)), mod((a.y + a.x) * (b.y + b.x))];
  const [c, d] = [mod(2n * a.t * b.t * D), mod(2n * a.z * b.z)];
  const [e, f, g, h] = [n - m, d - c, d + c, n + m];
  return { x: mod(e * f), y: mod(g * h), z: mod(f * g), t: mod(e * h) };
}

function times(point: Point, scalar: bigint): Point {
  let [result, double] = [NEUTRAL, point];
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = add(result, double);
    double = add(double, double);
  }
  return result;
}

function encode({ x, y, z }: Point): Buffer {
  const over = inverse(z);
  const bytes = toBytes(mod(y * over));
  if ((mod(x * over) & 1n) === 1n) bytes[BYTES - 1] = (bytes[BYTES - 1] ?? 0) | 0x80;
  return bytes;
}

function decode(bytes: Uint8Array): Point | undefined {
  const isOdd = ((bytes[BYTES - 1] ?? 0) & 0x80) !== 0;
  const y = toBig(bytes) & (2n ** 255n - 1n);
  const x = y < P ? xOf(y, isOdd) : undefined;
  return x === undefined ? undefined : pointOf(x, y);
}

function hashed(...parts: readonly Uint8Array[]): Buffer {
  return hash("sha512", Buffer.concat([DOM2, ...parts]), "buffer");
}

function part(key: KeyObject, name: "d" | "x"): Buffer {
  return Buffer.from(key.export({ format: "jwk" })[name] ?? "", "base64url");
}

/** `digest`: SHA-512 of the message, 64 bytes. Answers R and S, 64 bytes. */
export function signEd25519ph(secret: KeyObject, digest: Uint8Array): Buffer {
  const expanded = hash("sha512", part(secret, "d"), "buffer");
  const clamped = Buffer.from(expanded.subarray(0, BYTES));
  clamped[0] = (clamped[0] ?? 0) & 248;
  clamped[BYTES - 1] = ((clamped[BYTES - 1] ?? 0) & 127) | 64;
  const scalar = toBig(clamped);
  const nonce = mod(toBig(hashed(expanded.subarray(BYTES), digest)), L);
  const r = encode(times(BASE, nonce));
  const challenge = mod(toBig(hashed(r, part(secret, "x"), digest)), L);
  return Buffer.concat([r, toBytes(mod(nonce + challenge * scalar, L))]);
}

export function verifyEd25519ph(open: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 2 * BYTES) return false;
  const r = signature.subarray(0, BYTES);
  const s = toBig(signature.subarray(BYTES));
  const publicBytes = part(open, "x");
  const [point, commitment] = [decode(publicBytes), decode(r)];
  if (s >= L || point === undefined || commitment === undefined) return false;
  const challenge = mod(toBig(hashed(r, publicBytes, digest)), L);
  return encode(times(BASE, s)).equals(encode(add(commitment, times(point, challenge))));
}
