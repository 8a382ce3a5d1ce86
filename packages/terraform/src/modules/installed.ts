import { join, resolve } from "node:path";
import { compareVersions, parseVersion, satisfies, type Version } from "@dovetail/model";
import type { Files } from "../files.ts";
import type { ModuleSource } from "./source.ts";

/**
 * Where the modules of a root lie that are not part of it. Nothing is downloaded: what `terraform init` has put into
 * `.terraform/modules` is taken first, then folders that somebody has put modules into for offline use.
 */

export interface ModulePlaces {
  readonly files: Files;
  /** The root module's folder. */
  readonly root: string;
  /** `.terraform`, or `TF_DATA_DIR`. */
  readonly dataFolder: string;
  /** Folders of vendored modules, absolute, in the order they are looked through. */
  readonly vendored: readonly string[];
}

export interface WantedModule {
  /** Names of the calls that lead to it: `a.b`. */
  readonly key: string;
  /** The address as the configuration has it. */
  readonly text: string;
  readonly source: Exclude<ModuleSource, { readonly kind: "local" }>;
  readonly constraint?: string;
}

export interface FoundModule {
  readonly folder: string;
  readonly version?: string;
}

/** The folder of a module that is not local; otherwise the places where it was looked for. */
export function findModule(places: ModulePlaces, wanted: WantedModule): FoundModule | { readonly looked: readonly string[] } {
  const manifest = join(places.dataFolder, "modules", "modules.json");
  const installed = fromManifest(places, manifest, wanted);
  if (installed !== undefined) return installed;
  const looked = [manifest];
  for (const folder of places.vendored) {
    for (const path of vendoredPaths(wanted.source)) {
      const base = join(folder, path);
      looked.push(base);
      const found = atBase(places.files, base, wanted);
      if (found !== undefined) return found;
    }
  }
  return { looked };
}

interface ManifestEntry {
  readonly Key: string;
  readonly Source: string;
  readonly Version?: string;
  readonly Dir: string;
}

function fromManifest({ files, root }: ModulePlaces, path: string, wanted: WantedModule): FoundModule | undefined {
  const entry = manifestEntries(files, path).find(({ Key }) => Key === wanted.key);
  if (entry === undefined || !isSameSource(entry.Source, wanted)) return undefined;
  if (!fitsVersion(entry.Version, wanted.constraint)) return undefined;
  return { folder: resolve(root, entry.Dir), ...(entry.Version === undefined ? {} : { version: entry.Version }) };
}

function manifestEntries(files: Files, path: string): readonly ManifestEntry[] {
  const bytes = files.read(path);
  if (bytes === undefined) return [];
  try {
    const json: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    const list: unknown = typeof json === "object" && json !== null && "Modules" in json ? json.Modules : [];
    return Array.isArray(list) ? list.filter(isEntry) : [];
  } catch {
    return [];
  }
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

/** Terraform writes a registry's address with its host, every other as it understood it. */
function isSameSource(recorded: string, { text, source }: WantedModule): boolean {
  if (recorded === text) return true;
  if (source.kind === "registry") {
    const subfolder = source.subfolder === "" ? "" : `//${source.subfolder}`;
    return recorded === `${source.host}/${source.path}${subfolder}` || recorded === `${source.path}${subfolder}`;
  }
  const withoutGetter = (address: string) =>
    address
      .replace(/^git::/, "")
      .replace(/^https:\/\//, "")
      .replace(/\.git(?=$|[/?])/, "");
  return withoutGetter(recorded) === withoutGetter(text);
}

function fitsVersion(version: string | undefined, constraint: string | undefined): boolean {
  if (constraint === undefined) return true;
  const parsed = version === undefined ? undefined : parseVersion(version);
  return parsed !== undefined && satisfies(parsed, constraint);
}

/** `registry.terraform.io/ns/name/system`, `github.com/org/repo`, below a vendored folder; without the host too. */
function vendoredPaths(source: WantedModule["source"]): readonly string[] {
  if (source.kind === "registry") return [`${source.host}/${source.path}`, source.path];
  const path = source.url
    .replace(/^\w+::/, "")
    .replace(/^\w+:\/\//, "")
    .replace(/^[\w.-]+@([\w.-]+):/, "$1/")
    .replace(/\?.*$/s, "")
    .replace(/\.git$/, "");
  const isInside = !path.split("/").includes("..") && path !== "";
  return isInside ? [path] : [];
}

/** The folder itself, or the one of a version (`1.2.3`, `v1.2.3`) or reference in it. */
function atBase(files: Files, base: string, { source, constraint }: WantedModule): FoundModule | undefined {
  const names = files.list(base);
  if (names === undefined) return undefined;
  const inside = (folder: string) => (source.subfolder === "" ? folder : join(folder, source.subfolder));
  if (source.kind === "git" && source.ref !== undefined) {
    const isPlain = !source.ref.split("/").includes("..");
    if (isPlain && files.isFolder(join(base, source.ref))) return { folder: inside(join(base, source.ref)), version: source.ref };
    return undefined;
  }
  const newest = names
    .flatMap((name): readonly (Version & { readonly name: string })[] => {
      const version = parseVersion(name);
      return version === undefined || !satisfies(version, constraint ?? "") ? [] : [{ ...version, name }];
    })
    .sort(compareVersions)
    .at(-1);
  if (newest !== undefined) return { folder: inside(join(base, newest.name)), version: newest.text };
  return constraint === undefined ? { folder: inside(base) } : undefined;
}
