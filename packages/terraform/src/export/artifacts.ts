import { createHash } from "node:crypto";
import { basename, extname, isAbsolute, join, relative, resolve } from "node:path";
import { quoteText } from "@dovetail/hcl";
import type { Files } from "../files.ts";

/** Files that the app's resources are made from (archives of functions, objects of buckets), which go along. */

export interface Artifact {
  /** As the app's objects name it. */
  readonly given: string;
  /** Absolute path of the file. */
  readonly file: string;
  /** Its path in the export: `artifacts/dist.zip`. */
  readonly path: string;
  /** Of its content, base64. */
  readonly sha256: string;
}

export interface ArtifactPlaces {
  readonly files: Files;
  /** The app's folder: relative paths start there. */
  readonly root: string;
  /** The folder that an archive was packed from, where it was one folder. */
  folderOf(archive: string): string | undefined;
}

/** Larger files are not copied. */
const BYTES_MAX = 1024 * 1024 * 1024;
const FOLDER = "artifacts";

/** The files of an export, each copied once. */
export class Artifacts {
  readonly #places: ArtifactPlaces;
  readonly #taken = new Map<string, Artifact>();

  constructor(places: ArtifactPlaces) {
    this.#places = places;
  }

  get all(): readonly Artifact[] {
    return [...this.#taken.values()];
  }

  /** The file that a path names; undefined where there is none. @param owner name of the resource that it belongs to */
  take(given: string, owner: string): Artifact | undefined {
    const { root, files } = this.#places;
    const file = isAbsolute(given) ? given : resolve(root, given);
    const known = this.#taken.get(file);
    if (known !== undefined) return known;
    const content = files.read(file, BYTES_MAX);
    if (content === undefined) return undefined;
    const artifact = {
      given,
      file,
      path: join(FOLDER, this.#nameOf(file, given, owner)),
      sha256: createHash("sha256").update(content).digest("base64"),
    };
    this.#taken.set(file, artifact);
    return artifact;
  }

  /** Named after the folder that it was packed from, else as it is called, unless that is a hash. */
  #nameOf(file: string, given: string, owner: string): string {
    const extension = extname(file);
    const folder = this.#places.folderOf(given);
    const isHashed = /^[0-9a-f]{32}$/.test(basename(file, extension));
    const stem = folder !== undefined ? basename(folder) : isHashed ? owner : basename(file, extension);
    const name = stem.replaceAll(/[^\w.-]+/g, "-").replace(/^\.+/, "") || "file";
    const isFree = (candidate: string) => this.all.every(({ path }) => path !== join(FOLDER, candidate));
    let number = 2;
    if (isFree(`${name}${extension}`)) return `${name}${extension}`;
    while (!isFree(`${name}-${number}${extension}`)) number++;
    return `${name}-${number}${extension}`;
  }
}

/** The path as an expression of the root module, and what that evaluates to there. */
export function artifactExpression({ path }: Artifact): { readonly text: string; readonly value: string } {
  return { text: `"\${path.module}/${quoteText(path).slice(1, -1)}"`, value: `./${path}` };
}

/** Whether a path lies in a folder. */
export function liesIn(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && !way.startsWith("..") && !isAbsolute(way);
}
