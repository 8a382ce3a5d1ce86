import { readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../bundle/bundle-cache.ts";

/** `.dovetail/artifacts`: what deploys hand to AWS (archives of functions, files of buckets), each named by its content. */

/** A deploy of another stage may have made or found a file that no state has yet. */
const UNUSED_MS = 60 * 60 * 1000;

/** The file, which is as good as new where it is there already. */
export function keepArtifact(path: string, content: () => Uint8Array): void {
  if (!markUsed(path)) writeAtomically(path, content());
}

/** False where there is no such file. */
export function markUsed(path: string): boolean {
  try {
    const now = new Date();
    utimesSync(path, now, now);
    return true;
  } catch {
    return false;
  }
}

/**
 * Removes artifacts that no state, backup or journal of any stage names, and that no run has used for an hour. What cannot be read or
 * removed stays: it is only disk space.
 * @param outDir `.dovetail` of the app
 */
export function removeOldArtifacts(outDir: string, nowMs: number): void {
  const folder = join(outDir, "artifacts");
  const old = list(folder).filter((name) => isOld(join(folder, name), nowMs));
  if (old.length === 0) return;
  const records = list(outDir).filter((name) => /\.(tfstate|tfstate\.backup|journal)$/.test(name));
  let texts: readonly string[];
  try {
    texts = records.map((name) => readFileSync(join(outDir, name), "utf8"));
  } catch {
    return;
  }
  for (const name of old) if (!texts.some((text) => text.includes(name))) rmSync(join(folder, name), { force: true });
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isOld(path: string, nowMs: number): boolean {
  try {
    const stat = statSync(path);
    return stat.isFile() && nowMs - stat.mtimeMs > UNUSED_MS;
  } catch {
    return false;
  }
}
