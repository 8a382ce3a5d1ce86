import type { LockInfo } from "../lock/lock-info.ts";

/** Where states are kept: what a backend of Terraform's is to the engine. Implementations lie beside this file. */

/** Terraform's LockInfo, as its backends write it. */
export type StateLock = Pick<LockInfo, "ID" | "Operation" | "Info" | "Who" | "Version" | "Created" | "Path">;

/** The state of one workspace. Bytes are a state file's, whole. */
export interface StateStorage {
  /** As told to users: a path, `s3://bucket/key`. */
  readonly place: string;
  /** undefined: there is none. Throws DiagnosticError DVT5010 when it cannot be told. */
  read(): Promise<Uint8Array | undefined>;
  /** Throws DVT5005 when what was there is still there, DVT5004 when the lock is no longer the one that was taken. */
  write(bytes: Uint8Array): Promise<void>;
  /** It is stored in another way than it would be written (encrypted with an earlier key): to be written though nothing changed. */
  isToBeRewritten?(): boolean;
  /** What `read` would make of bytes that were stored elsewhere. */
  decode?(stored: Uint8Array): Promise<Uint8Array>;
  /** Absent where nobody else can come by this state. */
  readonly lock?: StorageLock;
}

/** A backend's own lock, which Terraform takes too. */
export interface StorageLock {
  /** What Terraform calls the place in LockInfo. */
  readonly path: string;
  /** Stays when its holder dies. */
  readonly outlivesHolder: boolean;
  /** undefined: it is taken. Otherwise who has it, with what the backend said. Throws DVT5010. */
  acquire(lock: StateLock): Promise<Refusal | undefined>;
  /** Gives it back if it is that one. Throws DVT5010 when it is not, or the backend fails. */
  release(id: string): Promise<void>;
  /** Who holds it; undefined when nobody does. Absent where the backend only tells those whom it refuses. */
  holder?(): Promise<StateLock | undefined>;
}

export interface Refusal {
  /** Absent where the backend says no and not why. */
  readonly holder?: StateLock;
  /** The backend's own words. */
  readonly message: string;
}

/** A root's backend: the states of its workspaces. */
export interface Backend {
  /** `local`, `s3`, `http`. */
  readonly type: string;
  /** `default` first, then by name. Throws DVT5010; DVT7006 where the backend has no workspaces. */
  workspaces(): Promise<readonly string[]>;
  storage(workspace: string): StateStorage;
  /** Makes a workspace that is not there: an empty one, which `workspaces` tells. */
  addWorkspace(workspace: string): Promise<void>;
  /** Removes a workspace's state, whatever it holds. */
  removeWorkspace(workspace: string): Promise<void>;
  close(): void;
}

/** The workspace that is always there. */
export const DEFAULT_WORKSPACE = "default";
