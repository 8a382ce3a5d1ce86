/** How the benchmarks measure: whole processes from outside, several runs, medians; the control in the same run. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface ProcessRun {
  readonly wallMs: number;
  readonly peakMb: number;
  readonly status: number | null;
  readonly output: string;
}

/** A row of the budget table. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly control: string;
  readonly budget: string;
  /** undefined: nothing was measured, and `measured` says why; or there is no budget. */
  readonly met: boolean | undefined;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** A script for `--require`: writes the process's peak memory, in KB, to the file of BENCH_PEAK_FILE as it exits. */
export const PEAK_REPORTER =
  'process.on("exit", () => require("node:fs").writeFileSync(process.env.BENCH_PEAK_FILE, String(process.resourceUsage().maxRSS)));';

/** Runs a Node program once and measures it as a whole process. */
export function runNode(args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): ProcessRun {
  const folder = mkdtempSync(join(tmpdir(), "dovetail-bench-"));
  const hook = join(folder, "reporter.cjs");
  const peakFile = join(folder, "peak");
  writeFileSync(hook, PEAK_REPORTER);
  const started = performance.now();
  const result = spawnSync(process.execPath, ["--require", hook, ...args], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env, BENCH_PEAK_FILE: peakFile },
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const wallMs = performance.now() - started;
  let peakMb = Number.NaN;
  try {
    peakMb = Number(readFileSync(peakFile, "utf8")) / 1024;
  } catch {
    // The process was killed before it could write.
  }
  rmSync(folder, { recursive: true });
  return { wallMs, peakMb, status: result.status, output: result.stdout + result.stderr };
}

/** The same without the hook, for processes whose start-up is what is measured. */
export function timeNode(args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): number {
  const started = performance.now();
  const result = spawnSync(process.execPath, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
    stdio: "ignore",
  });
  if (result.status !== 0) throw new Error(`${args.join(" ")} ended with ${result.status}`);
  return performance.now() - started;
}

/** Runs A and B in turn, so that a drift of the machine's speed meets both. */
export function inTurn(runs: number, a: () => number, b: () => number): { a: number; b: number } {
  const as: number[] = [];
  const bs: number[] = [];
  a();
  b();
  for (let i = 0; i < runs; i++) {
    as.push(a());
    bs.push(b());
  }
  return { a: median(as), b: median(bs) };
}

export interface Server {
  readonly pid: number;
  /** From spawn to the first answer. */
  readonly startMs: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a Node program that prints a line with its URL, and waits until `probe` answers. */
export async function startServer(args: readonly string[], probe: (url: string) => Promise<unknown>): Promise<Server> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = text.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (found !== null) resolve(found[0]);
    });
    child.on("exit", (code) => reject(new Error(`${args.join(" ")} ended with ${code}`)));
  });
  await probe(url);
  return {
    pid: child.pid ?? 0,
    url,
    startMs: performance.now() - started,
    async stop() {
      const ended = new Promise((resolve) => child.on("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Resident memory of a process, in MB (Linux). */
export function residentMb(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/status`, "utf8").match(/VmRSS:\s+(\d+) kB/)?.[1] ?? Number.NaN) / 1024;
}

/** Processor time of a process so far, all its threads, in microseconds (Linux). */
export function cpuUs(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
    } catch {
      // The thread has just ended.
    }
  }
  return nanoseconds / 1000;
}

/** The same in ticks of 10 ms, ended threads included. */
export function cpuTicksUs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

/** Calls `work` `count` times, `lanes` at a time. */
export async function many(count: number, lanes: number, work: () => Promise<unknown>): Promise<void> {
  let left = count;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (left-- > 0) await work();
    }),
  );
}

export interface Load {
  readonly pid: number;
  readonly work: () => Promise<unknown>;
}

const ROUNDS = 7;
const LANES = 8;

/**
 * Microseconds of the servers' processor time a request, in turn with a control, after a warm-up of both: medians of the rounds,
 * and the median of each round's ratio, which a drift of the machine's speed does not touch.
 */
export async function cpuBeside(
  control: Load,
  load: Load,
  requests: number,
): Promise<{ us: number; controlUs: number; ratio: number }> {
  const round = async ({ pid, work }: Load) => {
    const before = cpuUs(pid);
    await many(requests, LANES, work);
    return (cpuUs(pid) - before) / requests;
  };
  await many(requests * 3, LANES, load.work);
  await many(requests * 3, LANES, control.work);
  const rounds: { us: number; controlUs: number }[] = [];
  for (let i = 0; i < ROUNDS; i++) rounds.push({ controlUs: await round(control), us: await round(load) });
  return {
    us: median(rounds.map((each) => each.us)),
    controlUs: median(rounds.map((each) => each.controlUs)),
    ratio: median(rounds.map((each) => each.us / each.controlUs)),
  };
}

/** Milliseconds of each of `runs` calls, one after the other. */
export async function timeEach(runs: number, work: (run: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const started = performance.now();
    await work(i);
    times.push(performance.now() - started);
  }
  return times;
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
