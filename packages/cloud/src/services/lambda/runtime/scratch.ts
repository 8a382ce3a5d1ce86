import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** Where a sandbox has no room of its own (`room.ts`): its temporary folder, which TMPDIR names. What a handler writes into `/tmp` by that name isn't seen here. */
export class Scratch {
  readonly folder: string;

  constructor(parent: string, name: string) {
    this.folder = join(parent, name);
    mkdirSync(this.folder, { recursive: true });
  }

  /** Bytes of its files; counts no further than `bytesMax`. */
  usedBytes(bytesMax: number): number {
    return usedBytes(this.folder, bytesMax, 0);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const DEPTH_MAX = 32;

function usedBytes(folder: string, bytesMax: number, depth: number): number {
  let sum = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && depth < DEPTH_MAX) sum += usedBytes(path, bytesMax - sum, depth + 1);
      else if (entry.isFile()) sum += statSync(path).blocks * 512;
      if (sum > bytesMax) return sum;
    }
  } catch {
    // A file that the handler took away meanwhile counts no more.
  }
  return sum;
}
