import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

export interface SourceFile {
  /** Relative to the project, with forward slashes. */
  readonly path: string;
  /** `cloud` of `packages/cloud/src/…`. */
  readonly room: string;
  readonly text: string;
  readonly isTest: boolean;
}

/** Every TypeScript source of the packages, generated files left out. */
export function sourceFiles(): readonly SourceFile[] {
  return globSync("packages/*/src/**/*.ts", { cwd: ROOT })
    .filter((path) => !path.endsWith(".gen.ts") && !path.endsWith(".d.ts"))
    .sort()
    .map((path) => ({
      path,
      room: path.split("/")[1] ?? "",
      text: readFileSync(join(ROOT, path), "utf8"),
      isTest: path.endsWith(".test.ts"),
    }));
}

/** The text without comments and the contents of strings that are no import. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`\\])\/\/.*$/gm, "$1");
}

/** What a source imports, by `import`/`export … from` (type-only too) and `import("…")` with a literal. */
export function importsOf(text: string): readonly { readonly specifier: string; readonly dynamic: boolean }[] {
  const found: { specifier: string; dynamic: boolean }[] = [];
  const code = withoutComments(text);
  for (const match of code.matchAll(/(?:^|[\n;])\s*(?:import|export)\b[^;'"`]*?from\s*["']([^"']+)["']/g))
    found.push({ specifier: match[1] ?? "", dynamic: false });
  for (const match of code.matchAll(/(?:^|[\n;])\s*import\s*["']([^"']+)["']/g))
    found.push({ specifier: match[1] ?? "", dynamic: false });
  for (const match of code.matchAll(/\bimport\(\s*["']([^"']+)["']\s*\)/g))
    found.push({ specifier: match[1] ?? "", dynamic: true });
  return found;
}
