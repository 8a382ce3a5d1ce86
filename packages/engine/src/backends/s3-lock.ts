import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { Refusal, StateLock, StorageLock } from "./backend.ts";
import { backendFailed, lockBlock, lockJson, parseLock } from "./lock-text.ts";
import type { S3Access } from "./s3-access.ts";

/** The locks of the backend s3: an item of a table, an object `KEY.tflock` that is written only where there is none, or both. */

export interface S3LockPlace {
  readonly access: Pick<S3Access, "get" | "put" | "remove" | "item" | "putItem" | "removeItem">;
  readonly bucket: string;
  readonly key: string;
  readonly table: string | undefined;
  readonly hasFile: boolean;
}

export interface S3Lock extends StorageLock {
  /** Throws DVT5004 when the lock that was taken is there no more; does nothing where none was taken. */
  check(): Promise<void>;
}

type Failing = <T>(summary: string, work: () => Promise<T>) => Promise<T>;

interface OneLock {
  readonly refusal: string;
  take(lock: StateLock): Promise<boolean>;
  holder(): Promise<StateLock | undefined>;
  remove(): Promise<void>;
}

/** What Terraform prints of AWS's two refusals. */
const NOT_FIRST = "api error PreconditionFailed: At least one of the pre-conditions you specified did not hold";
const CONDITION = "ConditionalCheckFailedException: The conditional request failed";

export function s3Lock(place: S3LockPlace, failing: Failing): S3Lock {
  const locks = [
    ...(place.hasFile ? [lockFile(place)] : []),
    ...(place.table === undefined ? [] : [lockItem(place, place.table)]),
  ];
  let held: string | undefined;
  return {
    path: `${place.bucket}/${place.key}`,
    outlivesHolder: true,
    acquire: (lock) =>
      failing("Error acquiring the state lock", async () => {
        const refusal = await takeAll(locks, lock);
        if (refusal === undefined) held = lock.ID;
        return refusal;
      }),
    async release(id) {
      held = undefined;
      await failing("Failed to unlock state", () => releaseAll(locks, id));
    },
    holder: () => failing("Failed to retrieve lock info", () => holderOf(locks)),
    async check() {
      if (held === undefined) return;
      const id = held;
      for (const lock of locks) {
        const holder = await failing("Failed to retrieve lock info", () => lock.holder());
        if (holder?.ID !== id) throw lost(id, holder);
      }
    },
  };
}

async function takeAll(locks: readonly OneLock[], wanted: StateLock): Promise<Refusal | undefined> {
  const taken: OneLock[] = [];
  for (const lock of locks) {
    try {
      if (await lock.take(wanted)) {
        taken.push(lock);
        continue;
      }
    } catch (error) {
      for (const each of taken) await each.remove();
      throw error;
    }
    const holder = await lock.holder();
    // A repeat of a request that had arrived meets the lock that it wrote.
    if (holder?.ID === wanted.ID) {
      taken.push(lock);
      continue;
    }
    for (const each of taken) await each.remove();
    return { message: lock.refusal, ...(holder === undefined ? {} : { holder }) };
  }
  return undefined;
}

/** Of two locks one may be gone already: then the other one goes, too. */
async function releaseAll(locks: readonly OneLock[], id: string): Promise<void> {
  const holders = await Promise.all(locks.map(async (lock) => ({ lock, holder: await lock.holder() })));
  const other = holders.find(({ holder }) => holder !== undefined && holder.ID !== id);
  if (other?.holder !== undefined) {
    throw backendFailed(
      "Failed to unlock state",
      `lock ID "${id}" does not match existing lock ("${other.holder.ID}")\n${lockBlock(other.holder)}`,
    );
  }
  if (holders.every(({ holder }) => holder === undefined))
    throw backendFailed("Failed to unlock state", `failed to retrieve lock info for lock ID "${id}": there is no lock.`);
  for (const { lock, holder } of holders) if (holder !== undefined) await lock.remove();
}

async function holderOf(locks: readonly OneLock[]): Promise<StateLock | undefined> {
  for (const lock of locks) {
    const holder = await lock.holder();
    if (holder !== undefined) return holder;
  }
  return undefined;
}

function lockFile({ access, key }: S3LockPlace): OneLock {
  const file = `${key}.tflock`;
  return {
    refusal: NOT_FIRST,
    take: (lock) => access.put(file, Buffer.from(lockJson(lock)), { onlyNew: true }),
    holder: async () => lockOf(textOf(await access.get(file)), file),
    remove: () => access.remove(file),
  };
}

function lockItem({ access, bucket, key }: S3LockPlace, table: string): OneLock {
  const id = `${bucket}/${key}`;
  return {
    refusal: CONDITION,
    take: (lock) => access.putItem(table, { LockID: id, Info: lockJson(lock) }, { onlyNew: true }),
    async holder() {
      const item = await access.item(table, id);
      return item === undefined ? undefined : lockOf(item.Info ?? "", `${table}: ${id}`);
    },
    remove: () => access.removeItem(table, id),
  };
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8");
}

/** What is there and is no LockInfo is a lock all the same, of somebody who did not say who. */
function lockOf(text: string | undefined, place: string): StateLock | undefined {
  if (text === undefined) return undefined;
  const unknown = { ID: "", Operation: "", Info: `${place} is no lock info`, Who: "?", Version: "", Created: "", Path: "" };
  return parseLock(text) ?? unknown;
}

function lost(id: string, holder: StateLock | undefined): DiagnosticError {
  const by = holder === undefined ? "It was taken away." : `${holder.Who} holds it since ${holder.Created}.`;
  return new DiagnosticError(
    errorDiagnostic("DVT5004", "Lock was lost", {
      detail: `The backend's lock ${id} of this run is there no more. ${by} The state was not written; what this run did is in its journal.`,
      fix: "Deploy again when the other run has ended.",
    }),
  );
}
