/** moto's server as a second control, where it is installed. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { json } from "./aws-http.ts";
import { cpuTicksUs, many, wait } from "./measure.ts";

export interface Moto {
  /** undefined where moto isn't to be had; `measure` then says why. */
  readonly server: { readonly pid: number; readonly url: string } | undefined;
  /** Processor time of a request, as text. */
  measure(work: ((url: string) => Promise<unknown>) | undefined): Promise<string>;
  stop(): Promise<void>;
}

const START_MS_MAX = 30_000;
const REQUESTS = 60;

function absent(why: string): Moto {
  return { server: undefined, measure: async () => `skipped: ${why}`, stop: async () => {} };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

async function answers(url: string, child: ChildProcess): Promise<boolean> {
  for (const until = performance.now() + START_MS_MAX; performance.now() < until && child.exitCode === null; await wait(100)) {
    try {
      await json(url, "dynamodb", "ListTables", {});
      return true;
    } catch {
      // Not yet.
    }
  }
  return false;
}

export async function startMoto(): Promise<Moto> {
  if (spawnSync("moto_server", ["--help"], { stdio: "ignore" }).status !== 0) return absent("no moto_server on PATH");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  if (!(await answers(url, child))) {
    await stop();
    return absent("moto_server gave no answer");
  }
  const pid = child.pid ?? 0;
  return {
    server: { pid, url },
    stop,
    async measure(work) {
      if (work === undefined) return "skipped: no such row";
      const round = async () => {
        // One at a time: its threads end with their requests, and their time is the whole process's.
        const before = cpuTicksUs(pid);
        await many(REQUESTS, 1, () => work(url));
        return (cpuTicksUs(pid) - before) / REQUESTS;
      };
      try {
        await round();
        return `${(await round()).toFixed(0)} µs`;
      } catch (error) {
        return `skipped: ${error instanceof Error ? error.message.slice(0, 60) : String(error)}`;
      }
    },
  };
}
