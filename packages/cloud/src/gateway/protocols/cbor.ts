/** CBOR (RFC 8949) as Smithy's rpcv2Cbor uses it: values by shape in one step, no general tree in between. */
import type { Shape } from "../model.ts";
import { asDate } from "../timestamps.ts";
import { blobBytes, serializationError, setOwn } from "./json.ts";

const DEPTH_MAX = 100;

class Reader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private need(count: number): number {
    const start = this.at;
    if (start + count > this.bytes.length) throw serializationError("CBOR ends too early");
    this.at += count;
    return start;
  }

  private argument(info: number): number {
    if (info < 24) return info;
    if (info === 24) return this.view.getUint8(this.need(1));
    if (info === 25) return this.view.getUint16(this.need(2));
    if (info === 26) return this.view.getUint32(this.need(4));
    if (info === 27) return Number(this.view.getBigUint64(this.need(8)));
    throw serializationError("CBOR argument not understood");
  }

  private atBreak(): boolean {
    if (this.bytes[this.at] !== 0xff) return false;
    this.at++;
    return true;
  }

  private chunks(major: number, info: number): Buffer {
    if (info !== 31) {
      const length = this.argument(info);
      const start = this.need(length);
      return Buffer.from(this.bytes.subarray(start, start + length));
    }
    const parts: Buffer[] = [];
    while (!this.atBreak()) {
      const head = this.view.getUint8(this.need(1));
      if (head >> 5 !== major || (head & 31) === 31) throw serializationError("CBOR chunk not understood");
      parts.push(this.chunks(major, head & 31));
    }
    return Buffer.concat(parts);
  }

  private list(info: number, depth: number): unknown[] {
    const out: unknown[] = [];
    const length = info === 31 ? Number.POSITIVE_INFINITY : this.argument(info);
    while (out.length < length) {
      if (info === 31 && this.atBreak()) break;
      out.push(this.value(depth + 1));
    }
    return out;
  }

  private map(info: number, depth: number): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    const length = info === 31 ? Number.POSITIVE_INFINITY : this.argument(info);
    for (let i = 0; i < length; i++) {
      if (info === 31 && this.atBreak()) break;
      setOwn(out, String(this.value(depth + 1)), this.value(depth + 1));
    }
    return out;
  }

  private simple(info: number): unknown {
    if (info === 20) return false;
    if (info === 21) return true;
    if (info === 22 || info === 23) return null;
    if (info === 25) return half(this.view.getUint16(this.need(2)));
    if (info === 26) return this.view.getFloat32(this.need(4));
    if (info === 27) return this.view.getFloat64(this.need(8));
    throw serializationError("CBOR value not understood");
  }

  value(depth = 0): unknown {
    if (depth > DEPTH_MAX) throw serializationError("CBOR nested too deeply");
    const head = this.view.getUint8(this.need(1));
    const info = head & 31;
    switch (head >> 5) {
      case 0:
        return this.argument(info);
      case 1:
        return -1 - this.argument(info);
      case 2:
        return this.chunks(2, info);
      case 3:
        return this.chunks(3, info).toString("utf8");
      case 4:
        return this.list(info, depth);
      case 5:
        return this.map(info, depth);
      case 6: {
        const tag = this.argument(info);
        const value = this.value(depth + 1);
        return tag === 1 && typeof value === "number" ? new Date(value * 1000) : value;
      }
      default:
        return this.simple(info);
    }
  }
}

function half(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

export function parseCbor(bytes: Uint8Array): unknown {
  return bytes.length === 0 ? {} : new Reader(bytes).value();
}

/** What `parseCbor` gave, checked against the shape; unknown members are dropped. */
export function decodeCbor(shape: Shape, value: unknown): unknown {
  const refuse = (): never => {
    throw serializationError(`CBOR value of another type than ${shape.type}`);
  };
  switch (shape.type) {
    case "structure": {
      if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Uint8Array) return refuse();
      const out: Record<string, unknown> = {};
      for (const [key, each] of Object.entries(value)) {
        const member = shape.member(key);
        if (member !== undefined && each !== null) out[member.name] = decodeCbor(member.shape, each);
      }
      return out;
    }
    case "list":
      return Array.isArray(value) ? value.map((each) => decodeCbor(shape.of, each)) : refuse();
    case "map": {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse();
      const out: Record<string, unknown> = {};
      for (const [key, each] of Object.entries(value)) setOwn(out, key, decodeCbor(shape.of, each));
      return out;
    }
    case "string":
    case "character":
      return typeof value === "string" ? value : refuse();
    case "boolean":
      return typeof value === "boolean" ? value : refuse();
    case "blob":
      return value instanceof Uint8Array ? value : refuse();
    case "timestamp":
      return value instanceof Date ? value : typeof value === "number" ? new Date(value * 1000) : refuse();
    default:
      return typeof value === "number" ? value : refuse();
  }
}

class Writer {
  private readonly parts: Uint8Array[] = [];

  head(major: number, argument: number): void {
    const first = major << 5;
    if (argument < 24) this.parts.push(Uint8Array.of(first | argument));
    else if (argument < 0x100) this.parts.push(Uint8Array.of(first | 24, argument));
    else if (argument < 0x10000) this.parts.push(Uint8Array.of(first | 25, argument >> 8, argument & 0xff));
    else {
      const wide = Buffer.alloc(9);
      wide[0] = first | 27;
      wide.writeBigUInt64BE(BigInt(argument), 1);
      this.parts.push(wide);
    }
  }
  raw(bytes: Uint8Array): void {
    this.parts.push(bytes);
  }
  text(value: string): void {
    const bytes = Buffer.from(value);
    this.head(3, bytes.length);
    this.raw(bytes);
  }
  double(value: number): void {
    const bytes = Buffer.alloc(9);
    bytes[0] = 0xfb;
    bytes.writeDoubleBE(value, 1);
    this.raw(bytes);
  }
  number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) this.double(value);
    else if (value >= 0) this.head(0, value);
    else this.head(1, -1 - value);
  }
  done(): Buffer {
    return Buffer.concat(this.parts);
  }
}

function writeStructure(out: Writer, shape: Shape, record: Record<string, unknown>): void {
  const present = shape.members.filter((member) => record[member.name] !== undefined && record[member.name] !== null);
  out.head(5, present.length);
  for (const member of present) {
    out.text(member.name);
    write(out, member.shape, record[member.name]);
  }
}

function writeList(out: Writer, shape: Shape, items: readonly unknown[]): void {
  out.head(4, items.length);
  for (const each of items) write(out, shape.of, each);
}

function writeMap(out: Writer, shape: Shape, entries: readonly (readonly [string, unknown])[]): void {
  out.head(5, entries.length);
  for (const [key, each] of entries) {
    out.text(key);
    write(out, shape.of, each);
  }
}

function writeScalar(out: Writer, shape: Shape, value: unknown): void {
  if (shape.type === "boolean") out.raw(Uint8Array.of(value === true ? 0xf5 : 0xf4));
  else if (shape.type === "blob") {
    const bytes = blobBytes(value);
    out.head(2, bytes.length);
    out.raw(bytes);
  } else if (shape.type === "timestamp") {
    out.head(6, 1);
    out.double(asDate(value).getTime() / 1000);
  } else if (shape.type === "string" || shape.type === "character") out.text(String(value));
  else if (shape.type === "float" || shape.type === "double") out.double(Number(value));
  else out.number(Number(value));
}

function write(out: Writer, shape: Shape, value: unknown): void {
  if (value === null || value === undefined) out.raw(Uint8Array.of(0xf6));
  else if (shape.type === "structure") writeStructure(out, shape, value as Record<string, unknown>);
  else if (shape.type === "list") writeList(out, shape, Array.from(value as Iterable<unknown>));
  else if (shape.type === "map") writeMap(out, shape, Object.entries(value));
  else writeScalar(out, shape, value);
}

export function encodeCbor(shape: Shape | undefined, value: object): Buffer {
  const out = new Writer();
  if (shape === undefined) out.head(5, 0);
  else write(out, shape, value);
  return out.done();
}

/** An error's body: plain members without a shape. */
export function encodeCborFields(fields: { readonly [name: string]: unknown }): Buffer {
  const out = new Writer();
  const texts = Object.entries(fields).filter(([, value]) => typeof value === "string" || typeof value === "number");
  out.head(5, texts.length);
  for (const [name, value] of texts) {
    out.text(name);
    if (typeof value === "number") out.number(value);
    else out.text(String(value));
  }
  return out.done();
}
