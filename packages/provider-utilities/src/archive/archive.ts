import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Diagnostic, errorDiagnostic, type ValueObject } from "@dovetail/model";
import { outputDigests, sha1Hex } from "../digests.ts";
import { failure } from "../invalid.ts";
import type { UtilityModule, UtilityOptions } from "../utility.ts";
import { text } from "../values.ts";
import { collectEntries } from "./entries.ts";
import { tarGz } from "./tar.ts";
import { zip } from "./zip.ts";

const SOURCES = ["source", "source_content", "source_dir", "source_file"];

/** Builds the archive of a configuration, writes it to `output_path` and answers its checksums. Equal input gives equal bytes. */
export async function buildArchive({ cwd }: UtilityOptions, config: ValueObject): Promise<ValueObject> {
  const folder = cwd ?? process.cwd();
  const given = text(config, "output_file_mode");
  const entries = await collectEntries(folder, config);
  if (entries.length === 0 && text(config, "source_dir") !== undefined) {
    throw failure("Archive creation error", "error creating archive: archive has not been created as it would be empty");
  }
  const make = text(config, "type") === "tar.gz" ? tarGz : zip;
  const data = make(entries, given === undefined || given === "" ? undefined : fileMode(given));
  const path = resolve(folder, text(config, "output_path") ?? "");
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, data);
  return { id: sha1Hex(data), ...outputDigests(data) };
}

/** A number as Go's strconv reads one of base 0: `0644` is octal, `420` the same in decimal. */
function fileMode(given: string): number {
  const digits = given.replaceAll("_", "");
  const value = /^0[0-7]+$/.test(digits)
    ? Number.parseInt(digits, 8)
    : /^(0[xob][0-9a-f]+|\d+)$/i.test(digits)
      ? Number(digits)
      : Number.NaN;
  if (Number.isNaN(value)) {
    throw failure("Archive creation error", `error creating archive: error parsing output_file_mode value: ${given}`);
  }
  return value & 0o7777;
}

function validate(config: ValueObject): readonly Diagnostic[] {
  const invalid = (attribute: string, detail: string) =>
    errorDiagnostic("DVT3001", "Invalid configuration", { detail, attribute });
  const found: Diagnostic[] = [];
  const type = config.type ?? null;
  if (typeof type === "string" && type !== "zip" && type !== "tar.gz") {
    found.push(invalid("type", `archive type not supported: ${type}`));
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
