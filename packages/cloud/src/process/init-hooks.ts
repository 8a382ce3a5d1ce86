/**
 * Init scripts, as LocalStack users have them: `<folder>/{boot,start,ready,shutdown}.d/*.{sh,py}`, each folder in the order of names.
 * boot: before the cloud; start and ready: it answers; shutdown: before it stops. A script that fails is told, and the next one runs.
 */
import { spawn } from "node:child_process";
import { accessSync, constants, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { InitReport, InitScript, InitStage } from "../core/init-report.ts";

export interface InitHooks {
  readonly report: InitReport;
  /** Runs the stage's scripts one after another; never rejects. */
  run(stage: InitStage): Promise<void>;
}

export interface InitHooksOptions {
  /** undefined or not there: no scripts. */
  readonly folder: string | undefined;
  /** What scripts find in their environment beside PATH and HOME. */
  readonly environment: () => { readonly [name: string]: string };
  readonly log: (line: string) => void;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10 * 60_000;
const SHUTDOWN_MS = 30_000;
const KEPT_ENVIRONMENT = ["PATH", "HOME", "TMPDIR", "LANG", "USER"];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A script with the executable bit speaks for itself; others are run by their ending. */
function commandOf(path: string): { command: string; args: string[] } {
  if (isExecutable(path)) return { command: path, args: [] };
  return path.endsWith(".py") ? { command: "python3", args: [path] } : { command: "sh", args: [path] };
}

function runScript(path: string, env: NodeJS.ProcessEnv, timeoutMs: number, log: (line: string) => void): Promise<boolean> {
  const { command, args } = commandOf(path);
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"], timeout: timeoutMs, killSignal: "SIGKILL" });
    const tell = (data: Buffer) => {
      for (const line of data.toString("utf8").trimEnd().split("\n")) log(`${path}: ${line}`);
    };
    child.stdout.on("data", tell);
    child.stderr.on("data", tell);
    child.on("error", (error) => {
      log(`${path}: ${error.message}`);
      resolve(false);
    });
    child.on("close", (code, signal) => {
      if (code !== 0) log(`${path} failed: ${signal ?? `exit code ${code}`}`);
      resolve(code === 0);
    });
  });
}

function scriptsOf(folder: string, stage: InitStage): string[] {
  const at = join(folder, `${stage.toLowerCase()}.d`);
  if (!existsSync(at)) return [];
  return readdirSync(at)
    .filter((name) => /\.(sh|py)$/.test(name))
    .sort()
    .map((name) => join(at, name));
}

/** LocalStack's image has it; elsewhere it comes with a Python package that not everybody has. */
const AWSLOCAL = `#!/bin/sh
exec aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"
`;

/** Runs `work` with a PATH on which there is an `awslocal`: the machine's own, else one made for so long. */
async function withAwslocal(path: string, work: (path: string) => Promise<void>): Promise<void> {
  if (path.split(delimiter).some((folder) => existsSync(join(folder, "awslocal")))) return work(path);
  const folder = mkdtempSync(join(tmpdir(), "dovetail-awslocal-"));
  try {
    writeFileSync(join(folder, "awslocal"), AWSLOCAL, { mode: 0o755 });
    await work(`${path}${delimiter}${folder}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function initHooks(report: InitReport, options: InitHooksOptions): InitHooks {
  const environment = (): NodeJS.ProcessEnv => {
    const out: NodeJS.ProcessEnv = { ...options.environment() };
    for (const name of KEPT_ENVIRONMENT) if (process.env[name] !== undefined) out[name] = process.env[name];
    return out;
  };
  return {
    report,
    async run(stage) {
      const paths = options.folder === undefined ? [] : scriptsOf(options.folder, stage);
      const scripts = paths.map((path): InitScript => ({ stage, name: path.slice(path.lastIndexOf("/") + 1), state: "UNKNOWN" }));
      report.scripts.push(...scripts);
      const timeoutMs = stage === "SHUTDOWN" ? SHUTDOWN_MS : (options.timeoutMs ?? TIMEOUT_MS);
      const runAll = async (PATH: string) => {
        for (const [at, script] of scripts.entries()) {
          script.state = "RUNNING";
          const ok = await runScript(paths[at] ?? "", { ...environment(), PATH }, timeoutMs, options.log);
          script.state = ok ? "SUCCESSFUL" : "ERROR";
        }
      };
      if (scripts.length > 0) await withAwslocal(environment().PATH ?? "", runAll);
      report.completed[stage] = true;
    },
  };
}
