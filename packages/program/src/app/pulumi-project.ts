import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { type Diagnostic, DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { AppOptions } from "./app-options.ts";
import type { ParseYaml, StackConfig } from "./stack-config.ts";

/** A project as Pulumi has it: `Pulumi.yaml` with a name and a runtime, and a program whose top level declares resources. */
export interface PulumiProject {
  readonly name: string;
  /** The program's first file, absolute. */
  readonly entry: string;
  /** Where relative paths of the program start: the project's folder, or the one that `main` names. */
  readonly programRoot: string;
}

const ENTRIES = ["index.ts", "index.mts", "index.js", "index.mjs", "index.cjs"];

export function isPulumiProject(configFile: string): boolean {
  return /[\\/]Pulumi\.ya?ml$/.test(configFile);
}

/**
 * Reads `Pulumi.yaml`. Source: Pulumi's "Project file reference" (read 2026-11).
 * @throws DiagnosticError DVT1004 (no name, another language), DVT1001 (no program)
 */
export function readProject(file: string, parse: ParseYaml): PulumiProject {
  const document = parsed(file, parse);
  const { name, runtime, main } = document;
  if (typeof name !== "string" || !/^[A-Za-z0-9_.-]{1,100}$/.test(name))
    throw wrong(file, "name", 'The project has no "name" of letters, digits, "-", "_" and ".".', "Add one:\n    name: my-app");
  const language = typeof runtime === "object" && runtime !== null ? (runtime as { readonly name?: unknown }).name : runtime;
  if (language !== "nodejs") {
    throw wrong(
      file,
      "runtime",
      `The project's runtime is ${language === undefined ? "not given" : `"${String(language)}"`}; Dovetail runs programs in TypeScript and JavaScript.`,
      "Where the program is one, write:\n    runtime: nodejs",
    );
  }
  const root = dirname(file);
  const target = typeof main === "string" ? (isAbsolute(main) ? main : resolve(root, main)) : root;
  const isFolder = statSync(target, { throwIfNoEntry: false })?.isDirectory() === true;
  const entry = isFolder ? entryOf(target) : existsSync(target) ? target : undefined;
  if (entry === undefined) throw noProgram(file, target);
  return { name, entry, programRoot: isFolder ? target : root };
}

/** The package's `main`, else an index file. A `main` that is built from TypeScript and not there stands for its source. */
function entryOf(folder: string): string | undefined {
  const manifest = join(folder, "package.json");
  const given = existsSync(manifest) ? mainOf(manifest) : undefined;
  const named = given === undefined ? [] : [given, join(given, "index.ts"), join(given, "index.js")];
  return [...named, ...ENTRIES].map((name) => resolve(folder, name)).find((path) => isFile(path));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function mainOf(manifest: string): string | undefined {
  try {
    const { main } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly main?: unknown };
    return typeof main === "string" ? main : undefined;
  } catch {
    return undefined;
  }
}

function parsed(file: string, parse: ParseYaml): { readonly [name: string]: unknown } {
  try {
    const document = parse(readFileSync(file, "utf8"));
    if (typeof document === "object" && document !== null && !Array.isArray(document))
      return document as { readonly [name: string]: unknown };
  } catch (error) {
    throw wrong(file, "", `The file is not valid YAML: ${(error as Error).message}`, "Correct it.");
  }
  throw wrong(
    file,
    "",
    "The file must be a mapping of keys to values.",
    "Add for example:\n    name: my-app\n    runtime: nodejs",
  );
}

/** What a project has in place of what `app()` returns: the stage's `aws:...` configuration is the provider's, and so for the other `packages`. */
export function projectOptions(
  project: PulumiProject,
  stage: string,
  config: StackConfig,
  packages: readonly string[],
): AppOptions {
  const providers = packages.flatMap((name) => {
    const args = config.keys(name).map((key) => [key, config.get(`${name}:${key}`)?.value]);
    return args.length === 0 ? [] : [[name, Object.fromEntries(args) as { readonly [argument: string]: unknown }] as const];
  });
  return {
    name: project.name,
    stage,
    removal: undefined,
    protect: false,
    home: "local",
    providers: Object.fromEntries(providers),
    version: undefined,
    watch: undefined,
    targets: {},
  };
}

function wrong(file: string, key: string, detail: string, fix: string): DiagnosticError {
  const lines = readFileSync(file, "utf8").split("\n");
  const line =
    key === ""
      ? 0
      : Math.max(
          lines.findIndex((text) => text.startsWith(`${key}:`)),
          0,
        );
  return new DiagnosticError(problem("DVT1004", "Invalid app definition", detail, fix, { file, line: line + 1, column: 1 }));
}

function noProgram(file: string, target: string): DiagnosticError {
  const detail = `The project ${file} has no program: there is no ${ENTRIES.join(", ")} in ${target}, and its package.json names no other file.`;
  const fix = "Add index.ts, or name the program's file or folder in Pulumi.yaml:\n    main: infra/index.ts";
  return new DiagnosticError(problem("DVT1001", "No app found", detail, fix, { file, line: 1, column: 1 }));
}

function problem(
  code: "DVT1001" | "DVT1004",
  summary: string,
  detail: string,
  fix: string,
  range: Diagnostic["range"],
): Diagnostic {
  return errorDiagnostic(code, summary, { detail, fix, ...(range ? { range } : {}) });
}
