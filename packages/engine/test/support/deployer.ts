import { hostname } from "node:os";
import { DiagnosticError, systemClock, systemRandom } from "@dovetail/model";
import { createEngine, nodeFiles } from "../../src/index.ts";
import { builtinRegistry } from "./terraform-data.ts";

/**
 * A process that takes a stage's lock, tells so, and holds it until its input ends (or it is killed).
 * `node deployer.ts DIRECTORY LEASE_MS WAIT_MS`. Prints one JSON line: {"held": id} or {"refused": code, "detail": …}.
 */
const [, , directory = "", leaseMs = "15000", waitMs = "0"] = process.argv;

const engine = createEngine({
  app: "app",
  stage: "dev",
  directory,
  files: nodeFiles(),
  clock: systemClock(),
  random: systemRandom(),
  providers: builtinRegistry(),
  leaseMs: Number(leaseMs),
  owner: { who: `tester@${hostname()}`, host: hostname(), pid: process.pid, version: "0", isProcessAlive },
});

function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const inputEnds = new Promise<void>((resolve) => {
  process.stdin.on("end", resolve).resume();
});

try {
  await engine.withLock(
    "deploy",
    async () => {
      console.log(JSON.stringify({ held: (await engine.lockInfo())?.ID }));
      await inputEnds;
    },
    { lockTimeoutMs: Number(waitMs) },
  );
} catch (error) {
  if (!(error instanceof DiagnosticError)) throw error;
  const [first] = error.diagnostics;
  console.log(JSON.stringify({ refused: first?.code, detail: first?.detail }));
}
process.exit(0);
