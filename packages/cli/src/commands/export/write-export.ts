import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { ExportedFile } from "@dovetail/terraform";

/** Throws where the folder has something in it already and may not be written over. */
export function checkFolder(folder: string, isForced: boolean): void {
  if (isForced || entriesOf(folder).length === 0) return;
  throw new DiagnosticError(
    errorDiagnostic("DVT7001", "Usage", {
      detail: `${folder} is not empty. Nothing was written.`,
      fix: "Name another folder, or write over what has the same name:\n    dovetail export tofu --out DIR --force",
    }),
  );
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw new DiagnosticError(
      errorDiagnostic("DVT7001", "Usage", {
        detail: `${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      }),
      { cause: error },
    );
  }
}

/** For its owner's eyes only. */
const PRIVATE = 0o600;

/** Writes the files. */
export function writeExport(folder: string, files: readonly ExportedFile[]): void {
  for (const file of files) {
    const path = placeOf(folder, file.path);
    mkdirSync(dirname(path), { recursive: true });
    if ("copyOf" in file) copyFileSync(file.copyOf, path);
    else {
      writeFileSync(path, file.text, file.isPrivate === true ? { mode: PRIVATE } : {});
      // The mode of a file that was there already stays as it was.
      if (file.isPrivate === true) chmodSync(path, PRIVATE);
    }
  }
}

/** Where a file goes; never outside of the folder, whatever its name was made of. */
function placeOf(folder: string, path: string): string {
  const place = join(folder, path);
  const way = relative(folder, place);
  if (way === "" || way.startsWith("..") || isAbsolute(way)) throw new Error(`${path} lies outside of the export`);
  return place;
}
