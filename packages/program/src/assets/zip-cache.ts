import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../bundle/bundle-cache.ts";
import { keepArtifact, markUsed } from "./artifacts.ts";

/** Files that a package will have, in order of their names. */
export interface FolderListing {
  readonly files: readonly { readonly name: string; readonly fingerprint: string; readonly isExecutable: boolean }[];
  read(name: string): Uint8Array | undefined;
}

/** Links that lead in a circle would go on for ever. */
const DEPTH_MAX = 60;

/** Everything below a folder; links are followed. */
export function collectFolder(folder: string): FolderListing {
  const files: { name: string; fingerprint: string; isExecutable: boolean }[] = [];
  const visit = (relative: string, depth: number) => {
    if (depth > DEPTH_MAX) throw new Error(`${folder} is nested more than ${DEPTH_MAX} folders deep`);
    for (const name of readdirSync(join(folder, relative))) {
      const path = relative === "" ? name : `${relative}/${name}`;
      const stat = statSync(join(folder, path), { throwIfNoEntry: false });
      if (stat === undefined) continue; // a link that leads nowhere
      if (stat.isDirectory()) visit(path, depth + 1);
      else if (stat.isFile())
        files.push({
          name: path,
          fingerprint: `${join(folder, path)}:${stat.size}:${stat.mtimeMs}`,
          isExecutable: (stat.mode & 0o111) !== 0,
        });
    }
  };
  visit("", 0);
  files.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { files, read: (name) => readFileSync(join(folder, name)) };
}

interface Kept {
  readonly path: string;
  readonly sha256Base64: string;
}

/** Zip files by what went into them: the same files (by path, size and time) are not read again, the same content is not stored twice. */
export class ZipCache {
  readonly #artifacts: string;
  readonly #record: string;
  #kept: Map<string, Kept> | undefined;
  readonly #running = new Map<string, Promise<Kept>>();

  constructor(outDir: string) {
    this.#artifacts = join(outDir, "artifacts");
    this.#record = join(outDir, "cache", "archives.json");
  }

  /** The zip of a listing; made at most once at a time. */
  zip(listing: FolderListing): Promise<Kept> {
    const key = createHash("sha256").update(JSON.stringify(listing.files)).digest("hex");
    let running = this.#running.get(key);
    if (running === undefined) {
      running = this.#find(key, listing);
      this.#running.set(key, running);
      const forget = () => this.#running.delete(key);
      running.then(forget, forget);
    }
    return running;
  }

  async #find(key: string, listing: FolderListing): Promise<Kept> {
    this.#kept ??= readKept(this.#record);
    const kept = this.#kept.get(key);
    if (kept !== undefined && markUsed(kept.path)) return kept;
    const content = await makeZip(listing);
    const hash = createHash("sha256").update(content).digest();
    const made = {
      path: join(this.#artifacts, `${hash.toString("hex").slice(0, 32)}.zip`),
      sha256Base64: hash.toString("base64"),
    };
    keepArtifact(made.path, () => content);
    this.#kept.set(key, made);
    writeAtomically(this.#record, JSON.stringify([...this.#kept].slice(-KEPT_MAX)));
    return made;
  }
}

/** Entries that the record of made archives holds at most; the oldest go first. */
const KEPT_MAX = 200;

function readKept(file: string): Map<string, Kept> {
  try {
    return new Map(JSON.parse(readFileSync(file, "utf8")) as [string, Kept][]);
  } catch {
    return new Map();
  }
}

/** The same content gives the same bytes: names in order, one date for all, of the permissions only "executable". */
async function makeZip(listing: FolderListing): Promise<Uint8Array> {
  const { zipSync } = await import("fflate");
  const mtime = new Date(1980, 0, 1);
  const entries: Parameters<typeof zipSync>[0] = {};
  for (const file of listing.files) {
    const mode = file.isExecutable ? 0o100755 : 0o100644;
    entries[file.name] = [listing.read(file.name) ?? new Uint8Array(), { mtime, os: 3, attrs: (mode << 16) >>> 0 }];
  }
  return zipSync(entries, { level: 6 });
}
