import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Diagnostic, errorDiagnostic, type ValueObject } from "@dovetail/model";
import { outputDigests, sha1Hex } from "../digests.ts";
import type { UtilityModule, UtilityOptions } from "../utility.ts";
import { text } from "../values.ts";
import { collectEntries } from "./entries.ts";
import { zip } from "./zip.ts";

const SOURCES = ["source", "source_content", "source_dir", "source_file"];

/** Builds the archive of a configuration, writes it to `output_path` and answers its checksums. Equal input gives equal bytes. */
export async function buildArchive({ cwd }: UtilityOptions, config: ValueObject): Promise<ValueObject> {
  const folder = cwd ?? process.cwd();
  const given = text(config, "output_file_mode");
  const entries = await collectEntries(folder, config);
  const data = zip(entries, given === undefined ? undefined : Number.parseInt(given, 8));
  const path = resolve(folder, text(config, "output_path") ?? "");
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, data);
  return { id: sha1Hex(data), ...outputDigests(data) };
}

function validate(config: ValueObject): readonly Diagnostic[] {
  const invalid = (attribute: string, detail: string) =>
    errorDiagnostic("DVT3001", "Invalid configuration", { detail, attribute });
  const found: Diagnostic[] = [];
  const type = config.type ?? null;
  if (typeof type === "string" && type !== "zip") {
    const detail = `archive_file makes zip archives only; "${type}" is not carried out.`;
    found.push(errorDiagnostic("DVT3006", "Argument not carried out", { detail, attribute: "type", fix: 'Use type = "zip".' }));
  }
  const set = SOURCES.filter((name) => isSet(config[name]));
  if (set.length !== 1)
    found.push(invalid("source_dir", `Exactly one of these attributes must be configured: [${SOURCES.join(", ")}]`));
  if (isSet(config.source_content) && !isSet(config.source_content_filename)) {
    found.push(invalid("source_content_filename", "source_content_filename must be specified with source_content."));
  }
  return found;
}

function isSet(value: unknown): boolean {
  return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
}

/** The `archive` provider: `archive_file` as data source and as resource. */
export const module: UtilityModule = {
  resources: [
    {
      type: "archive_file",
      validate,
      create: buildArchive,
      async read(options, state) {
        const now = await buildArchive(options, state);
        return now.id === state.id ? state : null;
      },
    },
  ],
  dataSources: [{ type: "archive_file", validate, read: buildArchive }],
};
