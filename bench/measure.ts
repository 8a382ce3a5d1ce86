/** How the benchmarks measure: whole processes from outside, several runs, medians; the control in the same run. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
  readonly met: boolean;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** Writes the process's peak memory to a file as it exits. */
const REPORTER =
  'process.on("exit", () => require("node:fs").writeFileSync(process.env.BENCH_PEAK_FILE, String(process.resourceUsage().maxRSS)));';

/** Runs a Node program once and measures it as a whole process. */
export function runNode(args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): ProcessRun {
  const folder = mkdtempSync(join(tmpdir(), "dovetail-bench-"));
  const hook = join(folder, "reporter.cjs");
  const peakFile = join(folder, "peak");
  writeFileSync(hook, REPORTER);
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
  readonly process: ChildProcess;
  /** From spawn to the first answer. */
  readonly startMs: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server that prints a line with its URL, and waits until `probe` answers. */
export async function startServer(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  probe: (url: string) => Promise<unknown>,
): Promise<Server> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
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
    process: child,
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

/** User and system time of a process so far, in milliseconds (Linux). */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
