import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ForeignImport } from "./plugin.ts";

const BUNDLES_KEPT = 5;

/** One file that a bundle was made from, as it was then; `size` -1: it did not exist. */
export interface InputFile {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly hash: string;
}

export interface BundleRecord {
  /** What besides the inputs decides the result. */
  readonly key: string;
  readonly file: string;
  readonly inputs: readonly InputFile[];
  readonly foreign: readonly ForeignImport[];
}

/** The file's size, time and content hash. */
export function fingerprint(path: string): InputFile {
  try {
    const stat = statSync(path);
    return { path, size: stat.size, mtimeMs: stat.mtimeMs, hash: sha256(readFileSync(path)) };
  } catch {
    return { path, size: -1, mtimeMs: 0, hash: "" };
  }
}

/** True when the file still has the content it had; reads it only if size or time differ. */
export function isUnchanged(input: InputFile): boolean {
  try {
    const stat = statSync(input.path);
    if (stat.size !== input.size) return false;
    return stat.mtimeMs === input.mtimeMs || sha256(readFileSync(input.path)) === input.hash;
  } catch {
    return input.size === -1;
  }
}

/** The record of the last bundle in `folder` if it still holds, else undefined. A damaged record is no record. */
export function readRecord(folder: string, key: string): BundleRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(join(folder, "bundle.json"), "utf8")) as BundleRecord;
    if (record.key !== key || !record.inputs.every(isUnchanged)) return undefined;
    statSync(record.file);
    return record;
  } catch {
    return undefined;
  }
}

export function writeRecord(folder: string, record: BundleRecord): void {
  writeAtomically(join(folder, "bundle.json"), JSON.stringify(record));
}

/** Removes all but the newest bundles of a folder; a process that still runs an older one has read it long ago. */
export function removeOldBundles(folder: string): void {
  const bundles = readdirSync(folder).filter((name) => name.endsWith(".mjs"));
  const newestFirst = bundles
    .map((name) => ({ name, mtimeMs: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.mtimeMs - a.mtimeMs);
  for (const { name } of newestFirst.slice(BUNDLES_KEPT))
    for (const file of [name, `${name}.map`]) rmSync(join(folder, file), { force: true });
}

/** Writes so that a reader sees the old or the new content, never a part. */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
