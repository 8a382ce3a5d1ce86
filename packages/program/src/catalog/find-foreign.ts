import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { CODES, DiagnosticError, errorDiagnostic, type SourceRange } from "@dovetail/model";
import type { ForeignImport } from "../bundle/plugin.ts";
import { type Catalogs, type Foreign, PACKAGES } from "./catalogs.ts";
import { createForeignCatalog, type ForeignProvider } from "./foreign-catalog.ts";
import { NOT_INSTALLED, packageFolder, readInstalled } from "./installed-package.ts";

/** Finds a provider by its local name. Throws DiagnosticError, saying where it was looked for, where it is not on this machine. */
export type FindForeign = (localName: string) => Promise<ForeignProvider>;

/** Packages that are called otherwise than the provider that they bridge. Source: the packages' pages in Pulumi's registry (read 2026-11). */
const LOCAL_NAMES: { readonly [packageName: string]: string } = { azure: "azurerm", gcp: "google" };

interface Surroundings {
  readonly root: string;
  readonly find: FindForeign | undefined;
}

/**
 * Gives the catalogs what the program uses of other providers: by import, or as a global that `app().providers` names. What cannot be had is
 * told when the program uses it.
 */
export async function addForeign(
  catalogs: Catalogs,
  imports: readonly ForeignImport[],
  globals: readonly string[],
  surroundings: Surroundings,
): Promise<void> {
  const wanted = new Map<string, ForeignImport | undefined>(globals.map((name) => [name, undefined]));
  for (const each of imports) if (wanted.get(each.name) === undefined) wanted.set(each.name, each);
  await Promise.all(
    [...wanted].map(async ([name, imported]) => catalogs.addForeign(name, await foreignOf(name, imported, surroundings))),
  );
}

async function foreignOf(name: string, imported: ForeignImport | undefined, { root, find }: Surroundings): Promise<Foreign> {
  const from = imported === undefined ? root : dirname(imported.importer);
  const folder = packageFolder(from, imported?.specifier ?? `@pulumi/${name}`);
  try {
    const provider = await (find ?? notHere)(LOCAL_NAMES[name] ?? name);
    return { catalog: createForeignCatalog(name, provider, folder === undefined ? NOT_INSTALLED : readInstalled(folder)) };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const range = imported === undefined ? undefined : placeOf(imported);
    return { missing: new DiagnosticError(error.diagnostics.map((each) => ({ ...each, ...(range ? { range } : {}) }))) };
  }
}

async function notHere(name: string): Promise<never> {
  const detail = `"${name}" is a provider that Dovetail does not bring; it brings ${PACKAGES.join(", ")}.`;
  throw new DiagnosticError(errorDiagnostic("DVT3005", CODES.DVT3005, { detail }));
}

/** Where the file names the package. */
function placeOf({ importer, specifier }: ForeignImport): SourceRange | undefined {
  try {
    const lines = readFileSync(importer, "utf8").split("\n");
    const line = lines.findIndex((text) => text.includes(`"${specifier}"`) || text.includes(`'${specifier}'`));
    if (line < 0) return undefined;
    const column = (lines[line]?.indexOf(specifier) ?? 0) + 1;
    return { file: importer, line: line + 1, column, endColumn: column + specifier.length };
  } catch {
    return undefined;
  }
}
