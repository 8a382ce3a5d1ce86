/** Starts `server.ts` and asks it for its memory. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Memory {
  /** Bytes alive after a collection: V8's heap and what it holds outside. */
  readonly alive: number;
  readonly resident: number;
}

export interface WatchedCloud {
  readonly endpoint: string;
  readonly pid: number;
  memory(): Promise<Memory>;
  /** The most that was resident since `resetPeak` (Linux, proc_pid_status(5)). */
  peakBytes(): number;
  resetPeak(): void;
  stop(): Promise<void>;
}

async function message(child: ChildProcess): Promise<Record<string, unknown>> {
  const [received] = (await once(child, "message")) as [Record<string, unknown>];
  return received;
}

export async function startWatchedCloud(dataDir: string): Promise<WatchedCloud> {
  const child = spawn(process.execPath, ["--expose-gc", join(import.meta.dirname, "server.ts"), dataDir], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const { endpoint } = await message(child);
  return {
    endpoint: String(endpoint),
    pid: child.pid ?? 0,
    async memory() {
      const answer = message(child);
      child.send("memory");
      const { alive, resident } = await answer;
      return { alive: Number(alive), resident: Number(resident) };
    },
    peakBytes() {
      return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) * 1024;
    },
    resetPeak() {
      writeFileSync(`/proc/${child.pid}/clear_refs`, "5");
    },
    async stop() {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}
