import { readdirSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import type { FunctionFiles } from "@dovetail/hcl";

/** What this package reads of the disk. Paths are absolute. */
export interface Files {
  /** Names in a folder, sorted; undefined where there is no such folder. */
  list(folder: string): readonly string[] | undefined;
  /** undefined where there is no such file. Throws for one of more than `bytesMax`. */
  read(path: string, bytesMax?: number): Uint8Array | undefined;
  isFolder(path: string): boolean;
  /** The path without symbolic links; undefined where there is nothing. */
  real(path: string): string | undefined;
}

/** No configuration file that a person or a generator writes is larger. */
export const FILE_BYTES_MAX = 64 * 1024 * 1024;

export function nodeModuleFiles(): Files {
  return {
    list: (folder) => orUndefined(() => readdirSync(folder).sort()),
    read: (path, bytesMax = FILE_BYTES_MAX) =>
      orUndefined(() => {
        const { size } = statSync(path);
        if (size > bytesMax) throw new Error(`${path} has ${size} bytes; at most ${bytesMax} are read.`);
        return readFileSync(path);
      }),
    isFolder: (path) => orUndefined(() => statSync(path).isDirectory()) === true,
    real: (path) => orUndefined(() => realpathSync(path)),
  };
}

/** What functions of the language read of the disk. */
export function nodeFunctionFiles(): FunctionFiles {
  const { list, read } = nodeModuleFiles();
  return {
    list,
    read: (path) => read(path),
    kind: (path) =>
      orUndefined(() => {
        const stats = statSync(path);
        const is = KINDS.find(([, test]) => test(stats));
        return is?.[0] ?? "other";
      }),
  };
}

const KINDS: readonly (readonly ["file" | "folder" | "device" | "pipe" | "socket", (stats: Stats) => boolean])[] = [
  ["file", (stats) => stats.isFile()],
  ["folder", (stats) => stats.isDirectory()],
  ["device", (stats) => stats.isCharacterDevice() || stats.isBlockDevice()],
  ["pipe", (stats) => stats.isFIFO()],
  ["socket", (stats) => stats.isSocket()],
];

const NOT_THERE: readonly unknown[] = ["ENOENT", "ENOTDIR", "EISDIR"];

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error && NOT_THERE.includes(error.code)) return undefined;
    throw error;
  }
}
