/**
 * `npm test`: finds or installs what the tests need beyond npm, then runs every suite, and closes with a line of the sum.
 * A suite whose outside part cannot be had says `skipped: WHY` itself.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { prepareTools } from "./tools.ts";

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

const root = join(import.meta.dirname, "..");
const folder = join(tmpdir(), `dovetail-test-${process.pid}`);
mkdirSync(folder, { recursive: true });
const file = join(folder, "report.json");
const node = join(root, "node_modules/.bin/node");

const build = spawnSync(node, [join(root, "scripts/build.ts")], { stdio: "inherit" });
if (build.status !== 0) process.exit(build.status ?? 1);

const tools = prepareTools(process.env);
for (const line of tools.report) console.log(line);
const run = spawnSync(
  node,
  [
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`,
    ...process.argv.slice(2),
  ],
  { stdio: "inherit", cwd: root, env: { ...tools.env, DO_NOT_TRACK: "1" } },
);
const report = JSON.parse(readFileSync(file, "utf8")) as Report;
rmSync(folder, { recursive: true, force: true });
const skipped = report.numPendingTests + report.numTodoTests;
// A suite that fails to load fails no test; the runner's own status says so.
const failed = report.numFailedTests === 0 && run.status !== 0 ? 1 : report.numFailedTests;
console.log(`${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = run.status ?? 1;
