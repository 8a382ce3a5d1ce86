/** The tables of every `cases*.ts` beside this folder: a new file of them is found without being named anywhere. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "../cases.ts";
import type { Group } from "../life.ts";

export interface Tables {
  /** Legal configurations. */
  readonly cases: readonly Case[];
  /** What the real provider refuses, when it validates or when it plans. */
  readonly refused: readonly Case[];
  /** Lives of objects in the embedded cloud. */
  readonly groups: readonly Group[];
}

/** Exports named `…CASES` are legal, `…REFUSED…` are not, `GROUPS` are lives. */
export async function loadTables(): Promise<Tables> {
  const folder = join(import.meta.dirname, "..");
  const cases: Case[] = [];
  const refused: Case[] = [];
  const groups: Group[] = [];
  for (const file of readdirSync(folder).sort()) {
    if (!/^cases.*\.ts$/.test(file)) continue;
    const module: { readonly [name: string]: unknown } = await import(join(folder, file));
    for (const [name, table] of Object.entries(module)) {
      if (name.includes("REFUSED") && Array.isArray(table)) refused.push(...(table as Case[]));
      else if (name.endsWith("CASES") && Array.isArray(table)) cases.push(...(table as Case[]));
      else if (name === "GROUPS" && Array.isArray(table)) groups.push(...(table as Group[]));
    }
  }
  return { cases, refused, groups };
}
