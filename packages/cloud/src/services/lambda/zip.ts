import { chmod, lstat, mkdir, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { promisify } from "node:util";
import { inflateRaw } from "node:zlib";

/**
 * Reads and unpacks zip archives of functions and layers. fflate does not tell file modes and symbolic links, which a `bootstrap`
 * needs, hence the central directory is read here (APPNOTE.TXT 6.3.10, 4.3.12 and 4.3.16). Nothing is written outside the folder given.
 */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly headerOffset: number;
  /** Unix mode; 0 when the archive was not made on Unix. */
  readonly mode: number;
}

export class ZipError extends Error {}

/** The sum of the entries' sizes is over the limit. */
export class ZipTooLarge extends ZipError {}

const ENTRIES_MAX = 200_000;
const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflateRaw);

function findEnd(zip: Buffer): number {
  const lowest = Math.max(0, zip.length - 65_557);
  for (let at = zip.length - 22; at >= lowest; at--) if (zip.readUInt32LE(at) === 0x06054b50) return at;
  throw new ZipError("no end of central directory");
}

/** Throws ZipError on anything malformed; sizes are those the directory claims. */
export function readEntries(zip: Buffer): ZipEntry[] {
  if (zip.length < 22) throw new ZipError("too short");
  const end = findEnd(zip);
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  const entries: ZipEntry[] = [];
  for (let i = 0; i < Math.min(count, ENTRIES_MAX); i++) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== 0x02014b50) throw new ZipError("broken central directory");
    const nameBytes = zip.readUInt16LE(at + 28);
    const entry: ZipEntry = {
      name: zip.toString("utf8", at + 46, at + 46 + nameBytes),
      method: zip.readUInt16LE(at + 10),
      compressedBytes: zip.readUInt32LE(at + 20),
      bytes: zip.readUInt32LE(at + 24),
      headerOffset: zip.readUInt32LE(at + 42),
      mode: zip.readUInt8(at + 5) === 3 ? zip.readUInt16LE(at + 40) : 0,
    };
    if ((zip.readUInt16LE(at + 8) & 1) !== 0) throw new ZipError("encrypted entry");
    entries.push(entry);
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

/** Contents of one entry; never longer than the directory claims. */
export async function readEntry(zip: Buffer, entry: ZipEntry): Promise<Buffer> {
  const at = entry.headerOffset;
  if (at + 30 > zip.length || zip.readUInt32LE(at) !== 0x04034b50) throw new ZipError(`broken entry ${entry.name}`);
  const start = at + 30 + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
  if (start + entry.compressedBytes > zip.length) throw new ZipError(`truncated entry ${entry.name}`);
  const packed = zip.subarray(start, start + entry.compressedBytes);
  if (entry.method === 0) return packed;
  if (entry.method !== 8) throw new ZipError(`compression method ${entry.method}`);
  if (entry.bytes === 0) return Buffer.alloc(0);
  try {
    return await inflate(packed, { maxOutputLength: entry.bytes });
  } catch (cause) {
    throw new ZipError(`damaged entry ${entry.name}`, { cause });
  }
}

/** The entry's path inside the folder, or undefined for the folder itself. Throws ZipError when it would leave. */
export function safePath(name: string): string | undefined {
  const parts = name.split(/[\\/]/).filter((part) => part !== "" && part !== ".");
  const isAbsolute = /^([\\/]|[A-Za-z]:)/.test(name);
  if (isAbsolute || parts.includes("..") || name.includes("\0")) throw new ZipError(`unsafe path ${JSON.stringify(name)}`);
  return parts.length === 0 ? undefined : parts.join(sep);
}

const isLink = (entry: ZipEntry) => (entry.mode & 0o170000) === 0o120000;
const isFolder = (entry: ZipEntry) => /[\\/]$/.test(entry.name);

/**
 * Unpacks into `folder`, which appears whole or not at all. Throws ZipTooLarge when the contents exceed `bytesMax`, ZipError when
 * an entry is damaged or would be written or point outside.
 */
export async function unpackZip(zip: Buffer, folder: string, bytesMax: number): Promise<{ bytes: number }> {
  const entries = readEntries(zip);
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (bytes > bytesMax) throw new ZipTooLarge(`${bytes} bytes`);
  const work = `${folder}.unpacking-${process.pid}-${process.hrtime.bigint()}`;
  try {
    await mkdir(work, { recursive: true });
    await writeEntries(zip, entries, work);
    await rename(work, folder).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
      await rm(work, { recursive: true, force: true });
    });
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    throw error instanceof ZipError || isDiskFull(error) ? error : new ZipError("cannot be unpacked", { cause: error });
  }
  return { bytes };
}

const isDiskFull = (error: unknown) => error instanceof Error && "code" in error && error.code === "ENOSPC";

async function writeEntries(zip: Buffer, entries: readonly ZipEntry[], work: string): Promise<void> {
  for (const entry of entries) {
    const path = safePath(entry.name);
    if (path === undefined || isLink(entry)) continue;
    const target = join(work, path);
    if (isFolder(entry)) {
      await mkdir(target, { recursive: true });
      continue;
    }
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, await readEntry(zip, entry));
    if ((entry.mode & 0o111) !== 0) await chmod(target, 0o755);
  }
  // Links come last, so that no file is ever written through one.
  for (const entry of entries) if (isLink(entry)) await writeLink(zip, entry, work);
}

async function writeLink(zip: Buffer, entry: ZipEntry, work: string): Promise<void> {
  const path = safePath(entry.name);
  if (path === undefined) return;
  const destination = (await readEntry(zip, entry)).toString("utf8");
  const depth = path.split(sep).length - 1;
  if (destination.startsWith("/") || climbs(destination) > depth) throw new ZipError(`link ${entry.name} leaves the archive`);
  const target = join(work, path);
  await mkdir(dirname(target), { recursive: true });
  await symlink(destination, target);
  const real = await realpath(target).catch(() => undefined);
  const root = await realpath(work);
  if (real !== undefined && real !== root && !real.startsWith(root + sep))
    throw new ZipError(`link ${entry.name} leaves the archive`);
  if (!(await lstat(target)).isSymbolicLink()) throw new ZipError(`link ${entry.name} was not made`);
}

/** How many levels above its start a relative path goes at most. */
function climbs(path: string): number {
  let depth = 0;
  let highest = 0;
  for (const part of path.split("/")) {
    if (part === "..") depth--;
    else if (part !== "" && part !== ".") depth++;
    highest = Math.max(highest, -depth);
  }
  return highest;
}
