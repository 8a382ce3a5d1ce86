/** Looks into a function's archive: which files it has, and whether its handler is among them. */

const END_RECORD = 0x06054b50;
const END_RECORD_BYTES = 22;
const COMMENT_BYTES_MAX = 0xffff;
const END_RECORD_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const LOCATOR_64_BYTES = 20;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;

/**
 * The names of the files in a zip archive, read from its directory without unpacking anything. Throws where `bytes` is no zip archive.
 * Source: APPNOTE.TXT 6.3.10 of PKWARE, 4.3.12 to 4.3.16.
 */
export function filesOfZip(bytes: Uint8Array): string[] {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, offset } = directoryOf(zip);
  const names: string[] = [];
  for (let i = 0, at = offset; i < count; i++) {
    if (at + ENTRY_BYTES > zip.byteLength || zip.readUInt32LE(at) !== ENTRY) throw new Error("a damaged directory");
    const nameBytes = zip.readUInt16LE(at + 28);
    names.push(zip.toString("utf8", at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes));
    at += ENTRY_BYTES + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return names.filter((name) => !name.endsWith("/"));
}

function directoryOf(zip: Buffer): { readonly count: number; readonly offset: number } {
  const end = endRecord(zip);
  const locator = end - LOCATOR_64_BYTES;
  if (locator < 0 || zip.readUInt32LE(locator) !== LOCATOR_64)
    return { count: zip.readUInt16LE(end + 10), offset: zip.readUInt32LE(end + 16) };
  const at = Number(zip.readBigUInt64LE(locator + 8));
  if (at + 56 > zip.byteLength || zip.readUInt32LE(at) !== END_RECORD_64) throw new Error("a damaged directory");
  return { count: Number(zip.readBigUInt64LE(at + 32)), offset: Number(zip.readBigUInt64LE(at + 48)) };
}

/** At the very end, but for a comment. */
function endRecord(zip: Buffer): number {
  const last = zip.byteLength - END_RECORD_BYTES;
  for (let at = last; at >= Math.max(0, last - COMMENT_BYTES_MAX); at--) if (zip.readUInt32LE(at) === END_RECORD) return at;
  throw new Error("no zip archive");
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
