import { join } from "node:path";
import type { Files } from "../files.ts";

/** `.terraform/modules/modules.json`: what `terraform init` and `dovetail init` have put there. Terraform's own form. */

export interface ManifestEntry {
  /** Names of the calls that lead to it: `a.b`; "" for the root. */
  readonly Key: string;
  readonly Source: string;
  readonly Version?: string;
  /** From the root module's folder. */
  readonly Dir: string;
}

export function manifestFile(dataFolder: string): string {
  return join(dataFolder, "modules", "modules.json");
}

/** None where there is no such file, or it cannot be read. */
export function readManifest(files: Files, dataFolder: string): readonly ManifestEntry[] {
  const bytes = files.read(manifestFile(dataFolder));
  if (bytes === undefined) return [];
  try {
    const json: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    const list: unknown = typeof json === "object" && json !== null && "Modules" in json ? json.Modules : [];
    return Array.isArray(list) ? list.filter(isEntry) : [];
  } catch {
    return [];
  }
}

/** In order of the keys, as terraform writes it. */
export function formatManifest(entries: readonly ManifestEntry[]): string {
  const sorted = [...entries].sort((a, b) => (a.Key < b.Key ? -1 : 1));
  const rows = sorted.map(({ Key, Source, Version, Dir }) => ({
    Key,
    Source,
    ...(Version === undefined ? {} : { Version }),
    Dir,
  }));
  return JSON.stringify({ Modules: rows });
}

function isEntry(entry: unknown): entry is ManifestEntry {
  if (typeof entry !== "object" || entry === null) return false;
  return (
    "Key" in entry &&
    typeof entry.Key === "string" &&
    "Source" in entry &&
    typeof entry.Source === "string" &&
    "Dir" in entry &&
    typeof entry.Dir === "string"
  );
}
