import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  noteDiagnostic,
  type SourceRange,
  satisfies,
  warningDiagnostic,
} from "@dovetail/model";
import { type Files, nodeModuleFiles } from "../files.ts";
import { changelogOf, changesSince } from "./changelog.ts";
import { isLocalModule } from "./source.ts";

/** The lock file of a program's modules: which version of each was deployed last. It is checked in. */
export const MODULE_LOCK_FILE = "dovetail-modules.lock.json";

export interface LockedModule {
  readonly source: string;
  /** The newest version of its changelog; absent where it has none. */
  readonly version?: string;
  /** SHA-256 over its `*.tf` and `*.tf.json` files, hexadecimal. */
  readonly hash: string;
}

export interface UsedModule {
  readonly name: string;
  readonly source: string;
  /** The version that the program asks for. */
  readonly asked?: string;
  readonly folder: string;
  readonly range?: SourceRange;
}

/** Looks at the version of one module that a program uses against what it asks for. Throws DiagnosticError where they differ. */
export function lockedModule({ name, source, asked, folder, range }: UsedModule, files: Files = nodeModuleFiles()): LockedModule {
  const version = changelogOf(folder, files)[0]?.version;
  const isLocal = isLocalModule(source);
  if (isLocal && asked !== undefined && (version === undefined || !satisfies(version, asked))) {
    const is = version === undefined ? "has no CHANGELOG.md that tells its version" : `is at version ${version.text}`;
    const detail = `The program asks for version ${asked} of the module "${name}"; what lies in ${source} ${is}.`;
    const fix =
      version === undefined
        ? "Take the version out, or add a CHANGELOG.md."
        : `Ask for "${version.text}" once you have read what changed.`;
    throw new DiagnosticError(errorDiagnostic("DVT2021", "Module version differs", { detail, fix, ...(range ? { range } : {}) }));
  }
  return { source, ...(version === undefined ? {} : { version: version.text }), hash: hashOfModule(folder, files) };
}

/** SHA-256 over a module's own files, hexadecimal. */
export function hashOfModule(folder: string, files: Files): string {
  const hash = createHash("sha256");
  for (const name of files.list(folder) ?? []) {
    if (!/\.tf(\.json)?$/.test(name)) continue;
    const bytes = files.read(join(folder, name)) ?? new Uint8Array();
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

/** The modules of the lock file, by name; none where there is no file. Throws DiagnosticError where it is damaged. */
export function readModuleLock(root: string, files: Files = nodeModuleFiles()): ReadonlyMap<string, LockedModule> {
  const path = join(root, MODULE_LOCK_FILE);
  const bytes = files.read(path);
  if (bytes === undefined) return new Map();
  try {
    const json: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    const modules: unknown = Reflect.get(Object(json), "modules");
    const entries = Object.entries(Object(modules) as { [name: string]: unknown });
    return new Map(entries.filter((entry): entry is [string, LockedModule] => isLocked(entry[1])));
  } catch (error) {
    const detail = `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
    const fix = "Take it from your version control, or delete it: the next deploy writes it.";
    throw new DiagnosticError(errorDiagnostic("DVT2021", "Lock file is damaged", { detail, fix }));
  }
}

function isLocked(value: unknown): value is LockedModule {
  const [source, hash]: unknown[] = [Reflect.get(Object(value), "source"), Reflect.get(Object(value), "hash")];
  return typeof source === "string" && typeof hash === "string";
}

/** Written whole, in order of the names, so that two writers write the same. */
export function writeModuleLock(root: string, modules: ReadonlyMap<string, LockedModule>): void {
  const sorted = Object.fromEntries([...modules].sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(join(root, MODULE_LOCK_FILE), `${JSON.stringify({ modules: sorted }, null, 2)}\n`);
}

/** What a plan says of a module that is not the one deployed last: its version's changes, or that it changed without a version. */
export function moduleChange(
  { name, folder, range }: UsedModule,
  was: LockedModule | undefined,
  is: LockedModule,
  files: Files = nodeModuleFiles(),
): Diagnostic | undefined {
  if (was === undefined || (was.hash === is.hash && was.version === is.version)) return undefined;
  const place = range ? { range } : {};
  if (was.version === is.version) {
    const detail = `The files of the module "${name}" are not the ones that were deployed, and its version is ${is.version ?? "not told"} as before.`;
    return warningDiagnostic("DVT2021", "Module changed without a new version", {
      detail,
      fix: "Add an entry to its CHANGELOG.md.",
      ...place,
    });
  }
  const changes = changesSince(changelogOf(folder, files), was.version).map(({ version, text }) => `${version.text}\n${text}`);
  const detail = `The module "${name}" goes from version ${was.version ?? "(none)"} to ${is.version ?? "(none)"}.\n${changes.join("\n\n")}`;
  return noteDiagnostic("DVT2021", "Module of another version", { detail, ...place });
}
