/**
 * Values as the protocol carries them: cty's MessagePack form. Objects are maps with every attribute, sets are arrays, an unknown is
 * an extension value (type 0, or 12 with refinements), a number that no float holds exactly is a text (go-cty, `cty/msgpack`).
 */

import {
  type BlockSchema,
  isList,
  isObject,
  type MutableValueObject,
  type TypeExpr,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import { attributeType, shapeObject } from "@dovetail/provider";
import { decode, Encoder, ExtData, ExtensionCodec } from "@msgpack/msgpack";

const UNKNOWN_EXTENSION = 0;
const REFINED_EXTENSION = 12;

class UnknownMark {}
const MARK = new UnknownMark();

const codec = new ExtensionCodec();
codec.register({
  type: UNKNOWN_EXTENSION,
  encode: (value) => (value instanceof UnknownMark ? new Uint8Array([0]) : null),
  decode: () => MARK,
});
codec.register({ type: REFINED_EXTENSION, encode: () => null, decode: () => MARK });

/** Whole object of a block, or null, as bytes. */
export function encodeObject(schema: BlockSchema, value: ValueObject | null): Buffer {
  return pack(value === null ? null : blockOut(schema, value));
}

/** What `encodeObject` made, read back in the shape of the contract: everything present, sets in order. */
export function decodeObject(schema: BlockSchema, bytes: Uint8Array): ValueObject | null {
  const value = unpack(bytes);
  return value === null || value === undefined ? null : shapeObject(schema, blockIn(schema, value));
}

/** One value of a type. */
export function encodeValue(type: TypeExpr, value: Value): Buffer {
  return pack(valueOut(type, value));
}

export function decodeValue(type: TypeExpr, bytes: Uint8Array): Value {
  return valueIn(type, unpack(bytes));
}

function pack(value: unknown): Buffer {
  return Buffer.from(new Encoder({ extensionCodec: codec, sortKeys: true, forceIntegerToFloat: false }).encode(value));
}

function unpack(bytes: Uint8Array): unknown {
  return decode(bytes, { extensionCodec: codec });
}

function blockOut(schema: BlockSchema, value: ValueObject): object {
  const out: { [name: string]: unknown } = {};
  for (const [name, attribute] of Object.entries(schema.attributes ?? {}))
    out[name] = valueOut(attributeType(attribute), value[name] ?? null);
  for (const [name, block] of Object.entries(schema.blocks ?? {})) {
    const inner = value[name] ?? null;
    if (inner === UNKNOWN) out[name] = MARK;
    else if (isList(inner))
      out[name] = inner.map((each) => (isObject(each) ? blockOut(block, each) : each === UNKNOWN ? MARK : null));
    else if (isObject(inner) && block.nesting === "map")
      out[name] = Object.fromEntries(
        Object.entries(inner).map(([key, each]) => [key, isObject(each) ? blockOut(block, each) : MARK]),
      );
    else if (isObject(inner)) out[name] = blockOut(block, inner);
    else out[name] = block.nesting === "list" || block.nesting === "set" ? [] : block.nesting === "map" ? {} : null;
  }
  return out;
}

function blockIn(schema: BlockSchema, value: unknown): ValueObject {
  const from = isRecord(value) ? value : {};
  const out: MutableValueObject = {};
  for (const [name, attribute] of Object.entries(schema.attributes ?? {}))
    out[name] = valueIn(attributeType(attribute), from[name]);
  for (const [name, block] of Object.entries(schema.blocks ?? {})) {
    const inner = from[name];
    if (inner instanceof UnknownMark) out[name] = UNKNOWN;
    else if (Array.isArray(inner))
      out[name] = inner.map((each) => (each instanceof UnknownMark ? UNKNOWN : blockIn(block, each)));
    else if (isRecord(inner) && block.nesting === "map")
      out[name] = Object.fromEntries(Object.entries(inner).map(([key, each]) => [key, blockIn(block, each)]));
    else if (isRecord(inner)) out[name] = blockIn(block, inner);
    else out[name] = block.nesting === "list" || block.nesting === "set" ? [] : null;
  }
  return out;
}

function valueOut(type: TypeExpr, value: Value): unknown {
  if (value === UNKNOWN) return MARK;
  if (value === null) return null;
  if (type === "dynamic") {
    const found = typeOfValue(value);
    return [Buffer.from(JSON.stringify(found)), valueOut(found, value)];
  }
  if (typeof type === "string") return value;
  const [kind, of] = type;
  if (kind === "tuple") return isList(value) ? value.map((each, at) => valueOut(of[at] ?? "dynamic", each)) : null;
  if (kind === "object")
    return isObject(value)
      ? Object.fromEntries(Object.entries(of).map(([name, each]) => [name, valueOut(each, value[name] ?? null)]))
      : null;
  if (kind === "map")
    return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, valueOut(of, each)])) : null;
  return isList(value) ? value.map((each) => valueOut(of, each)) : null;
}

function valueIn(type: TypeExpr, value: unknown): Value {
  if (value instanceof UnknownMark || value instanceof ExtData) return UNKNOWN;
  if (value === null || value === undefined) return null;
  if (type === "dynamic") return dynamicIn(value);
  if (type === "number")
    return typeof value === "bigint" ? Number(value) : typeof value === "string" ? Number(value) : (value as number);
  if (typeof type === "string") return value as string | boolean;
  const [kind, of] = type;
  if (kind === "tuple") return Array.isArray(value) ? value.map((each, at) => valueIn(of[at] ?? "dynamic", each)) : null;
  if (kind === "object")
    return isRecord(value)
      ? Object.fromEntries(Object.entries(of).map(([name, each]) => [name, valueIn(each, value[name])]))
      : null;
  if (kind === "map")
    return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, valueIn(of, each)])) : null;
  return Array.isArray(value) ? value.map((each) => valueIn(of, each)) : null;
}

/** A value of a dynamic type comes with its type in JSON before it. */
function dynamicIn(value: unknown): Value {
  if (!Array.isArray(value)) return null;
  const [type, inner] = value;
  return valueIn(JSON.parse(Buffer.from(type as Uint8Array).toString()) as TypeExpr, inner);
}

function typeOfValue(value: Value): TypeExpr {
  if (typeof value === "string") return "string";
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "bool";
  if (isList(value)) return ["tuple", value.map(typeOfValue)];
  if (isObject(value))
    return ["object", Object.fromEntries(Object.entries(value).map(([name, each]) => [name, typeOfValue(each)]))];
  return "dynamic";
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
