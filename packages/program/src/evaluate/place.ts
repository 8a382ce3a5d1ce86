import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { SourceRange } from "@dovetail/model";
import { SourceMap } from "./source-map.ts";

const FRAMES_MAX = 60;
/** Where the user's own frame nearly always is; the more frames, the more V8 has to write down. */
const FRAMES_NEAR = 12;

interface RawPosition {
  readonly line: number;
  readonly column: number;
}

/** Finds places in the user's files from positions in the bundle. The source map is read when the first place is asked for. */
export class PlaceFinder {
  readonly #file: string;
  readonly #url: string;
  #map: SourceMap | undefined;
  readonly #paths = new Map<string, string>();
  readonly #texts = new Map<string, string | undefined>();

  /** @param bundleFile the bundle; its source map is `<bundleFile>.map` */
  constructor(bundleFile: string) {
    this.#file = bundleFile;
    this.#url = pathToFileURL(bundleFile).href;
  }

  /** The innermost user's place of the running call, files of packages passed over where there is another. */
  here(): SourceRange | undefined {
    const near = this.#best(this.#sites(FRAMES_NEAR, this.here));
    return near === undefined || isOfPackage(near) ? this.#best(this.#sites(FRAMES_MAX, this.here)) : near;
  }

  /** As `here`, but looked up only when it is asked for: most calls never need to be shown. */
  later(): () => SourceRange | undefined {
    const sites = this.#sites(FRAMES_MAX, this.later);
    return () => this.#best(sites);
  }

  /** True when `below` was called by the user's own code itself, and not by a library or the runtime looking at a value. */
  isCalledByUser(below: (...args: never[]) => unknown): boolean {
    const [caller] = this.#sites(1, below);
    const range = caller && this.#original(positionOf(caller));
    return range !== undefined && !isOfPackage(range);
  }

  /** Where an exception came from: the innermost user's place of its stack. */
  ofError(error: unknown): SourceRange | undefined {
    const stack = error instanceof Error ? error.stack : undefined;
    if (stack === undefined) return undefined;
    const positions: RawPosition[] = [];
    for (const match of stack.matchAll(/\(?([^\s()]+?)(?:\?[^\s():]*)?:(\d+):(\d+)\)?$/gm)) {
      const [, file, line, column] = match;
      if (file === this.#url || file === this.#file) positions.push({ line: Number(line), column: Number(column) });
    }
    return this.#best(positions);
  }

  /** The text of a user's file, undefined when it cannot be read. */
  text(file: string): string | undefined {
    if (!this.#texts.has(file)) this.#texts.set(file, read(file));
    return this.#texts.get(file);
  }

  /** The bundle's frames among the innermost `limit`, from the caller of `below` outwards. */
  #sites(limit: number, below: (...args: never[]) => unknown): readonly NodeJS.CallSite[] {
    const { prepareStackTrace, stackTraceLimit } = Error;
    try {
      Error.stackTraceLimit = limit;
      Error.prepareStackTrace = (_error, sites) => sites;
      const holder: { stack?: readonly NodeJS.CallSite[] } = {};
      Error.captureStackTrace(holder, below);
      return (holder.stack ?? []).filter((site) => site.getFileName()?.startsWith(this.#url) === true);
    } finally {
      Error.prepareStackTrace = prepareStackTrace;
      Error.stackTraceLimit = stackTraceLimit;
    }
  }

  #best(sites: readonly (NodeJS.CallSite | RawPosition)[]): SourceRange | undefined {
    let fallback: SourceRange | undefined;
    for (const site of sites) {
      const range = this.#original("line" in site ? site : positionOf(site));
      if (range === undefined) continue;
      if (!isOfPackage(range)) return range;
      fallback ??= range;
    }
    return fallback;
  }

  #path(source: string): string {
    let path = this.#paths.get(source);
    if (path === undefined) {
      path = resolve(dirname(this.#file), source.startsWith("file:") ? fileURLToPath(source) : source);
      this.#paths.set(source, path);
    }
    return path;
  }

  #original(position: RawPosition): SourceRange | undefined {
    this.#map ??= readMap(`${this.#file}.map`);
    const found = this.#map.find(position.line - 1, position.column - 1);
    if (found === undefined || found.source.includes("dovetail:")) return undefined;
    return { file: this.#path(found.source), line: found.line + 1, column: found.column + 1 };
  }
}

/** Asked of as few frames as will do: V8 parses a function again to know where in it a call stands. */
function positionOf(site: NodeJS.CallSite): RawPosition {
  return { line: site.getLineNumber() ?? 0, column: site.getColumnNumber() ?? 0 };
}

function readMap(file: string): SourceMap {
  return new SourceMap(read(file) ?? '{"version":3,"sources":[],"names":[],"mappings":""}');
}

function isOfPackage({ file }: SourceRange): boolean {
  return file.includes("/node_modules/");
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
