import {
  type AttributeSchema,
  attributesOf,
  type BlockSchema,
  blocksOf,
  isList,
  isObject,
  type MutableValueObject,
  type NestedBlockSchema,
  type TypeExpr,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import { coerce, type Mismatch } from "./coerce.ts";
import { sortSet } from "./set-order.ts";

/** An attribute's type, nested attributes included. */
export function attributeType(attribute: AttributeSchema): TypeExpr {
  if (attribute.type !== undefined) return attribute.type;
  const nested = attribute.nested_type;
  if (nested === undefined) return "dynamic";
  const object: TypeExpr = [
    "object",
    Object.fromEntries(Object.entries(nested.attributes).map(([name, inner]) => [name, attributeType(inner)])),
  ];
  return nested.nesting === "single" ? object : [nested.nesting, object];
}

/**
 * A whole object of the schema: every attribute (null where unset) and block (empty where unset), converted to its type, sets in order.
 * Mismatches go to `report`; names that the schema lacks are left out.
 */
export function shapeObject(
  schema: BlockSchema,
  value: ValueObject,
  report: (mismatch: Mismatch) => void = () => {},
  path: (string | number)[] = [],
): ValueObject {
  const out: MutableValueObject = {};
  for (const { name, attribute } of attributesOf(schema)) {
    const given = ownValue(value, name);
    out[name] = given === null ? null : coerce(attributeType(attribute), given, report, [...path, name]);
  }
  for (const { name, block } of blocksOf(schema)) {
    out[name] = shapeBlock(block, ownValue(value, name), report, [...path, name]);
  }
  return out;
}

function ownValue(value: ValueObject, name: string): Value {
  return Object.hasOwn(value, name) ? (value[name] ?? null) : null;
}

function shapeBlock(
  block: NestedBlockSchema,
  value: Value,
  report: (mismatch: Mismatch) => void,
  path: (string | number)[],
): Value {
  if (value === UNKNOWN) return UNKNOWN;
  if (block.nesting === "single") return isObject(value) ? shapeObject(block, value, report, path) : null;
  if (block.nesting === "map") {
    const entries = isObject(value) ? Object.entries(value) : [];
    return Object.fromEntries(entries.map(([key, item]) => [key, shapeItem(block, item, report, [...path, key])]));
  }
  const list = isList(value) ? value : value === null ? [] : [value];
  const items = list.map((item, i) => shapeItem(block, item, report, [...path, i]));
  return block.nesting === "set" ? sortSet(items) : items;
}

function shapeItem(block: BlockSchema, value: Value, report: (mismatch: Mismatch) => void, path: (string | number)[]): Value {
  if (value === UNKNOWN) return UNKNOWN;
  if (isObject(value)) return shapeObject(block, value, report, path);
  report({ path, message: "object required" });
  return shapeObject(block, {}, report, path);
}
