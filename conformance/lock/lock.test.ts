/** Two deployers of one stage: one works, the others are told who holds the lock. A killed holder's lock is gone without `unlock`. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyKefir, type Deployment } from "../../examples/kefir/deployment.ts";

const root = join(import.meta.dirname, "../..");
const program = join(root, "packages/cli/bin/dovetail.mjs");
const DEPLOYERS = 10;

let kefir: Deployment;
beforeAll(async () => {
  kefir = await copyKefir();
  kefir.succeed("cloud", "start");
});
afterAll(() => kefir.dispose());

function start(...args: string[]): { child: ChildProcess; ended: Promise<{ status: number | null; stderr: string }> } {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: kefir.infra,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return { child, ended: new Promise((resolve) => child.on("close", (status) => resolve({ status, stderr }))) };
}

describe("the lock of a stage", () => {
  test(`of ${DEPLOYERS} deployers at once one works, the others say who holds the lock since when`, async () => {
    const runs = await Promise.all(Array.from({ length: DEPLOYERS }, () => start("deploy", "--stage", "dev").ended));
    const winners = runs.filter((run) => run.status === 0);
    const losers = runs.filter((run) => run.status !== 0);
    // A late starter may find the first one done already; then both worked, one after the other.
    expect(winners.length).toBeGreaterThanOrEqual(1);
    expect(winners.filter((run) => run.stderr.includes("Complete in"))).toHaveLength(1);
    for (const { status, stderr } of losers) {
      expect(status).toBe(1);
      expect(stderr).toMatch(/DVT5001/);
      expect(stderr).toMatch(/process \d+/);
      expect(stderr).toMatch(/\d{4}-\d\d-\d\dT\d\d:\d\d/);
    }
    expect(losers.length).toBeGreaterThanOrEqual(DEPLOYERS - 3);
    expect(kefir.dovetail(["diff", "--stage", "dev", "--detailed-exitcode"]).status).toBe(0);
  });

  test("a holder that is killed holds nothing: the next run works at once and goes on where it was", async () => {
    kefir.succeed("remove", "--stage", "dev");
    const { child, ended } = start("deploy", "--stage", "dev");
    const journal = join(kefir.infra, ".dovetail/dev.journal");
    while (!existsSync(journal) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill("SIGKILL");
    await ended;
    const again = kefir.dovetail(["deploy", "--stage", "dev"]);
    expect([again.status, again.status === 0 ? "" : again.stderr]).toEqual([0, ""]);
    expect(kefir.dovetail(["diff", "--stage", "dev", "--detailed-exitcode"]).status).toBe(0);
  });
});
