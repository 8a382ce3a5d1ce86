/** The few things that the engine wants of a disk. Paths are absolute; a missing file is `undefined`, not an error. */
export interface FileSystem {
  /** Whole content, or undefined where there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Makes `path` hold exactly `bytes`, or leaves it as it was: written beside, synced, renamed, directory synced. */
  replace(path: string, bytes: Uint8Array): Promise<void>;
  /** Creates `path` with `bytes` in one step; false when it exists. Never leaves a half-written file under `path`. */
  createExclusive(path: string, bytes: Uint8Array): Promise<boolean>;
  /** Takes "not found" for done. */
  remove(path: string): Promise<void>;
  /** Opens for appending, created when missing. */
  openAppend(path: string): Promise<AppendFile>;
  /** Opens an existing file so that it can be rewritten in place: writes go to that very file even when `path` names another by then. */
  openRewrite(path: string): Promise<RewriteFile | undefined>;
  makeDirectory(path: string): Promise<void>;
  /** Names of what lies in a directory; none where there is no such directory. */
  list(path: string): Promise<readonly string[]>;
}

export interface AppendFile {
  /** One write at the end of the file. On failure part of it may be there. */
  append(bytes: Uint8Array): Promise<void>;
  /** Returns when everything appended is on the disk (fdatasync). */
  sync(): Promise<void>;
  /** Cuts the file to `length` bytes. */
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

export interface RewriteFile {
  /** Writes from the first byte on; `bytes` has the length of what was there. */
  rewrite(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** An error's code as the operating system names it (`ENOSPC`), whoever raised it. */
export function errorCode(error: unknown): string | undefined {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}
