import { join, posix, relative, sep } from "node:path";
import type { Files } from "../files.ts";
import type { ExportedFile } from "./exported-file.ts";

/** Folders of local modules, which go along. */

const FILES_MAX = 10_000;
/** What a module's folder has for working on it, or was made by running it. */
const NOT_COPIED = /^(\.terraform|\.dovetail|\.git|node_modules)$|\.tfstate(\.|$)|^\.terraform\.lock\.hcl$/;

/** Absolute paths of the files in a folder and below. */
export function filesBelow(folder: string, files: Files, found: string[] = []): readonly string[] {
  for (const name of files.list(folder) ?? []) {
    if (NOT_COPIED.test(name)) continue;
    const path = join(folder, name);
    if (files.isFolder(path)) filesBelow(path, files, found);
    else if (found.push(path) > FILES_MAX)
      throw new RangeError(`a module's folder has more than ${FILES_MAX} files, ${path} among them`);
  }
  return found;
}

/** The folders of an export's modules, each copied once. */
export class ModuleFolders {
  readonly #files: Files;
  readonly #taken = new Map<string, string>();

  constructor(files: Files) {
    this.#files = files;
  }

  /** The source that names the copy of a folder. */
  take(folder: string): string {
    const known = this.#taken.get(folder);
    if (known !== undefined) return known;
    const base =
      folder
        .split(sep)
        .at(-1)
        ?.replaceAll(/[^\w.-]+/g, "-") || "module";
    const isFree = (name: string) => ![...this.#taken.values()].includes(`./modules/${name}`);
    let number = 2;
    let name = base;
    while (!isFree(name)) name = `${base}-${number++}`;
    this.#taken.set(folder, `./modules/${name}`);
    return `./modules/${name}`;
  }

  copies(): readonly ExportedFile[] {
    return [...this.#taken].flatMap(([folder, source]) =>
      filesBelow(folder, this.#files).map((file) => ({
        path: posix.join(source, relative(folder, file).split(sep).join("/")),
        copyOf: file,
      })),
    );
  }
}
