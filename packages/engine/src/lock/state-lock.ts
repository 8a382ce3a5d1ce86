import { DiagnosticError } from "@dovetail/model";
import type { StateLock, StateStorage, StorageLock } from "../backends/backend.ts";
import { lockJson, parseLock, stateLocked } from "../backends/lock-text.ts";
import type { FileSystem } from "../files/file-system.ts";
import { guardWrite } from "../state/state-store.ts";
import { type Lease, type LockContext, sleep } from "./lease.ts";

/**
 * The lock of the backend, taken inside the stage's own lease. What is taken is noted on this disk before it is: who has the lease and
 * finds the noted lock still at the backend knows that a run of this very folder died with it, and takes it over. A lock of anybody
 * else's is never touched.
 */

export interface StateLockContext extends LockContext {
  readonly storage: StateStorage;
  /** Where what is taken is noted. */
  readonly notePath: string;
  readonly onTakenOver?: (dead: StateLock) => void;
  readonly onNotReleased?: (error: DiagnosticError) => void;
}

const RETRY_MS = 500;

/** A lease that holds the backend's lock beside itself. Throws DVT5001 with who has it, after `timeoutMs`; DVT5010. */
export async function withStateLock(context: StateLockContext, lease: Lease, timeoutMs: number): Promise<Lease> {
  const { storage, files, notePath, clock } = context;
  const { lock } = storage;
  if (lock === undefined) return lease;
  const deadline = clock.now() + timeoutMs;
  const { ID, Operation, Info, Who, Version, Created } = lease.info;
  const wanted = { ID, Operation, Info, Who, Version: `Dovetail ${Version}`, Created, Path: lock.path };
  if (lock.outlivesHolder) {
    const dead = await noted(files, notePath);
    if (dead !== undefined) await takeOver(context, lock, dead);
    await guardWrite(notePath, () => files.replace(notePath, Buffer.from(`${lockJson(wanted)}\n`)));
  }
  let isTold = false;
  for (;;) {
    const refusal = await lock.acquire(wanted);
    if (refusal === undefined) return held(context, lease, lock);
    if (clock.now() >= deadline) {
      await files.remove(notePath);
      throw stateLocked(refusal, storage);
    }
    if (!isTold && refusal.holder !== undefined) context.onWaiting?.({ ...lease.info, ...refusal.holder });
    isTold = true;
    await sleep(clock, RETRY_MS);
  }
}

async function noted(files: FileSystem, path: string): Promise<StateLock | undefined> {
  const bytes = await files.read(path);
  return bytes === undefined ? undefined : parseLock(Buffer.from(bytes).toString("utf8"));
}

/** The run that noted this lock had the lease that is ours now, so it is gone. */
async function takeOver({ onTakenOver }: StateLockContext, lock: StorageLock, dead: StateLock): Promise<void> {
  const holder = await lock.holder();
  if (holder?.ID !== dead.ID) return;
  await lock.release(dead.ID);
  onTakenOver?.(holder);
}

function held({ files, notePath, onNotReleased }: StateLockContext, lease: Lease, lock: StorageLock): Lease {
  let isOver = false;
  return {
    ...lease,
    async release() {
      if (!isOver) {
        isOver = true;
        try {
          await lock.release(lease.info.ID);
          await files.remove(notePath);
        } catch (error) {
          // The note stays, so that the next run takes it over.
          if (!(error instanceof DiagnosticError)) throw error;
          onNotReleased?.(error);
        }
      }
      await lease.release();
    },
    abandon() {
      isOver = true;
      lease.abandon();
    },
  };
}
