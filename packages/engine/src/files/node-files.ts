import {
  appendFile,
  close,
  constants,
  fdatasync,
  fsync,
  ftruncate,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  unlink,
  write,
  writeFile,
} from "node:fs";
import { dirname } from "node:path";
import { type AppendFile, errorCode, type FileSystem, type RewriteFile } from "./file-system.ts";

let counter = 0;

/** The machine's own disk. Temporary files are named apart by process id and a counter. */
export function nodeFiles(): FileSystem {
  return {
    async read(path) {
      try {
        return await done<Buffer>((end) => readFile(path, end));
      } catch (error) {
        if (errorCode(error) === "ENOENT") return undefined;
        throw error;
      }
    },
    async replace(path, bytes) {
      const aside = await writeAside(path, bytes);
      try {
        await done<void>((end) => rename(aside, path, end));
      } catch (error) {
        await remove(aside);
        throw error;
      }
      await syncDirectory(dirname(path));
    },
    async createExclusive(path, bytes) {
      const aside = await writeAside(path, bytes);
      try {
        await done<void>((end) => link(aside, path, end));
        return true;
      } catch (error) {
        if (errorCode(error) === "EEXIST") return false;
        throw error;
      } finally {
        await remove(aside);
      }
    },
    remove,
    openAppend,
    openRewrite,
    async makeDirectory(path) {
      await done<string | undefined>((end) => mkdir(path, { recursive: true }, end));
    },
    async list(path) {
      try {
        return await done<string[]>((end) => readdir(path, end));
      } catch (error) {
        if (errorCode(error) === "ENOENT") return [];
        throw error;
      }
    },
  };
}

/**
 * What a call of `node:fs` comes to. (`node:fs/promises` would do the same; it brings ten modules that nothing else needs, 2 ms of a
 * run's start.)
 */
export function done<T>(call: (end: (error: Error | null, result: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, result) => (error ? reject(error) : resolve(result)));
  });
}

function opened(path: string, flags: string | number): Promise<number> {
  return done<number>((end) => open(path, flags, 0o600, end));
}

function closed(file: number): Promise<void> {
  return done<void>((end) => close(file, end));
}

async function remove(path: string): Promise<void> {
  try {
    await done<void>((end) => unlink(path, end));
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

async function writeAside(path: string, bytes: Uint8Array): Promise<string> {
  const aside = `${path}.${process.pid}-${counter++}.tmp`;
  try {
    const file = await opened(aside, "wx");
    try {
      await done<void>((end) => writeFile(file, bytes, end));
      await done<void>((end) => fsync(file, end));
    } finally {
      await closed(file);
    }
  } catch (error) {
    await remove(aside).catch(() => undefined);
    throw error;
  }
  return aside;
}

async function openAppend(path: string): Promise<AppendFile> {
  const file = await opened(path, constants.O_CREAT | constants.O_WRONLY | constants.O_APPEND);
  await syncDirectory(dirname(path));
  return {
    append: (bytes) => done<void>((end) => appendFile(file, bytes, end)),
    sync: () => done<void>((end) => fdatasync(file, end)),
    truncate: (length) => done<void>((end) => ftruncate(file, length, end)),
    close: () => closed(file),
  };
}

async function openRewrite(path: string): Promise<RewriteFile | undefined> {
  try {
    const file = await opened(path, "r+");
    return {
      async rewrite(bytes) {
        await done<number>((end) => write(file, bytes, 0, bytes.length, 0, end));
      },
      close: () => closed(file),
    };
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** A rename or a new name is durable only once its directory is. Some file systems refuse to sync one: then it is as durable as they make it. */
async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await opened(path, "r");
    try {
      await done<void>((end) => fsync(directory, end));
    } finally {
      await closed(directory);
    }
  } catch (error) {
    if (!["EINVAL", "EPERM", "EISDIR", "EACCES", "ENOTSUP"].includes(errorCode(error) ?? "")) throw error;
  }
}
