import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { CODES, DiagnosticError, errorDiagnostic, isList, isObject, type ValueObject } from "@dovetail/model";
import picomatch from "picomatch";
import { text, texts } from "../values.ts";

/** A file of an archive. */
export interface Entry {
  /** Path in the archive, with slashes. */
  readonly name: string;
  readonly data: Uint8Array;
  /** Permission bits; undefined for contents that come from no file. */
  readonly mode?: number;
}

/** Deeper folders are taken for a loop of links. */
const DEPTH_MAX = 64;

/** The files that a configuration asks for, in the order of their names. Throws DVT1010 when a source is not there. */
export async function collectEntries(cwd: string, config: ValueObject): Promise<readonly Entry[]> {
  const excludes = texts(config, "excludes");
  const file = text(config, "source_file");
  if (file !== undefined) return [await fileEntry(resolve(cwd, file), basename(file))];
  const folder = text(config, "source_dir");
  if (folder !== undefined) return folderEntries(resolve(cwd, folder), excludes, config.exclude_symlink_directories === true);
  const content = text(config, "source_content");
  if (content !== undefined) return [{ name: text(config, "source_content_filename") ?? "", data: Buffer.from(content) }];
  return blockEntries(config, excludes);
}

function blockEntries(config: ValueObject, excludes: readonly string[]): readonly Entry[] {
  const blocks = config.source ?? [];
  const items = isList(blocks) ? blocks.filter(isObject) : [];
  return items
    .map((item): Entry => ({ name: text(item, "filename") ?? "", data: Buffer.from(text(item, "content") ?? "") }))
    .filter((entry) => !excludes.includes(entry.name))
    .sort(byName);
}

async function folderEntries(root: string, excludes: readonly string[], skipLinkedFolders: boolean): Promise<readonly Entry[]> {
  const isExcluded = picomatch(excludes.map(cleanPattern), { dot: true, nonegate: true });
  const found: Entry[] = [];
  const walk = async (folder: string, prefix: string, depth: number): Promise<void> => {
    if (depth > DEPTH_MAX) throw missing(folder, "folders nest too deep, or a link leads back");
    for (const item of await list(folder)) {
      const name = prefix + item.name;
      if (excludes.length > 0 && isExcluded(name)) continue;
      const path = join(folder, item.name);
      const target = item.isSymbolicLink() ? await stat(await realpath(path)) : item;
      if (target.isDirectory()) {
        if (!item.isSymbolicLink() || !skipLinkedFolders) await walk(path, `${name}/`, depth + 1);
      } else if (target.isFile()) found.push(await fileEntry(path, name));
    }
  };
  await walk(root, "", 0);
  return found.sort(byName);
}

function cleanPattern(pattern: string): string {
  return pattern.replaceAll("\\", "/").replace(/^\.\//, "").replace(/\/$/, "");
}

async function list(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw missing(folder, error);
  }
}

async function fileEntry(path: string, name: string): Promise<Entry> {
  try {
    const [data, { mode }] = await Promise.all([readFile(path), stat(path)]);
    return { name, data, mode: mode & 0o777 };
  } catch (error) {
    throw missing(path, error);
  }
}

function missing(path: string, cause: unknown): DiagnosticError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const detail = `could not archive missing file or directory: ${path}: ${why}`;
  return new DiagnosticError(
    errorDiagnostic("DVT1010", CODES.DVT1010, { detail, fix: "Build it before the deploy, or correct the path." }),
    { cause },
  );
}

function byName(a: Entry, b: Entry): number {
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
}
