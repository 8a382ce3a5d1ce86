import type { AttributeSchema, BlockSchema, NestedBlockSchema } from "./schema.ts";

export interface AttributeEntry {
  readonly name: string;
  readonly attribute: AttributeSchema;
}

export interface BlockEntry {
  readonly name: string;
  readonly block: NestedBlockSchema;
}

const attributeEntries = new WeakMap<object, readonly AttributeEntry[]>();
const blockEntries = new WeakMap<object, readonly BlockEntry[]>();

/** The attributes of a block with their names, in the schema's order: made once, as every value of the type is walked along them. */
export function attributesOf({ attributes }: BlockSchema): readonly AttributeEntry[] {
  if (attributes === undefined) return [];
  let entries = attributeEntries.get(attributes);
  if (entries === undefined) {
    entries = Object.entries(attributes).map(([name, attribute]) => ({ name, attribute }));
    attributeEntries.set(attributes, entries);
  }
  return entries;
}

/** The same of the blocks in a block. */
export function blocksOf({ blocks }: BlockSchema): readonly BlockEntry[] {
  if (blocks === undefined) return [];
  let entries = blockEntries.get(blocks);
  if (entries === undefined) {
    entries = Object.entries(blocks).map(([name, block]) => ({ name, block }));
    blockEntries.set(blocks, entries);
  }
  return entries;
}
