import { join, resolve } from "node:path";
import { compareVersions, parseVersion, satisfies, type Version } from "@dovetail/model";
import type { Files } from "../files.ts";
import { type ManifestEntry, manifestFile, readManifest } from "./manifest.ts";
import type { ModuleSource } from "./source.ts";

/**
 * Where the modules of a root lie that are not part of it: what `dovetail init` or `terraform init` has put into `.terraform/modules` is
 * taken first, then folders that somebody has put modules into for offline use. Nothing is fetched here.
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

/** The folder of a module that is not local; otherwise why there is none. */
export function findModule(places: ModulePlaces, wanted: WantedModule): FoundModule | { readonly why: string } {
  return fromManifest(places, wanted) ?? findVendored(places, wanted) ?? { why: notVendored(places, wanted) };
}

function fromManifest({ files, root, dataFolder }: ModulePlaces, wanted: WantedModule): FoundModule | undefined {
  const entry = readManifest(files, dataFolder).find(({ Key }) => Key === wanted.key);
  if (entry === undefined || !sameSource(entry, wanted)) return undefined;
  return { folder: resolve(root, entry.Dir), ...(entry.Version === undefined ? {} : { version: entry.Version }) };
}

/** Whether what was installed is what is wanted: its address, and a version that fits. */
export function sameSource({ Source, Version }: ManifestEntry, wanted: WantedModule): boolean {
  return isSameSource(Source, wanted) && fitsVersion(Version, wanted.constraint);
}

/** The module in a vendored folder, and the package that it lies in. */
export function findVendored(
  places: ModulePlaces,
  wanted: WantedModule,
): (FoundModule & { readonly package: string }) | undefined {
  for (const base of vendoredBases(places, wanted)) {
    const found = atBase(places.files, base, wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where a module was looked for, and what was there instead. */
export function notVendored(places: ModulePlaces, wanted: WantedModule): string {
  const looked = vendoredBases(places, wanted).map((base) => {
    const versions = versionsAt(places.files, base).map(({ text }) => text);
    if (versions.length > 0) return `${base}: it has ${versions.join(", ")}`;
    return places.files.isFolder(base) ? `${base}: it has no folder of a version` : base;
  });
  const asked = wanted.constraint === undefined ? "" : `, version ${wanted.constraint}`;
  const lines = [manifestFile(places.dataFolder), ...looked].map((each) => `    ${each}`).join("\n");
  return `The module ${wanted.text}${asked} is not on this machine. Looked for it in:\n${lines}`;
}

function vendoredBases({ vendored }: ModulePlaces, { source }: WantedModule): readonly string[] {
  return vendored.flatMap((folder) => vendoredPaths(source).map((path) => join(folder, path)));
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
function atBase(
  files: Files,
  base: string,
  { source, constraint }: WantedModule,
): (FoundModule & { readonly package: string }) | undefined {
  if (files.list(base) === undefined) return undefined;
  const inside = (folder: string) => ({
    package: folder,
    folder: source.subfolder === "" ? folder : join(folder, source.subfolder),
  });
  if (source.kind === "git" && source.ref !== undefined) {
    const isPlain = !source.ref.split("/").includes("..");
    if (isPlain && files.isFolder(join(base, source.ref))) return { ...inside(join(base, source.ref)), version: source.ref };
    return undefined;
  }
  const newest = versionsAt(files, base)
    .filter((version) => satisfies(version, constraint ?? ""))
    .at(-1);
  if (newest !== undefined) return { ...inside(join(base, newest.name)), version: newest.text };
  return constraint === undefined ? inside(base) : undefined;
}

/** The versions that a folder has folders of, the newest last. */
function versionsAt(files: Files, base: string): readonly (Version & { readonly name: string })[] {
  return (files.list(base) ?? [])
    .flatMap((name): readonly (Version & { readonly name: string })[] => {
      const version = parseVersion(name);
      return version === undefined ? [] : [{ ...version, name }];
    })
    .sort(compareVersions);
}
