import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * Absolute path of one of the package's data files (`schema-6.66.0.jsonl`, `wire/sqs.json`).
 * From sources they lie in `data/` beside `src/`; in the published bundle in `data/provider-aws/` beside the bundle.
 */
export function dataFile(name: string): string {
  const bundled = join(import.meta.dirname, "data/provider-aws", name);
  return existsSync(bundled) ? bundled : join(import.meta.dirname, "../data", name);
}
