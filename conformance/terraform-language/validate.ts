/** What the real terraform says of a folder of files that do not parse. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Diagnostic } from "@dovetail/model";

/** Told by terraform only after reading, of what could be read all the same. */
const AFTER_READING =
  /^(Unsupported block type|Unsupported argument|Duplicate local value|Extraneous label|Missing (name|type|required)|Extraneous JSON object property|Incorrect JSON value type|Unexpected "|Invalid local value name)/;

interface JsonPlace {
  readonly line: number;
  readonly column: number;
  readonly byte: number;
}
interface JsonDiagnostic {
  readonly summary: string;
  readonly detail: string;
  readonly range?: { readonly filename: string; readonly start: JsonPlace; readonly end: JsonPlace };
  readonly snippet?: { readonly values: NonNullable<Diagnostic["values"]> };
}

/** By file, a line for each diagnostic of reading it: summary, detail, from, to, what names stood for. Sorted. */
export function terraformSays(inputs: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "dovetail-syntax-"));
  try {
    for (const [file, text] of inputs) writeFileSync(join(folder, file), text);
    const run = spawnSync("terraform", ["validate", "-json"], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, CHECKPOINT_DISABLE: "1" },
      maxBuffer: 1 << 28,
    });
    return linesByFile(inputs.keys(), run.stdout.toString(), (summary) => !AFTER_READING.test(summary));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The diagnostics of a `terraform validate -json`, a line each, by file and sorted. */
export function linesByFile(
  names: Iterable<string>,
  validated: string,
  isWanted: (summary: string) => boolean = () => true,
): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, string[]>([...names].map((file) => [file, []]));
  const told: readonly JsonDiagnostic[] = JSON.parse(validated).diagnostics;
  for (const { summary, detail, range, snippet } of told) {
    if (range === undefined || !isWanted(summary)) continue;
    const { start, end } = range;
    files.get(range.filename)?.push(line(summary, detail, start, end, snippet?.values));
  }
  for (const lines of files.values()) lines.sort();
  return files;
}

function line(summary: string, detail: string, start: JsonPlace, end: JsonPlace, values: Diagnostic["values"] = []): string {
  const place = `${start.line},${start.column},${start.byte}-${end.line},${end.column},${end.byte}`;
  return [summary, detail, place, ...values.map(({ traversal, statement }) => `${traversal} ${statement}`)].join(" | ");
}

/** Our diagnostics in the same form. Terraform's report shows one column of what is nowhere wide. */
export function weSay(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics
    .map(({ summary, detail = "", range, values }) => {
      const start = { line: range?.line ?? 0, column: range?.column ?? 0, byte: range?.byte ?? 0 };
      const wide = range?.byte === range?.endByte ? 1 : 0;
      const end = { line: range?.endLine ?? 0, column: (range?.endColumn ?? 0) + wide, byte: (range?.endByte ?? 0) + wide };
      return line(summary, detail, start, end, values);
    })
    .sort();
}
