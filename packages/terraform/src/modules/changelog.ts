import { join } from "node:path";
import { compareVersions, parseVersion, type Version } from "@dovetail/model";
import type { Files } from "../files.ts";

/** One version in a module's CHANGELOG.md. */
export interface ChangelogEntry {
  readonly version: Version;
  /** What stands below its heading, without empty lines around it. */
  readonly text: string;
}

const BYTES_MAX = 1024 * 1024;
/** `## 1.2.0`, `## [1.2.0] - 2025-10-20`, `# v1.2.0`. */
const HEADING = /^#{1,3}\s+\[?v?(\d+\.\d+\.\d+[0-9A-Za-z.+-]*)\]?(?:\s.*)?$/;

/** The versions that a module's changelog tells of, the newest first; none where it has no changelog. */
export function changelogOf(folder: string, files: Pick<Files, "read">): readonly ChangelogEntry[] {
  const bytes = files.read(join(folder, "CHANGELOG.md"), BYTES_MAX);
  const found: { version: Version; lines: string[] }[] = [];
  for (const line of bytes === undefined ? [] : Buffer.from(bytes).toString("utf8").split(/\r?\n/)) {
    const version = parseVersion(HEADING.exec(line)?.[1] ?? "");
    if (version !== undefined) found.push({ version, lines: [] });
    else found.at(-1)?.lines.push(line);
  }
  const entries = found.map(({ version, lines }) => ({ version, text: lines.join("\n").trim() }));
  return entries.sort((a, b) => compareVersions(b.version, a.version));
}

/** What changed after a version, up to and with the newest; all of it where that version is not known. */
export function changesSince(entries: readonly ChangelogEntry[], since: string | undefined): readonly ChangelogEntry[] {
  const from = since === undefined ? undefined : parseVersion(since);
  return from === undefined ? entries : entries.filter(({ version }) => compareVersions(version, from) > 0);
}
