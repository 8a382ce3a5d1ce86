import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { type Diagnostic, DiagnosticError, hasErrors, type SourceRange, warningDiagnostic } from "@dovetail/model";
import { loadModule } from "../configuration/load-module.ts";
import type { ModuleCallConfig, ModuleConfig } from "../configuration/model.ts";
import { Problems } from "../configuration/problems.ts";
import { type Fetching, fetchModule } from "./fetch-module.ts";
import { findVendored, type ModulePlaces, notVendored, sameSource, type WantedModule } from "./installed.ts";
import { formatManifest, type ManifestEntry, manifestFile, readManifest } from "./manifest.ts";
import { hashOfModule, type LockedModule, readModuleLock, writeModuleLock } from "./module-lock.ts";
import { parseModuleSource } from "./source.ts";

/** Putting the modules of a root into `.terraform/modules` (Terraform: "terraform get"), as terraform itself would find them there. */

export interface InstallOptions extends Fetching {
  readonly places: ModulePlaces;
  /** What is there already is fetched again, and the newest version that fits is taken. */
  readonly isUpgrade: boolean;
  /** Takes lines that say what is being done. */
  readonly tell: (line: string) => void;
}

const DEPTH_MAX = 64;

/** Installs every module that the root calls, directly or through others. Answers with what was found wrong; nothing is thrown. */
export async function installModules(options: InstallOptions): Promise<readonly Diagnostic[]> {
  const { root, dataFolder } = options.places;
  const problems = new Problems(root);
  try {
    const installer = new Installer(options, problems);
    await installer.module(root, [], 0);
    if (hasErrors(problems.found)) return problems.found;
    mkdirSync(dirname(manifestFile(dataFolder)), { recursive: true });
    writeFileSync(manifestFile(dataFolder), formatManifest(installer.entries));
    installer.lock();
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    problems.add(error.diagnostics);
  }
  return problems.found;
}

class Installer {
  readonly entries: ManifestEntry[] = [{ Key: "", Source: "", Dir: "." }];
  readonly #options: InstallOptions;
  readonly #problems: Problems;
  readonly #before: readonly ManifestEntry[];
  readonly #locked: ReadonlyMap<string, LockedModule>;
  readonly #used = new Map<string, LockedModule>();

  constructor(options: InstallOptions, problems: Problems) {
    const { files, root, dataFolder } = options.places;
    this.#options = options;
    this.#problems = problems;
    this.#before = readManifest(files, dataFolder);
    this.#locked = readModuleLock(root, files);
  }

  async module(folder: string, path: readonly string[], depth: number): Promise<void> {
    const config = loadModule(this.#options.places.files, folder, this.#problems);
    if (config === undefined || depth > DEPTH_MAX) return;
    for (const call of [...config.calls.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inner = await this.#call(call, config, [...path, call.name].join("."));
      if (inner !== undefined) await this.module(inner, [...path, call.name], depth + 1);
    }
  }

  /** Writes down what was used, where anything came from elsewhere; says what is not what it was. */
  lock(): void {
    const { root } = this.#options.places;
    if (this.#used.size === 0 && this.#locked.size === 0) return;
    writeModuleLock(root, this.#used);
  }

  async #call(call: ModuleCallConfig, config: ModuleConfig, key: string): Promise<string | undefined> {
    const source = parseModuleSource(call.source);
    if (source === undefined) {
      this.#invalid(call);
      return undefined;
    }
    if (source.kind === "local") return this.#local(call, config, key, source.path);
    if (call.version !== undefined && source.kind !== "registry") {
      const detail = `Failed to parse module registry address: a module registry source address must have either three or four slash-separated components.\n\nTerraform assumed that you intended a module registry source address because you also set the argument "version", which applies only to registry modules.`;
      this.#problems.error("Invalid registry module source address", detail, call.sourceRange, "DVT2021");
      return undefined;
    }
    const wanted = { key, text: call.source, source, ...(call.version === undefined ? {} : { constraint: call.version.text }) };
    const there = this.#options.isUpgrade ? undefined : this.#before.find((each) => each.Key === key && sameSource(each, wanted));
    const folder = there === undefined ? undefined : resolve(this.#options.places.root, there.Dir);
    if (there !== undefined && folder !== undefined && this.#options.places.files.isFolder(folder)) {
      this.#add(there, call.sourceRange, undefined);
      return folder;
    }
    return await this.#fetched(wanted, call.sourceRange, call.name);
  }

  #local(call: ModuleCallConfig, config: ModuleConfig, key: string, path: string): string | undefined {
    const folder = resolve(config.folder, path.replaceAll("\\", "/"));
    if (!this.#options.places.files.isFolder(folder)) {
      const detail = `The directory ${this.#relative(folder)} could not be read for module "${call.name}" at ${this.#problems.place(call.range)}.`;
      this.#problems.error("Unreadable module directory", detail, call.sourceRange, "DVT2021");
      return undefined;
    }
    const entry = { Key: key, Source: call.source, Dir: this.#relative(folder) };
    this.entries.push(entry);
    const isKnown = this.#before.some(({ Key, Source, Dir }) => Key === key && Source === entry.Source && Dir === entry.Dir);
    if (!isKnown || this.#options.isUpgrade) this.#options.tell(`- ${key} in ${entry.Dir}`);
    return folder;
  }

  async #fetched(wanted: WantedModule, range: SourceRange, name: string): Promise<string | undefined> {
    const { places, tell, isUpgrade } = this.#options;
    const target = join(places.dataFolder, "modules", wanted.key);
    rmSync(target, { recursive: true, force: true });
    mkdirSync(dirname(target), { recursive: true });
    tell(`Downloading ${shownSource(wanted)} for ${wanted.key}...`);
    const locked = isUpgrade ? undefined : this.#locked.get(wanted.key);
    try {
      const fetched = await this.#fetch(wanted, target, locked?.source === wanted.text ? locked.version : undefined);
      if (fetched === undefined) {
        this.#problems.error("Module not found", notVendored(places, wanted), range, "DVT2021");
        return undefined;
      }
      const folder = this.#inPackage(target, wanted.source, range);
      if (folder === undefined) return undefined;
      const { version, commit } = fetched;
      const entry = {
        Key: wanted.key,
        Source: recordedSource(wanted),
        ...(version === undefined ? {} : { Version: version }),
        Dir: this.#relative(folder),
      };
      this.#add(entry, range, { source: wanted.text, ...versionOf(version ?? commit), hash: hashOfModule(folder, places.files) });
      return folder;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      rmSync(target, { recursive: true, force: true });
      const detail = `Could not download module "${name}" (${this.#problems.place(range)}) source code from ${JSON.stringify(wanted.text)}: ${error.message}.`;
      this.#problems.error("Failed to download module", detail, range, "DVT2021");
      return undefined;
    }
  }

  /** From a vendored folder, else from where the address says; undefined where a registry's module is not on this machine. */
  async #fetch(
    wanted: WantedModule,
    target: string,
    commit: string | undefined,
  ): Promise<{ readonly version?: string; readonly commit?: string } | undefined> {
    const { source } = wanted;
    const vendored = findVendored(this.#options.places, wanted);
    if (vendored !== undefined) {
      cpSync(vendored.package, target, { recursive: true, verbatimSymlinks: true });
      return source.kind === "registry" && vendored.version !== undefined ? { version: vendored.version } : {};
    }
    if (source.kind === "registry") return undefined;
    return await fetchModule(source, target, this.#options, source.kind === "git" ? commit : undefined);
  }

  #inPackage(target: string, { subfolder }: WantedModule["source"], range: SourceRange): string | undefined {
    const { files } = this.#options.places;
    const folder = subfolder === "" ? target : join(target, subfolder);
    const real = files.real(folder);
    const inside = files.real(target);
    if (real !== undefined && inside !== undefined && (real === inside || real.startsWith(`${inside}${sep}`))) return folder;
    const why =
      real === undefined
        ? `subdir "${subfolder}" not found`
        : `subdirectory path "${subfolder}" leads outside of the module package`;
    this.#problems.error("Failed to expand subdir globs", why, range, "DVT2021");
    return undefined;
  }

  /** @param now undefined: it was there already */
  #add(entry: ManifestEntry, range: SourceRange, now: LockedModule | undefined): void {
    const { places, tell } = this.#options;
    this.entries.push(entry);
    const was = this.#locked.get(entry.Key);
    const folder = resolve(places.root, entry.Dir);
    const is = now ?? {
      source: was?.source ?? entry.Source,
      ...versionOf(entry.Version ?? was?.version),
      hash: hashOfModule(folder, places.files),
    };
    this.#used.set(entry.Key, is);
    if (now !== undefined) tell(`- ${entry.Key} in ${entry.Dir}`);
    if (was === undefined || was.source !== is.source || was.version !== is.version || was.hash === is.hash) return;
    const detail = `The files of the module "${entry.Key}" are not the ones that dovetail-modules.lock.json has, though its source and version are (${is.source}${is.version === undefined ? "" : `, ${is.version}`}).`;
    this.#problems.add([warningDiagnostic("DVT2021", "Module changed without a new version", { detail, range })]);
  }

  #invalid(call: ModuleCallConfig): void {
    const detail = `Terraform failed to determine a module installer to use for ${JSON.stringify(call.source)}. A local path starts with "./" or "../", and what follows "//" stays inside what precedes it.`;
    this.#problems.error("Invalid module source address", detail, call.sourceRange, "DVT2021");
  }

  #relative(folder: string): string {
    return relative(this.#options.places.root, folder) || ".";
  }
}

function versionOf(version: string | undefined): { readonly version?: string } {
  return version === undefined ? {} : { version };
}

/** With the registry's host, without the subfolder, as terraform shows it. */
function shownSource({ text, source }: WantedModule): string {
  if (source.kind === "registry") return `${source.host}/${source.path}`;
  return source.subfolder === "" ? text : text.replace(`//${source.subfolder}`, "");
}

function recordedSource({ text, source }: WantedModule): string {
  if (source.kind !== "registry") return text;
  return `${source.host}/${source.path}${source.subfolder === "" ? "" : `//${source.subfolder}`}`;
}
