/** Looks into a function's archive: which files it has, and whether its handler is among them. */
import { unzipSync } from "fflate";

/** The names of the files in a zip archive, without unpacking them. Throws where `bytes` is no zip archive. */
export function filesOfZip(bytes: Uint8Array): string[] {
  const names: string[] = [];
  unzipSync(bytes, {
    filter: (entry) => {
      names.push(entry.name);
      return false;
    },
  });
  return names.filter((name) => !name.endsWith("/"));
}

/**
 * The files of which one must be in the archive for `handler` to be found; undefined for runtimes whose handler names no file, and for
 * handlers that lie in a layer (`/opt/…`).
 * Sources: the handler pages of the Lambda Developer Guide (Node.js, Python, Ruby, OS-only runtimes), read 2026-11.
 */
export function handlerFiles(runtime: string, handler: string): string[] | undefined {
  if (runtime.startsWith("provided")) return ["bootstrap"];
  if (handler.startsWith("/")) return undefined;
  const stem = handler
    .split("/")
    .slice(0, -1)
    .concat((handler.split("/").at(-1) ?? "").split(".")[0] ?? "")
    .join("/")
    .replace(/^\.\//, "");
  if (runtime.startsWith("nodejs")) return [".js", ".mjs", ".cjs"].map((extension) => stem + extension);
  if (runtime.startsWith("ruby")) return [`${handler.slice(0, Math.max(handler.indexOf("."), 0)).replace(/^\.\//, "")}.rb`];
  if (runtime.startsWith("python")) {
    const module = handler
      .slice(0, Math.max(handler.lastIndexOf("."), 0))
      .replace(/^\.\//, "")
      .replaceAll(".", "/");
    return [`${module}.py`, `${module}/__init__.py`, `${module}.pyc`, `${module}.so`];
  }
  return undefined;
}

/** Files of the archive that look most like handlers, for a message: those in the fewest folders first. */
export function candidates(files: readonly string[], runtime: string, most = 8): string[] {
  const extension = runtime.startsWith("python") ? /\.py$/ : runtime.startsWith("ruby") ? /\.rb$/ : /\.[cm]?js$/;
  const depth = (name: string) => name.split("/").length;
  const code = files.filter((name) => extension.test(name) && !/(^|\/)node_modules\//.test(name));
  return (code.length > 0 ? code : [...files]).sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1)).slice(0, most);
}
