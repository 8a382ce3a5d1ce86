/**
 * How a cloud in a process of its own is found: `cloud.json` in its data folder, renewed while it lives; `cloud.lock` beside it
 * makes sure that a folder has one owner. A running cloud is never guessed by its port.
 */
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";

export interface RunningCloud {
  readonly endpoint: string;
  readonly port: number;
  readonly pid: number;
  readonly dataDir: string;
  readonly accountId: string;
  readonly region: string;
  /** ISO 8601 by the machine's clock. */
  readonly started: string;
}

export const HEARTBEAT_MS = 2_000;
/** A process that has not renewed its lock for so long has another's number. */
const STALE_MS = 30_000;
const ANSWER_MS_MAX = 2_000;

const registryFile = (dataDir: string) => join(dataDir, "cloud.json");
const lockFile = (dataDir: string) => join(dataDir, "cloud.lock");

/**
 * Whether a process runs. One that has ended and that nobody has waited for yet does not: a cloud outlives the command that
 * started it, and the init process of a container may take seconds to collect it, or never do.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  return !hasEnded(pid);
}

/** True for a zombie (Linux, proc_pid_stat(5): the state follows the name, which may hold parentheses itself). */
function hasEnded(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const state = stat.charAt(stat.lastIndexOf(")") + 2);
    return state === "Z" || state === "X";
  } catch {
    return false;
  }
}

function readRecord(dataDir: string): RunningCloud | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(registryFile(dataDir), "utf8"));
    if (typeof value !== "object" || value === null) return undefined;
    const { endpoint, port, pid, accountId, region, started } = value as Partial<RunningCloud>;
    if (typeof endpoint !== "string" || typeof pid !== "number" || typeof accountId !== "string") return undefined;
    return { endpoint, port: port ?? 0, pid, dataDir, accountId, region: region ?? "us-east-1", started: started ?? "" };
  } catch {
    return undefined;
  }
}

/** The pid in a lock that is still held. */
function holder(dataDir: string): number | undefined {
  try {
    const pid = Number(readFileSync(lockFile(dataDir), "utf8"));
    const fresh = Date.now() - statSync(lockFile(dataDir)).mtimeMs < STALE_MS;
    return fresh && pid !== process.pid && isAlive(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

export interface FolderLock {
  heartbeat(): void;
  release(): void;
}

function inUse(dataDir: string, pid: number | undefined): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT6004", "Cloud data folder is in use", {
      detail: `Process ${pid ?? "(just starting)"} runs a cloud in ${dataDir}. A folder has one owner, so that no two processes write the same data.`,
      fix: "Use that cloud, or stop it:\n\n    dovetail cloud stop",
    }),
  );
}

/** Takes the folder. Throws DVT6004 when a living process has it; a dead one's lock is taken over. */
export function lockFolder(dataDir: string): FolderLock {
  mkdirSync(dataDir, { recursive: true });
  const path = lockFile(dataDir);
  for (let attempt = 0; ; attempt++) {
    try {
      const file = openSync(path, "wx");
      writeSync(file, String(process.pid));
      closeSync(file);
      break;
    } catch (error) {
      const pid = holder(dataDir);
      const exists = error instanceof Error && "code" in error && error.code === "EEXIST";
      if (!exists) throw error;
      if (pid !== undefined || attempt > 1) throw inUse(dataDir, pid);
      // Renamed first: of two who find it stale, one wins.
      const aside = `${path}.${process.pid}`;
      try {
        renameSync(path, aside);
        rmSync(aside, { force: true });
      } catch {
        // The other one was first.
      }
    }
  }
  return {
    heartbeat() {
      const now = new Date();
      try {
        utimesSync(path, now, now);
      } catch {
        // The folder was removed under us; the store will say so.
      }
    },
    release() {
      rmSync(registryFile(dataDir), { force: true });
      rmSync(path, { force: true });
    },
  };
}

export function publish(record: RunningCloud): void {
  const path = registryFile(record.dataDir);
  writeFileSync(`${path}.part`, `${JSON.stringify({ ...record, heartbeatMs: HEARTBEAT_MS }, undefined, 2)}\n`);
  renameSync(`${path}.part`, path);
}

/** The cloud that lives in a folder, if its process is there and answers for that folder. */
export async function findRunningCloud(dataDir: string): Promise<RunningCloud | undefined> {
  const record = readRecord(dataDir);
  if (record === undefined || !isAlive(record.pid)) return undefined;
  try {
    const status = await askStatus(record.endpoint);
    const pid = typeof status === "object" && status !== null && "pid" in status ? status.pid : undefined;
    return pid === record.pid ? record : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The status page. Every command asks for it, so it is asked for by hand: loading `fetch` costs 40 ms, `node:http` 6. An answer to
 * HTTP/1.0 comes in one piece and ends with its connection (RFC 9112, section 6.3).
 */
function askStatus(endpoint: string): Promise<unknown> {
  const { hostname, port, host } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) });
    socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy(new Error("no answer in time")));
    socket.on("error", reject);
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      try {
        resolve(JSON.parse(text.slice(text.indexOf("\r\n\r\n") + 4)));
      } catch (error) {
        reject(error);
      }
    });
    socket.write(`GET /_dovetail/status HTTP/1.0\r\nHost: ${host}\r\n\r\n`);
  });
}
