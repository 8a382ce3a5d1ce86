import { join, resolve } from "node:path";
import { type Diagnostic, parseVersion, satisfies } from "@dovetail/model";
import { findModule, type ModulePlaces } from "../modules/installed.ts";
import { parseModuleSource } from "../modules/source.ts";
import { loadModule } from "./load-module.ts";
import type { ModuleCallConfig, ModuleConfig, ModuleTree } from "./model.ts";
import { Problems } from "./problems.ts";

/** What `required_version` is held against: the language as of this version is what we read. */
export const LANGUAGE_VERSION = "1.11.4";

/** Newer releases: a module that asks for one may use something that we don't know. */
const NEWER_VERSIONS = ["1.12.2", "1.13.5", "1.14.3", "1.15.0", "1.16.0"];

const DEPTH_MAX = 64;
const MODULES_MAX = 10_000;

export interface LoadedConfiguration {
  /** undefined where the root could not be read. */
  readonly tree: ModuleTree | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** The versions of modules that were chosen by a constraint, by the names of the calls: `a.b`. */
  readonly versions: ReadonlyMap<string, string>;
}

/**
 * The root module in `places.root` with every module that it calls. All that is wrong in any of them is told at once.
 * @param read modules that need not be read again, nor be told of again; those that are read are added
 */
export function loadConfiguration(places: ModulePlaces, read: ReadModules = new Map()): LoadedConfiguration {
  const problems = new Problems(places.root);
  const loader = new Loader(places, problems, read);
  const tree = loader.load(places.root, [], []);
  return { tree, diagnostics: problems.found, versions: loader.versions };
}

/** Modules that were read, by their folder; undefined: there is none. */
export type ReadModules = Map<string, ModuleConfig | undefined>;

class Loader {
  readonly versions = new Map<string, string>();
  readonly #places: ModulePlaces;
  readonly #problems: Problems;
  /** A folder that several calls name is read once. */
  readonly #read: ReadModules;
  #count = 0;

  constructor(places: ModulePlaces, problems: Problems, read: ReadModules) {
    this.#read = read;
    this.#places = places;
    this.#problems = problems;
  }

  load(folder: string, path: readonly string[], above: readonly string[]): ModuleTree | undefined {
    const config = this.#module(folder);
    if (config === undefined) return undefined;
    const children = new Map<string, ModuleTree>();
    for (const call of config.calls.values()) {
      const child = this.#child(call, config, path, [...above, folder]);
      if (child !== undefined) children.set(call.name, child);
    }
    return { path, config, children };
  }

  #module(folder: string): ModuleConfig | undefined {
    if (!this.#read.has(folder)) {
      const config = loadModule(this.#places.files, folder, this.#problems);
      if (config !== undefined) checkVersions(config, this.#problems);
      this.#read.set(folder, config);
    }
    return this.#read.get(folder);
  }

  #child(
    call: ModuleCallConfig,
    config: ModuleConfig,
    path: readonly string[],
    above: readonly string[],
  ): ModuleTree | undefined {
    const childPath = [...path, call.name];
    const folder = this.#folderOf(call, config, childPath);
    if (folder === undefined) return undefined;
    this.#count += 1;
    const real = this.#places.files.real(folder) ?? folder;
    if (above.some((each) => (this.#places.files.real(each) ?? each) === real)) {
      const detail = `Module "${call.name}" is the module in ${folder}, which calls it, directly or through others: the calls would never end.`;
      this.#problems.error("Module calls itself", detail, call.sourceRange, "DVT2021");
      return undefined;
    }
    if (childPath.length > DEPTH_MAX || this.#count > MODULES_MAX) {
      const detail = `At most ${MODULES_MAX} modules are read, ${DEPTH_MAX} inside each other.`;
      this.#problems.error("Too many modules", detail, call.sourceRange, "DVT2021");
      return undefined;
    }
    const tree = this.load(folder, childPath, above);
    if (tree === undefined && !this.#problems.hasErrors) this.#unreadable(call, folder);
    return tree;
  }

  #unreadable(call: ModuleCallConfig, folder: string): void {
    const isThere = this.#places.files.isFolder(folder);
    const detail = isThere
      ? `The directory ${folder} contains no Terraform configuration files.`
      : `Unable to evaluate directory symlink: lstat ${folder}: no such file or directory`;
    this.#problems.error("Unreadable module directory", detail, call.sourceRange, "DVT2021");
  }

  #folderOf(call: ModuleCallConfig, config: ModuleConfig, path: readonly string[]): string | undefined {
    const source = parseModuleSource(call.source);
    if (source === undefined) {
      const detail = `Terraform failed to determine a module installer to use for ${JSON.stringify(call.source)}. A local path starts with "./" or "../", and what follows "//" stays inside what precedes it.`;
      this.#problems.error("Invalid module source address", detail, call.sourceRange, "DVT2021");
      return undefined;
    }
    if (source.kind === "local") {
      if (call.version !== undefined) {
        const detail = `A version constraint cannot be applied to a module at a relative local path.`;
        this.#problems.error("Invalid version constraint", detail, call.version.range, "DVT2021");
      }
      return resolve(config.folder, source.path.replaceAll("\\", "/"));
    }
    const wanted = {
      key: path.join("."),
      text: call.source,
      source,
      ...(call.version === undefined ? {} : { constraint: call.version.text }),
    };
    const found = findModule(this.#places, wanted);
    if ("why" in found) {
      const fetched = source.kind === "registry" ? "Put it into one of these folders." : 'Run "dovetail init" once to fetch it.';
      this.#problems.error("Module not installed", `${found.why}\n${fetched}`, call.sourceRange, "DVT2021");
      return undefined;
    }
    if (found.version !== undefined) this.versions.set(wanted.key, found.version);
    return found.folder;
  }
}

/** Folders of vendored modules of a root. `DOVETAIL_MODULES` names more, like a PATH. */
export function vendoredFolders(root: string, env: { readonly [name: string]: string | undefined }): readonly string[] {
  const named = (env.DOVETAIL_MODULES ?? "").split(":").filter((folder) => folder !== "");
  return [...named.map((folder) => resolve(root, folder)), join(root, "vendor", "modules"), join(root, ".dovetail", "modules")];
}

function checkVersions(config: ModuleConfig, problems: Problems): void {
  const fits = (version: string, constraint: string) => {
    const parsed = parseVersion(version);
    return parsed !== undefined && satisfies(parsed, constraint);
  };
  for (const { text, range } of config.requiredVersions) {
    if (fits(LANGUAGE_VERSION, text)) continue;
    if (NEWER_VERSIONS.some((version) => fits(version, text))) {
      const detail = `This configuration asks for Terraform ${text}. Dovetail reads the language of version ${LANGUAGE_VERSION}: what a newer one has added it does not know.`;
      problems.warning("Newer Terraform version asked for", detail, range, "DVT2027");
    } else {
      const detail = `This configuration does not support Terraform version ${LANGUAGE_VERSION}. To proceed, either choose another supported Terraform version or update this version constraint. Version constraints are normally set for good reason, so updating the constraint may lead to other errors or unexpected behavior.`;
      problems.error("Unsupported Terraform Core version", detail, range, "DVT2027");
    }
  }
}
