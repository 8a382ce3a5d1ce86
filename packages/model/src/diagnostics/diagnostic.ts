import type { DiagnosticCode } from "./codes.ts";

export type Severity = "error" | "warning" | "note";

/** A place in a user's file. `line` and `column` count from 1. */
export interface SourceRange {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  /** The place in the file's UTF-8 bytes, from 0, where it is known (Terraform's JSON diagnostics carry it). */
  readonly byte?: number;
  readonly endByte?: number;
}

/** What a user is told: what, where, why, and how to mend it. */
export interface Diagnostic {
  readonly severity: Severity;
  readonly code: DiagnosticCode;
  /** The kind of problem; never a name of the user's. */
  readonly summary: string;
  /** Whole sentences: why. */
  readonly detail?: string;
  /** What to do; lines to add or a command to copy stand on indented lines of their own. */
  readonly fix?: string;
  readonly range?: SourceRange;
  /** The resource it is about. */
  readonly address?: string;
  /** The attribute it is about, as `formatPath` writes it. */
  readonly attribute?: string;
  /** Other places that belong to the problem (the other half of a conflict). */
  readonly related?: readonly { readonly range: SourceRange; readonly message: string }[];
  /** What names of the expression stood for when it failed: `local.x`, `is "a"`. Nothing that is sensitive. */
  readonly values?: readonly { readonly traversal: string; readonly statement: string }[];
  /** AWS's own answer where there was one. */
  readonly aws?: { readonly code: string; readonly status?: number; readonly requestId?: string; readonly operation?: string };
}

/** Thrown where a function cannot go on; carries everything that was found. */
export class DiagnosticError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  constructor(diagnostics: readonly Diagnostic[] | Diagnostic, options?: { cause?: unknown }) {
    const list = Array.isArray(diagnostics) ? (diagnostics as readonly Diagnostic[]) : [diagnostics as Diagnostic];
    super(list.map((d) => `${d.code}: ${d.summary}${d.detail ? `: ${d.detail}` : ""}`).join("\n"), options);
    this.name = "DiagnosticError";
    this.diagnostics = list;
  }

  /** Parts of the build that are loaded apart have a copy of this class; an error of any copy is one. */
  static override [Symbol.hasInstance](value: unknown): value is DiagnosticError {
    return (
      value instanceof Error && value.name === "DiagnosticError" && "diagnostics" in value && Array.isArray(value.diagnostics)
    );
  }
}

export function errorDiagnostic(
  code: DiagnosticCode,
  summary: string,
  rest: Omit<Diagnostic, "severity" | "code" | "summary"> = {},
): Diagnostic {
  return { severity: "error", code, summary, ...rest };
}

export function warningDiagnostic(
  code: DiagnosticCode,
  summary: string,
  rest: Omit<Diagnostic, "severity" | "code" | "summary"> = {},
): Diagnostic {
  return { severity: "warning", code, summary, ...rest };
}

export function noteDiagnostic(
  code: DiagnosticCode,
  summary: string,
  rest: Omit<Diagnostic, "severity" | "code" | "summary"> = {},
): Diagnostic {
  return { severity: "note", code, summary, ...rest };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === "error");
}
