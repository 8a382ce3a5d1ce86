/**
 * DER (ITU-T X.690) as far as keys, requests and certificates need it. By hand, because node:crypto signs with every key that tls_private_key
 * makes (P-224 too, which WebCrypto and the libraries on it lack) but writes no certificates.
 */

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  printable: 0x13,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One element. */
export interface DerNode {
  readonly tag: number;
  readonly content: Buffer;
  /** Head and content. */
  readonly raw: Buffer;
}

/** An element of any tag. */
export function tlv(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = unsigned(BigInt(length));
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

function unsigned(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
}

export const sequence = (...items: readonly Uint8Array[]): Buffer => tlv(TAG.sequence, ...items);
export const set = (...items: readonly Uint8Array[]): Buffer => tlv(TAG.set, ...items);
export const octets = (content: Uint8Array): Buffer => tlv(TAG.octetString, content);
export const nothing = (): Buffer => tlv(TAG.null);
export const truth = (): Buffer => tlv(TAG.boolean, Buffer.from([0xff]));
/** `[number]` of a constructed, explicitly or implicitly tagged value. */
export const context = (number: number, ...items: readonly Uint8Array[]): Buffer => tlv(0xa0 | number, ...items);

/** A whole number of at least 0. */
export function integer(value: bigint): Buffer {
  const bytes = unsigned(value);
  return tlv(TAG.integer, ((bytes[0] ?? 0) & 0x80) === 0 ? bytes : Buffer.concat([Buffer.from([0]), bytes]));
}

export function bits(content: Uint8Array, unusedBits = 0): Buffer {
  return tlv(TAG.bitString, Buffer.from([unusedBits]), content);
}

/** `2.5.4.3` */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return tlv(TAG.oid, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const out = [value & 0x7f];
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128)) out.unshift((left % 128) | 0x80);
  return out;
}

/** PrintableString where its letters suffice, else UTF8String, as Go's encoding/asn1 chooses. */
export function text(value: string): Buffer {
  return tlv(/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value) ? TAG.printable : TAG.utf8, Buffer.from(value));
}

/** RFC 5280, section 4.1.2.5: UTCTime before 2050, else GeneralizedTime. Seconds only. */
export function time(ms: number): Buffer {
  const digits = new Date(ms)
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(/[-:T]/g, "");
  const isShort = digits.startsWith("19") || /^20[0-4]/.test(digits);
  return isShort ? tlv(TAG.utcTime, Buffer.from(digits.slice(2))) : tlv(TAG.generalizedTime, Buffer.from(digits));
}

/** The first element of the bytes. Throws when they are cut short or are no DER. */
export function readDer(bytes: Uint8Array): DerNode {
  const data = Buffer.from(bytes);
  const [tag, first] = [data[0], data[1]];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw new Error("asn1: structure error: no DER element");
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (lengthBytes > 4 || first === 0x80 || data.length < 2 + lengthBytes) throw new Error("asn1: structure error: bad length");
  const length = lengthBytes === 0 ? first : data.readUIntBE(2, lengthBytes);
  const begin = 2 + lengthBytes;
  if (data.length < begin + length) throw new Error("asn1: syntax error: data truncated");
  return { tag, content: data.subarray(begin, begin + length), raw: data.subarray(0, begin + length) };
}

/** The elements within one. */
export function childrenOf({ content }: { readonly content: Buffer }): readonly DerNode[] {
  const out: DerNode[] = [];
  for (let rest = content; rest.length > 0; ) {
    const node = readDer(rest);
    out.push(node);
    rest = rest.subarray(node.raw.length);
  }
  return out;
}

/** The child at a position. Throws when there is none. */
export function childAt(node: { readonly content: Buffer }, index: number): DerNode {
  const child = childrenOf(node)[index];
  if (child === undefined) throw new Error("asn1: structure error: sequence truncated");
  return child;
}

export function oidOf({ tag, content }: DerNode): string {
  if (tag !== TAG.oid || content.length === 0) throw new Error("asn1: structure error: no object identifier");
  const numbers: number[] = [];
  let value = 0;
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f);
    if ((byte & 0x80) !== 0) continue;
    if (numbers.length === 0) {
      const first = Math.min(2, Math.floor(value / 40));
      numbers.push(first, value - first * 40);
    } else numbers.push(value);
    value = 0;
  }
  return numbers.join(".");
}

/** A whole number of at least 0. */
export function integerOf({ content }: DerNode): bigint {
  return BigInt(`0x${content.toString("hex") || "0"}`);
}

/** Milliseconds of a UTCTime or GeneralizedTime. */
export function timeOf({ tag, content }: DerNode): number {
  const digits = content.toString("latin1");
  const full = tag === TAG.utcTime ? `${Number(digits.slice(0, 2)) < 50 ? "20" : "19"}${digits}` : digits;
  const ms = Date.parse(full.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (Number.isNaN(ms)) throw new Error(`asn1: structure error: "${digits}" is no time`);
  return ms;
}
