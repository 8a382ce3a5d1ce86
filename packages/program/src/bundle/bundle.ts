import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Diagnostic, DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { BuildFailure, BuildOptions, BuildResult, Message } from "esbuild";
import { fingerprint, readRecord, removeOldBundles, sha256, writeAtomically, writeRecord } from "./bundle-cache.ts";
import { CONTEXT, FILE_DEFINES } from "./instrument.ts";
import type { ForeignImport } from "./plugin.ts";

/** Raised whenever what `bundleProgram` writes changes, so that an older bundle is not taken for a current one. */
const FORMAT = 5;

export interface Bundle {
  /** The bundle, an ES module; its source map stands beside it as `<file>.map`. */
  readonly file: string;
  /** Every file it was made from, absolute (for watching). */
  readonly inputs: readonly string[];
  /** Imports of packages whose providers Dovetail does not bring. */
  readonly foreign: readonly ForeignImport[];
}

/**
 * One ES module out of the config file and all that it imports, `@pulumi/*` bound to whoever evaluates it.
 * Kept in `cacheDir`; made anew only when the content of an input changed.
 * @param globals names that every file may use without import
 * @throws DiagnosticError DVT1002 (does not compile), DVT1016 (import not found)
 */
export async function bundleProgram(configFile: string, cacheDir: string, globals: readonly string[]): Promise<Bundle> {
  const key = `${FORMAT}:${configFile}:${globals.join(",")}`;
  const folder = join(cacheDir, sha256(configFile).slice(0, 12));
  const kept = readRecord(folder, key);
  if (kept !== undefined) return { file: kept.file, inputs: kept.inputs.map((input) => input.path), foreign: kept.foreign };
  const { code, map, inputs, foreign } = await build(configFile, folder, globals);
  const file = join(folder, `${sha256(code).slice(0, 16)}.mjs`);
  writeAtomically(`${file}.map`, map);
  writeAtomically(file, code);
  removeOldBundles(folder);
  writeRecord(folder, { key, file, inputs: inputs.map(fingerprint), foreign });
  return { file, inputs, foreign };
}

async function build(configFile: string, folder: string, globals: readonly string[]) {
  const esbuild = await import("esbuild");
  const { programPlugin } = await import("./plugin.ts");
  const root = dirname(configFile);
  const foreign: ForeignImport[] = [];
  let result: BuildResult<{ write: false; metafile: true }>;
  try {
    result = await esbuild.build({
      ...options(configFile, folder, globals),
      plugins: [programPlugin(configFile, (found) => foreign.push(found))],
    });
  } catch (error) {
    throw new DiagnosticError((error as BuildFailure).errors.map((message) => compileError(message, root)));
  }
  const text = (suffix: string) => result.outputFiles.find((file) => file.path.endsWith(suffix))?.text ?? "";
  const inputs = Object.keys(result.metafile.inputs)
    .filter((path) => !path.startsWith("dovetail:"))
    .map((path) => resolve(root, path));
  return { code: withRequire(text(".mjs")), map: text(".map"), inputs: [...inputs, ...settingsFiles(root)], foreign };
}

function options(configFile: string, folder: string, globals: readonly string[]) {
  return {
    entryPoints: [configFile],
    outfile: join(folder, "program.mjs"),
    absWorkingDir: dirname(configFile),
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    target: "node22",
    mainFields: ["module", "main"],
    conditions: ["node", "import", "module"],
    sourcemap: "external",
    sourcesContent: false,
    keepNames: true,
    logLevel: "silent",
    treeShaking: true,
    loader: {
      ".html": "text",
      ".txt": "text",
      ".md": "text",
      ".sql": "text",
      ".graphql": "text",
      ".gql": "text",
      ".yml": "text",
      ".yaml": "text",
    },
    define: {
      ...FILE_DEFINES,
      "process.exit": `${CONTEXT}.exit`,
      ...Object.fromEntries(globals.map((name) => [name, `${CONTEXT}.globals.${name}`])),
    },
    banner: { js: banner(configFile) },
  } satisfies BuildOptions;
}

/** The evaluation a bundle belongs to is named in the query of the URL that it is imported by. */
function banner(configFile: string): string {
  return [
    'import { createRequire as __dovetail_createRequire } from "node:module";',
    `const ${CONTEXT} = globalThis[Symbol.for("dovetail.evaluations")].get(new URL(import.meta.url).searchParams.get("evaluation"));`,
    `const __dovetail_require = __dovetail_createRequire(${JSON.stringify(pathToFileURL(configFile).href)});`,
  ].join("");
}

/** esbuild's `require` in an ES module throws unless there is one; it is given one without taking the name from the user. */
function withRequire(code: string): string {
  return code.replace('typeof require !== "undefined" ? require', "true ? __dovetail_require");
}

/** Files that change how the others are read, though no import names them. */
function settingsFiles(root: string): string[] {
  const files = [join(root, "tsconfig.json"), join(root, "package.json")];
  for (let folder = dirname(root); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, "tsconfig.json"))) files.push(join(folder, "tsconfig.json"));
  }
  return files;
}

function compileError(message: Message, root: string): Diagnostic {
  const { location } = message;
  const range = location && {
    file: isAbsolute(location.file) ? location.file : resolve(root, location.file),
    line: location.line,
    column: location.column + 1,
    endColumn: location.column + 1 + location.length,
  };
  const place = range ? { range } : {};
  const missing = /^Could not resolve "([^"]+)"/.exec(message.text)?.[1];
  if (missing === undefined) {
    const notes = message.notes.map((note) => note.text).join("\n");
    return errorDiagnostic("DVT1002", "Program does not compile", {
      detail: notes ? `${message.text}\n${notes}` : message.text,
      ...place,
    });
  }
  const isFile = missing.startsWith(".") || missing.startsWith("/");
  return errorDiagnostic("DVT1016", "Unresolvable import", {
    detail: `"${missing}" is imported here, but ${isFile ? "there is no such file" : "no such package is installed"}.`,
    fix: isFile
      ? "Correct the path, or add the file."
      : `Install it in the app's folder:\n    npm install ${packageName(missing)}`,
    ...place,
  });
}

function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
