import { type Diagnostic, DiagnosticError, errorDiagnostic, type SourceRange } from "@dovetail/model";

/** Diagnostics on their way to the user: placed, sorted, unique. Pure. */

export interface Place {
  readonly address?: string;
  readonly range?: SourceRange;
  /** See RegistrationBase. */
  readonly inProgramWords?: (diagnostic: Diagnostic) => Diagnostic;
}

/** Adds address and range where a diagnostic has none of its own. What is about the stage as a whole (DVT5xxx) stays so. */
export function placed(diagnostics: readonly Diagnostic[], place: Place): readonly Diagnostic[] {
  return diagnostics.map((diagnostic) => (diagnostic.code.startsWith("DVT5") ? diagnostic : placeOne(diagnostic, place)));
}

function placeOne(diagnostic: Diagnostic, { range, address, inProgramWords }: Place): Diagnostic {
  const isPlaced = "range" in diagnostic;
  const whole = { ...(range === undefined ? {} : { range }), ...(address === undefined ? {} : { address }), ...diagnostic };
  return isPlaced || inProgramWords === undefined ? whole : inProgramWords(whole);
}

/** What a thrown thing says. What is no DiagnosticError is a failed provider call or a bug: `doing` tells which. */
export function diagnosticsOf(error: unknown, doing: string, place: Place): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return placed(error.diagnostics, place);
  const message = error instanceof Error ? error.message : String(error);
  return placed([errorDiagnostic("DVT4001", "Provider operation failed", { detail: `${doing} failed: ${message}` })], place);
}

/** By file, line, column, address, code, text; each once. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const unique = new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic]));
  return [...unique.values()].sort(
    (a, b) =>
      text(a.range?.file, b.range?.file) ||
      (a.range?.line ?? 0) - (b.range?.line ?? 0) ||
      (a.range?.column ?? 0) - (b.range?.column ?? 0) ||
      text(a.address, b.address) ||
      text(a.code, b.code) ||
      text(a.detail, b.detail),
  );
}

function text(a = "", b = ""): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
