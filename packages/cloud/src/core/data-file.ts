/** The file that the cloud keeps its data in, looked at before LMDB is: LMDB maps what it is given, and a wrong file ends the process. */
import { closeSync, openSync, readSync } from "node:fs";
import { type Diagnostic, DiagnosticError, errorDiagnostic } from "@dovetail/model";

export const DATA_FILE = "data.mdb";
export const PAGE_BYTES = 8192;
/** Each of the two first pages begins with a header of 24 bytes and this number (lmdb.h, MDB_MAGIC). */
const MAGIC = 0xbeefc0de;
const MAGIC_OFFSET = 24;

/** Throws DVT6005 when the file is there, not empty, and no database. */
export function checkDataFile(path: string): void {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return;
  }
  try {
    const page = Buffer.alloc(PAGE_BYTES + MAGIC_OFFSET + 4);
    const length = readSync(file, page, 0, page.length, 0);
    const isWhole = length === page.length && [0, PAGE_BYTES].every((at) => page.readUInt32LE(at + MAGIC_OFFSET) === MAGIC);
    if (length > 0 && !isWhole) throw new DiagnosticError(damagedData(path, "its first pages are not those of a database"));
  } finally {
    closeSync(file);
  }
}

/** DVT6005, with how to begin anew. */
export function damagedData(path: string, why: string): Diagnostic {
  return errorDiagnostic("DVT6005", "Cloud data is damaged", {
    detail: `${path} cannot be read as the embedded AWS's data: ${why}. Nothing was changed.`,
    fix: `Put a copy of it back, or move it away to begin with an empty cloud:\n    mv ${path} ${path}.damaged`,
  });
}
