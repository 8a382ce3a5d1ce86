import { constants } from "node:fs";
import { link, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type AppendFile, errorCode, type FileSystem, type RewriteFile } from "./file-system.ts";

let counter = 0;

/** The machine's own disk. Temporary files are named apart by process id and a counter. */
export function nodeFiles(): FileSystem {
  const writeAside = async (path: string, bytes: Uint8Array): Promise<string> => {
    const aside = `${path}.${process.pid}-${counter++}.tmp`;
    try {
      const file = await open(aside, "wx", 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      await rm(aside, { force: true }).catch(() => undefined);
      throw error;
    }
    return aside;
  };
  return {
    async read(path) {
      try {
        return await readFile(path);
      } catch (error) {
        if (errorCode(error) === "ENOENT") return undefined;
        throw error;
      }
    },
    async replace(path, bytes) {
      const aside = await writeAside(path, bytes);
      try {
        await rename(aside, path);
      } catch (error) {
        await rm(aside, { force: true });
        throw error;
      }
      await syncDirectory(dirname(path));
    },
    async createExclusive(path, bytes) {
      const aside = await writeAside(path, bytes);
      try {
        await link(aside, path);
        return true;
      } catch (error) {
        if (errorCode(error) === "EEXIST") return false;
        throw error;
      } finally {
        await rm(aside, { force: true });
      }
    },
    remove: (path) => rm(path, { force: true }),
    openAppend,
    openRewrite,
    async makeDirectory(path) {
      await mkdir(path, { recursive: true });
    },
    async list(path) {
      try {
        return await readdir(path);
      } catch (error) {
        if (errorCode(error) === "ENOENT") return [];
        throw error;
      }
    },
  };
}

async function openAppend(path: string): Promise<AppendFile> {
  const file = await open(path, constants.O_CREAT | constants.O_WRONLY | constants.O_APPEND, 0o600);
  await syncDirectory(dirname(path));
  return {
    append: (bytes) => file.appendFile(bytes),
    sync: () => file.datasync(),
    truncate: (length) => file.truncate(length),
    close: () => file.close(),
  };
}

async function openRewrite(path: string): Promise<RewriteFile | undefined> {
  try {
    const file = await open(path, "r+");
    return {
      async rewrite(bytes) {
        await file.write(bytes, 0, bytes.length, 0);
      },
      close: () => file.close(),
    };
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** A rename or a new name is durable only once its directory is. Some file systems refuse to sync one: then it is as durable as they make it. */
async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, "r");
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  } catch (error) {
    if (!["EINVAL", "EPERM", "EISDIR", "EACCES", "ENOTSUP"].includes(errorCode(error) ?? "")) throw error;
  }
}
