import type { AppendFile, FileSystem } from "../files/file-system.ts";
import { guardWrite } from "../state/state-store.ts";
import { encodeRecord, type JournalRecord } from "./record.ts";

/**
 * The journal's writing end. Records that come while a write is on its way go out together in the next one:
 * one append, one fdatasync. Before each the fence is asked, so a run that lost its lock writes nothing more.
 */
export class Journal {
  readonly #path: string;
  readonly #file: AppendFile;
  readonly #fence: () => Promise<void>;
  #queue: { readonly text: string; readonly done: () => void; readonly failed: (error: unknown) => void }[] = [];
  #count = 0;
  #length = 0;
  #flushing: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(
    path: string,
    file: AppendFile,
    fence: () => Promise<void>,
    written: { readonly count: number; readonly length: number },
  ) {
    this.#count = written.count;
    this.#length = written.length;
    this.#path = path;
    this.#file = file;
    this.#fence = fence;
  }

  /** Starts a journal with `first` in it, in the place of any that was there, in one step. Throws DVT5005. */
  static async start(
    files: FileSystem,
    path: string,
    first: readonly JournalRecord[],
    fence: () => Promise<void>,
  ): Promise<Journal> {
    const bytes = Buffer.from(first.map((record, n) => encodeRecord(n, record)).join(""));
    const file = await guardWrite(path, async () => {
      await files.replace(path, bytes);
      return await files.openAppend(path);
    });
    return new Journal(path, file, fence, { count: first.length, length: bytes.length });
  }

  /** Goes on with a journal that was read, its torn end cut off. Throws DVT5005. */
  static async resume(
    files: FileSystem,
    path: string,
    written: { readonly count: number; readonly length: number },
    fence: () => Promise<void>,
  ): Promise<Journal> {
    const file = await guardWrite(path, async () => {
      const opened = await files.openAppend(path);
      await opened.truncate(written.length);
      return opened;
    });
    return new Journal(path, file, fence, written);
  }

  /** Why it takes no more records: the first failed write (DVT5005) or a lost lock (DVT5004). */
  get failure(): unknown {
    return this.#failure?.error;
  }

  /** Returns when the record is on the disk. Throws DVT5005, DVT5004; after that every call does. */
  append(record: JournalRecord): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    return new Promise((done, failed) => {
      this.#queue.push({ text: encodeRecord(this.#count++, record), done, failed });
      this.#flushing ??= this.#flush();
    });
  }

  async close(): Promise<void> {
    await this.#flushing;
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    // Everything registered in this turn of the event loop joins the first batch.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      try {
        await this.#write(Buffer.from(batch.map((entry) => entry.text).join("")));
        for (const entry of batch) entry.done();
      } catch (error) {
        this.#failure ??= { error };
        const rest = this.#queue;
        this.#queue = [];
        for (const entry of [...batch, ...rest]) entry.failed(error);
      }
    }
    this.#flushing = undefined;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error;
    await this.#fence();
    try {
      await guardWrite(this.#path, async () => {
        await this.#file.append(bytes);
        await this.#file.sync();
      });
      this.#length += bytes.length;
    } catch (error) {
      // What reached the disk of a failed append must not look like damage in the middle to whoever reads on.
      await this.#file.truncate(this.#length).catch(() => undefined);
      throw error;
    }
  }
}
