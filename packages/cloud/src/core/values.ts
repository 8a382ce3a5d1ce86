/** Store values as bytes: one tag byte, then raw bytes, UTF-8 text or MessagePack. Bytes and texts stay as they are, so that reading them costs no parse. */
import { Packr } from "msgpackr";

const BYTES = 0;
const TEXT = 1;
const PACKED = 2;

const packr = new Packr({ useRecords: false, encodeUndefinedAsNil: false, moreTypes: true, copyBuffers: true });

export function encodeValue(value: unknown): Buffer {
  if (typeof value === "string") {
    const bytes = Buffer.allocUnsafe(Buffer.byteLength(value) + 1);
    bytes[0] = TEXT;
    bytes.write(value, 1, "utf8");
    return bytes;
  }
  const content = value instanceof Uint8Array ? value : packr.pack(value);
  const bytes = Buffer.allocUnsafe(content.length + 1);
  bytes[0] = value instanceof Uint8Array ? BYTES : PACKED;
  bytes.set(content, 1);
  return bytes;
}

/** `bytes` may be LMDB's own, short-lived memory, whose `length` property alone tells its end: what is answered is always a copy. */
export function decodeValue(bytes: Buffer): unknown {
  const tag = bytes[0];
  if (tag === TEXT) return bytes.toString("utf8", 1, bytes.length);
  if (tag === BYTES) return Buffer.from(bytes.subarray(1, bytes.length));
  if (tag === PACKED) return packr.unpack(bytes, { start: 1, end: bytes.length });
  throw new RangeError("damaged store value");
}
