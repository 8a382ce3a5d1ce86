/** Tar archives: POSIX.1-2017, pax, as Go's archive/tar writes them (ustar where it suffices, else a pax header before the file's). */
import { gzipped } from "../gzip.ts";
import type { Entry } from "./entries.ts";

const BLOCK_BYTES = 512;
const NAME_BYTES_MAX = 100;
const PREFIX_BYTES_MAX = 155;

/** A gzipped tar whose bytes depend on names, contents and permissions only. `mode`: the permissions of every file. */
export function tarGz(entries: readonly Entry[], mode: number | undefined): Uint8Array {
  const files = entries.flatMap((entry) => fileBlocks(entry, mode ?? entry.mode ?? 0));
  return gzipped(Buffer.concat([...files, Buffer.alloc(2 * BLOCK_BYTES)]));
}

function fileBlocks({ name, data }: Entry, mode: number): readonly Buffer[] {
  const place = ustarName(name);
  if (place !== undefined) return [header({ ...place, mode, size: data.length, type: "0" }), padded(data)];
  const record = paxRecord("path", name);
  const base = name.split("/").at(-1) ?? "";
  const shortened = { prefix: "", name: `PaxHeaders.0/${ascii(base)}`.slice(0, NAME_BYTES_MAX) };
  const own = { prefix: "", name: ascii(name).slice(0, NAME_BYTES_MAX) };
  return [
    header({ ...shortened, mode: 0, size: record.length, type: "x" }),
    padded(record),
    header({ ...own, mode, size: data.length, type: "0" }),
    padded(data),
  ];
}

/** A name in ustar's two fields, parted at a slash; undefined where it does not fit. */
function ustarName(full: string): { readonly prefix: string; readonly name: string } | undefined {
  if (ascii(full) !== full) return undefined;
  if (full.length <= NAME_BYTES_MAX) return { prefix: "", name: full };
  const at = full.slice(0, PREFIX_BYTES_MAX + 1).lastIndexOf("/");
  const name = full.slice(at + 1);
  return at <= 0 || name.length > NAME_BYTES_MAX || name === "" ? undefined : { prefix: full.slice(0, at), name };
}

function ascii(value: string): string {
  return value.replaceAll(/[^\x20-\x7e]/g, "");
}

interface Head {
  readonly prefix: string;
  readonly name: string;
  readonly mode: number;
  readonly size: number;
  readonly type: "0" | "x";
}

function header({ prefix, name, mode, size, type }: Head): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, at: number, digits: number) => block.write(value.toString(8).padStart(digits, "0"), at, "latin1");
  block.write(name, 0, "latin1");
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(0, 136, 11);
  block.fill(" ", 148, 156);
  block.write(type, 156, "latin1");
  block.write("ustar\0" + "00", 257, "latin1");
  octal(0, 329, 7);
  octal(0, 337, 7);
  block.write(prefix, 345, "latin1");
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  block[154] = 0;
  return block;
}

function padded(data: Uint8Array): Buffer {
  return Buffer.concat([data, Buffer.alloc(-data.length & (BLOCK_BYTES - 1))]);
}

/** `27 path=…` and a line feed: the length counts itself. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let size = rest + String(rest).length;
  if (String(size).length > String(rest).length) size = rest + String(size).length;
  return Buffer.from(`${size} ${key}=${value}\n`);
}
