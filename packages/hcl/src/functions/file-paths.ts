import { posix } from "node:path";
import { FunctionError } from "./function.ts";
import type { FunctionHost } from "./host.ts";

/** A path as a function was given it, as messages show it, and as the host reads it. */
export interface FilePath {
  /** Cleaned, still relative where it was given so. */
  readonly shown: string;
  readonly absolute: string;
}

/** `~` is the home folder, `~name` nothing. @throws FunctionError */
export function expandHome(path: string, host: FunctionHost): string {
  if (!path.startsWith("~")) return path;
  if (path.length > 1 && path[1] !== "/") throw new FunctionError("cannot expand user-specific home dir");
  return posix.join(host.homeFolder ?? "/", path.slice(1));
}

export function filePath(given: string, host: FunctionHost): FilePath {
  const shown = withoutTrailingSlash(posix.normalize(expandHome(given, host)));
  return { shown, absolute: posix.resolve(host.baseFolder, shown) };
}

/** Go's `filepath.Base`: slashes at the end do not count, nothing is `.`. */
export function baseName(path: string): string {
  if (path === "") return ".";
  const trimmed = path.replace(/\/+$/, "");
  return trimmed === "" ? "/" : trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

/** Go's `filepath.Dir`: all but the last segment, cleaned; what ends with a slash ends with an empty segment. */
export function folderName(path: string): string {
  return withoutTrailingSlash(posix.normalize(path.slice(0, path.lastIndexOf("/") + 1)));
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/$/, "") : path;
}
