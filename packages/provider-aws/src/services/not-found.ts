import { CODES, DiagnosticError, errorDiagnostic } from "@dovetail/model";

/** The error of a data source that finds nothing, in the real provider's words: `reading KMS Alias (alias/x): empty result`. */
export function notFound(what: string, why = "couldn't find resource"): DiagnosticError {
  return new DiagnosticError(errorDiagnostic("DVT4001", CODES.DVT4001, { detail: `reading ${what}: ${why}` }));
}
