/** `formatSource` writes what `terraform fmt` writes. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
});
