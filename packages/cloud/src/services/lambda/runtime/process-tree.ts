import { readFileSync } from "node:fs";

/** Ends a process and what it started. Descendants are found through /proc where there is one; elsewhere only the process itself ends. */
export function killTree(pid: number): void {
  for (const child of descendants(pid, 0)) signal(child, "SIGKILL");
  signal(pid, "SIGKILL");
}

/** false when the process is gone. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

const DEPTH_MAX = 8;

function descendants(pid: number, depth: number): number[] {
  if (depth >= DEPTH_MAX) return [];
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  } catch {
    return [];
  }
  return text
    .split(" ")
    .filter((part) => part !== "" && part !== "\n")
    .map(Number)
    .flatMap((child) => [child, ...descendants(child, depth + 1)]);
}

/** Memory of its own in bytes (resident without what it shares, such as the interpreter's code); undefined where /proc is missing or the process is gone. */
export function residentBytes(pid: number): number | undefined {
  try {
    const [, resident, shared] = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ").map(Number);
    return resident === undefined || shared === undefined || Number.isNaN(resident - shared)
      ? undefined
      : (resident - shared) * 4096;
  } catch {
    return undefined;
  }
}
