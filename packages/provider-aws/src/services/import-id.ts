/** Import ids of several parts. */
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";

/** An import id that does not have the form it must have. */
export function badImportId(id: string, expected: string): DiagnosticError {
  const detail = `unexpected format for ID (${id}), expected ${expected}`;
  return new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail }));
}

/** The parts of `id`, each not empty, of which there must be as many as `expected` (`API-ID/ROUTE-ID`) has. */
export function importParts(id: string, expected: string, separator = "/"): string[] {
  const parts = id.split(separator);
  if (parts.length !== expected.split(separator).length || parts.some((part) => part === "")) throw badImportId(id, expected);
  return parts;
}
