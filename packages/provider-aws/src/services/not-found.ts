import { CODES, DiagnosticError, errorDiagnostic } from "@dovetail/model";

/** The error of a data source that finds nothing, in the real provider's words: `reading KMS Alias (alias/x): empty result`. */
export function notFound(what: string, why = "couldn't find resource"): DiagnosticError {
  return failedRead(`reading ${what}: ${why}`);
}

/** The error of a data source that cannot answer, in the real provider's words. */
export function failedRead(detail: string): DiagnosticError {
  return new DiagnosticError(errorDiagnostic("DVT4001", CODES.DVT4001, { detail }));
}

/**
 * The only one found. Throws where there is none or more than one, in the words of data sources that search:
 * `no matching EC2 Availability Zone found`.
 */
export function theOneFound<T>(found: readonly T[], what: string): T {
  const [only, ...more] = found;
  if (only === undefined) throw failedRead(`no matching ${what} found`);
  if (more.length > 0)
    throw failedRead(`multiple ${what}s matched; use additional constraints to reduce matches to a single ${what}`);
  return only;
}
