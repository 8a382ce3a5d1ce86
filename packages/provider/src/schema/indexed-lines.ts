import { closeSync, openSync, readFileSync, readSync } from "node:fs";

/** By path: what they hold never changes while a process runs. */
const opened = new Map<string, IndexedLines>();

type At = readonly [offset: number, bytes: number];

/**
 * A file of JSON lines with an index of byte offsets beside it (`scripts/import-data.ts` writes both): one entry costs one small read.
 * The index itself is searched as text, since parsing thousands of rows for a few dozen lookups is a good part of a short run.
 */
export class IndexedLines {
  readonly #path: string;
  readonly #text: string;
  /** Where the index of each section lies in the text: after its brace, to the closing one. */
  readonly #sections = new Map<string, readonly [from: number, to: number]>();
  readonly #entries = new Map<string, unknown>();
  #head: { readonly [name: string]: unknown } | undefined;

  /** The one of a process for these files: who plans a type and who reads the program that declares it look at the same rows. */
  static shared(lines: string, index: string): IndexedLines {
    let found = opened.get(lines);
    if (found === undefined) {
      found = new IndexedLines(lines, index);
      opened.set(lines, found);
    }
    return found;
  }

  /** `lines`, `index`: absolute paths. Throws what reading them throws. */
  constructor(lines: string, index: string) {
    this.#path = lines;
    this.#text = readFileSync(index, "utf8");
  }

  /** What the index says before its sections: versions, aliases. */
  get head(): { readonly [name: string]: unknown } {
    this.#head ??= JSON.parse(`${this.#text.slice(0, this.#text.indexOf(SECTIONS))}}`) as { readonly [name: string]: unknown };
    return this.#head;
  }

  names(section: string): readonly string[] {
    const [from, to] = this.#section(section);
    return Object.keys(JSON.parse(`{${this.#text.slice(from, to)}}`) as object);
  }

  has(section: string, name: string): boolean {
    return this.#at(section, name) !== undefined;
  }

  /** Whether a name of the section begins so. */
  hasPrefix(section: string, prefix: string): boolean {
    const [from, to] = this.#section(section);
    const start = this.#text.indexOf(JSON.stringify(prefix).slice(0, -1), from);
    return start >= 0 && start < to;
  }

  /** The entry, parsed; undefined when there is none. Entries are kept: they never change. */
  entry(section: string, name: string): unknown {
    const key = `${section} ${name}`;
    if (!this.#entries.has(key)) {
      const at = this.#at(section, name);
      this.#entries.set(key, at === undefined ? undefined : this.#read(at));
    }
    return this.#entries.get(key);
  }

  #section(section: string): readonly [from: number, to: number] {
    let found = this.#sections.get(section);
    if (found === undefined) {
      const opening = `${JSON.stringify(section)}:{`;
      const start = this.#text.indexOf(opening, this.#text.indexOf(SECTIONS) + SECTIONS.length);
      const from = start + opening.length;
      // Rows are arrays of two numbers, so the first brace closes the section.
      found = start < 0 ? [0, 0] : [from, this.#text.indexOf("}", from)];
      this.#sections.set(section, found);
    }
    return found;
  }

  #at(section: string, name: string): At | undefined {
    const [from, to] = this.#section(section);
    const key = `${JSON.stringify(name)}:[`;
    const start = this.#text.indexOf(key, from);
    if (start < 0 || start >= to) return undefined;
    return JSON.parse(this.#text.slice(start + key.length - 1, this.#text.indexOf("]", start) + 1)) as At;
  }

  #read([offset, bytes]: At): unknown {
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

const SECTIONS = ',"sections":{';
