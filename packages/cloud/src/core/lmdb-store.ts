/** The store over LMDB: one environment a cloud, one database, keys below a service's name. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { checkDataFile, DATA_FILE, PAGE_BYTES } from "./data-file.ts";
import { decodeKey, encodeKey, pastPrefix } from "./keys.ts";
import type { Key, RangeOptions, StoreWrite } from "./store.ts";
import { decodeValue, encodeValue } from "./values.ts";

/** Address space, not memory or disk: LMDB grows the file as needed. */
const MAP_BYTES_START = 64 * 1024 * 1024;

export interface CloudStore {
  /** Records below one service. The same object every time. */
  of(service: string): StoreWrite;
  /** Runs `work` in one write transaction; a throw rolls everything back. Nested calls join the outer one. */
  transact<T>(work: () => T): T;
  readonly inTransaction: boolean;
  /** Resolves once everything committed before the call is on disk (one sync serves all who wait). */
  flushed(): Promise<void>;
  clear(): void;
  /** Writes a compact copy of everything, as of one moment, to a file that is not there yet. */
  backup(path: string): Promise<void>;
  /** Everything goes, and what the file (written by `backup`) holds takes its place, in one transaction. */
  replaceWith(path: string): Promise<void>;
  close(): Promise<void>;
  readonly folder: string;
}

/** How LMDB's own buffers become keys: read and written where they lie. */
const KEYS = {
  writeKey: (key: string, target: Buffer, start: number): number => start + target.write(key, start, "latin1"),
  readKey: (source: Buffer, start: number, end: number): string => source.toString("latin1", start, end),
};

/** Values are written as `encodeValue` made them, and read out of LMDB's buffer without a copy of their bytes. */
const VALUES = { encode: (bytes: Buffer): Buffer => bytes, decode: decodeValue };

class Environment {
  readonly db: RootDatabase<unknown, string>;
  depth = 0;
  private flushing: Promise<void> | undefined;
  private queued: Promise<void> | undefined;

  constructor(folder: string) {
    checkDataFile(join(folder, DATA_FILE));
    this.db = open<unknown, string>({
      path: join(folder, DATA_FILE),
      encoding: "binary",
      encoder: VALUES,
      keyEncoder: KEYS,
      pageSize: PAGE_BYTES,
      mapSize: MAP_BYTES_START,
      // A commit is in the page cache, safe from a killed process; `flushed` brings it to disk in batches.
      noSync: true,
      noMemInit: true,
      // Page compaction and overlapping writes are for lmdb's own asynchronous writer, which is not used here.
      eventTurnBatching: false,
      maxReaders: 16,
      noSubdir: true,
    });
  }

  transact<T>(work: () => T): T {
    if (this.depth > 0) return work();
    this.depth++;
    try {
      return this.db.transactionSync(work);
    } finally {
      this.depth--;
    }
  }

  flushed(): Promise<void> {
    if (this.flushing === undefined) {
      this.flushing = this.sync().finally(() => {
        this.flushing = undefined;
      });
      return this.flushing;
    }
    this.queued ??= this.flushing.then(() => {
      this.queued = undefined;
      return this.flushed();
    });
    return this.queued;
  }

  private sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      // `sync` is lmdb's own name for it; its typings leave it out.
      const sync: unknown = Reflect.get(this.db, "sync");
      if (typeof sync !== "function") return reject(new Error("this lmdb cannot sync"));
      sync.call(this.db, (error?: Error) => (error ? reject(error) : resolve()));
    });
  }
}

interface ByteRange {
  readonly start: string;
  readonly end: string;
  readonly limit: number;
}

/** A record of a range; most readers never look at its key. */
class Entry<T> {
  readonly value: T;
  private readonly bytes: string;
  private readonly skip: number;

  constructor(bytes: string, skip: number, value: T) {
    this.bytes = bytes;
    this.skip = skip;
    this.value = value;
  }

  get key(): Key {
    return decodeKey(this.bytes, this.skip);
  }
}

const NOTHING = Buffer.alloc(0);

/** One service's records. */
class ServiceStore implements StoreWrite {
  private readonly environment: Environment;
  private readonly first: string;
  /** The bytes of `first`. */
  private readonly prefix: Buffer;

  constructor(environment: Environment, service: string) {
    this.environment = environment;
    this.first = encodeKey(NOTHING, [service]);
    this.prefix = Buffer.from(this.first, "latin1");
  }

  get<T>(key: Key): T | undefined {
    const bytes = this.environment.db.getBinaryFast(encodeKey(this.prefix, key));
    return bytes === undefined ? undefined : (decodeValue(bytes) as T);
  }

  has(key: Key): boolean {
    return this.environment.db.getBinaryFast(encodeKey(this.prefix, key)) !== undefined;
  }

  private bounds(options: RangeOptions): ByteRange {
    const base = options.prefix === undefined ? this.first : encodeKey(this.prefix, options.prefix);
    return {
      start: options.start === undefined ? base : encodeKey(this.prefix, options.start),
      end: options.end === undefined ? pastPrefix(base) : encodeKey(this.prefix, options.end),
      limit: options.limit ?? Number.POSITIVE_INFINITY,
    };
  }

  *range<T>(options: RangeOptions): Generator<{ readonly key: Key; readonly value: T }> {
    const bounds = this.bounds(options);
    if (bounds.limit <= 0 || bounds.start >= bounds.end) return;
    const skip = this.prefix.length;
    const entries = options.reverse === true ? this.backwards(bounds) : this.environment.db.getRange(bounds);
    for (const { key, value } of entries) yield new Entry(key, skip, value as T);
  }

  *keys(options: RangeOptions): Generator<Key> {
    for (const key of this.rawKeys(options)) yield decodeKey(key, this.prefix.length);
  }

  private *rawKeys(options: RangeOptions): Generator<string> {
    const bounds = this.bounds(options);
    if (bounds.limit <= 0 || bounds.start >= bounds.end) return;
    if (options.reverse === true) for (const { key } of this.backwards(bounds)) yield key;
    else yield* this.environment.db.getKeys(bounds);
  }

  /** Start is inclusive and end exclusive in both directions; LMDB's reverse ranges have it the other way round. */
  private *backwards({ start, end, limit }: ByteRange): Generator<{ readonly key: string; readonly value: unknown }> {
    const { db } = this.environment;
    let count = 0;
    for (const entry of db.getRange({ start: end, end: start, reverse: true })) {
      if (entry.key >= end) continue;
      yield entry;
      if (++count >= limit) return;
    }
    const bytes = db.getBinaryFast(start);
    if (bytes !== undefined) yield { key: start, value: decodeValue(bytes) };
  }

  put(key: Key, value: unknown): void {
    const encodedKey = encodeKey(this.prefix, key);
    const encoded = encodeValue(value);
    const { environment } = this;
    if (environment.depth > 0) environment.db.putSync(encodedKey, encoded);
    else environment.transact(() => environment.db.putSync(encodedKey, encoded));
  }

  remove(key: Key): void {
    const encodedKey = encodeKey(this.prefix, key);
    const { environment } = this;
    environment.transact(() => environment.db.removeSync(encodedKey));
  }

  removeRange(options: RangeOptions): void {
    const { environment } = this;
    environment.transact(() => {
      for (const key of [...this.rawKeys(options)]) environment.db.removeSync(key);
    });
  }
}

async function replaceWith(environment: Environment, path: string): Promise<void> {
  checkDataFile(path);
  const source = open<Buffer, string>({
    path,
    encoding: "binary",
    keyEncoder: KEYS,
    pageSize: PAGE_BYTES,
    noSubdir: true,
    readOnly: true,
  });
  try {
    environment.transact(() => {
      environment.db.clearSync();
      for (const { key, value } of source.getRange({ start: "" })) environment.db.putSync(key, value);
    });
  } finally {
    await source.close();
  }
}

/** `folder` undefined: a temporary one, removed at close. */
export function openStore(folder: string | undefined): CloudStore {
  const path = folder ?? mkdtempSync(join(tmpdir(), "dovetail-cloud-"));
  mkdirSync(path, { recursive: true });
  const environment = new Environment(path);
  const services = new Map<string, StoreWrite>();
  return {
    folder: path,
    of(service) {
      let store = services.get(service);
      if (store === undefined) {
        store = new ServiceStore(environment, service);
        services.set(service, store);
      }
      return store;
    },
    transact: (work) => environment.transact(work),
    get inTransaction() {
      return environment.depth > 0;
    },
    flushed: () => environment.flushed(),
    clear: () => environment.db.clearSync(),
    backup: (target) => environment.db.backup(target, true),
    replaceWith: (source) => replaceWith(environment, source),
    async close() {
      if (folder !== undefined) await environment.flushed();
      await environment.db.close();
      if (folder === undefined) rmSync(path, { recursive: true, force: true });
    },
  };
}
