/**
 * Finds a provider's binary on this machine, where Terraform's own tools put them. Nothing is downloaded. Pure over a file reader:
 * a packed one is named, and whoever asks unpacks it.
 */
import { isAbsolute, join, resolve } from "node:path";
import { compareVersions, parseVersion, satisfies, type Version } from "@dovetail/model";
import { type CliConfig, mirrorServes, readCliConfig } from "./cli-config.ts";
import type { FileReader } from "./files.ts";
import { sameSources, typeOf } from "./sources.ts";

export interface FindOptions {
  readonly files: FileReader;
  /** The folder of the app or Terraform root. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** Node's: `linux`, `x64`. */
  readonly platform: string;
  readonly arch: string;
}

export interface Wanted {
  /** `registry.terraform.io/hashicorp/aws`; its twin at OpenTofu's registry serves as well. */
  readonly source: string;
  /** `~> 5.0`; "" or absent: any. */
  readonly constraint?: string;
  /** Preferred where it is there. */
  readonly locked?: string;
}

export interface FoundProvider {
  readonly source: string;
  readonly version: string;
  /** The binary; of a packed one the archive. */
  readonly path: string;
  readonly isPacked: boolean;
  /** Which folder it was found in, and why that was looked at. */
  readonly place: Place;
}

export interface Place {
  readonly path: string;
  readonly why: string;
  /** Binaries may lie in it as they are, without folders of hosts, names and versions. */
  readonly isPlain?: boolean;
}

export interface Search {
  readonly found?: FoundProvider;
  /** Everything that was there of this provider, wanted or not. */
  readonly others: readonly FoundProvider[];
  /** Every folder that was looked at, in the order of preference. */
  readonly places: readonly Place[];
}

/** A version that a developer's own build stands for. */
const DEV_VERSION = "0.0.0-dev";
const NAMES_MAX = 10_000;

/** The newest binary that is wanted; the locked version before any other, a `dev_overrides` one before all. */
export function findProvider(options: FindOptions, wanted: Wanted): Search {
  const config = readCliConfig(options.files, options.env);
  const override = overridden(options, config, wanted.source);
  const places = placesOf(options, config, wanted.source);
  if (override !== undefined) return { found: override, others: [], places: [override.place, ...places] };
  const all = places.flatMap((place) => sameSources(wanted.source).flatMap((source) => versionsAt(options, place, source)));
  const fitting = all.filter(({ version }) => fits(version, wanted.constraint ?? ""));
  const locked = all.find(({ version }) => version === wanted.locked);
  const found = locked ?? newest(fitting);
  return { ...(found === undefined ? {} : { found }), others: all, places };
}

/** The sources of a type (`cloudflare`) of which any place has a binary, each once. */
export function findSources(options: FindOptions, type: string): readonly string[] {
  const config = readCliConfig(options.files, options.env);
  const found = new Set([...config.devOverrides.keys()].filter((source) => typeOf(source) === type));
  for (const place of placesOf(options, config, undefined))
    for (const host of foldersIn(options.files, place.path).filter((name) => name.includes(".")))
      for (const namespace of foldersIn(options.files, join(place.path, host)))
        if (options.files.kind(join(place.path, host, namespace, type)) === "folder")
          found.add(`${host}/${namespace}/${type}`.replace(/^registry\.opentofu\.org\//, "registry.terraform.io/"));
  return [...found];
}

function foldersIn(files: FileReader, path: string): readonly string[] {
  return files.list(path).slice(0, NAMES_MAX);
}

/** Folders in a mirror's layout, the nearest first. */
function placesOf({ root, env }: FindOptions, config: CliConfig, source: string | undefined): readonly Place[] {
  const home = env.HOME ?? "";
  const own = (env.DOVETAIL_PLUGIN_DIR ?? "").split(":").filter((each) => each !== "");
  const data = env.TF_DATA_DIR ?? "";
  const mirrors = config.mirrors.filter((mirror) => source === undefined || mirrorServes(mirror, source));
  const [configFile = "the CLI configuration"] = config.files;
  const places: Place[] = [
    ...own.map((path) => ({ path: resolve(root, path), why: "DOVETAIL_PLUGIN_DIR", isPlain: true })),
    { path: data === "" ? join(root, ".terraform", "providers") : resolve(root, data, "providers"), why: "what init installed" },
    { path: join(root, "terraform.d", "plugins"), why: "the root's own plugins" },
    ...mirrors.map(({ path }) => ({ path, why: `filesystem_mirror in ${configFile}` })),
    ...(config.isExplicit || home === "" ? [] : implied(home)),
    ...(config.pluginCacheDir === undefined ? [] : [{ path: config.pluginCacheDir, why: "the plugin cache" }]),
  ];
  return places.filter((place, i) => isAbsolute(place.path) && places.findIndex(({ path }) => path === place.path) === i);
}

/** Where Terraform and OpenTofu look by themselves (documentation of both, "Implied Local Mirror Directories"). */
function implied(home: string): readonly Place[] {
  return [join(home, ".terraform.d", "plugins"), join(home, ".local", "share", "terraform", "plugins")].map((path) => ({
    path,
    why: "the user's own plugins",
  }));
}

function overridden({ files }: FindOptions, config: CliConfig, source: string): FoundProvider | undefined {
  const [path] = sameSources(source).flatMap((each) => config.devOverrides.get(each) ?? []);
  if (path === undefined) return undefined;
  const place = { path, why: `dev_overrides in ${config.files[0] ?? "the CLI configuration"}` };
  const binary = files.kind(path) === "file" ? path : binaryIn(files, path, typeOf(source));
  return binary === undefined ? undefined : { source, version: DEV_VERSION, path: binary, isPacked: false, place };
}

/** What a folder has of a provider: unpacked `VERSION/OS_ARCH/`, packed `terraform-provider-TYPE_VERSION_OS_ARCH.zip`. */
function versionsAt({ files, platform, arch }: FindOptions, place: Place, source: string): readonly FoundProvider[] {
  const folder = join(place.path, ...source.split("/"));
  const type = typeOf(source);
  const target = targetName(platform, arch);
  const laidOut = files
    .list(folder)
    .slice(0, NAMES_MAX)
    .flatMap((name): FoundProvider[] => {
      const packed = packedVersion(name, type, target);
      if (packed !== undefined)
        return [{ source, version: packed, path: join(folder, name), isPacked: true, place }].filter(
          ({ path }) => files.kind(path) === "file",
        );
      const version = parseVersion(name)?.text;
      const binary = version === undefined ? undefined : binaryIn(files, join(folder, name, target), type);
      return version === undefined || binary === undefined ? [] : [{ source, version, path: binary, isPacked: false, place }];
    });
  return place.isPlain === true ? [...laidOut, ...binariesAt(files, place, source)] : laidOut;
}

/** Binaries that lie in the folder itself, by their names: `terraform-provider-aws_v5.100.0_x5`. What namespace they are of nobody says. */
function binariesAt(files: FileReader, place: Place, source: string): readonly FoundProvider[] {
  const start = `terraform-provider-${typeOf(source)}_v`;
  return files
    .list(place.path)
    .slice(0, NAMES_MAX)
    .flatMap((name): FoundProvider[] => {
      const version = name.startsWith(start)
        ? parseVersion(name.slice(start.length).replace(/_x\d+(\.exe)?$|\.exe$/, ""))?.text
        : undefined;
      const path = join(place.path, name);
      return version === undefined || files.kind(path) !== "file" ? [] : [{ source, version, path, isPacked: false, place }];
    });
}

function packedVersion(name: string, type: string, target: string): string | undefined {
  const start = `terraform-provider-${type}_`;
  const end = `_${target}.zip`;
  if (!name.startsWith(start) || !name.endsWith(end)) return undefined;
  return parseVersion(name.slice(start.length, -end.length))?.text;
}

/** `terraform-provider-aws_v5.100.0_x5`, `terraform-provider-aws`. */
export function binaryIn(files: FileReader, folder: string, type: string): string | undefined {
  const plain = `terraform-provider-${type}`;
  const names = files.list(folder).filter((name) => name === plain || name === `${plain}.exe` || name.startsWith(`${plain}_`));
  return names.map((name) => join(folder, name)).find((path) => files.kind(path) === "file" && !path.endsWith(".zip"));
}

/** Go's names: `linux_amd64`. */
export function targetName(platform: string, arch: string): string {
  const system = platform === "win32" ? "windows" : platform;
  const machine = arch === "x64" ? "amd64" : arch === "ia32" ? "386" : arch;
  return `${system}_${machine}`;
}

function fits(version: string, constraint: string): boolean {
  const read = parseVersion(version);
  return read !== undefined && satisfies(read, constraint);
}

function newest(found: readonly FoundProvider[]): FoundProvider | undefined {
  const read = found.flatMap((each): { each: FoundProvider; version: Version }[] => {
    const version = parseVersion(each.version);
    return version === undefined ? [] : [{ each, version }];
  });
  // Of two of the same version the one of the nearer place, and there the unpacked.
  return read.reduce<{ each: FoundProvider; version: Version } | undefined>((best, next) => {
    if (best === undefined) return next;
    const order = compareVersions(next.version, best.version);
    return order > 0 || (order === 0 && best.each.isPacked && !next.each.isPacked) ? next : best;
  }, undefined)?.each;
}
