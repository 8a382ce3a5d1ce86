import { relative } from "node:path";
import {
  type Diagnostic,
  type DiagnosticCode,
  errorDiagnostic,
  hasErrors,
  type SourceRange,
  warningDiagnostic,
} from "@dovetail/model";

/** What was found wrong while a module is read, told all at once when everything has been read. */
export class Problems {
  readonly #found: Diagnostic[] = [];
  /** Places in texts are told from here. */
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  get found(): readonly Diagnostic[] {
    return this.#found;
  }

  get hasErrors(): boolean {
    return hasErrors(this.#found);
  }

  add(diagnostics: readonly Diagnostic[]): void {
    this.#found.push(...diagnostics.map((each) => placedFrom(each, this.folder)));
  }

  error(summary: string, detail: string, range: SourceRange, code: DiagnosticCode = "DVT2020"): void {
    this.#found.push(errorDiagnostic(code, summary, { detail, range }));
  }

  warning(summary: string, detail: string, range: SourceRange, code: DiagnosticCode = "DVT2020"): void {
    this.#found.push(warningDiagnostic(code, summary, { detail, range }));
  }

  /** Two declarations where only one may be: `detail` is told the place of the first. */
  twice(summary: string, detail: (first: string) => string, range: SourceRange, first: SourceRange): void {
    const related = [{ range: first, message: "It was declared here first." }];
    this.#found.push(errorDiagnostic("DVT2020", summary, { detail: detail(this.place(first)), range, related }));
  }

  place(range: SourceRange): string {
    return placeText(range, this.folder);
  }
}

/** Places that a sentence names in files of the folder are told from there, as the others are. */
export function placedFrom(diagnostic: Diagnostic, folder: string): Diagnostic {
  const { detail } = diagnostic;
  return detail?.includes(`${folder}/`) === true ? { ...diagnostic, detail: detail.replaceAll(`${folder}/`, "") } : diagnostic;
}

/** `main.tf:1,1-13`, as Terraform writes a place. */
export function placeText(range: SourceRange, folder: string): string {
  const { line, column, endLine = line, endColumn = column } = range;
  const end = endLine === line ? String(endColumn) : `${endLine},${endColumn}`;
  return `${relative(folder, range.file)}:${line},${column}-${end}`;
}
