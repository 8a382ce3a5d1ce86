/** Import ids of several parts. */
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";

/** An import id that does not have the form it must have. */
export function badImportId(id: string, expected: string): DiagnosticError {
  return refusedImport(`unexpected format for ID (${id}), expected ${expected}`);
}

/** The same in words of one's own: those of the real provider, whose types do not all say it alike. */
export function refusedImport(detail: string): DiagnosticError {
  return new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail }));
}

/** As API Gateway's types say it. */
export function wrongImportId(id: string, expected: string): DiagnosticError {
  return refusedImport(`wrong format of import ID (${id}), use: '${expected}'`);
}

/** As the types of REST APIs say it. */
export function unexpectedImportId(id: string, expected: string): DiagnosticError {
  return refusedImport(`Unexpected format of ID (${JSON.stringify(id)}), expected ${expected}`);
}

/** As types say it whose id is several values. */
export function onePartOnly(id: string): DiagnosticError {
  return refusedImport(`unexpected format for ID ([${id}]), expected more than one part`);
}

/** `importId` of a type that the real provider cannot import. */
export function noImport(type: string): (id: string) => never {
  return () => {
    throw refusedImport(`resource ${type} doesn't support import`);
  };
}

/** The parts of `id`, each not empty, of which there must be as many as `expected` (`API-ID/ROUTE-ID`) has. */
export function importParts(id: string, expected: string, separator = "/", refuse = badImportId): string[] {
  const parts = id.split(separator);
  if (parts.length !== expected.split(separator).length || parts.some((part) => part === "")) throw refuse(id, expected);
  return parts;
}
