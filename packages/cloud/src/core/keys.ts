/**
 * Store keys as bytes whose order is the parts' order: null < boolean < number < string < bytes, lists by their first difference.
 * Every part is a tag byte and its content; text and bytes end in 00, a 00 inside is written 00 FF.
 * In memory a key's bytes are a text of as many characters (latin1): a text is compared, joined and thrown away for less than a buffer.
 */
import type { Key, KeyPart } from "./store.ts";

const NULL = 0x02;
const FALSE = 0x04;
const TRUE = 0x05;
const NUMBER = 0x10;
const STRING = 0x20;
const BYTES = 0x30;

/** LMDB's limit at the page size the store is opened with (8 KiB). */
export const KEY_BYTES_MAX = 4026;

const scratch = Buffer.alloc(KEY_BYTES_MAX * 4);
const double = new DataView(new ArrayBuffer(8));

function putNumber(at: number, value: number): number {
  if (Number.isNaN(value)) throw new RangeError("a store key cannot hold NaN");
  double.setFloat64(0, value === 0 ? 0 : value);
  const negative = (double.getUint8(0) & 0x80) !== 0;
  for (let i = 0; i < 8; i++) {
    const byte = double.getUint8(i);
    scratch[at + i] = negative ? ~byte & 0xff : i === 0 ? byte | 0x80 : byte;
  }
  return at + 8;
}

/** Writes bytes with their zeros escaped. Room was checked by the caller for the worst case. */
function escapeFrom(source: Uint8Array, target: number): number {
  let at = target;
  for (const byte of source) {
    scratch[at++] = byte;
    if (byte === 0) scratch[at++] = 0xff;
  }
  return at;
}

function room(at: number, bytes: number): void {
  if (at + bytes > scratch.length) throw new RangeError(`a store key may have ${KEY_BYTES_MAX} bytes`);
}

function putString(at: number, text: string): number {
  room(at, text.length * 3 + 2);
  if (text.includes("\0")) {
    const bytes = Buffer.from(text);
    room(at, bytes.length * 2 + 2);
    return escapeFrom(bytes, at);
  }
  return at + scratch.write(text, at, "utf8");
}

function putPart(start: number, part: KeyPart): number {
  let at = start;
  room(at, 10);
  if (part === null) scratch[at++] = NULL;
  else if (part === false) scratch[at++] = FALSE;
  else if (part === true) scratch[at++] = TRUE;
  else if (typeof part === "number") {
    scratch[at++] = NUMBER;
    at = putNumber(at, part);
  } else {
    scratch[at++] = typeof part === "string" ? STRING : BYTES;
    if (typeof part === "string") at = putString(at, part);
    else {
      room(at, part.length * 2 + 2);
      at = escapeFrom(part, at);
    }
    scratch[at++] = 0;
  }
  return at;
}

/** `prefix` is the bytes of the parts that come before (a service's name). Throws RangeError above `KEY_BYTES_MAX`. */
export function encodeKey(prefix: Uint8Array, key: Key): string {
  scratch.set(prefix, 0);
  let at = prefix.length;
  for (const part of key) at = putPart(at, part);
  if (at > KEY_BYTES_MAX) throw new RangeError(`a store key may have ${KEY_BYTES_MAX} bytes, this one has ${at}`);
  return scratch.toString("latin1", 0, at);
}

/** The first bytes behind every key that starts with these: tags are below FF, so one FF more is past all of them. */
export function pastPrefix(prefix: string): string {
  return `${prefix}\xff`;
}

/** Where the text or bytes that begin at `start` end: at the first 00 that no FF follows. */
function endOf(key: string, start: number): number {
  let end = key.indexOf("\0", start);
  while (end >= 0 && key.charCodeAt(end + 1) === 0xff) end = key.indexOf("\0", end + 2);
  return end < 0 ? key.length : end;
}

const NOT_ASCII = /[\x80-\xff]/;

function textOf(bytes: string): string {
  return NOT_ASCII.test(bytes) ? Buffer.from(bytes, "latin1").toString("utf8") : bytes;
}

function takeNumber(key: string, at: number): number {
  const negative = (key.charCodeAt(at) & 0x80) === 0;
  for (let i = 0; i < 8; i++) {
    const byte = key.charCodeAt(at + i);
    double.setUint8(i, negative ? ~byte & 0xff : i === 0 ? byte & 0x7f : byte);
  }
  return double.getFloat64(0);
}

/** The parts behind the first `skip` bytes. */
export function decodeKey(key: string, skip: number): KeyPart[] {
  const parts: KeyPart[] = [];
  let at = skip;
  while (at < key.length) {
    const tag = key.charCodeAt(at++);
    if (tag === NULL) parts.push(null);
    else if (tag === FALSE) parts.push(false);
    else if (tag === TRUE) parts.push(true);
    else if (tag === NUMBER) {
      parts.push(takeNumber(key, at));
      at += 8;
    } else if (tag === STRING || tag === BYTES) {
      const end = endOf(key, at);
      const content = key.slice(at, end).replaceAll("\0\xff", "\0");
      parts.push(tag === STRING ? textOf(content) : Buffer.from(content, "latin1"));
      at = end + 1;
    } else throw new RangeError(`damaged store key: tag ${tag}`);
  }
  return parts;
}
