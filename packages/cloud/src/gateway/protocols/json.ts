/** awsJson and the JSON bodies of restJson: wire JSON <-> the SDK's types (Date, Uint8Array), by shape. */
import { ServiceError } from "../../core/service.ts";
import type { Member, Shape } from "../model.ts";
import { asDate, formatTimestamp, parseTimestamp } from "../timestamps.ts";

export function serializationError(message: string): ServiceError {
  return new ServiceError("SerializationException", 400, message);
}

/** AWS's own words for what it met. */
function token(value: unknown): string {
  if (Array.isArray(value)) return "Start of list found where not expected";
  if (typeof value === "object") return "Start of structure or map found where not expected.";
  if (typeof value === "boolean") return value ? "TRUE_VALUE" : "FALSE_VALUE";
  return typeof value === "number" ? "NUMBER_VALUE" : "STRING_VALUE";
}

const JAVA_TYPES: { readonly [type: string]: string } = {
  string: "String",
  character: "String",
  integer: "Integer",
  long: "Long",
  float: "Float",
  double: "Double",
  boolean: "Boolean",
  timestamp: "Date",
  blob: "Blob",
};

function refuse(shape: Shape, value: unknown): never {
  const found = token(value);
  const java = JAVA_TYPES[shape.type];
  if (found.startsWith("Start") || java === undefined)
    throw serializationError(
      found.startsWith("Start") ? found : "Unexpected value found where a structure, list or map was expected",
    );
  throw serializationError(`${found} cannot be converted to ${java}`);
}

/** A map's keys are the client's: `__proto__` must become a plain property. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

const FLOAT_WORDS: { readonly [word: string]: number } = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

function decodeNumber(shape: Shape, value: unknown): number {
  if (typeof value === "number") return shape.type === "integer" || shape.type === "long" ? Math.trunc(value) : value;
  if (typeof value === "string" && FLOAT_WORDS[value] !== undefined && (shape.type === "float" || shape.type === "double"))
    return FLOAT_WORDS[value];
  return refuse(shape, value);
}

function decodeStructure(shape: Shape, value: object): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) {
    const member = shape.byWire(key);
    if (member === undefined || member.location !== undefined || each === null || each === undefined) continue;
    out[member.name] = decodeJson(member.shape, each, member);
  }
  return out;
}

/** Throws SerializationException where the JSON has another type than the shape, null in lists and maps included: none of AWS's are sparse. */
export function decodeJson(shape: Shape, value: unknown, member?: Member): unknown {
  switch (shape.type) {
    case "structure":
      if (shape.document) return value;
      if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse(shape, value);
      return decodeStructure(shape, value);
    case "list":
      if (!Array.isArray(value)) return refuse(shape, value);
      return value.map((each) => decodeJson(shape.of, each));
    case "map": {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse(shape, value);
      const out: Record<string, unknown> = {};
      for (const [key, each] of Object.entries(value)) setOwn(out, key, decodeJson(shape.of, each));
      return out;
    }
    case "string":
    case "character":
      return typeof value === "string" ? value : refuse(shape, value);
    case "boolean":
      return typeof value === "boolean" ? value : refuse(shape, value);
    case "blob":
      return typeof value === "string" ? decodeBlob(value) : refuse(shape, value);
    case "timestamp": {
      const at = parseTimestamp(value);
      if (at === undefined) return refuse(shape, value);
      void member;
      return at;
    }
    default:
      return decodeNumber(shape, value);
  }
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export function decodeBlob(text: string): Uint8Array {
  if (!BASE64.test(text)) throw serializationError("Invalid base64 text");
  return Buffer.from(text, "base64");
}

function encodeNumber(value: unknown): unknown {
  const number = Number(value);
  return Number.isFinite(number) ? number : String(number);
}

function encodeStructure(shape: Shape, value: object): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const member of shape.members) {
    const each = (value as Record<string, unknown>)[member.name];
    if (each === undefined || each === null || member.location !== undefined) continue;
    out[member.wire] = encodeJson(member.shape, each, member);
  }
  return out;
}

export function blobBytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : Buffer.from(String(value));
}

/** What a handler answered, as JSON data. Members that the shape lacks are left out. */
export function encodeJson(shape: Shape, value: unknown, member?: Member): unknown {
  if (value === null || value === undefined) return null;
  switch (shape.type) {
    case "structure":
      return shape.document || typeof value !== "object" ? value : encodeStructure(shape, value);
    case "list":
      return Array.from(value as Iterable<unknown>, (each) => encodeJson(shape.of, each));
    case "map": {
      const out: Record<string, unknown> = {};
      for (const [key, each] of Object.entries(value)) if (each !== undefined) setOwn(out, key, encodeJson(shape.of, each));
      return out;
    }
    case "blob":
      return Buffer.from(blobBytes(value)).toString("base64");
    case "timestamp": {
      const format = member?.timestampFormat ?? shape.timestampFormat ?? "unixTimestamp";
      return format === "unixTimestamp" ? asDate(value).getTime() / 1000 : formatTimestamp(value, format);
    }
    case "string":
    case "character":
      return typeof value === "string" ? value : String(value);
    case "boolean":
      return value === true || value === "true";
    default:
      return encodeNumber(value);
  }
}
