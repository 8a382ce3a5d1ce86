import { existsSync } from "node:fs";
import { join } from "node:path";
import { IndexedLines } from "@dovetail/provider";

/** Absolute path of a data file: from sources in the package's `data/`, in the published bundle in `data/<package>/` beside it. */
export function dataFile(packageName: "program" | "provider-aws" | "provider-utilities", name: string): string {
  const bundled = join(import.meta.dirname, "data", packageName, name);
  return existsSync(bundled) ? bundled : join(import.meta.dirname, "../../..", packageName, "data", name);
}

/** One of the indexed data files. */
export function dataLines(packageName: "program" | "provider-aws", base: string): IndexedLines {
  return IndexedLines.shared(dataFile(packageName, `${base}.jsonl`), dataFile(packageName, `${base}.index.json`));
}
