import { type FSWatcher, watch } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** Never a reason to deploy again: what Dovetail itself writes, packages, version control. */
const IGNORED = new Set([".dovetail", ".sst", "node_modules", ".git"]);
/** Editors write a file in several steps; they count as one change. */
const QUIET_MS = 40;

export interface Watcher {
  /** Resolves with the files changed since the last call, once it has been quiet; undefined when `signal` aborts. */
  next(signal: AbortSignal): Promise<readonly string[] | undefined>;
  /** Watches these files' and folders' trees from now on (and no longer the ones before). */
  watchOnly(paths: readonly string[]): void;
  close(): void;
}

export function createWatcher(): Watcher {
  let watchers: FSWatcher[] = [];
  const changed = new Set<string>();
  let wake: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const touched = (path: string) => {
    changed.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => wake?.(), QUIET_MS);
  };
  const close = () => {
    for (const watcher of watchers) watcher.close();
    watchers = [];
  };
  return {
    watchOnly(paths) {
      close();
      for (const folder of foldersOf(paths)) {
        try {
          const watcher = watch(folder, { recursive: true }, (_event, name) => {
            if (name === null || isIgnored(name)) return;
            touched(join(folder, name));
          });
          // A folder that is removed and made again by a build: its parent's watcher sees it.
          watcher.on("error", () => watcher.close());
          watchers.push(watcher);
        } catch {
          // Not there yet: the next deploy tells.
        }
      }
    },
    async next(signal) {
      for (;;) {
        if (signal.aborted) return undefined;
        if (changed.size > 0 && timer === undefined) break;
        await new Promise<void>((resolve) => {
          wake = () => {
            timer = undefined;
            resolve();
          };
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
      }
      const files = [...changed].sort();
      changed.clear();
      return files;
    },
    close() {
      clearTimeout(timer);
      close();
    },
  };
}

export function isIgnored(path: string): boolean {
  return path.split(sep).some((part) => IGNORED.has(part));
}

/** The outermost folders that hold all paths: a folder inside another one is left out. */
export function foldersOf(paths: readonly string[]): readonly string[] {
  const folders = [...new Set(paths)].sort((a, b) => a.length - b.length);
  const kept: string[] = [];
  for (const folder of folders) {
    if (!kept.some((outer) => !relative(outer, folder).startsWith(".."))) kept.push(folder);
  }
  return kept;
}

/** What to watch for a program: its files' folders, and each packaged folder's parent, since builds replace the folder itself. */
export function watchRoots(inputFiles: readonly string[], assetPaths: readonly string[]): readonly string[] {
  return [...inputFiles.map((file) => dirname(file)), ...assetPaths.map((path) => dirname(path))];
}
