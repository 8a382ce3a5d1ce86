import {
  type BlockSchema,
  isList,
  isObject,
  type NestedBlockSchema,
  type Path,
  pathStartsWith,
  type TypeExpr,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import type { Json } from "../state/state.ts";
import { type DynamicTypes, dynamicType } from "../values/dynamic-types.ts";

/**
 * The shapes in which Terraform's plan and state JSON tell what of a value is known and what is sensitive.
 * After `jsonplan` and `jsonstate` (OpenTofu, MPL, read for behaviour; held against terraform 1.11's own output by a test). Pure.
 */

/** The value without what is unknown: attributes left out, list elements null. undefined: all of it is unknown. */
export function omitUnknowns(value: Value): Json | undefined {
  if (value === UNKNOWN) return undefined;
  if (isList(value)) return value.map((item) => omitUnknowns(item) ?? null);
  if (isObject(value)) {
    const entries = Object.keys(value)
      .sort()
      .map((key): [string, Json | undefined] => [key, omitUnknowns(value[key] ?? null)]);
    return Object.fromEntries(entries.flatMap(([key, item]) => (item === undefined ? [] : [[key, item]])));
  }
  return value;
}

/** True where unknown; false leaves of objects left out, those of lists kept. */
export function unknownTree(value: Value): Json {
  if (value === UNKNOWN) return true;
  if (isList(value)) return value.map(unknownTree);
  if (isObject(value)) return members(value, unknownTree);
  return false;
}

function members(value: ValueObject, each: (item: Value, key: string) => Json): Json {
  const entries = Object.keys(value)
    .sort()
    .map((key): [string, Json] => [key, each(value[key] ?? null, key)]);
  return Object.fromEntries(entries.filter(([, item]) => item !== false));
}

/** True where sensitive; false leaves of objects left out. An unknown collection is an empty one, as its schema has it. */
export function sensitiveTree(
  schema: BlockSchema | undefined,
  value: Value,
  paths: readonly Path[],
  dynamicTypes?: DynamicTypes,
): Json {
  const shapeAt = (key: string): Shape => {
    const shape = schema === undefined ? undefined : attributeOrBlock(schema, key);
    return shape === "dynamic" ? (dynamicType(dynamicTypes, key) ?? shape) : shape;
  };
  if (!isObject(value)) return tree(value, [], paths, undefined);
  if (paths.some((path) => path.length === 0)) return true;
  return members(value, (item, key) => tree(item, [key], paths, shapeAt(key)));
}

/** What a schema says of a value: a type, a nested block, or nothing. */
type Shape = TypeExpr | NestedBlockSchema | undefined;

function attributeOrBlock({ attributes, blocks }: BlockSchema, key: string): Shape {
  return attributes?.[key]?.type ?? blocks?.[key];
}

function tree(value: Value, at: Path, paths: readonly Path[], shape: Shape): Json {
  if (paths.some((path) => path.length === at.length && pathStartsWith(path, at))) return true;
  if (value === UNKNOWN) return isBlock(shape) ? emptyBlocks(shape) : emptyOf(shape);
  const below = paths.filter((path) => pathStartsWith(path, at));
  if (isList(value)) return value.map((item, i) => tree(item, [...at, i], below, isBlock(shape) ? shape : undefined));
  if (!isObject(value)) return false;
  return members(value, (item, key) =>
    tree(item, [...at, key], below, isBlock(shape) ? attributeOrBlock(shape, key) : undefined),
  );
}

function isBlock(shape: Shape): shape is NestedBlockSchema {
  return typeof shape === "object" && !Array.isArray(shape) && "nesting" in shape;
}

function emptyBlocks({ nesting }: NestedBlockSchema): Json {
  return nesting === "list" || nesting === "set" ? [] : {};
}

function emptyOf(type: TypeExpr | undefined): Json {
  if (type === undefined || typeof type === "string") return false;
  return type[0] === "map" || type[0] === "object" ? {} : [];
}

const REDACTED = "(sensitive value)";

/** The value with every sensitive part replaced by a word. */
export function redact(value: Value, paths: readonly Path[]): Value {
  return paths.length === 0 ? value : redactAt(value, [], paths);
}

function redactAt(value: Value, at: Path, paths: readonly Path[]): Value {
  const isSensitive = paths.some((path) => path.length === at.length && pathStartsWith(path, at));
  if (isSensitive) return value === null || value === UNKNOWN ? value : REDACTED;
  const below = paths.filter((path) => pathStartsWith(path, at));
  if (below.length === 0) return value;
  if (isList(value)) return value.map((item, i) => redactAt(item, [...at, i], below));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactAt(item, [...at, key], below)]));
}
