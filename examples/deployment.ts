/** A copy of an example in a temporary folder with a cloud of its own, driven by our command line as a child process: for tests. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";

const root = join(import.meta.dirname, "..");
const PROGRAM = join(root, "packages/cli/bin/dovetail.mjs");
const NOT_COPIED = /\/(\.dovetail|\.sst|\.terraform|\.build)(\/|$)/;

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a flow needs of the cloud that its system is deployed to. */
export interface CloudControl {
  /** The cloud's endpoint. */
  readonly endpoint: string;
  /** Moves the cloud's clock; answers when everything due has been done. */
  advanceClock(ms: number): Promise<void>;
  /** E-mails the cloud would have sent, oldest first. */
  mailbox(): Promise<readonly { readonly to: string; readonly subject?: string; readonly body: string }[]>;
  /** The cloud's time, in milliseconds since the epoch. */
  now(): Promise<number>;
}

export interface ExampleCopy {
  /** The copy's folder that commands run in. */
  readonly folder: string;
  /** Runs `dovetail …` in it. */
  dovetail(args: readonly string[], env?: NodeJS.ProcessEnv): CommandResult;
  /** The same; throws with what it printed unless it ended with 0. */
  succeed(...args: string[]): CommandResult;
  /** Asks the cloud's admin API. */
  admin<T>(method: string, path: string, body?: unknown): Promise<T>;
  endpoint(): string;
  control(): CloudControl;
  /** The app's outputs, by name. */
  outputs(...args: string[]): { readonly [name: string]: unknown };
  /** Stops the cloud and takes the copy away. */
  dispose(): void;
}

/**
 * @param example folder of the example
 * @param folders those of its folders that go along
 * @param workingFolder the one that commands run in
 * @param program another build's start file than the one that the bin finds
 */
export function copyExample(
  example: string,
  folders: readonly string[],
  workingFolder: string,
  more: { readonly program?: string; readonly env?: NodeJS.ProcessEnv } = {},
): ExampleCopy {
  const target = mkdtempSync(join(tmpdir(), "dovetail-example-"));
  for (const name of folders) {
    const filter = (path: string) => !NOT_COPIED.test(path.slice(example.length));
    cpSync(join(example, name), join(target, name), { recursive: true, filter });
  }
  const folder = join(target, workingFolder);
  const env = { ...process.env, DOVETAIL_CLOUD: "", NO_COLOR: "1", ...more.env };
  const dovetail = (args: readonly string[], extra: NodeJS.ProcessEnv = {}): CommandResult =>
    spawnSync(process.execPath, [more.program ?? PROGRAM, ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { ...env, ...extra },
      maxBuffer: 64 * 1024 * 1024,
    });
  const succeed = (...args: string[]): CommandResult => {
    const result = dovetail(args);
    if (result.status !== 0)
      throw new Error(`dovetail ${args.join(" ")} ended with ${result.status}\n${result.stdout}\n${result.stderr}`);
    return result;
  };
  let known: string | undefined;
  const endpoint = (): string => {
    known ??= (JSON.parse(succeed("cloud", "status", "--json").stdout) as { endpoint: string }).endpoint;
    return known;
  };
  const admin = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${endpoint()}/_dovetail/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  return {
    folder,
    dovetail,
    succeed,
    admin,
    endpoint,
    control: () => ({
      endpoint: endpoint(),
      now: async () => (await admin<{ nowMs: number }>("GET", "clock")).nowMs,
      advanceClock: async (ms) => void (await admin("POST", "clock", { advanceMs: ms })),
      mailbox: async () =>
        (await admin<{ messages: { to: string; subject?: string; body: string }[] }>("GET", "mailbox")).messages,
    }),
    outputs(...args) {
      const outputs = JSON.parse(succeed("output", "--json", ...args).stdout) as { [name: string]: { value: unknown } };
      return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, output.value]));
    },
    dispose() {
      dovetail(["cloud", "stop"]);
      rmSync(target, { recursive: true, force: true });
    },
  };
}

/**
 * Commands hold this process up: connections of `fetch` to a cloud that ended meanwhile still look open. Turns of the event loop
 * tell of their end, before the next cloud at the same port is asked.
 */
export async function letGoOfClosed(): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await setImmediate();
}
