/** `dovetail test` beside `terraform test`: the same lines, the same end, the same errors. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { dovetailIn, hasTerraform, type Ran } from "../terraform/dovetail.ts";
import { TEST_SUITES } from "./test-suites.ts";

const TEST_MS = 180_000;
const MODULES = join(import.meta.dirname, "../../examples/photo-editor/infrastructure/modules");
const MIRROR = process.env.DOVETAIL_TF_MIRROR;

describe.skipIf(!hasTerraform())("suites of terraform_data", () => {
  test.each(TEST_SUITES)(
    "$name",
    ({ files }) =>
      inFolder(async (folder) => {
        for (const [path, text] of Object.entries(files)) {
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), text);
        }
        await compare(folder);
      }),
    TEST_MS,
  );
});

describe("the modules of the photo editor", () => {
  test.each(readdirSync(MODULES))(
    `%s passes${MIRROR === undefined ? " (not beside terraform: DOVETAIL_TF_MIRROR names no mirror of providers)" : ""}`,
    (module) =>
      inFolder(async (folder) => {
        cpSync(join(MODULES, module), folder, { recursive: true });
        if (MIRROR !== undefined && hasTerraform()) await compare(folder);
        const { code, stdout } = await dovetailIn(folder, "test");
        expect({ code, end: stdout.trimEnd().split("\n").at(-1) }).toEqual({
          code: 0,
          end: expect.stringMatching(/^Success! [1-9]\d* passed, 0 failed\.$/),
        });
      }),
    TEST_MS,
  );
});

async function compare(folder: string): Promise<void> {
  const initialised = await terraformIn(folder, "init", "-input=false");
  const real = initialised.code === 0 ? await terraformIn(folder, "test") : initialised;
  const ours = await dovetailIn(folder, "test");
  expect(summaries(ours)).toEqual(summaries(real));
  expect(ours.code).toBe(real.code);
  if (initialised.code === 0) expect(lines(ours)).toEqual(lines(real));
}

/** Lines that say what became of files and runs. */
function lines({ stdout }: Ran): readonly string[] {
  return stdout.split("\n").filter((line) => /^( {2}run "|\S+\.tftest\.hcl\.\.\. |(Success|Failure)! )/.test(line));
}

/** Dovetail says that targets leave something out in the plan itself. */
const UNTOLD = "Resource targeting is in effect";

/** Of the errors, sorted: terraform tells those of a file in no order of its own. */
function summaries({ stdout, stderr }: Ran): readonly string[] {
  return [...`${stdout}\n${stderr}`.matchAll(/^[│\s]*(?:Error|Warning)(?: DVT\d+)?: (.*)$/gm)]
    .map(([, text = ""]) => text)
    .filter((text) => text !== UNTOLD)
    .sort();
}

function terraformIn(folder: string, ...args: readonly string[]): Promise<Ran> {
  const config = join(folder, "..", "terraform.rc");
  const mirror = MIRROR === undefined ? "" : `provider_installation {\n  filesystem_mirror {\n    path = "${MIRROR}"\n  }\n}\n`;
  writeFileSync(config, mirror);
  const env = { PATH: process.env.PATH, HOME: folder, TF_CLI_CONFIG_FILE: config, CHECKPOINT_DISABLE: "1" };
  return new Promise((resolve) => {
    execFile("terraform", [...args, "-no-color"], { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const outer = mkdtempSync(join(tmpdir(), "dovetail-tests-"));
  const folder = join(outer, "module");
  mkdirSync(folder);
  try {
    await work(folder);
  } finally {
    rmSync(outer, { recursive: true, force: true });
  }
}
