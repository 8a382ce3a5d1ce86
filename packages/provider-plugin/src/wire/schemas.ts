/** Schemas as the protocol carries them, from and to the model's. */
import type { AttributeSchema, BlockSchema, NestedBlockSchema, NestedType, ResourceSchema, TypeExpr } from "@dovetail/model";
import type { Plain } from "./messages.ts";

const BLOCK_NESTING = ["single", "single", "list", "set", "map", "single"] as const;
const OBJECT_NESTING = ["single", "single", "list", "set", "map"] as const;
type Mutable<T> = { -readonly [key in keyof T]: T[key] };

/** A schema of the model; absent attributes and blocks are left out, as in the data files. */
export function schemaFrom(schema: Plain): ResourceSchema {
  const version = numberOf(schema.version);
  return { ...blockFrom(recordOf(schema.block)), ...(version === 0 ? {} : { version }) };
}

function blockFrom(block: Plain): BlockSchema {
  const attributes = listOf(block.attributes).map((each) => [String(each.name), attributeFrom(each)] as const);
  const blocks = listOf(block.block_types).map((each) => [String(each.type_name), nestedFrom(each)] as const);
  return {
    ...(attributes.length === 0 ? {} : { attributes: Object.fromEntries(attributes) }),
    ...(blocks.length === 0 ? {} : { blocks: Object.fromEntries(blocks) }),
  };
}

function nestedFrom(block: Plain): NestedBlockSchema {
  const out: Mutable<NestedBlockSchema> = {
    ...blockFrom(recordOf(block.block)),
    nesting: BLOCK_NESTING[numberOf(block.nesting)] ?? "list",
  };
  if (numberOf(block.min_items) > 0) out.min = numberOf(block.min_items);
  if (numberOf(block.max_items) > 0) out.max = numberOf(block.max_items);
  return out;
}

function attributeFrom(attribute: Plain): AttributeSchema {
  const out: Mutable<AttributeSchema> = {};
  const nested = attribute.nested_type;
  if (nested !== undefined && nested !== null) out.nested_type = objectFrom(recordOf(nested));
  else out.type = JSON.parse(bytesOf(attribute.type).toString() || '"dynamic"') as TypeExpr;
  for (const flag of ["required", "optional", "computed", "sensitive", "write_only", "deprecated"] as const)
    if (attribute[flag] === true) out[flag] = true;
  return out;
}

function objectFrom(nested: Plain): NestedType {
  return {
    nesting: OBJECT_NESTING[numberOf(nested.nesting)] ?? "single",
    attributes: Object.fromEntries(listOf(nested.attributes).map((each) => [String(each.name), attributeFrom(each)])),
  };
}

/** A schema in the protocol's form. */
export function schemaTo(schema: ResourceSchema): Plain {
  return { version: schema.version ?? 0, block: blockTo(schema) };
}

function blockTo(schema: BlockSchema): Plain {
  return {
    attributes: Object.entries(schema.attributes ?? {}).map(([name, attribute]) => attributeTo(name, attribute)),
    block_types: Object.entries(schema.blocks ?? {}).map(([name, block]) => ({
      type_name: name,
      block: blockTo(block),
      nesting: BLOCK_NESTING.indexOf(block.nesting, 1),
      min_items: block.min ?? 0,
      max_items: block.max ?? 0,
    })),
  };
}

function attributeTo(name: string, attribute: AttributeSchema): Plain {
  const nested = attribute.nested_type;
  return {
    name,
    ...(nested === undefined
      ? { type: Buffer.from(JSON.stringify(attribute.type ?? "dynamic")) }
      : {
          nested_type: {
            nesting: OBJECT_NESTING.indexOf(nested.nesting, 1),
            attributes: Object.entries(nested.attributes).map(([inner, each]) => attributeTo(inner, each)),
          },
        }),
    required: attribute.required === true,
    optional: attribute.optional === true,
    computed: attribute.computed === true,
    sensitive: attribute.sensitive === true,
    write_only: attribute.write_only === true,
    deprecated: attribute.deprecated !== undefined && attribute.deprecated !== false,
  };
}

export function recordOf(value: unknown): Plain {
  return typeof value === "object" && value !== null ? (value as Plain) : {};
}

export function listOf(value: unknown): readonly Plain[] {
  return Array.isArray(value) ? value : [];
}

export function numberOf(value: unknown): number {
  return typeof value === "number" ? value : Number(value ?? 0);
}

export function bytesOf(value: unknown): Buffer {
  return Buffer.isBuffer(value) ? value : value instanceof Uint8Array ? Buffer.from(value) : Buffer.alloc(0);
}
