import {
  type AttributeSchema,
  type BlockSchema,
  isList,
  isObject,
  type TypeExpr,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import type { Descriptor, Member } from "../catalog/descriptor.ts";

/** One property of an object of the schema in the form that a program sees. Unset blocks and attributes are `undefined`. */
export function propertyFromSchema(descriptor: Descriptor, member: Member, object: ValueObject): unknown {
  return memberValue(
    descriptor,
    descriptor.schema,
    member,
    Object.hasOwn(object, member.tf) ? (object[member.tf] ?? null) : null,
  );
}

/** The whole object as a program sees it; `id` included. */
export function objectFromSchema(descriptor: Descriptor, object: ValueObject): { [name: string]: unknown } {
  return blockValue(descriptor, descriptor.schema, "", object);
}

function blockValue(
  descriptor: Descriptor,
  block: BlockSchema,
  tfPath: string,
  object: ValueObject,
): { [name: string]: unknown } {
  const out: [string, unknown][] = [];
  for (const member of descriptor.members(tfPath, block).values()) {
    out.push([member.js, memberValue(descriptor, block, member, object[member.tf] ?? null)]);
  }
  return Object.fromEntries(out);
}

function memberValue(descriptor: Descriptor, block: BlockSchema, member: Member, value: Value): unknown {
  const attribute = block.attributes?.[member.tf];
  if (attribute !== undefined) return attributeValue(descriptor, attribute, member.path, value);
  const nested = block.blocks?.[member.tf];
  return nested === undefined
    ? undefined
    : itemsValue(descriptor, member.path, value, (item) => nestedValue(descriptor, nested, member.path, item));
}

function attributeValue(descriptor: Descriptor, attribute: AttributeSchema, path: string, value: Value): unknown {
  const nested = attribute.nested_type;
  if (nested === undefined) return typedValue(descriptor, attribute.type ?? "dynamic", path, value);
  return itemsValue(descriptor, path, value, (item) => nestedValue(descriptor, nested, path, item));
}

function nestedValue(descriptor: Descriptor, block: BlockSchema, path: string, value: Value): unknown {
  return isObject(value) ? blockValue(descriptor, block, path, value) : value;
}

function itemsValue(descriptor: Descriptor, path: string, value: Value, one: (item: Value) => unknown): unknown {
  if (value === UNKNOWN) return UNKNOWN;
  if (isObject(value)) return one(value);
  if (!isList(value)) return undefined;
  if (descriptor.isFlat(path)) return value.length === 0 ? undefined : one(value[0] ?? null);
  return value.map(one);
}

function typedValue(descriptor: Descriptor, type: TypeExpr, path: string, value: Value): unknown {
  if (value === UNKNOWN) return UNKNOWN;
  if (value === null) return undefined;
  if (typeof type === "string") return converted(descriptor, path, value);
  const [kind, inner] = type;
  if (kind === "list" || kind === "set")
    return itemsValue(descriptor, path, value, (item) => typedValue(descriptor, inner, path, item));
  if (kind === "map" && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, typedValue(descriptor, inner, path, item)]));
  }
  if (kind === "object" && isObject(value)) {
    const attributes = Object.fromEntries(Object.entries(inner).map(([name, member]) => [name, { type: member }]));
    return blockValue(descriptor, { attributes }, path, value);
  }
  return value;
}

/** Some texts of Terraform are numbers or booleans in Pulumi (`types`). */
function converted(descriptor: Descriptor, path: string, value: Value): unknown {
  const wanted = descriptor.map.types?.[path];
  if (wanted === undefined || typeof value !== "string") return value;
  return wanted === "number" ? Number(value) : value === "true";
}
