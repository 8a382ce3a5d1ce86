import { type FSWatcher, watch } from "node:fs";
import type { Ctx } from "../../core/service.ts";
import { lambdaState } from "./state.ts";

/** Folders of this machine that functions run from: any change in one makes the next invocation start a new sandbox. */
export function hotReloadStamp(ctx: Ctx, folder: string): string {
  const { watched, pool } = lambdaState(ctx);
  const known = watched.get(folder);
  if (known !== undefined) return `${folder}@${known.stamp}`;
  let watcher: FSWatcher | undefined;
  const entry = { stamp: 0, close: () => watcher?.close() };
  watched.set(folder, entry);
  try {
    watcher = watch(folder, { recursive: true, persistent: false }, () => {
      entry.stamp++;
      pool.discard((spec) => spec.taskRoot === folder);
    });
    watcher.on("error", () => watched.delete(folder));
  } catch {
    watched.delete(folder);
  }
  return `${folder}@${entry.stamp}`;
}
