/** A copy of Kefir in a temporary folder with a cloud of its own, driven by our command line as a child process: for tests. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildBackend } from "./backend/build.ts";
import type { KefirFlow, KefirOutputs } from "./flow.ts";

const root = join(import.meta.dirname, "../..");
const PROGRAM = join(root, "packages/cli/bin/dovetail.mjs");
const NOT_COPIED = /\/(\.dovetail|\.sst|node_modules)(\/|$)/;

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Deployment {
  /** The copy's `infra` folder. */
  readonly infra: string;
  /** Runs `dovetail …` in it. */
  dovetail(args: readonly string[], env?: NodeJS.ProcessEnv): CommandResult;
  /** The same; throws with what it printed unless it ended with 0. */
  succeed(...args: string[]): CommandResult;
  /** Asks the cloud's admin API. */
  admin<T>(method: string, path: string, body?: unknown): Promise<T>;
  endpoint(): string;
  /** What `runKefirFlow` needs. */
  flow(outputs: KefirOutputs): KefirFlow;
  outputs(stage?: string): KefirOutputs;
  /** Stops the cloud and takes the copy away. */
  dispose(): void;
}

/** @param program another build's start file than the one that the bin finds */
export async function copyKefir(program = PROGRAM): Promise<Deployment> {
  await buildBackend();
  const folder = mkdtempSync(join(tmpdir(), "dovetail-kefir-"));
  const infra = join(folder, "infra");
  cpSync(join(import.meta.dirname, "infra"), infra, { recursive: true, filter: (path) => !NOT_COPIED.test(path) });
  cpSync(join(import.meta.dirname, "backend/dist"), join(folder, "backend/dist"), { recursive: true });
  const env = { ...process.env, DOVETAIL_CLOUD: "", NO_COLOR: "1" };
  const dovetail = (args: readonly string[], more: NodeJS.ProcessEnv = {}): CommandResult =>
    spawnSync(process.execPath, [program, ...args], {
      cwd: infra,
      encoding: "utf8",
      env: { ...env, ...more },
      maxBuffer: 64 * 1024 * 1024,
    });
  const succeed = (...args: string[]): CommandResult => {
    const result = dovetail(args);
    if (result.status !== 0)
      throw new Error(`dovetail ${args.join(" ")} ended with ${result.status}\n${result.stdout}\n${result.stderr}`);
    return result;
  };
  let endpoint: string | undefined;
  const deployment: Deployment = {
    infra,
    dovetail,
    succeed,
    endpoint() {
      endpoint ??= (JSON.parse(succeed("cloud", "status", "--json").stdout) as { endpoint: string }).endpoint;
      return endpoint;
    },
    async admin<T>(method: string, path: string, body?: unknown): Promise<T> {
      const response = await fetch(`${deployment.endpoint()}/_dovetail/${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    outputs(stage = "dev") {
      const outputs = JSON.parse(succeed("output", "--stage", stage, "--json").stdout) as { [name: string]: { value: unknown } };
      return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, output.value])) as unknown as KefirOutputs;
    },
    flow: (outputs) => ({
      endpoint: deployment.endpoint(),
      outputs,
      step: (_name, work) => work(),
      now: async () => (await deployment.admin<{ nowMs: number }>("GET", "clock")).nowMs,
      advanceClock: async (ms) => void (await deployment.admin("POST", "clock", { advanceMs: ms })),
      mailbox: async () =>
        (await deployment.admin<{ messages: { to: string; subject?: string; body: string }[] }>("GET", "mailbox")).messages,
    }),
    dispose() {
      dovetail(["cloud", "stop"]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return deployment;
}
