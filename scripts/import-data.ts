/**
 * Turns the prepared data files (provider schemas, Pulumi name map) into the project's own checked-in data:
 * JSON lines, one type a line, with an index of byte offsets, so that one type costs one small read.
 *
 * Usage: node scripts/import-data.ts FOLDER   (the folder that holds the prepared files)
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { completeUtilitySchemas } from "./utility-schemas.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/** Types whose nested blocks run to a megabyte each; nothing native needs them, a hosted provider brings its own schema. */
const LARGEST_LINE_BYTES = 256 * 1024;

const source = process.argv[2];
if (source === undefined) throw new Error("usage: node scripts/import-data.ts FOLDER");
const root = join(import.meta.dirname, "..");

function load(name: string): JsonObject {
  return JSON.parse(readFileSync(join(source as string, name), "utf8")) as JsonObject;
}

/** Writes `<out>.jsonl` and `<out>.index.json`: per section, name -> [offset, length] in bytes. */
function writeLines(out: string, head: JsonObject, sections: { [section: string]: JsonObject }): void {
  const lines: string[] = [];
  const index: { [section: string]: { [name: string]: [number, number] } } = {};
  const left: string[] = [];
  let offset = 0;
  for (const [section, entries] of Object.entries(sections)) {
    const at: { [name: string]: [number, number] } = {};
    index[section] = at;
    for (const [name, entry] of Object.entries(entries)) {
      const line = JSON.stringify(entry);
      const bytes = Buffer.byteLength(line);
      if (bytes > LARGEST_LINE_BYTES) {
        left.push(name);
        continue;
      }
      at[name] = [offset, bytes];
      offset += bytes + 1;
      lines.push(line);
    }
  }
  mkdirSync(join(root, out, ".."), { recursive: true });
  writeFileSync(join(root, `${out}.jsonl`), `${lines.join("\n")}\n`);
  writeFileSync(join(root, `${out}.index.json`), `${JSON.stringify({ ...head, left_out: left, sections: index })}\n`);
}

for (const [file, edition] of [
  ["aws-provider-schema.json", "6.66.0"],
  ["aws-provider-schema-5.100.0.json", "5.100.0"],
] as const) {
  const data = load(file);
  writeLines(
    `packages/provider-aws/data/schema-${edition}`,
    { source: data.source ?? null, version: data.provider_version ?? null },
    {
      provider: { aws: data.provider_config ?? {} },
      resource: data.resources as JsonObject,
      data: data.data_sources as JsonObject,
      ephemeral: data.ephemeral_resources as JsonObject,
    },
  );
}

const utilities = load("utility-provider-schemas.json");
mkdirSync(join(root, "packages/provider-utilities/data"), { recursive: true });
writeFileSync(
  join(root, "packages/provider-utilities/data/schemas.json"),
  `${JSON.stringify(completeUtilitySchemas(utilities))}\n`,
);

const map = load("pulumi-aws-map.json");
const { resources, functions, ...rest } = map;
writeLines("packages/program/data/pulumi-aws", rest, { resources: resources as JsonObject, functions: functions as JsonObject });
