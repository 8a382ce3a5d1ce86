import { close, constants, fsync, ftruncate, mkdir, open, readdir, rm, write } from "node:fs";
import { backendFailed } from "../backends/lock-text.ts";
import { errorCode } from "./file-system.ts";
import { done } from "./node-files.ts";

/** State files as Terraform's backend `local` handles them: opened, locked and written in place. */
export interface StateFileAccess {
  /** Opens for reading and writing; makes it, empty, where it is not there. */
  open(path: string): Promise<{ readonly file: OpenStateFile; readonly wasMade: boolean }>;
  /** Names of the folders in a folder; none where there is no such folder. */
  folders(path: string): Promise<readonly string[]>;
  makeFolder(path: string): Promise<void>;
  removeFolder(path: string): Promise<void>;
}

export interface OpenStateFile {
  /** Takes the operating system's record lock on the whole file; false: another process has it. */
  tryLock(): Promise<boolean>;
  /** Writes all of `bytes` from `position` on. */
  writeAt(position: number, bytes: Uint8Array): Promise<void>;
  truncate(length: number): Promise<void>;
  /** Returns when everything written is on the disk. */
  sync(): Promise<void>;
  /** Gives the lock back, too. */
  close(): Promise<void>;
}

/** State files that people other than their owner may read, as Terraform makes them. */
const MODE = 0o666;

/** The machine's own disk. */
export function nodeStateFiles(): StateFileAccess {
  return {
    async open(path) {
      try {
        return { file: opened(await fileOf(path, constants.O_RDWR)), wasMade: false };
      } catch (error) {
        if (errorCode(error) !== "ENOENT") throw error;
        return { file: opened(await fileOf(path, constants.O_RDWR | constants.O_CREAT)), wasMade: true };
      }
    },
    async folders(path) {
      try {
        const entries = await done<import("node:fs").Dirent[]>((end) => readdir(path, { withFileTypes: true }, end));
        return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
      } catch (error) {
        if (errorCode(error) === "ENOENT") return [];
        throw error;
      }
    },
    async makeFolder(path) {
      await done<string | undefined>((end) => mkdir(path, { recursive: true }, end));
    },
    removeFolder: (path) => done<void>((end) => rm(path, { recursive: true, force: true }, end)),
  };
}

function fileOf(path: string, flags: number): Promise<number> {
  return done<number>((end) => open(path, flags, MODE, end));
}

function opened(file: number): OpenStateFile {
  return {
    async tryLock() {
      const lock = await recordLock();
      return lock(file);
    },
    async writeAt(position, bytes) {
      let at = 0;
      while (at < bytes.length) at += await done<number>((end) => write(file, bytes, at, bytes.length - at, position + at, end));
    },
    truncate: (length) => done<void>((end) => ftruncate(file, length, end)),
    sync: () => done<void>((end) => fsync(file, end)),
    close: () => done<void>((end) => close(file, end)),
  };
}

/**
 * `fcntl(F_OFD_SETLK)`, `LockFileEx`: what Node has no call for. On Linux and macOS these locks and Terraform's (`F_SETLK`) keep each other
 * out, and they belong to this open file, so that closing another one of the same path does not give them back.
 */
async function recordLock(): Promise<(file: number) => boolean> {
  try {
    const { default: native } = await import("fs-native-extensions");
    return (file) => native.tryLock(file);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    const detail = `The package that locks files has no program for this machine (${process.platform} ${process.arch}): ${reason}`;
    throw backendFailed(
      "Error acquiring the state lock",
      detail,
      "Where nobody else works on this root, go without: -lock=false",
      error,
    );
  }
}
