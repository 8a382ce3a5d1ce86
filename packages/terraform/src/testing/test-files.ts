import { basename, isAbsolute, join, relative, resolve } from "node:path";
import { type Diagnostic, errorDiagnostic } from "@dovetail/model";
import { Problems } from "../configuration/problems.ts";
import { type Files, nodeModuleFiles } from "../files.ts";
import { readTestFile } from "./read-test-file.ts";
import type { TestFile } from "./test-file.ts";

export interface TestSelection {
  /** Absolute folder of the module under test. */
  readonly root: string;
  /** From `root`. Default `tests`. */
  readonly testFolder?: string;
  /** Only these files, as their names are printed. */
  readonly only: readonly string[];
  readonly files?: Files;
}

/** The test files of a module, in its folder and in that for tests, by name. */
export function readTestFiles({ root, testFolder = "tests", only, files = nodeModuleFiles() }: TestSelection): {
  readonly files: readonly TestFile[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const problems = new Problems(root);
  const folder = isAbsolute(testFolder) ? testFolder : join(root, testFolder);
  const there = [...new Set([root, folder])].flatMap((each) =>
    (files.list(each) ?? []).filter((name) => isTestFile(name)).map((name) => join(each, name)),
  );
  const wanted = only.map((name) => resolve(root, name));
  const missing = wanted.filter((path) => !there.includes(path));
  const chosen = there.filter((path) => wanted.length === 0 || wanted.includes(path));
  const read = chosen.map((path) => readTestFile(files, root, path, problems));
  const byName = read.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { files: byName, diagnostics: [...missing.map((path) => unknownFile(relative(root, path))), ...problems.found] };
}

function isTestFile(name: string): boolean {
  return /\.tftest\.(hcl|json)$/.test(name) && !basename(name).startsWith(".");
}

function unknownFile(name: string): Diagnostic {
  const detail = `The specified test file, ${name}, could not be found.`;
  return errorDiagnostic("DVT2020", "Unknown test file", { detail });
}
