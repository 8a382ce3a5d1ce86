import { DiagnosticError } from "@dovetail/model";
import type { StateLock, StateStorage, StorageLock } from "../backends/backend.ts";
import { lockJson, parseLock, stateLocked } from "../backends/lock-text.ts";
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
  const { storage, clock, onTakenOver } = context;
  const { lock } = storage;
  if (lock === undefined) return lease;
  const deadline = clock.now() + timeoutMs;
  const { ID, Operation, Info, Who, Version, Created } = lease.info;
  const wanted = { ID, Operation, Info, Who, Version: `Dovetail ${Version}`, Created, Path: lock.path };
  const left = lock.outlivesHolder ? await notedLocks(context) : [];
  // What is left is noted on, until it is known to be gone: this run may die in its turn.
  if (lock.outlivesHolder) await note(context, [...left, wanted]);
  let isTold = false;
  for (;;) {
    const refusal = await lock.acquire(wanted);
    if (refusal === undefined) return held(context, lease, lock);
    const dead = left.findIndex(({ ID: id }) => id === refusal.holder?.ID);
    if (dead >= 0 && refusal.holder !== undefined) {
      // The run that noted it had the lease that is ours now, so it is gone.
      left.splice(dead, 1);
      await lock.release(refusal.holder.ID);
      onTakenOver?.(refusal.holder);
      continue;
    }
    if (clock.now() >= deadline) {
      if (lock.outlivesHolder) await note(context, left);
      throw stateLocked(refusal, storage);
    }
    if (!isTold && refusal.holder !== undefined) context.onWaiting?.({ ...lease.info, ...refusal.holder });
    isTold = true;
    await sleep(clock, RETRY_MS);
  }
}

/** What runs of this folder took and may have left, a line each. */
async function notedLocks({ files, notePath }: StateLockContext): Promise<StateLock[]> {
  const lines = Buffer.from((await files.read(notePath)) ?? [])
    .toString("utf8")
    .split("\n");
  return lines.map(parseLock).filter((lock) => lock !== undefined);
}

async function note({ files, notePath }: StateLockContext, locks: readonly StateLock[]): Promise<void> {
  const text = locks.map((lock) => `${lockJson(lock)}\n`).join("");
  await guardWrite(notePath, () => (text === "" ? files.remove(notePath) : files.replace(notePath, Buffer.from(text))));
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
