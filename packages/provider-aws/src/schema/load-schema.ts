import type { AttributeSchema, BlockSchema, NestedBlockSchema, ResourceSchema, SchemaKind } from "@dovetail/model";
import { IndexedLines } from "@dovetail/provider";
import { dataFile } from "../data-file.ts";

/** The editions of the real provider whose schemas are presented. */
export type Edition = "5.100.0" | "6.66.0";

/** The edition whose file carries the hints (what replaces, documented defaults, computed blocks). */
const HINTED: Edition = "6.66.0";

/** What an edition has schemas of. */
export type Section = SchemaKind | "ephemeral";

/** One edition's schemas, each type read when it is asked for. */
export interface SchemaStore {
  get(kind: Section, type: string): ResourceSchema | undefined;
  has(kind: Section, type: string): boolean;
  list(kind: Section): readonly string[];
}

function linesOf(edition: Edition): IndexedLines {
  return IndexedLines.shared(dataFile(`schema-${edition}.jsonl`), dataFile(`schema-${edition}.index.json`));
}

/** Schemas of an edition. Edition 5.100.0 takes the hints that only the other file has. */
export function createSchemaStore(edition: Edition): SchemaStore {
  const loaded = new Map<string, ResourceSchema | undefined>();
  const lines = linesOf(edition);
  const hinted = edition === HINTED ? undefined : linesOf(HINTED);
  return {
    get(kind, type) {
      const key = `${kind} ${type}`;
      if (!loaded.has(key)) {
        const own = lines.entry(kind, type) as ResourceSchema | undefined;
        const hints = own === undefined ? undefined : (hinted?.entry(kind, type) as ResourceSchema | undefined);
        loaded.set(key, own === undefined || hints === undefined ? own : withHints(own, hints));
      }
      return loaded.get(key);
    },
    has: (kind, type) => loaded.get(`${kind} ${type}`) !== undefined || lines.has(kind, type),
    list: (kind) => lines.names(kind),
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
