import { hash } from "node:crypto";
import { fstatSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";

/**
 * Runs a built program with V8's code cache of what earlier runs of the same command compiled. Node's own compile cache is made
 * before a module runs, so that it lacks every function that V8 compiles when it is first called: a sixth of a run's time.
 */

export interface CachedProgram {
  /** Absolute path of a script that is the body of a CommonJS module. */
  readonly file: string;
  /** Changes with the script's content. */
  readonly buildId: string;
  /** What is run of it: each command compiles other functions, so each has a cache of its own. */
  readonly part: string;
  /** The `import()` of the module that calls: a script has none of its own. */
  readonly load: (specifier: string) => Promise<unknown>;
  /** A program that stays writes its cache so many milliseconds after it began; others write it at the end. */
  readonly writeAfterMs?: number;
}

/** A first run may have ended early or found nothing to do, so the next ones add what they compiled. */
const REFRESHES_MAX = 3;

/** Where packages/program finds `load` for the programs of users. */
const IMPORT = Symbol.for("dovetail.import");

/** Answers what the script exports. The cache can be lost, of another V8 or unwritable: then the run is only slower. */
export function runCached(program: CachedProgram): unknown {
  const { file } = program;
  const cacheFile = cacheFileOf(program);
  const known = cacheFile === undefined ? undefined : readCache(cacheFile);
  const source = readFileSync(file, "latin1");
  const script = new vm.Script(
    `(function(exports,require,module,__filename,__dirname,__bundleUrl,__import){"use strict";${source}\n})`,
    {
      filename: file,
      ...(known === undefined ? {} : { cachedData: known.data }),
    },
  );
  const refreshes = known === undefined || script.cachedDataRejected === true ? 0 : known.refreshes;
  if (cacheFile !== undefined && refreshes < REFRESHES_MAX)
    whenDone(program, () => writeCache(cacheFile, script.createCachedData(), refreshes + 1));
  const made: { exports: unknown } = { exports: {} };
  const url = pathToFileURL(file).href;
  Object.assign(globalThis, { [IMPORT]: program.load });
  const body: unknown = script.runInThisContext();
  if (typeof body === "function") body(made.exports, lateRequire(url), made, file, dirname(file), url, program.load);
  return made.exports;
}

/** Few runs require anything. */
function lateRequire(url: string): object {
  return Object.assign((id: string): unknown => createRequire(url)(id), {
    resolve: (id: string) => createRequire(url).resolve(id),
  });
}

function whenDone({ writeAfterMs }: CachedProgram, write: () => void): void {
  if (writeAfterMs !== undefined) setTimeout(write, writeAfterMs).unref();
  // A run that failed has seen little of the command.
  else process.on("exit", (code) => (code === 0 ? write() : undefined));
}

/** Beside Node's own cache, and off where that is off (NODE_DISABLE_COMPILE_CACHE, a folder that cannot be written). */
function cacheFileOf({ buildId, part }: CachedProgram): string | undefined {
  const folder = module.getCompileCacheDir?.();
  return folder === undefined ? undefined : join(folder, `dovetail-${part}-${buildId}.bin`);
}

interface Cache {
  readonly data: Buffer;
  readonly refreshes: number;
}

/** At the end of a cache: SHA-256 of the rest (V8 itself runs what it is given), and how often it was written. */
const TRAILER_BYTES = 33;

/** A cache that another user wrote is not trusted: it is code. */
function readCache(path: string): Cache | undefined {
  try {
    const file = openSync(path, "r");
    if (process.getuid !== undefined && fstatSync(file).uid !== process.getuid()) return undefined;
    const bytes = readFileSync(file);
    const data = bytes.subarray(0, -TRAILER_BYTES);
    const isWhole = digest(data).equals(bytes.subarray(data.byteLength, -1));
    return isWhole ? { data, refreshes: bytes[bytes.byteLength - 1] ?? 0 } : undefined;
  } catch {
    return undefined;
  }
}

function digest(data: Buffer): Buffer {
  return hash("sha256", data, "buffer");
}

function writeCache(path: string, data: Buffer, refreshes: number): void {
  const folder = dirname(path);
  const name = path.slice(folder.length + 1);
  const part = name.slice(0, name.lastIndexOf("-") + 1);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const temporary = `${path}.${process.pid}.part`;
    writeFileSync(temporary, Buffer.concat([data, digest(data), Buffer.of(refreshes)]), { mode: 0o600 });
    renameSync(temporary, path);
    for (const other of readdirSync(folder))
      if (other.startsWith(part) && other !== name && !other.endsWith(".part")) rmSync(join(folder, other), { force: true });
  } catch {
    // A disk that is full or read-only costs the next run its time, nothing else.
  }
}

/** `deploy`, `cloud-stop`, …: the words that name the command; `other` for what is none. */
export function partOf(args: readonly string[]): string {
  const [first = "", second = ""] = args;
  const isWord = (text: string) => /^[a-z]{1,12}$/.test(text);
  if (!isWord(first)) return "other";
  return ["cloud", "state"].includes(first) && isWord(second) ? `${first}-${second}` : first;
}
