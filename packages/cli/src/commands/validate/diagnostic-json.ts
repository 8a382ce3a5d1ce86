import { relative } from "node:path";
import type { Diagnostic, SourceRange } from "@dovetail/model";

/** A diagnostic as Terraform's JSON documents have it; files are told from `cwd`. */
export function diagnosticJson({ severity, summary, detail, range }: Diagnostic, cwd: string) {
  return {
    severity,
    summary,
    ...(detail === undefined ? {} : { detail }),
    ...(range === undefined ? {} : { range: rangeOf(range, cwd) }),
  };
}

function rangeOf({ file, line, column, byte, endLine, endColumn, endByte }: SourceRange, cwd: string) {
  return {
    filename: relative(cwd, file),
    start: { line, column, byte: byte ?? 0 },
    end: { line: endLine ?? line, column: endColumn ?? column, byte: endByte ?? byte ?? 0 },
  };
}
