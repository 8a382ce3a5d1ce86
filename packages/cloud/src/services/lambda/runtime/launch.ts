import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Reaper } from "./reaper.ts";
import { inRoom, type Room } from "./room.ts";
import { ProcessSandbox } from "./sandbox.ts";

/** Starts the processes behind sandboxes. Nothing of the host's environment is handed on but where programs are found. */

/** `node20`: as AWS runs Node below 24 (no `require` of ES modules, no guessing of the module system); `node24`: Node's defaults. */
export type ProcessKind = "node20" | "node24" | `python3.${number}`;

const folder = fileURLToPath(new URL(".", import.meta.url));
const HOST_PATH = "/usr/local/bin:/usr/bin:/bin:/opt/bin";
const STRICT_FLAGS = ["--no-experimental-detect-module", "--no-experimental-require-module"];

export interface PythonInstall {
  readonly executable: string;
  readonly version: string;
  readonly sitePackages: readonly string[];
}

export function processKind(runtime: string): ProcessKind | undefined {
  const node = /^nodejs(\d+)\.x$/.exec(runtime);
  if (node !== null) return Number(node[1]) >= 24 ? "node24" : "node20";
  return /^python3\.\d+$/.test(runtime) ? (runtime as ProcessKind) : undefined;
}

function onPath(program: string, searchPath: string): string | undefined {
  for (const entry of searchPath.split(delimiter)) {
    const file = join(entry, program);
    if (entry !== "" && existsSync(file)) return file;
  }
  return undefined;
}

const ASK =
  "import sys,site,json;print(json.dumps([sys.executable,'%d.%d'%sys.version_info[:2],site.getsitepackages()+[site.getusersitepackages()]]))";

/**
 * The interpreter for `python3.x`: the one of that version, else any python3. A version manager's shim costs 90 ms a start: it is asked once for
 * the real program. undefined when there is none.
 */
export function findPython(kind: string, searchPath: string): PythonInstall | undefined {
  for (const program of [kind, "python3"]) {
    const found = onPath(program, searchPath);
    if (found === undefined) continue;
    try {
      const [executable, version, sitePackages] = JSON.parse(
        execFileSync(found, ["-c", ASK], { encoding: "utf8", timeout: 10_000, stdio: ["ignore", "pipe", "ignore"] }),
      );
      return { executable, version, sitePackages };
    } catch {
      // A shim for a version that isn't installed fails: the next name may work.
    }
  }
  return undefined;
}

interface Start {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

function start(reaper: Reaper, { program, args, env }: Start, room: Room | undefined): ProcessSandbox {
  const keeps = [dirname(program), folder, ...(room?.keeps ?? [])];
  const command = room === undefined ? { program, args } : inRoom({ program, args }, { ...room, keeps });
  const child: ChildProcess = spawn(command.program, command.args, {
    cwd: tmpdir(),
    env,
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
  });
  reaper.watch(child);
  return new ProcessSandbox(child);
}

/** A Node process in waiting. `nodeOptions` is a function's own NODE_OPTIONS, which can only be given at the start. */
export function startNode(
  reaper: Reaper,
  kind: ProcessKind,
  { nodeOptions, room }: { readonly nodeOptions?: string | undefined; readonly room: Room | undefined },
): ProcessSandbox {
  const flags = kind === "node20" ? STRICT_FLAGS.filter((flag) => process.allowedNodeEnvironmentFlags.has(flag)) : [];
  const env = {
    PATH: HOST_PATH,
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    ...(nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions }),
  };
  return start(reaper, { program: process.execPath, args: [...flags, join(folder, "node", "bootstrap.mjs")], env }, room);
}

/** A Python process in waiting: isolated, without site-packages until it is a function's. */
export function startPython(reaper: Reaper, install: PythonInstall, room: Room | undefined): ProcessSandbox {
  const env = { PATH: HOST_PATH, LANG: "en_US.UTF-8", TZ: ":UTC" };
  const args = ["-I", "-S", "-E", "-B", join(folder, "python", "bootstrap.py")];
  return start(reaper, { program: install.executable, args, env }, room);
}

export { HOST_PATH };
