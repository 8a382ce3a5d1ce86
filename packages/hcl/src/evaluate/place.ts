import type { SourceRange } from "@dovetail/model";

/** `main.tf:3,8-20`, or `main.tf:3,8-5,2` over several lines: how Terraform writes a place inside a message. */
export function formatPlace(range: SourceRange): string {
  const end = range.endLine === undefined || range.endLine === range.line ? "" : `${range.endLine},`;
  return `${range.file}:${range.line},${range.column}-${end}${range.endColumn ?? range.column}`;
}
