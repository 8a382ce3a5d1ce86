import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { writeAtomically } from "../bundle/bundle-cache.ts";

/**
 * The programs that dynamic resources were last deployed by. Their functions are the program's own; when a resource leaves the program, the
 * one that deletes it must still be there. `<outDir>/<stage>.dynamic.json` has the program of each resource, `<outDir>/dynamic` the programs
 * (bundles, by content). It may be lost without losing a resource: then its delete asks for the program back.
 */
export class KeptPrograms {
  readonly #folder: string;
  readonly #record: string;
  readonly #outDir: string;

  constructor(outDir: string, stage: string) {
    this.#outDir = outDir;
    this.#folder = join(outDir, "dynamic");
    this.#record = join(outDir, `${stage}.dynamic.json`);
  }

  /** Notes that a resource is deployed by this bundle from now on. */
  keep(resource: string, bundleFile: string): void {
    const name = basename(bundleFile);
    const known = readRecord(this.#record);
    const kept = join(this.#folder, name);
    if (known[resource] === name && existsSync(kept)) return;
    mkdirSync(this.#folder, { recursive: true });
    if (!existsSync(kept)) {
      if (existsSync(`${bundleFile}.map`)) copyFileSync(`${bundleFile}.map`, `${kept}.map`);
      copyFileSync(bundleFile, kept);
    }
    this.#write({ ...known, [resource]: name });
  }

  /** The bundle that a resource was last deployed by. */
  programOf(resource: string): string | undefined {
    const known = readRecord(this.#record);
    const name = Object.hasOwn(known, resource) ? known[resource] : undefined;
    const file = name === undefined ? undefined : join(this.#folder, basename(name));
    return file !== undefined && existsSync(file) ? file : undefined;
  }

  /** The resource is gone for good. */
  forget(resource: string): void {
    const { [resource]: gone, ...rest } = readRecord(this.#record);
    if (gone !== undefined) this.#write(rest);
  }

  #write(record: { readonly [resource: string]: string }): void {
    if (Object.keys(record).length === 0) rmSync(this.#record, { force: true });
    else writeAtomically(this.#record, `${JSON.stringify(record, null, 2)}\n`);
    this.#removeUnused();
  }

  /** Programs that no resource of any stage needs. */
  #removeUnused(): void {
    const records = readdirSync(this.#outDir).filter((name) => name.endsWith(".dynamic.json"));
    const used = new Set(records.flatMap((name) => Object.values(readRecord(join(this.#outDir, name)))));
    for (const name of readdirSync(this.#folder)) if (!used.has(name.replace(/\.map$/, ""))) rmSync(join(this.#folder, name));
  }
}

function readRecord(file: string): { readonly [resource: string]: string } {
  try {
    const json: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof json !== "object" || json === null) return {};
    return Object.fromEntries(Object.entries(json).filter(([, name]) => typeof name === "string"));
  } catch {
    return {};
  }
}
