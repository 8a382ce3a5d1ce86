/** Blobs as files: `<folder>/<2 characters>/<key>`. A file appears under its name only when it is whole. */
import {
  closeSync,
  createReadStream,
  createWriteStream,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Random, randomHex } from "@dovetail/model";
import type { Blobs } from "./service.ts";

const KEY_CHARACTERS = 32;
const KEY_PATTERN = /^[0-9a-f]{32}$/;
/** Up to this size one synchronous write costs less than three trips through the thread pool. */
const SYNC_BYTES_MAX = 64 * 1024;

export interface BlobFolder extends Blobs {
  /** Removes every blob. */
  clear(): void;
}

export function blobFolder(folder: string, random: Random, options: { readonly durable: boolean }): BlobFolder {
  const shards = new Set<string>();
  const pathOf = (key: string): string => {
    if (!KEY_PATTERN.test(key)) throw new RangeError("not a blob key");
    return join(folder, key.slice(0, 2), key);
  };
  const place = async (key: string): Promise<string> => {
    const path = pathOf(key);
    if (!shards.has(key.slice(0, 2))) {
      await mkdir(join(folder, key.slice(0, 2)), { recursive: true });
      shards.add(key.slice(0, 2));
    }
    return path;
  };
  const writeSmall = (key: string, data: Uint8Array): void => {
    const shard = key.slice(0, 2);
    if (!shards.has(shard)) {
      mkdirSync(join(folder, shard), { recursive: true });
      shards.add(shard);
    }
    const path = pathOf(key);
    writeFileSync(`${path}.part`, data);
    renameSync(`${path}.part`, path);
  };
  const sync = async (path: string): Promise<void> => {
    const file = await open(path, "r");
    try {
      await file.datasync();
    } finally {
      await file.close();
    }
  };
  const writeStream = async (path: string, data: Uint8Array | AsyncIterable<Uint8Array>): Promise<number> => {
    const file = createWriteStream(`${path}.part`);
    try {
      await pipeline(data instanceof Uint8Array ? [data] : data, file);
      if (options.durable) await sync(`${path}.part`);
      await rename(`${path}.part`, path);
    } catch (error) {
      await rm(`${path}.part`, { force: true });
      throw error;
    }
    return file.bytesWritten;
  };
  return {
    clear() {
      rmSync(folder, { recursive: true, force: true });
      shards.clear();
    },
    path: pathOf,
    async write(data) {
      const key = randomHex(random, KEY_CHARACTERS);
      if (data instanceof Uint8Array && data.length <= SYNC_BYTES_MAX) {
        writeSmall(key, data);
        if (options.durable) await sync(pathOf(key));
        return { key, bytes: data.length };
      }
      return { key, bytes: await writeStream(await place(key), data) };
    },
    read: (stretches) => new BlobBody(stretches.map(({ key, start, end }) => ({ path: pathOf(key), start, end }))),
    readAll: (key) => readFile(pathOf(key)),
    remove: (key) => rm(pathOf(key), { force: true }),
  };
}

/** Up to this size the bytes are read at once: each trip through the thread pool costs as much as copying 256 KB. */
const AT_ONCE_BYTES_MAX = 1024 * 1024;
const PIECE_BYTES = 512 * 1024;

/** A stretch of a file, `end` exclusive. */
export interface FilePart {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** Blobs, or stretches of them, one after the other: pieces for whoever iterates, files for whoever knows a better way to send them. */
export class BlobBody implements AsyncIterable<Uint8Array> {
  readonly parts: readonly FilePart[];

  constructor(parts: readonly FilePart[]) {
    this.parts = parts;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (const part of this.parts) yield* pieces(part);
  }
}

async function* pieces({ path, start, end }: FilePart): AsyncGenerator<Uint8Array> {
  if (end <= start) return;
  if (end - start <= AT_ONCE_BYTES_MAX) yield readAtOnce(path, start, end);
  else yield* createReadStream(path, { highWaterMark: PIECE_BYTES, start, end: end - 1 });
}

function readAtOnce(path: string, start: number, end: number): Buffer {
  const file = openSync(path, "r");
  try {
    const buffer = Buffer.allocUnsafeSlow(end - start);
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, start));
  } finally {
    closeSync(file);
  }
}
