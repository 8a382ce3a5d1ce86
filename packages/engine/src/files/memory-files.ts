import type { FileSystem } from "./file-system.ts";

/** What a test or the simulator does to a write: `full` fails with ENOSPC after `bytesWritten` bytes, `crash` never returns and cuts likewise. */
export type WriteFault = { readonly kind: "full" | "crash"; readonly bytesWritten: number };

export interface WriteAttempt {
  /** Counts from 0 over the life of the disk. */
  readonly sequence: number;
  readonly operation: "append" | "replace" | "create" | "rewrite" | "sync" | "remove";
  readonly path: string;
  readonly bytes: number;
}

export interface MemoryFiles extends FileSystem {
  /** Path -> content. What a new process would find. */
  snapshot(): Map<string, Uint8Array>;
  /** Asked before each write; undefined lets it pass. */
  fault: ((attempt: WriteAttempt) => WriteFault | undefined) | undefined;
  /** After a crash every later call hangs, as it would in a process that is gone. */
  readonly crashed: boolean;
}

interface Inode {
  bytes: Buffer;
  used: number;
}

/** A disk in memory with the same atomicity as a real one: a file that was replaced lives on for whoever has it open. */
export function memoryFiles(initial: Iterable<readonly [string, Uint8Array]> = []): MemoryFiles {
  return new MemoryDisk(initial);
}

class MemoryDisk implements MemoryFiles {
  fault: ((attempt: WriteAttempt) => WriteFault | undefined) | undefined;
  crashed = false;
  readonly #names = new Map<string, Inode>();
  #sequence = 0;

  constructor(initial: Iterable<readonly [string, Uint8Array]>) {
    for (const [path, bytes] of initial) this.#names.set(path, inodeOf(bytes));
  }

  snapshot(): Map<string, Uint8Array> {
    return new Map([...this.#names].map(([path, inode]) => [path, Buffer.from(content(inode))]));
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    await this.#alive();
    const inode = this.#names.get(path);
    return inode === undefined ? undefined : Buffer.from(content(inode));
  }

  async replace(path: string, bytes: Uint8Array): Promise<void> {
    await this.#attempt("replace", path, bytes, () => undefined);
    this.#names.set(path, inodeOf(bytes));
  }

  async createExclusive(path: string, bytes: Uint8Array): Promise<boolean> {
    if (this.#names.has(path)) return false;
    await this.#attempt("create", path, bytes, () => undefined);
    if (this.#names.has(path)) return false;
    this.#names.set(path, inodeOf(bytes));
    return true;
  }

  async remove(path: string): Promise<void> {
    await this.#attempt("remove", path, new Uint8Array(), () => undefined);
    this.#names.delete(path);
  }

  async openAppend(path: string) {
    await this.#alive();
    const inode = this.#names.get(path) ?? inodeOf(new Uint8Array());
    this.#names.set(path, inode);
    return {
      append: async (bytes: Uint8Array) => {
        await this.#attempt("append", path, bytes, (part) => extend(inode, part));
        extend(inode, bytes);
      },
      sync: () => this.#attempt("sync", path, new Uint8Array(), () => undefined),
      truncate: async (length: number) => {
        await this.#alive();
        inode.used = Math.min(inode.used, length);
      },
      close: () => this.#alive(),
    };
  }

  async openRewrite(path: string) {
    await this.#alive();
    const inode = this.#names.get(path);
    if (inode === undefined) return undefined;
    return {
      rewrite: async (bytes: Uint8Array) => {
        await this.#attempt("rewrite", path, bytes, () => undefined);
        inode.bytes = Buffer.from(bytes);
        inode.used = bytes.length;
      },
      close: () => this.#alive(),
    };
  }

  async makeDirectory(): Promise<void> {
    await this.#alive();
  }

  async list(path: string): Promise<readonly string[]> {
    await this.#alive();
    const inside = [...this.#names.keys()].filter((name) => name.startsWith(`${path}/`));
    return inside.map((name) => name.slice(path.length + 1)).filter((name) => !name.includes("/"));
  }

  async #attempt(
    operation: WriteAttempt["operation"],
    path: string,
    bytes: Uint8Array,
    partly: (part: Uint8Array) => void,
  ): Promise<void> {
    await this.#alive();
    const fault = this.fault?.({ sequence: this.#sequence++, operation, path, bytes: bytes.length });
    if (fault === undefined) return;
    partly(bytes.subarray(0, fault.bytesWritten));
    if (fault.kind === "full") throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    this.crashed = true;
    await this.#alive();
  }

  #alive(): Promise<void> {
    return this.crashed ? new Promise(() => undefined) : Promise.resolve();
  }
}

function inodeOf(bytes: Uint8Array): Inode {
  return { bytes: Buffer.from(bytes), used: bytes.length };
}

function content(inode: Inode): Uint8Array {
  return inode.bytes.subarray(0, inode.used);
}

function extend(inode: Inode, bytes: Uint8Array): void {
  if (inode.used + bytes.length > inode.bytes.length) {
    const grown = Buffer.alloc(Math.max(1024, 2 * (inode.used + bytes.length)));
    inode.bytes.copy(grown, 0, 0, inode.used);
    inode.bytes = grown;
  }
  inode.bytes.set(bytes, inode.used);
  inode.used += bytes.length;
}
