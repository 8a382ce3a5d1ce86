/** What a data source says of an object that is not there. */
import { CODES, DiagnosticError, errorDiagnostic } from "@dovetail/model";

/** `reading KMS Alias (alias/x): couldn't find resource`, the real provider's words. */
export function notFound(doing: string, why = "couldn't find resource"): DiagnosticError {
  return new DiagnosticError(errorDiagnostic("DVT4001", CODES.DVT4001, { detail: `${doing}: ${why}` }));
}
