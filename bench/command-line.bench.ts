/** Design §10: `--version`, kefir's cold deploy and its no-op diff. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildBackend } from "../examples/kefir/backend/build.ts";
import { inTurn, median, type Row, residentMb, runNode, timeNode } from "./measure.ts";

const root = join(import.meta.dirname, "..");
const program = join(root, "packages/cli/bin/dovetail.mjs");
const RUNS = 7;

export async function commandLineRows(): Promise<readonly Row[]> {
  if (!existsSync(join(root, "dist/dovetail.js"))) await (await import("../scripts/build.ts")).buildDist();
  await buildBackend();
  return [versionRow(), ...kefirRows()];
}

function versionRow(): Row {
  const { a, b } = inTurn(
    15,
    () => timeNode([join(root, "dist/dovetail.js"), "--version"]),
    () => timeNode(["-e", "0"]),
  );
  return {
    what: "dovetail --version",
    measured: `${a.toFixed(0)} ms`,
    control: `node -e 0: ${b.toFixed(0)} ms`,
    budget: "control + 20 ms",
    met: a <= b + 20,
  };
}

/** The cloud's own process; what waits in reserve for functions are others. */
function deployedMb(infra: string): number {
  const { pid } = JSON.parse(readFileSync(join(infra, ".dovetail/cloud/cloud.json"), "utf8"));
  return residentMb(Number(pid));
}

/** Deploys a copy of kefir into empty clouds, so that every cold deploy is one. */
function kefirRows(): readonly Row[] {
  const folder = mkdtempSync(join(tmpdir(), "dovetail-bench-kefir-"));
  const infra = join(folder, "infra");
  const skip = /\/(\.dovetail|\.sst|node_modules)(\/|$)/;
  cpSync(join(root, "examples/kefir/infra"), infra, { recursive: true, filter: (path) => !skip.test(path) });
  cpSync(join(root, "examples/kefir/backend/dist"), join(folder, "backend/dist"), { recursive: true });
  const run = (...args: string[]) => {
    const result = runNode([program, ...args], { cwd: infra });
    if (result.status !== 0) throw new Error(`dovetail ${args.join(" ")} ended with ${result.status}:\n${result.output}`);
    return result;
  };
  try {
    const colds: number[] = [];
    for (let i = 0; i < 3; i++) {
      rmSync(join(infra, ".dovetail"), { recursive: true, force: true });
      colds.push(run("deploy", "--stage", "dev", "--json").wallMs);
      if (i < 2) run("cloud", "stop");
    }
    run("diff", "--stage", "dev");
    const diffs = Array.from({ length: RUNS }, () => run("diff", "--stage", "dev", "--detailed-exitcode"));
    const cloudMb = deployedMb(infra);
    const cold = median(colds);
    const diffMs = median(diffs.map((d) => d.wallMs));
    const diffMb = median(diffs.map((d) => d.peakMb));
    return [
      {
        what: "cloud: memory with kefir deployed",
        measured: `${cloudMb.toFixed(0)} MB`,
        control: "idle: see the cloud's rows",
        budget: "120 MB",
        met: cloudMb <= 120,
      },
      {
        what: "kefir: cold deploy into an empty cloud, its start included",
        measured: `${cold.toFixed(0)} ms`,
        control: "terraform, 100 SSM parameters: 12 s (design)",
        budget: "1 s",
        met: cold <= 1000,
      },
      {
        what: "kefir: diff of the unchanged app, refreshed",
        measured: `${diffMs.toFixed(0)} ms, ${diffMb.toFixed(0)} MB`,
        control: "terraform, one resource: 6.9 s, 600 MB (design)",
        budget: "300 ms, 150 MB",
        met: diffMs <= 300 && diffMb <= 150,
      },
    ];
  } finally {
    runNode([program, "cloud", "stop"], { cwd: infra });
    rmSync(folder, { recursive: true, force: true });
  }
}
