import { closeSync, existsSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";

/** Absolute path of a data file: from sources in the package's `data/`, in the published bundle in `data/<package>/` beside it. */
export function dataFile(packageName: "program" | "provider-aws" | "provider-utilities", name: string): string {
  const bundled = join(import.meta.dirname, "data", packageName, name);
  return existsSync(bundled) ? bundled : join(import.meta.dirname, "../../..", packageName, "data", name);
}

interface LinesIndex {
  readonly sections: { readonly [section: string]: { readonly [name: string]: readonly [offset: number, bytes: number] } };
  readonly aliases?: { readonly [oldToken: string]: string };
  readonly provider?: unknown;
  readonly v6_only_resources?: { readonly [token: string]: unknown };
  readonly v6_only_functions?: { readonly [token: string]: unknown };
}

/** A JSON-lines file with an index of byte offsets: one entry costs one small read. */
export class IndexedLines {
  readonly #path: string;
  readonly index: LinesIndex;
  readonly #entries = new Map<string, unknown>();

  constructor(packageName: "program" | "provider-aws", base: string) {
    this.#path = dataFile(packageName, `${base}.jsonl`);
    this.index = JSON.parse(readFileSync(dataFile(packageName, `${base}.index.json`), "utf8")) as LinesIndex;
  }

  names(section: string): readonly string[] {
    return Object.keys(this.index.sections[section] ?? {});
  }

  /** The entry, parsed; undefined when there is none. Entries are kept: they never change. */
  entry(section: string, name: string): unknown {
    const key = `${section} ${name}`;
    if (!this.#entries.has(key)) this.#entries.set(key, this.#read(section, name));
    return this.#entries.get(key);
  }

  #read(section: string, name: string): unknown {
    const at = this.index.sections[section];
    if (at === undefined || !Object.hasOwn(at, name)) return undefined;
    const [offset, bytes] = at[name] ?? [0, 0];
    const buffer = Buffer.alloc(bytes);
    const file = openSync(this.#path, "r");
    try {
      readSync(file, buffer, 0, bytes, offset);
    } finally {
      closeSync(file);
    }
    return JSON.parse(buffer.toString("utf8"));
  }
}
