/**
 * Design §10: plan, no-op plan and apply of `terraform_data` roots, by count (independent resources) and as a chain; in memory, in a
 * process of its own; processor time, which is what others on the machine don't change. Beside it the real terraform where it is on PATH, at the sizes that it is done with quickly.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createEngine, type FrontEnd, memoryFiles } from "@dovetail/engine";
import { seededRandom, systemClock } from "@dovetail/model";
import { builtinRegistry } from "../packages/engine/test/support/terraform-data.ts";
import { median, type Row, runNode } from "./measure.ts";

const PHASES = ["plan", "apply", "no-op plan"] as const;
const SMALL = 1_000;
const LARGE = 10_000;
const SMALL_RUNS = 9;
const LARGE_RUNS = 3;
/** Asks this file, as a program, for one large root alone: what that takes of memory. */
const ALONE = "--alone";
/** How much dearer a resource may be among ten times as many (quadratic would be 10): room for what the collector does. */
const LINEAR_FACTOR = 2;
const PEAK_MB_MAX = 500;
/** What terraform 1.11 needs at 10,000 by count (design §10). */
const TERRAFORM_LARGE_MS = { plan: 4_400, apply: 400_000, "no-op plan": 67_000 } as const;

type Times = { readonly [phase in (typeof PHASES)[number]]: number };

function program(count: number, isChain: boolean): FrontEnd {
  return {
    async evaluate(host) {
      const registered = [];
      for (let i = 0; i < count; i++) {
        const dependencies = isChain && i > 0 ? [`terraform_data.r${i - 1}`] : [];
        const config = { input: `value ${i}` };
        registered.push(host.register({ type: "terraform_data", name: `r${i}`, config, sensitive: [], dependencies }));
      }
      await Promise.all(registered);
      return { outputs: {} };
    },
  };
}

async function measure(count: number, isChain: boolean): Promise<Times> {
  const engine = createEngine({
    app: "bench",
    stage: "dev",
    directory: "/bench",
    files: memoryFiles(),
    clock: systemClock(),
    random: seededRandom(1),
    providers: builtinRegistry(),
    owner: { who: "bench", host: "bench", pid: 1, version: "0", isProcessAlive: () => true },
  });
  const frontEnd = program(count, isChain);
  const times: number[] = [];
  const timed = async <T>(work: () => Promise<T>): Promise<T> => {
    const before = process.cpuUsage();
    const result = await work();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
    return result;
  };
  const plan = await timed(() => engine.plan({ frontEnd }));
  const result = await timed(() => engine.apply(plan, { frontEnd }));
  if (!result.ok || result.added !== count)
    throw new Error(`applied ${result.added} of ${count}: ${JSON.stringify(result.diagnostics[0])}`);
  const again = await timed(() => engine.plan({ frontEnd }));
  if (again.isApplyable) throw new Error("the second plan is not empty");
  const [planMs = 0, applyMs = 0, noOpMs = 0] = times;
  return { plan: planMs, apply: applyMs, "no-op plan": noOpMs };
}

interface Measured {
  readonly shape: "count" | "chain";
  readonly small: Times;
  readonly large: Times;
}

/** Medians of a few runs: one collection of garbage would be half of a small one's time. */
async function medians(count: number, isChain: boolean): Promise<Times> {
  const runs: Times[] = [];
  for (let i = 0; i < (count < LARGE ? SMALL_RUNS : LARGE_RUNS); i++) runs.push(await measure(count, isChain));
  const of = (phase: (typeof PHASES)[number]) => median(runs.map((each) => each[phase]));
  return { plan: of("plan"), apply: of("apply"), "no-op plan": of("no-op plan") };
}

/** What a process of its own prints. */
async function measureAll(): Promise<readonly Measured[]> {
  await measure(LARGE, false);
  const all: Measured[] = [];
  for (const shape of ["count", "chain"] as const)
    all.push({ shape, small: await medians(SMALL, shape === "chain"), large: await medians(LARGE, shape === "chain") });
  return all;
}

/** terraform's times at `SMALL` by count, or why there are none. */
function terraformTimes(): Times | string {
  if (spawnSync("terraform", ["version"], { stdio: "ignore" }).status !== 0) return "no terraform on PATH";
  const cwd = mkdtempSync(join(tmpdir(), "dovetail-bench-terraform-"));
  const run = (...args: string[]): number => {
    const started = performance.now();
    const { status, stderr } = spawnSync("terraform", args, { cwd, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
    if (status !== 0) throw new Error(`terraform ${args[0]}: ${stderr.slice(0, 300)}`);
    return performance.now() - started;
  };
  try {
    writeFileSync(
      join(cwd, "main.tf"),
      `resource "terraform_data" "r" {\n  count = ${SMALL}\n  input = "value \${count.index}"\n}\n`,
    );
    run("init", "-input=false");
    const plan = run("plan", "-input=false", "-out=saved");
    const apply = run("apply", "-input=false", "saved");
    return { plan, apply, "no-op plan": run("plan", "-input=false") };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

function rowsOf({ shape, small, large }: Measured, terraform: Times | string): readonly Row[] {
  return PHASES.map((phase) => {
    const growth = large[phase] / small[phase] / (LARGE / SMALL);
    const theirs = typeof terraform === "string" || shape === "chain" ? undefined : terraform[phase];
    const isFaster = theirs === undefined || small[phase] <= theirs;
    const isTenfold = shape === "chain" || large[phase] * 10 <= TERRAFORM_LARGE_MS[phase];
    const why = typeof terraform === "string" ? `terraform skipped: ${terraform}` : "terraform skipped: a chain takes minutes";
    return {
      what: `terraform_data ${shape === "count" ? "by count" : "as a chain"}, ${phase}: 1,000 / 10,000`,
      measured: `${small[phase].toFixed(0)} / ${large[phase].toFixed(0)} ms CPU, ×${growth.toFixed(2)} a resource`,
      control:
        theirs === undefined
          ? why
          : `terraform: ${theirs.toFixed(0)} / ${TERRAFORM_LARGE_MS[phase].toLocaleString("en")} ms (design)`,
      budget: shape === "count" ? "linear; 10× terraform at 10,000" : "linear",
      met: growth <= LINEAR_FACTOR && isFaster && isTenfold,
    };
  });
}

export async function engineRows(): Promise<readonly Row[]> {
  const own = runNode([import.meta.filename]);
  if (own.status !== 0) throw new Error(own.output);
  const measured: readonly Measured[] = JSON.parse(own.output.slice(own.output.indexOf("[")));
  const alone = runNode([import.meta.filename, ALONE]);
  if (alone.status !== 0) throw new Error(alone.output);
  const terraform = terraformTimes();
  return [
    ...measured.flatMap((each) => rowsOf(each, terraform)),
    {
      what: "terraform_data by count, 10,000: peak memory of plan, apply and no-op plan",
      measured: `${alone.peakMb.toFixed(0)} MB`,
      control: "terraform, 10,000 by blocks: 839 MB (design)",
      budget: `${PEAK_MB_MAX} MB`,
      met: alone.peakMb <= PEAK_MB_MAX,
    },
  ];
}

if (import.meta.main) {
  if (process.argv.includes(ALONE)) await measure(LARGE, false);
  else console.log(JSON.stringify(await measureAll()));
}
