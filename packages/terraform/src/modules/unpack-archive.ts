import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { gunzipSync } from "node:zlib";
import { unzipSync } from "fflate";

/** Archives of modules: zip, tar and tar.gz. Nothing in one can lead out of the folder that it is unpacked into. */

const ENTRIES_MAX = 50_000;
const UNPACKED_BYTES_MAX = 1024 ** 3;
const BLOCK = 512;

/** What archives are called by. */
export const ARCHIVE_NAME = /\.(zip|tar|tar\.gz|tgz)$/;

type Entry =
  | { readonly path: string; readonly bytes: Uint8Array }
  | { readonly path: string; readonly link: string }
  | { readonly path: string; readonly isFolder: true };

/** Unpacks into a folder. Throws Error with what is wrong with the archive, before anything is written. */
export function unpackArchive(bytes: Uint8Array, folder: string): void {
  const entries = isZip(bytes) ? zipEntries(bytes) : tarEntries(isGzip(bytes) ? unzipped(bytes) : bytes);
  for (const entry of entries) checkInside(entry);
  for (const entry of entries) write(entry, folder);
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function unzipped(bytes: Uint8Array): Uint8Array {
  return gunzipSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX });
}

function zipEntries(bytes: Uint8Array): readonly Entry[] {
  let size = 0;
  let count = 0;
  const unpacked = unzipSync(bytes, {
    filter({ originalSize }) {
      size += originalSize;
      count += 1;
      if (size > UNPACKED_BYTES_MAX || count > ENTRIES_MAX) throw tooLarge();
      return true;
    },
  });
  return Object.entries(unpacked).map(([path, each]) => (path.endsWith("/") ? { path, isFolder: true } : { path, bytes: each }));
}

/** POSIX ustar with GNU's and pax's long names (IEEE Std 1003.1, "pax Interchange Format"). */
function tarEntries(bytes: Uint8Array): readonly Entry[] {
  const entries: Entry[] = [];
  let long: { path?: string; link?: string } = {};
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0; ) {
    const header = bytes.subarray(at, at + BLOCK);
    const size = Number.parseInt(textIn(header, 124, 12).trim() || "0", 8);
    const body = bytes.subarray(at + BLOCK, at + BLOCK + size);
    if (!Number.isSafeInteger(size) || size < 0 || body.length !== size) throw new Error("the archive is cut off or damaged");
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const kind = String.fromCharCode(header[156] ?? 0);
    if (kind === "x") long = { ...long, ...paxNames(body) };
    else if (kind === "L") long = { ...long, path: textIn(body, 0, size) };
    else if (kind === "K") long = { ...long, link: textIn(body, 0, size) };
    else if (kind !== "g") {
      entries.push(...entryOf(header, kind, body, long));
      long = {};
    }
    if (entries.length > ENTRIES_MAX) throw tooLarge();
  }
  if (entries.length === 0) throw new Error("it is no zip, tar or tar.gz archive, or holds nothing");
  return entries;
}

function entryOf(
  header: Uint8Array,
  kind: string,
  body: Uint8Array,
  long: { readonly path?: string; readonly link?: string },
): readonly Entry[] {
  const prefix = textIn(header, 257, 5) === "ustar" ? textIn(header, 345, 155) : "";
  const name = textIn(header, 0, 100);
  const path = long.path ?? (prefix === "" ? name : `${prefix}/${name}`);
  if (kind === "5") return [{ path, isFolder: true }];
  if (kind === "2") return [{ path, link: long.link ?? textIn(header, 157, 100) }];
  if (kind === "0" || kind === "\0") return [{ path, bytes: body }];
  throw new Error(`the archive has an entry "${path}" that is neither a file nor a folder nor a symbolic link`);
}

/** `27 path=some/long/name\n` */
function paxNames(body: Uint8Array): { readonly path?: string; readonly link?: string } {
  const text = Buffer.from(body).toString("utf8");
  const path = /(?:^|\n)\d+ path=([^\n]*)\n/.exec(text)?.[1];
  const link = /(?:^|\n)\d+ linkpath=([^\n]*)\n/.exec(text)?.[1];
  return { ...(path === undefined ? {} : { path }), ...(link === undefined ? {} : { link }) };
}

function textIn(bytes: Uint8Array, start: number, length: number): string {
  const part = bytes.subarray(start, start + length);
  const end = part.indexOf(0);
  return Buffer.from(end < 0 ? part : part.subarray(0, end)).toString("utf8");
}

/** Throws where an entry lies, or a link leads, outside. */
function checkInside(entry: Entry): void {
  const leadsOut = (path: string) => path.startsWith("/") || /^[A-Za-z]:/.test(path) || /^\.\.(\/|$)/.test(normalize(path));
  const path = entry.path.replaceAll("\\", "/");
  if (leadsOut(path)) throw new Error(`the archive has an entry "${entry.path}" that leads out of it`);
  if (!("link" in entry)) return;
  if (entry.link.startsWith("/") || leadsOut(join(dirname(path), entry.link)))
    throw new Error(`the archive has a link "${entry.path}" to "${entry.link}", which lies outside of it`);
}

function write(entry: Entry, folder: string): void {
  const target = join(folder, entry.path.replaceAll("\\", "/"));
  if ("isFolder" in entry) {
    mkdirSync(target, { recursive: true });
    return;
  }
  mkdirSync(dirname(target), { recursive: true });
  if ("link" in entry) symlinkSync(entry.link, target);
  else writeFileSync(target, entry.bytes);
}

function tooLarge(): Error {
  return new Error(`it has more than ${ENTRIES_MAX} entries or ${UNPACKED_BYTES_MAX} bytes`);
}
