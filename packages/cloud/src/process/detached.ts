/** Starts a cloud in a process of its own, which stays when this one ends. */
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { DATA_FILE, damagedData } from "../core/data-file.ts";
import { findRunningCloud, type RunningCloud } from "./registry.ts";

export interface DetachedOptions {
  readonly dataDir: string;
  /** The program to run with this Node: `serve.ts`, or its bundle. */
  readonly entry: string;
  /** Asked for explicitly: taken means DVT6002. Default: 4566, else the next free one. */
  readonly port?: number;
  readonly accountId?: string;
  readonly region?: string;
  readonly enforceIam?: boolean;
  readonly durable?: boolean;
  readonly volatile?: boolean;
  /** Folder of init scripts. */
  readonly initDir?: string;
  readonly traceEvents?: number;
  /** Default 15,000. */
  readonly timeoutMs?: number;
}

/** Nothing of the host's AWS settings and secrets goes into the cloud's process. */
const KEPT_ENVIRONMENT = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LANG", "NODE_OPTIONS", "USER"];
const START_MS_MAX = 15_000;
const LOG_LINES_SHOWN = 15;
/** How a process ends whose mapped file is cut off or is something else. */
const OF_BAD_DATA: ReadonlySet<NodeJS.Signals> = new Set(["SIGSEGV", "SIGBUS", "SIGABRT"]);

function environment(): NodeJS.ProcessEnv {
  const out: NodeJS.ProcessEnv = {};
  for (const name of KEPT_ENVIRONMENT) if (process.env[name] !== undefined) out[name] = process.env[name];
  return out;
}

function argumentsOf(options: DetachedOptions): string[] {
  return [
    options.entry,
    "--data-dir",
    options.dataDir,
    ...(options.port === undefined ? [] : ["--port", String(options.port)]),
    ...(options.accountId === undefined ? [] : ["--account", options.accountId]),
    ...(options.region === undefined ? [] : ["--region", options.region]),
    ...(options.enforceIam === false ? ["--no-iam"] : []),
    ...(options.durable === true ? ["--durable"] : []),
    ...(options.volatile === true ? ["--volatile"] : []),
    ...(options.initDir === undefined ? [] : ["--init-dir", options.initDir]),
    ...(options.traceEvents === undefined ? [] : ["--trace-events", String(options.traceEvents)]),
  ];
}

function tail(path: string): string {
  try {
    return readFileSync(path, "utf8").trimEnd().split("\n").slice(-LOG_LINES_SHOWN).join("\n");
  } catch {
    return "";
  }
}

function isFailure(message: unknown): message is { diagnostics: Diagnostic[] } {
  return typeof message === "object" && message !== null && "diagnostics" in message && Array.isArray(message.diagnostics);
}

function isRunning(message: unknown): message is { running: RunningCloud } {
  return typeof message === "object" && message !== null && "running" in message;
}

function notStarted(log: string, why: string): DiagnosticError {
  const lines = tail(log);
  return new DiagnosticError(
    errorDiagnostic("DVT6001", "Cloud does not start", {
      detail: `${why}.${lines === "" ? "" : ` The end of ${log}:\n\n${lines}`}`,
    }),
  );
}

/** Waits for the child's word: where it listens, or why it does not. */
async function firstWord(options: DetachedOptions, log: string): Promise<RunningCloud> {
  // Most runs find a cloud and start none.
  const { spawn } = await import("node:child_process");
  mkdirSync(options.dataDir, { recursive: true });
  const out = openSync(log, "a");
  const child = spawn(process.execPath, argumentsOf(options), {
    detached: true,
    stdio: ["ignore", out, out, "ipc"],
    env: environment(),
  });
  closeSync(out);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill();
      reject(notStarted(log, "It gave no sign of life in time"));
    }, options.timeoutMs ?? START_MS_MAX);
    const done = () => {
      clearTimeout(timer);
      child.removeAllListeners();
      if (child.connected) child.disconnect();
      child.unref();
    };
    child.on("message", (message) => {
      done();
      if (isFailure(message)) reject(new DiagnosticError(message.diagnostics));
      else if (isRunning(message)) resolve(message.running);
    });
    child.on("error", (error) => {
      done();
      reject(notStarted(log, error.message));
    });
    child.on("exit", (code, signal) => {
      done();
      reject(
        signal !== null && OF_BAD_DATA.has(signal)
          ? new DiagnosticError(damagedData(join(options.dataDir, DATA_FILE), `opening it ended the process (${signal})`))
          : notStarted(log, `Its process ended at once (${signal ?? `exit code ${code}`})`),
      );
    });
  });
}

/** Finds the folder's cloud or starts one. Throws DVT6001, DVT6002 (the port asked for is taken). */
export async function startDetachedCloud(options: DetachedOptions): Promise<RunningCloud & { readonly alreadyRunning: boolean }> {
  const running = await findRunningCloud(options.dataDir);
  if (running !== undefined) return { ...running, alreadyRunning: true };
  try {
    return { ...(await firstWord(options, join(options.dataDir, "cloud.log"))), alreadyRunning: false };
  } catch (error) {
    // Two may start at once: the one that lost the folder uses the winner's cloud.
    const lost = error instanceof DiagnosticError && error.diagnostics.some((each) => each.code === "DVT6004");
    const winner = lost ? await waitForRunning(options.dataDir) : undefined;
    if (winner === undefined) throw error;
    return { ...winner, alreadyRunning: true };
  }
}

const POLL_MS = 25;
const POLLS_MAX = 200;

async function waitForRunning(dataDir: string): Promise<RunningCloud | undefined> {
  for (let poll = 0; poll < POLLS_MAX; poll++) {
    const running = await findRunningCloud(dataDir);
    if (running !== undefined) return running;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return undefined;
}
