import { basename, dirname, join } from "node:path";
import type { FileSystem } from "../files/file-system.ts";
import type { OpenStateFile, StateFileAccess } from "../files/state-file-access.ts";
import { guardWrite } from "../state/state-store.ts";
import { type Backend, DEFAULT_WORKSPACE, type Refusal, type StateLock, type StateStorage, type StorageLock } from "./backend.ts";
import { backendFailed, lockJson, parseLock } from "./lock-text.ts";

/**
 * Terraform's backend `local`. A real terraform may wait on the very file, opened, for its lock: so the file is written in place and
 * never replaced by another, and what is to be in it lies beside it, whole, until it is. Locks are Terraform's: a record lock of the
 * operating system on the file, and `.NAME.lock.info` for those who ask whose it is.
 * Behaviour: terraform 1.11.4 on Linux; OpenTofu, `internal/states/statemgr/filesystem.go` (MPL, read 2026-11).
 */

export interface LocalBackendOptions {
  readonly files: FileSystem;
  readonly access: StateFileAccess;
  /** Absolute. */
  readonly path: string;
  /** Absolute: of the other workspaces. */
  readonly workspaceFolder: string;
}

const FILE_NAME = "terraform.tfstate";

export function createLocalBackend(options: LocalBackendOptions): Backend {
  const { files, access, path, workspaceFolder } = options;
  const fileOf = (workspace: string) => (workspace === DEFAULT_WORKSPACE ? path : join(workspaceFolder, workspace, FILE_NAME));
  return {
    type: "local",
    async workspaces() {
      const named = (await access.folders(workspaceFolder)).filter((name) => name !== DEFAULT_WORKSPACE).sort();
      return [DEFAULT_WORKSPACE, ...named];
    },
    storage: (workspace) => new LocalStorage(files, access, fileOf(workspace)),
    addWorkspace: (workspace) => access.makeFolder(join(workspaceFolder, workspace)),
    removeWorkspace: (workspace) => access.removeFolder(join(workspaceFolder, workspace)),
    close: () => undefined,
  };
}

class LocalStorage implements StateStorage {
  readonly place: string;
  readonly lock: StorageLock;
  readonly #files: FileSystem;
  readonly #access: StateFileAccess;
  /** While the lock is held. */
  #open: { readonly file: OpenStateFile; readonly lock: StateLock; readonly wasMade: boolean } | undefined;
  #hasBackup = false;

  constructor(files: FileSystem, access: StateFileAccess, path: string) {
    this.#files = files;
    this.#access = access;
    this.place = path;
    this.lock = {
      path,
      outlivesHolder: false,
      acquire: (lock) => guardWrite(path, () => this.#acquire(lock)),
      release: (id) => this.#release(id),
      holder: () => this.#holder(),
    };
  }

  /** A file without content is one that Terraform made to lock it. */
  async read(): Promise<Uint8Array | undefined> {
    const bytes = await this.#files.read(this.place);
    if (bytes === undefined) return undefined;
    const coming = await this.#files.read(this.#coming);
    if (coming !== undefined && !isWhole(bytes)) return coming;
    return bytes.length === 0 ? undefined : bytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await guardWrite(this.place, async () => {
      await this.#files.makeDirectory(dirname(this.place));
      await this.#backUp();
      await this.#files.replace(this.#coming, bytes);
      const file = this.#open?.file ?? (await this.#access.open(this.place)).file;
      try {
        await overwrite(file, bytes);
      } finally {
        if (file !== this.#open?.file) await file.close();
      }
      await this.#files.remove(this.#coming);
    });
  }

  /** What the run found, as in Terraform: its own first versions are no backup. */
  async #backUp(): Promise<void> {
    if (this.#hasBackup) return;
    const before = await this.read();
    if (before !== undefined) await this.#files.replace(`${this.place}.backup`, before);
    this.#hasBackup = true;
  }

  get #coming(): string {
    return `${this.place}.dovetail-writing`;
  }

  get #infoPath(): string {
    return join(dirname(this.place), `.${basename(this.place)}.lock.info`);
  }

  async #acquire(lock: StateLock): Promise<Refusal | undefined> {
    await this.#files.makeDirectory(dirname(this.place));
    const { file, wasMade } = await this.#access.open(this.place);
    if (!(await file.tryLock())) {
      await file.close();
      const holder = await this.#holder();
      return { message: "resource temporarily unavailable", ...(holder === undefined ? {} : { holder }) };
    }
    this.#open = { file, lock, wasMade };
    await this.#mend(file);
    await this.#files.replace(this.#infoPath, Buffer.from(lockJson(lock)));
    return undefined;
  }

  /** What a run that died was writing is written: whoever comes next with terraform reads the file alone. */
  async #mend(file: OpenStateFile): Promise<void> {
    const coming = await this.#files.read(this.#coming);
    if (coming === undefined) return;
    const present = (await this.#files.read(this.place)) ?? new Uint8Array();
    if (!isWhole(present)) await overwrite(file, coming);
    await this.#files.remove(this.#coming);
  }

  async #release(id: string): Promise<void> {
    const open = this.#open;
    if (open?.lock.ID !== id) {
      throw backendFailed(
        "Failed to unlock state",
        `LocalState not locked: the lock of ${this.place} is the operating system's and belongs to the process that took it; nothing else can give it back.`,
        "End that process: the lock goes with it.",
      );
    }
    this.#open = undefined;
    this.#hasBackup = false;
    await this.#files.remove(this.#infoPath);
    const isEmpty = open.wasMade && (await this.#files.read(this.place))?.length === 0;
    if (isEmpty) await this.#files.remove(this.place);
    await open.file.close();
  }

  /** Only told while somebody has the lock: the file may be left of a process that died. */
  async #holder(): Promise<StateLock | undefined> {
    if (this.#open !== undefined) return this.#open.lock;
    if ((await this.#files.read(this.place)) === undefined) return undefined;
    const { file } = await this.#access.open(this.place);
    const isFree = await file.tryLock().finally(() => file.close());
    const info = isFree ? undefined : await this.#files.read(this.#infoPath);
    return info === undefined ? undefined : parseLock(Buffer.from(info).toString("utf8"));
  }
}

/** No JSON begins so. */
const UNFINISHED = Uint8Array.of(0);

/**
 * Writes in place so that a write that was cut shows: the first byte is none of JSON until all the others are there. (A new head with an old
 * tail may well be JSON: a serial that is one higher over the resources of before.) The file is never empty, which would be "no state".
 */
async function overwrite(file: OpenStateFile, bytes: Uint8Array): Promise<void> {
  if (bytes.length > 0) {
    await file.writeAt(0, UNFINISHED);
    await file.sync();
    await file.writeAt(1, bytes.subarray(1));
  }
  await file.truncate(bytes.length);
  await file.sync();
  if (bytes.length === 0) return;
  await file.writeAt(0, bytes.subarray(0, 1));
  await file.sync();
}

function isWhole(bytes: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(bytes).toString("utf8"));
    return true;
  } catch {
    return false;
  }
}
