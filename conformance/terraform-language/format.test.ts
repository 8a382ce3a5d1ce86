/** `formatSource` writes what `terraform fmt` writes. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { formatSource } from "@dovetail/hcl";
import { describe, expect, test } from "vitest";
import { hasTerraform } from "../terraform/dovetail.ts";
import { layouts } from "./layouts.ts";

const SEED = 20261121;
const FILES = 300;

describe.skipIf(!hasTerraform())("formatSource", () => {
  test(`is terraform fmt on ${FILES} files whose layout is spoilt (seed ${SEED}), and changes nothing a second time`, () => {
    const folder = mkdtempSync(join(tmpdir(), "dovetail-fmt-"));
    try {
      const files = layouts(SEED, FILES, (text) => formatSource(text).diagnostics.length === 0);
      for (const [file, text] of files) writeFileSync(join(folder, file), text);
      spawnSync("terraform", ["fmt", "-list=false"], { cwd: folder, env: { PATH: process.env.PATH, HOME: folder } });
      const different = [...files].flatMap(([file, text]) => {
        const terraform = readFileSync(join(folder, file), "utf8");
        const ours = formatSource(text).text;
        return ours === terraform && formatSource(ours).text === ours ? [] : [{ text, terraform, ours }];
      });
      expect(different).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("is terraform fmt on every file of the examples and of the tests", () => {
    const folder = mkdtempSync(join(tmpdir(), "dovetail-fmt-"));
    try {
      const files = new Map(
        ["examples", "conformance", "packages"].flatMap((name) => [...terraformFiles(join(REPOSITORY, name))]),
      );
      expect(files.size).toBeGreaterThan(150);
      for (const [path, text] of files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      spawnSync("terraform", ["fmt", "-list=false", "-recursive"], {
        cwd: folder,
        env: { PATH: process.env.PATH, HOME: folder },
      });
      const different = [...files].filter(([path, text]) => readFileSync(join(folder, path), "utf8") !== formatted(text));
      expect(different.map(([path]) => path)).toEqual([]);
      const untidy = [...files].filter(([path, text]) => path.startsWith("examples/") && formatted(text) !== text);
      expect(untidy.map(([path]) => path)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const REPOSITORY = join(import.meta.dirname, "../..");

function formatted(text: string): string {
  const { text: ours, diagnostics } = formatSource(text);
  return diagnostics.length === 0 ? ours : text;
}

/** By their path in the repository. */
function* terraformFiles(folder: string): Iterable<readonly [string, string]> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !/^(node_modules|dist|\..*)$/.test(entry.name)) yield* terraformFiles(path);
    else if (/\.(tf|tfvars|tftest\.hcl)$/.test(entry.name)) yield [relative(REPOSITORY, path), readFileSync(path, "utf8")];
  }
}
