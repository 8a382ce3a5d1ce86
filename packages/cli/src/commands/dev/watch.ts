import { existsSync, type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";

/** Never a reason to do anything: what Dovetail itself writes, packages, version control. They are not even watched. */
const IGNORED = new Set([".dovetail", ".sst", "node_modules", ".git"]);
/** Editors and builds write a file in several steps; they count as one change. */
const QUIET_MS = 30;
/** Something to wait for, so that the process does not end. */
const LONG_MS = 2 ** 30;
/** Folders watched at most; what lies deeper than that many is not seen. */
const FOLDERS_MAX = 10_000;

export interface Watcher {
  /** Resolves with the files changed since the last call, once it has been quiet; undefined when `signal` aborts. */
  next(signal: AbortSignal): Promise<readonly string[] | undefined>;
  /** Watches these folders' trees from now on (and no longer the ones before). */
  watchOnly(folders: readonly string[]): void;
  close(): void;
}

/**
 * Only who waits for a change keeps the process alive: during a deploy a program that waits for nothing must be seen to.
 * One watcher a folder: Node's own recursive one looks into node_modules too, and does not follow a folder that a build removes
 * and makes again.
 */
export function createWatcher(): Watcher {
  const watchers = new Map<string, FSWatcher>();
  const changed = new Set<string>();
  let wake: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const touched = (path: string) => {
    changed.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      wake?.();
    }, QUIET_MS);
  };
  const forget = (folder: string) => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  /** Watches a folder and what is below it; `isNew`: files that are in it already count as changed. */
  const follow = (folder: string, isNew: boolean): void => {
    if (watchers.size >= FOLDERS_MAX || watchers.has(folder)) return;
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name === null || isIgnored(name)) return;
        const path = join(folder, name);
        // A folder that goes tells it under its own name.
        if (name === basename(folder) && !existsSync(path)) return;
        if (!isFolder(path)) return touched(path);
        // Made again under the same name: the watcher of the one before sees nothing any more.
        forget(path);
        follow(path, true);
      });
      watcher.on("error", () => forget(folder));
      watchers.set(folder, watcher);
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        if (isIgnored(entry.name)) continue;
        if (entry.isDirectory()) follow(join(folder, entry.name), isNew);
        else if (isNew) touched(join(folder, entry.name));
      }
    } catch {
      // Not there yet, or gone again: the folder above tells.
      forget(folder);
    }
  };
  return {
    watchOnly(folders) {
      for (const folder of [...watchers.keys()]) if (!folders.some((root) => isBelow(folder, root))) forget(folder);
      for (const folder of outermost(folders)) follow(folder, false);
    },
    async next(signal) {
      const hold = setInterval(() => {}, LONG_MS);
      try {
        while (changed.size === 0 || timer !== undefined) {
          if (signal.aborted) return undefined;
          await new Promise<void>((resolve) => {
            wake = resolve;
            signal.addEventListener("abort", () => resolve(), { once: true });
          });
        }
      } finally {
        clearInterval(hold);
      }
      if (signal.aborted) return undefined;
      const files = [...changed].sort();
      changed.clear();
      return files;
    },
    close() {
      clearTimeout(timer);
      for (const folder of [...watchers.keys()]) forget(folder);
    },
  };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

export function isIgnored(path: string): boolean {
  return path.split(sep).some((part) => IGNORED.has(part));
}

/** Whether `path` is `folder` or lies below it. */
export function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || !(way === ".." || way.startsWith(`..${sep}`));
}

/** The outermost of the folders: one inside another is left out. */
export function outermost(paths: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const folder of [...new Set(paths)].sort((a, b) => a.length - b.length)) {
    if (!kept.some((outer) => isBelow(folder, outer))) kept.push(folder);
  }
  return kept;
}

/** What to watch for a program: its files' folders, and each packaged folder's parent, since builds replace the folder itself. */
export function watchRoots(inputFiles: readonly string[], assetPaths: readonly string[]): readonly string[] {
  return [...inputFiles.map((file) => dirname(file)), ...assetPaths.map((path) => dirname(path))];
}
