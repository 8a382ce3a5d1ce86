import {
  type AttributeSchema,
  attributesOf,
  type BlockSchema,
  blocksOf,
  isList,
  isObject,
  type Path,
  type TypeExpr,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import type { Json, JsonObject } from "../state/state.ts";
import { type DynamicTypes, dynamicType } from "./dynamic-types.ts";

/**
 * Attributes as a state file holds them: keys sorted, and what the schema types `dynamic` wrapped with its own type
 * (`{"value": …, "type": …}`), as go-cty's JSON encoding has it. Pure.
 */

/** Throws a plain Error (a bug of ours) when a part is unknown. */
export function encodeAttributes(schema: BlockSchema, value: ValueObject, dynamicTypes?: DynamicTypes): JsonObject {
  return sortedObject(Object.keys(value), (name) => {
    const attribute = schema.attributes?.[name];
    if (attribute !== undefined) {
      const item = value[name] ?? null;
      const type = attribute.type === "dynamic" ? dynamicType(dynamicTypes, name, item) : undefined;
      return type === undefined || item === null ? encodeAttribute(attribute, item) : { value: plain(item), type };
    }
    const block = schema.blocks?.[name];
    return block === undefined ? plain(value[name] ?? null) : encodeItems(block, value[name] ?? null);
  });
}

function encodeAttribute(attribute: AttributeSchema, value: Value): Json {
  if (attribute.write_only === true) return null;
  if (attribute.nested_type !== undefined) return encodeItems({ attributes: attribute.nested_type.attributes }, value);
  return encodeTyped(attribute.type ?? "dynamic", value);
}

function encodeItems(block: BlockSchema, value: Value): Json {
  if (isList(value)) return value.map((item) => encodeItems(block, item));
  if (!isObject(value)) return plain(value);
  const keys = Object.keys(value);
  const isBlock = keys.every((key) => block.attributes?.[key] !== undefined || block.blocks?.[key] !== undefined);
  return isBlock ? encodeAttributes(block, value) : sortedObject(keys, (key) => encodeItems(block, value[key] ?? null));
}

function encodeTyped(type: TypeExpr, value: Value): Json {
  if (value === null) return null;
  if (type === "dynamic") return { value: plain(value), type: typeOf(value) };
  if (typeof type === "string") return plain(value);
  switch (type[0]) {
    case "list":
    case "set":
      return isList(value) ? value.map((item) => encodeTyped(type[1], item)) : plain(value);
    case "map":
      return isObject(value) ? sortedObject(Object.keys(value), (key) => encodeTyped(type[1], value[key] ?? null)) : plain(value);
    case "object":
      return isObject(value)
        ? sortedObject(Object.keys(value), (key) => encodeTyped(type[1][key] ?? "dynamic", value[key] ?? null))
        : plain(value);
    case "tuple":
      return isList(value) ? value.map((item, i) => encodeTyped(type[1][i] ?? "dynamic", item)) : plain(value);
  }
}

function sortedObject(keys: readonly string[], each: (key: string) => Json): JsonObject {
  return Object.fromEntries([...keys].sort().map((key) => [key, each(key)]));
}

/** A known value as JSON with sorted keys. */
export function plain(value: Value): Json {
  if (value === UNKNOWN) throw new Error("a value known after apply cannot be written to the state");
  if (isList(value)) return value.map(plain);
  if (isObject(value)) return sortedObject(Object.keys(value), (key) => plain(value[key] ?? null));
  return value;
}

/** Terraform's JSON type of a plain value: lists are tuples, objects objects. */
export function typeOf(value: Value): Json {
  if (typeof value === "string") return "string";
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "bool";
  if (isList(value)) return ["tuple", value.map(typeOf)];
  if (isObject(value)) return ["object", sortedObject(Object.keys(value), (key) => typeOf(value[key] ?? null))];
  return "dynamic";
}

const dynamicSchemas = new WeakMap<BlockSchema, boolean>();

/** The object that `attributes` stand for; still to be conformed to the schema. */
export function decodeAttributes(schema: BlockSchema, attributes: JsonObject): ValueObject {
  return hasDynamic(schema) ? decodeBlock(schema, attributes) : attributes;
}

function hasDynamic(schema: BlockSchema): boolean {
  const known = dynamicSchemas.get(schema);
  if (known !== undefined) return known;
  const found =
    Object.values(schema.attributes ?? {}).some((a) =>
      JSON.stringify(a.type ?? a.nested_type ?? "dynamic").includes('"dynamic"'),
    ) || Object.values(schema.blocks ?? {}).some(hasDynamic);
  dynamicSchemas.set(schema, found);
  return found;
}

function decodeBlock(schema: BlockSchema, value: JsonObject): ValueObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, item]): [string, Value] => {
      const attribute = schema.attributes?.[name];
      if (attribute !== undefined) return [name, decodeAttribute(attribute, item)];
      const block = schema.blocks?.[name];
      return [name, block === undefined ? item : decodeItems(block, item)];
    }),
  );
}

function decodeAttribute(attribute: AttributeSchema, value: Json): Value {
  if (attribute.nested_type !== undefined) return decodeItems({ attributes: attribute.nested_type.attributes }, value);
  return decodeTyped(attribute.type ?? "dynamic", value);
}

function decodeItems(block: BlockSchema, value: Json): Value {
  if (isJsonList(value)) return value.map((item) => decodeItems(block, item));
  return isJsonObject(value) ? decodeBlock(block, value) : value;
}

function decodeTyped(type: TypeExpr, value: Json): Value {
  if (type === "dynamic") return isJsonObject(value) && "value" in value && "type" in value ? (value.value ?? null) : value;
  if (typeof type === "string") return value;
  if (isJsonList(value)) {
    if (type[0] === "tuple") return value.map((item, i) => decodeTyped(type[1][i] ?? "dynamic", item));
    return value.map((item) => decodeTyped(listElement(type), item));
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decodeTyped(memberType(type, key), item)]));
}

function listElement(type: Exclude<TypeExpr, string>): TypeExpr {
  return type[0] === "list" || type[0] === "set" || type[0] === "map" ? type[1] : "string";
}

function memberType(type: Exclude<TypeExpr, string>, key: string): TypeExpr {
  if (type[0] === "map") return type[1];
  return type[0] === "object" ? (type[1][key] ?? "string") : "string";
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isJsonList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** Paths of `value` that its schema calls sensitive, where something is set. */
export function schemaSensitivePaths(schema: BlockSchema, value: ValueObject): readonly Path[] {
  const found: Path[] = [];
  collectSensitive(schema, value, [], found);
  return found;
}

const sensitiveSchemas = new WeakMap<BlockSchema, boolean>();

/** Whether the schema calls anything sensitive at all: few do. */
function hasSensitive(schema: BlockSchema): boolean {
  const known = sensitiveSchemas.get(schema);
  if (known !== undefined) return known;
  const found =
    attributesOf(schema).some(({ attribute }) => attribute.sensitive === true || attribute.nested_type !== undefined) ||
    blocksOf(schema).some(({ block }) => hasSensitive(block));
  sensitiveSchemas.set(schema, found);
  return found;
}

function collectSensitive(schema: BlockSchema, value: ValueObject, path: Path, found: Path[]): void {
  if (!hasSensitive(schema)) return;
  for (const { name, attribute } of attributesOf(schema)) {
    const item = value[name] ?? null;
    if (attribute.sensitive === true) found.push([...path, name]);
    else if (attribute.nested_type !== undefined && item !== null) {
      eachItem(item, [...path, name], (inner, at) =>
        collectSensitive({ attributes: attribute.nested_type?.attributes ?? {} }, inner, at, found),
      );
    }
  }
  for (const { name, block } of blocksOf(schema)) {
    if (hasSensitive(block))
      eachItem(value[name] ?? null, [...path, name], (inner, at) => collectSensitive(block, inner, at, found));
  }
}

function eachItem(value: Value, path: Path, visit: (item: ValueObject, path: Path) => void): void {
  if (isObject(value)) visit(value, path);
  if (isList(value)) {
    value.forEach((item, i) => {
      if (isObject(item)) visit(item, [...path, i]);
    });
  }
}
