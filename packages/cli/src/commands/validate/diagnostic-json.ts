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

/** What is nowhere wide is shown one column wide. */
function rangeOf(range: SourceRange, cwd: string) {
  const { file, line, column, byte = 0, endLine = line, endColumn = column, endByte = byte } = range;
  const wide = endByte === byte ? 1 : 0;
  return {
    filename: relative(cwd, file),
    start: { line, column, byte },
    end: { line: endLine, column: endColumn + wide, byte: endByte + wide },
  };
}
