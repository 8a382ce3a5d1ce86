/** Every TypeScript snippet of the rules document deploys on the embedded cloud, the one that AWS refuses aside. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SnippetApp, snippetApps } from "../../packages/program/test/snippets.ts";

const root = join(import.meta.dirname, "../..");
const program = join(root, "packages/cli/bin/dovetail.mjs");
const document = readFileSync(join(root, "packages/program/testdata/kefir-rules.md"), "utf8");
/** What the document's user pool lacks and AWS wants. */
const WITH_FACTOR = 'mfaConfiguration: "OPTIONAL",\n  softwareTokenMfaConfiguration: { enabled: true },';

let folder: string;
let env: NodeJS.ProcessEnv;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-snippets-"));
  env = { ...process.env, DOVETAIL_CLOUD: join(folder, "cloud"), NO_COLOR: "1" };
});
afterAll(() => {
  run(folder, "cloud", "stop");
  rmSync(folder, { recursive: true, force: true });
});

function run(cwd: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [program, ...args], { cwd, env, encoding: "utf8" });
}

function write(app: SnippetApp, change: (text: string) => string = (text) => text): string {
  const infra = join(folder, app.name.replaceAll(" ", "-"), "infra");
  for (const [path, text] of Object.entries(app.files)) {
    mkdirSync(dirname(join(infra, path)), { recursive: true });
    writeFileSync(join(infra, path), change(text));
  }
  return infra;
}

describe("the rules document's snippets", () => {
  for (const app of snippetApps(document)) {
    const refused = app.files["stacks/AuthStack.ts"] !== undefined;
    test(`${app.name}: deploys, has nothing left to change, and is removed`, () => {
      const infra = write(app, (text) => (refused ? text.replace('mfaConfiguration: "OPTIONAL",', WITH_FACTOR) : text));
      const deployed = run(infra, "deploy", "--stage", "dev");
      expect([deployed.status, deployed.status === 0 ? "" : deployed.stderr]).toEqual([0, ""]);
      const diff = run(infra, "diff", "--stage", "dev", "--detailed-exitcode");
      expect([diff.status, diff.status === 0 ? "" : diff.stdout + diff.stderr]).toEqual([0, ""]);
      const removed = run(infra, "remove", "--stage", "dev");
      expect([removed.status, removed.status === 0 ? "" : removed.stderr]).toEqual([0, ""]);
    });

    if (!refused) continue;
    test("the user pool as it is written stops the plan with AWS's sentence and the lines to add; nothing is made", () => {
      const infra = write(app);
      const deployed = run(infra, "deploy", "--stage", "dev");
      expect(deployed.status).toBe(1);
      expect(deployed.stderr).toMatch(/AuthStack\.ts:\d+:\d+/);
      expect(deployed.stderr).toContain("Invalid MFA configuration");
      expect(deployed.stderr).toContain("softwareTokenMfaConfiguration");
      expect(deployed.stderr).toContain("Nothing was changed.");
      expect(run(infra, "state", "list", "--stage", "dev").stdout).toBe("");
    });
  }
});
