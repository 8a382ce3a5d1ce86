import type { AttributeSchema, BlockSchema, NestedBlockSchema } from "./schema.ts";

type Entries<T> = readonly (readonly [name: string, schema: T])[];

const NONE: Entries<never> = [];
const known = new WeakMap<object, Entries<unknown>>();

/** The attributes of a block with their names, in the schema's order: made once, as every value of the type is walked along them. */
export function attributesOf({ attributes }: BlockSchema): Entries<AttributeSchema> {
  return attributes === undefined ? NONE : entriesOf(attributes);
}

/** The same of the blocks in a block. */
export function blocksOf({ blocks }: BlockSchema): Entries<NestedBlockSchema> {
  return blocks === undefined ? NONE : entriesOf(blocks);
}

function entriesOf<T>(record: { readonly [name: string]: T }): Entries<T> {
  const found = known.get(record) as Entries<T> | undefined;
  if (found !== undefined) return found;
  const entries = Object.entries(record);
  known.set(record, entries);
  return entries;
}
