import { dirname, isAbsolute, join, relative, sep } from "node:path";
import type { Json, OutputValue, Plan } from "@dovetail/engine";
import { DYNAMIC, NO_SCOPE, type WrittenItem, writeBody } from "@dovetail/hcl";
import { type Diagnostic, isObject, type Value, valuesEqual, warningDiagnostic } from "@dovetail/model";
import { literalString } from "../configuration/literals.ts";
import type { ModuleTree } from "../configuration/model.ts";
import { Problems } from "../configuration/problems.ts";
import type { Files } from "../files.ts";
import { isLocalModule } from "../modules/source.ts";
import { fromPlain } from "../values/from-engine.ts";
import { toPlain } from "../values/to-engine.ts";
import { GITIGNORE, undeployed } from "./export-program.ts";
import type { ExportedFile } from "./exported-file.ts";
import type { Imports } from "./import-ids.ts";
import { filesBelow } from "./module-folders.ts";
import { movedState } from "./moved-state.ts";
import type { Recording } from "./record-program.ts";
import { FILE_ATTRIBUTES } from "./resource-config.ts";
import { exampleValues, type NeededVariable } from "./variables.ts";

/**
 * A Terraform root is written in the language already: its files go along as they are, with its local modules and the files that it
 * reads, each where it lay beside the others, so that no path changes.
 */

export interface RootExportOptions {
  readonly tree: ModuleTree;
  readonly recording: Recording;
  readonly plan: Plan;
  /** Absolute paths of files that functions of the language read. */
  readonly read: Iterable<string>;
  readonly root: string;
  readonly workspace: string;
  readonly files: Files;
  readonly withSecrets: boolean;
  /** Import blocks in place of a state. */
  readonly imports: Imports | undefined;
}

export interface RootExport {
  readonly files: readonly ExportedFile[];
  readonly diagnostics: readonly Diagnostic[];
  /** The root's folder in the export; `.` where it is the export itself. */
  readonly folder: string;
  /** undefined where the state is kept in a backend, which the export has too. */
  readonly state: ExportedFile | undefined;
}

/** What a root's own folder gives: configuration, tests, documentation, the lock of its providers. */
const OWN_FILES = /\.(tf|tofu)(\.json)?$|\.(tftest|tofutest)\.hcl$|\.md$|^\.terraform\.lock\.hcl$|^\.gitignore$/;

export function exportRoot(options: RootExportOptions): RootExport {
  const { root, files, plan, tree, imports } = options;
  const diagnostics: Diagnostic[] = [];
  const own = (files.list(root) ?? []).filter((name) => OWN_FILES.test(name)).map((name) => join(root, name));
  const modules = localFolders(tree).filter((folder) => folder !== root);
  const read = [...options.read, ...namedFiles(options)].filter((path) => isLike(path, files));
  const base = commonFolder([root, ...modules, ...read.map((path) => dirname(path))]) ?? root;
  const all = new Set([...own, ...modules.flatMap((folder) => filesBelow(folder, files)), ...read]);
  const folder = relative(base, root) || ".";
  const copies = [...all]
    .filter((path) => !isBelowData(relative(base, path)))
    .sort()
    .map((path): ExportedFile => ({ path: inExport(base, path), copyOf: path }));
  for (const path of absoluteFiles(options)) diagnostics.push(onThisMachine(path));
  const values = valueFiles(options).map((file) => ({ ...file, path: join(folder, file.path) }));
  const importing: ExportedFile[] =
    imports === undefined || imports.items.length === 0
      ? []
      : [{ path: join(folder, "dovetail-imports.tf"), text: writeBody(imports.items) }];
  const hasIgnore = copies.some(({ path }) => path === join(folder, ".gitignore"));
  const ignore: ExportedFile[] = hasIgnore ? [] : [{ path: join(folder, ".gitignore"), text: GITIGNORE }];
  return {
    files: [...copies, ...values, ...importing, ...ignore],
    diagnostics: [...diagnostics, ...(imports?.diagnostics ?? []), ...undeployed(plan)],
    folder,
    state: stateOf(options, folder),
  };
}

function inExport(base: string, path: string): string {
  return relative(base, path).split(sep).join("/");
}

function isLike(path: string, files: Files): boolean {
  return !files.isFolder(path) && files.real(path) !== undefined;
}

/** What `terraform init` and Dovetail make. */
function isBelowData(path: string): boolean {
  return path.split(sep).some((part) => part === ".terraform" || part === ".dovetail" || part === "node_modules");
}

/** Folders of the modules that lie beside the root; what an installer brings, it brings again. */
function localFolders({ config, children }: ModuleTree): readonly string[] {
  const local = [...children].filter(([name]) => isLocalModule(config.calls.get(name)?.source ?? ""));
  return [...new Set([config.folder, ...local.flatMap(([, child]) => localFolders(child))])];
}

/** Files that arguments name by a path from the root, themselves or by their folder. */
function namedFiles({ recording, root, files }: RootExportOptions): readonly string[] {
  return givenFiles(recording)
    .filter((given) => !isAbsolute(given))
    .map((given) => join(root, given))
    .flatMap((path) => (files.isFolder(path) ? filesBelow(path, files) : [path]));
}

function absoluteFiles({ recording }: RootExportOptions): readonly string[] {
  return [...new Set(givenFiles(recording).filter((given) => isAbsolute(given)))];
}

/** Arguments beyond those of programs that name a file, or a folder. */
const READ_ATTRIBUTES: { readonly [type: string]: readonly string[] } = {
  archive_file: ["source_dir", "source_file"],
  local_file: ["source"],
  local_sensitive_file: ["source"],
  ...Object.fromEntries(Object.entries(FILE_ATTRIBUTES).map(([type, name]) => [type, [name]])),
};

function givenFiles({ real }: Recording): readonly string[] {
  return [...real.resources.values()].flatMap(({ registration: { type, config } }) => {
    const names = Object.hasOwn(READ_ATTRIBUTES, type) ? (READ_ATTRIBUTES[type] ?? []) : [];
    return names.map((name) => config[name]).filter((given): given is string => typeof given === "string" && given !== "");
  });
}

function onThisMachine(path: string): Diagnostic {
  return warningDiagnostic("DVT7008", "Not in the export", {
    detail: `The configuration names ${path} by its path on this machine. It is not copied, as the path would not lead there.`,
    fix: "Name it from the module's folder:\n    $" + "{path.module}/FILE",
  });
}

/** The folder that has all of them in it; undefined where that is the whole disk. */
function commonFolder(folders: readonly string[]): string | undefined {
  const [first = "", ...others] = folders;
  let parts = first.split(sep);
  for (const other of others) {
    const its = other.split(sep);
    const end = parts.findIndex((part, i) => part !== its[i]);
    if (end >= 0) parts = parts.slice(0, end);
  }
  return parts.length < 2 ? undefined : parts.join(sep);
}

/** Values that the root was planned with, where they are not its defaults. */
function valueFiles({ tree, plan, withSecrets }: RootExportOptions): readonly Extract<ExportedFile, { text: string }>[] {
  const given = plan.document?.variables;
  const known: NeededVariable[] = [];
  for (const variable of tree.config.variables.values()) {
    const entry = isJsonObject(given) ? given[variable.name] : undefined;
    const value = isJsonObject(entry) ? entry.value : undefined;
    if (value === undefined || variable.isEphemeral) continue;
    const byDefault = variable.default?.expression.evaluate(NO_SCOPE).value;
    if (byDefault !== undefined && valuesEqual(toPlain(byDefault).value, value)) continue;
    const description = variable.description ?? `The variable ${variable.name}`;
    known.push({ name: variable.name, description, isSensitive: variable.isSensitive, value });
  }
  const plain = known.filter(({ isSensitive }) => !isSensitive);
  const secret = known.filter(({ isSensitive }) => isSensitive);
  return [
    ...(plain.length === 0 ? [] : [{ path: "terraform.tfvars", text: writeBody(plain.map(assignment)) }]),
    ...(secret.length === 0 ? [] : [{ path: "terraform.tfvars.example", text: exampleValues(secret) }]),
    ...(secret.length === 0 || !withSecrets
      ? []
      : [{ path: "secrets.auto.tfvars", text: writeBody(secret.map(assignment)), isPrivate: true }]),
  ];
}

function isJsonObject(json: Json | undefined): json is { readonly [key: string]: Json } {
  return isObject(json as Value | undefined);
}

function assignment({ name, value }: NeededVariable): WrittenItem {
  return { kind: "attribute", name, value: { kind: "literal", value: fromPlain(value ?? null, DYNAMIC) } };
}

/** Where the local backend keeps it; another backend has it already. */
function stateOf({ tree, plan, workspace, root, imports }: RootExportOptions, folder: string): ExportedFile | undefined {
  const { backend } = tree.config;
  if (imports !== undefined || (backend !== undefined && backend.type !== "local")) return undefined;
  const attributes = backend?.body.justAttributes().attributes;
  const problems = new Problems(root);
  const path = literalString(attributes?.get("path"), problems) ?? "terraform.tfstate";
  const named = literalString(attributes?.get("workspace_dir"), problems) ?? "terraform.tfstate.d";
  const file = workspace === "default" ? path : join(named, workspace, "terraform.tfstate");
  const outputs: { readonly [name: string]: OutputValue } = {};
  const text = movedState(plan.priorState, { attributes: new Map(), isLeftOut: () => false, outputs });
  return { path: join(folder, isAbsolute(file) ? "terraform.tfstate" : file), text, isPrivate: true };
}
