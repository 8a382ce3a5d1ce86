import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import type { AttributeSchema, BlockSchema, NestedBlockSchema, ResourceSchema, SchemaKind } from "@dovetail/model";
import { dataFile } from "../data-file.ts";

/** The editions of the real provider whose schemas are presented. */
export type Edition = "5.100.0" | "6.66.0";

/** The edition whose file carries the hints (what replaces, documented defaults, computed blocks). */
const HINTED: Edition = "6.66.0";

interface SchemaIndex {
  readonly sections: { readonly [section: string]: { readonly [type: string]: readonly [offset: number, bytes: number] } };
}

/** One edition's schemas, each type read when it is asked for. */
export interface SchemaStore {
  get(kind: SchemaKind, type: string): ResourceSchema | undefined;
  list(kind: SchemaKind): readonly string[];
}

const indexes = new Map<Edition, SchemaIndex>();

function indexOf(edition: Edition): SchemaIndex {
  let index = indexes.get(edition);
  if (index === undefined) {
    index = JSON.parse(readFileSync(dataFile(`schema-${edition}.index.json`), "utf8")) as SchemaIndex;
    indexes.set(edition, index);
  }
  return index;
}

function readLine(edition: Edition, kind: SchemaKind, type: string): ResourceSchema | undefined {
  const section = indexOf(edition).sections[kind] ?? {};
  const at = Object.hasOwn(section, type) ? section[type] : undefined;
  if (at === undefined) return undefined;
  const [offset, bytes] = at;
  const buffer = Buffer.alloc(bytes);
  const file = openSync(dataFile(`schema-${edition}.jsonl`), "r");
  try {
    readSync(file, buffer, 0, bytes, offset);
  } finally {
    closeSync(file);
  }
  return JSON.parse(buffer.toString("utf8")) as ResourceSchema;
}

/** Schemas of an edition. Edition 5.100.0 takes the hints that only the other file has. */
export function createSchemaStore(edition: Edition): SchemaStore {
  const loaded = new Map<string, ResourceSchema | undefined>();
  return {
    get(kind, type) {
      const key = `${kind} ${type}`;
      if (!loaded.has(key)) {
        const own = readLine(edition, kind, type);
        const hints = own === undefined || edition === HINTED ? undefined : readLine(HINTED, kind, type);
        loaded.set(key, own === undefined || hints === undefined ? own : withHints(own, hints));
      }
      return loaded.get(key);
    },
    list: (kind) => Object.keys(indexOf(edition).sections[kind] ?? {}),
  };
}

function withHints(own: ResourceSchema, hints: ResourceSchema): ResourceSchema {
  return { ...own, ...blockWithHints(own, hints), ...(hints.plugin === undefined ? {} : { plugin: hints.plugin }) };
}

function blockWithHints(own: BlockSchema, hints: BlockSchema): BlockSchema {
  const attributes: { [name: string]: AttributeSchema } = {};
  for (const [name, attribute] of Object.entries(own.attributes ?? {})) {
    const hint = hints.attributes?.[name];
    attributes[name] = {
      ...attribute,
      ...(hint?.force_new === undefined ? {} : { force_new: hint.force_new }),
      ...(hint?.default_doc === undefined ? {} : { default_doc: hint.default_doc }),
    };
  }
  const blocks: { [name: string]: NestedBlockSchema } = {};
  for (const [name, block] of Object.entries(own.blocks ?? {})) {
    const hint = hints.blocks?.[name];
    blocks[name] = hint === undefined ? block : { ...hintsOf(hint), ...block, ...blockWithHints(block, hint) };
  }
  return { attributes, blocks };
}

function hintsOf(hint: NestedBlockSchema): Partial<NestedBlockSchema> {
  return {
    ...(hint.computed === undefined ? {} : { computed: hint.computed }),
    ...(hint.force_new === undefined ? {} : { force_new: hint.force_new }),
    ...(hint.min_hint === undefined ? {} : { min_hint: hint.min_hint }),
    ...(hint.max_hint === undefined ? {} : { max_hint: hint.max_hint }),
  };
}
