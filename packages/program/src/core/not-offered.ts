import { DiagnosticError, errorDiagnostic } from "@dovetail/model";

/** For what Pulumi has and Dovetail does not: an error that names it. */
export function notOffered(name: string): never {
  throw new DiagnosticError(
    errorDiagnostic("DVT1015", "Unknown class or function", { detail: `${name} is not offered by Dovetail.` }),
  );
}
