import { builtinModules } from "node:module";
import type { ArchivedFile } from "../evaluate/evaluation.ts";
import type { Problem } from "../translate/to-schema.ts";

const NODE_EXTENSIONS = [".js", ".mjs", ".cjs"];
/** A bundle larger than this is not looked through for imports. */
const SCANNED_BYTES_MAX = 8 * 1024 * 1024;
const FILES_MAX = 200;
const MISSING_MAX = 10;

/** What Lambda's Node runtimes bring. Source: Lambda developer guide, "Runtime-included SDK versions" (read 2026-11). */
const PROVIDED = /^(@aws-sdk\/|@smithy\/|aws-sdk(\/|$))/;

export interface FunctionFacts {
  readonly handler: unknown;
  readonly runtime: unknown;
  /** Layers may bring what the archive lacks. */
  readonly hasLayers: boolean;
}

/** A function's archive: the handler's file and export must be in it, and the modules that its files import should be. */
export function checkHandler(facts: FunctionFacts, archive: ArchivedFile, problems: Problem[]): void {
  const { handler, runtime } = facts;
  if (typeof handler !== "string" || typeof runtime !== "string" || archive.entries === undefined || handler.startsWith("/opt/"))
    return;
  const entries = new Set(archive.entries);
  if (runtime.startsWith("nodejs")) checkNode(facts, handler, entries, archive, problems);
  else if (runtime.startsWith("python")) checkPython(facts, handler, entries, problems);
}

function checkNode(
  facts: FunctionFacts,
  handler: string,
  entries: ReadonlySet<string>,
  archive: ArchivedFile,
  problems: Problem[],
): void {
  const dot = handler.lastIndexOf(".");
  const base = handler.slice(0, dot).replace(/^\.\//, "");
  const name = handler.slice(dot + 1);
  const places = NODE_EXTENSIONS.map((extension) => base + extension);
  const file = places.find((place) => entries.has(place));
  if (dot < 0 || file === undefined) {
    problems.push(notFound(facts, handler, dot < 0 ? [] : places, entries));
    return;
  }
  const text = textOf(archive, file);
  if (text !== undefined && !new RegExp(`\\b${name.replace(/[^\w$]/g, "\\$&")}\\b`).test(text)) {
    problems.push({
      code: "DVT1011",
      severity: "error",
      path: ["handler"],
      detail: `${file} is in the archive, but nothing in it is called "${name}", which the handler "${handler}" names.`,
      fix: `Export it:\n    export const ${name} = async (event) => { ... };`,
    });
  }
  if (!facts.hasLayers) problems.push(...importProblems(entries, archive));
}

function checkPython(facts: FunctionFacts, handler: string, entries: ReadonlySet<string>, problems: Problem[]): void {
  const base = handler.slice(0, handler.lastIndexOf(".")).replaceAll(".", "/");
  const places = [`${base}.py`, `${base}/__init__.py`];
  if (!places.some((place) => entries.has(place))) problems.push(notFound(facts, handler, places, entries));
}

function notFound(facts: FunctionFacts, handler: string, places: readonly string[], entries: ReadonlySet<string>): Problem {
  const base = handler.slice(handler.lastIndexOf("/") + 1).split(".")[0] ?? "";
  const near = [...entries].find(
    (entry) =>
      !entry.includes("node_modules/") && /\.(m|c)?js$|\.py$/.test(entry) && entry.split("/").at(-1)?.startsWith(`${base}.`),
  );
  const looked =
    places.length === 0
      ? 'it has no ".", a handler is written file.function'
      : `looked at, in the archive:\n${places.map((place) => `    ${place}`).join("\n")}`;
  return {
    code: "DVT1011",
    severity: facts.hasLayers ? "warning" : "error",
    path: ["handler"],
    detail: `The handler "${handler}" is not in the archive (${entries.size} files); ${looked}`,
    fix:
      near === undefined
        ? "Correct the handler's path (it starts at the root of the archive), or build the function."
        : `Did you mean "${near.replace(/\.\w+$/, "")}.${handler.split(".").at(-1)}"?`,
  };
}

const IMPORTS = [
  /\bfrom\s*["']([^"'\n]+)["']/g,
  /\bimport\s*["']([^"'\n]+)["']/g,
  /\b(?:require|import)\(\s*["']([^"'\n]+)["']\s*\)/g,
];

/** What a package's files import and do not have: asked once for each content of an archive. */
const importsFound = new Map<string, readonly Problem[]>();

function importProblems(entries: ReadonlySet<string>, archive: ArchivedFile): readonly Problem[] {
  let problems = importsFound.get(archive.sha256Base64);
  if (problems === undefined) {
    problems = findMissingImports(entries, archive);
    importsFound.set(archive.sha256Base64, problems);
  }
  return problems;
}

/** Packages that files outside node_modules import, and that neither the archive nor the runtime has. */
function findMissingImports(entries: ReadonlySet<string>, archive: ArchivedFile): Problem[] {
  const missing = new Map<string, string>();
  const own = [...entries].filter(
    (entry) => NODE_EXTENSIONS.some((extension) => entry.endsWith(extension)) && !entry.includes("node_modules/"),
  );
  for (const file of own.slice(0, FILES_MAX)) {
    for (const name of importedPackages(textOf(archive, file) ?? ""))
      if (!hasPackage(entries, file, name)) missing.set(name, file);
  }
  return [...missing].slice(0, MISSING_MAX).map(([name, file]) => ({
    code: "DVT1020",
    severity: "warning",
    path: ["code"],
    detail: `${file} imports "${name}", which is not in the archive and not part of the runtime: on AWS the function fails with "Cannot find module '${name}'".`,
    fix: "Bundle it into the file, or add its node_modules to the folder.",
  }));
}

function importedPackages(text: string): Set<string> {
  const names = new Set<string>();
  for (const pattern of IMPORTS) {
    for (const [, specifier = ""] of text.matchAll(pattern)) {
      if (!/^(@[a-z0-9~][\w.~-]*\/)?[a-z0-9~][\w.~-]*(\/|$)/i.test(specifier) || PROVIDED.test(specifier)) continue;
      const name = specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/");
      if (!builtinModules.includes(name)) names.add(name);
    }
  }
  return names;
}

/** Node looks in `node_modules` of the file's folder and of each above it. */
function hasPackage(entries: ReadonlySet<string>, file: string, name: string): boolean {
  const folders = file.split("/").slice(0, -1);
  for (let depth = folders.length; depth >= 0; depth--) {
    const prefix = [...folders.slice(0, depth), "node_modules", name, ""].join("/");
    for (const entry of entries) if (entry.startsWith(prefix)) return true;
  }
  return false;
}

function textOf(archive: ArchivedFile, file: string): string | undefined {
  const content = archive.read?.(file);
  return content === undefined || content.length > SCANNED_BYTES_MAX ? undefined : Buffer.from(content).toString("utf8");
}
