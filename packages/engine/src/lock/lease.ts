import { createHash } from "node:crypto";
import { type Clock, DiagnosticError, errorDiagnostic, type Random, randomUuid } from "@dovetail/model";
import type { Owner } from "../engine-api.ts";
import type { FileSystem, RewriteFile } from "../files/file-system.ts";
import { guardWrite } from "../state/state-store.ts";
import { decodeLock, encodeLock, type LockInfo } from "./lock-info.ts";

/**
 * The stage's lock: a lease that its holder renews. Who finds it run out, or its holder gone from this machine, takes it over.
 * Taking over and releasing go through a claim file named after the lock's id, created exclusively, so that of many
 * who find the same dead lock exactly one removes it, and nobody ever removes a lock that came after.
 */

export interface LockContext {
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly random: Random;
  readonly owner: Owner;
  readonly path: string;
  readonly leaseMs: number;
  readonly onWaiting?: (holder: LockInfo) => void;
}

export interface Lease {
  readonly info: LockInfo;
  /** Throws DVT5004 when the lock is no longer this one. */
  check(): Promise<void>;
  /** Gives the lock back, if it is still ours. Idempotent; never throws. */
  release(): Promise<void>;
  /** Stops renewing without giving it back: for who leaves at once. */
  abandon(): void;
}

const RETRY_MS = 50;
/** A claim is held for a few file operations; one of another machine that is older than this died in them. */
const CLAIM_MS = 30_000;
const CLAIMS_MAX = 100;

/** Takes the lock, waiting up to `timeoutMs` for another holder. Throws DVT5001 with who holds it since when; DVT5005. */
export async function acquireLease(context: LockContext, operation: string, timeoutMs: number): Promise<Lease> {
  const { files, clock, path } = context;
  const deadline = clock.now() + timeoutMs;
  let lastEpoch = 0;
  let told = "";
  for (;;) {
    const found = await readLock(context);
    if (found === undefined) {
      const info = newLock(context, operation, lastEpoch);
      if (await guardWrite(path, () => files.createExclusive(path, encodeLock(info)))) {
        await sweep(context);
        return hold(context, info);
      }
      // Another was faster: its lock is there to be read now.
      continue;
    }
    lastEpoch = Math.max(lastEpoch, found.epoch);
    const isDead = isStale(context, found);
    if (isDead && (await removeLock(context, found.ID))) continue;
    // A dead lock is in the hands of whoever claims it, for a moment.
    if (clock.now() >= deadline + (isDead ? CLAIM_MS : 0)) throw locked(context, found);
    if (told !== found.ID) context.onWaiting?.(found);
    told = found.ID;
    await sleep(clock, RETRY_MS);
  }
}

function newLock(context: LockContext, operation: string, lastEpoch: number): LockInfo {
  const nowMs = context.clock.now();
  return {
    ID: randomUuid(context.random),
    Operation: operation,
    Info: "",
    Who: context.owner.who,
    Version: context.owner.version,
    Created: new Date(nowMs).toISOString(),
    Path: context.path.replace(/\.lock$/, ".tfstate"),
    pid: context.owner.pid,
    host: context.owner.host,
    epoch: Math.max(lastEpoch + 1, nowMs),
    expiresMs: nowMs + context.leaseMs,
  };
}

/** Reads the lock; one that is no lock gets an id from its bytes and counts as run out. */
export async function readLock(context: Pick<LockContext, "files" | "path">): Promise<LockInfo | undefined> {
  const bytes = await context.files.read(context.path);
  if (bytes === undefined) return undefined;
  const info = decodeLock(bytes);
  if (info !== undefined) return info;
  const again = await context.files.read(context.path);
  if (again === undefined) return undefined;
  const id = `damaged-${createHash("sha256").update(again).digest("hex").slice(0, 12)}`;
  const unknown = { Operation: "?", Info: "", Who: "?", Version: "?", Created: "?", Path: "", pid: 0, host: "" };
  return decodeLock(again) ?? { ID: id, ...unknown, epoch: 0, expiresMs: 0 };
}

function isStale(context: LockContext, info: LockInfo): boolean {
  const isOurHost = info.host === context.owner.host;
  if (isOurHost && info.pid !== context.owner.pid && !context.owner.isProcessAlive(info.pid)) return true;
  return context.clock.now() > info.expiresMs;
}

/** Removes the lock `id` and no other; false when someone else is at it or it is gone. */
export async function removeLock(context: LockContext, id: string): Promise<boolean> {
  const claim = await takeClaim(context, id);
  if (claim === undefined) return false;
  try {
    const now = await readLock(context);
    if (now?.ID !== id) return false;
    await context.files.remove(context.path);
    return true;
  } finally {
    for (const path of claim) await context.files.remove(path);
  }
}

/** Paths of this claim and of the dead ones before it; undefined when a live one exists. */
async function takeClaim(context: LockContext, id: string): Promise<readonly string[] | undefined> {
  const { files, clock, owner } = context;
  const taken: string[] = [];
  for (let attempt = 0; attempt < CLAIMS_MAX; attempt++) {
    const path = `${context.path}.${id}.claim${attempt}`;
    taken.push(path);
    const text = JSON.stringify({ pid: owner.pid, host: owner.host, expiresMs: clock.now() + CLAIM_MS });
    if (await guardWrite(path, () => files.createExclusive(path, Buffer.from(text)))) return taken;
    if (!(await isDeadClaim(context, path))) return undefined;
  }
  return undefined;
}

async function isDeadClaim(context: LockContext, path: string): Promise<boolean> {
  const bytes = await context.files.read(path);
  if (bytes === undefined) return false;
  const claim: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
  if (typeof claim !== "object" || claim === null || !("host" in claim) || !("pid" in claim)) return true;
  if (claim.host === context.owner.host) return !context.owner.isProcessAlive(Number(claim.pid));
  return "expiresMs" in claim && context.clock.now() > Number(claim.expiresMs);
}

/** Removes what dead processes left beside the stage's files: claims on locks that are gone, temporary files of interrupted writes. */
async function sweep(context: LockContext): Promise<void> {
  const { files, path, owner } = context;
  const directory = path.slice(0, path.lastIndexOf("/"));
  const stage = path.slice(directory.length + 1).replace(/\.lock$/, "");
  for (const name of await files.list(directory)) {
    if (!name.startsWith(`${stage}.`)) continue;
    const full = `${directory}/${name}`;
    const writer = /\.(tfstate|backup|journal|json)\.(\d+)-\d+\.tmp$/.exec(name)?.[2];
    const isDeadWrite = writer !== undefined && Number(writer) !== owner.pid && !owner.isProcessAlive(Number(writer));
    const isClaim = /\.lock\..*\.claim\d+$/.test(name);
    if (isDeadWrite || (isClaim && (await isDeadClaim(context, full)))) await files.remove(full).catch(() => undefined);
  }
}

function locked(context: LockContext, holder: LockInfo): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT5001", "State is locked", {
      detail: `${holder.Who} (process ${holder.pid} on ${holder.host}) holds the lock since ${holder.Created} for "${holder.Operation}". Lock ID ${holder.ID}, file ${context.path}.`,
      fix: "Wait for it to end. If its process dies the lock frees itself; to break it now:\n    dovetail unlock",
    }),
  );
}

async function hold(context: LockContext, info: LockInfo): Promise<Lease> {
  const { files, clock, path, leaseMs } = context;
  const file: RewriteFile | undefined = await files.openRewrite(path);
  let isOver = false;
  let cancel = () => {};
  const renew = async () => {
    await file?.rewrite(encodeLock({ ...info, expiresMs: clock.now() + leaseMs })).catch(() => undefined);
  };
  const renewal = () => {
    if (isOver) return;
    void renew().then(() => {
      if (!isOver) arm();
    });
  };
  const arm = () => {
    // A program whose resources wait for each other leaves nothing to do but this: that must be seen, not hidden.
    cancel = clock.at(clock.now() + leaseMs / 3, renewal, { keepsAlive: false });
  };
  arm();
  const stop = () => {
    isOver = true;
    cancel();
  };
  return {
    info,
    async check() {
      const now = await readLock(context);
      if (isOver || now?.ID !== info.ID) throw lost(info, now);
      if (clock.now() > now.expiresMs) await renew();
    },
    async release() {
      if (isOver) return;
      stop();
      // With a full disk there is no claim either: the lock then goes when this process does.
      await removeLock(context, info.ID).catch(() => false);
      await file?.close().catch(() => undefined);
    },
    abandon: stop,
  };
}

function lost(info: LockInfo, now: LockInfo | undefined): DiagnosticError {
  const by = now === undefined ? "it was broken" : `${now.Who} (process ${now.pid} on ${now.host}) holds it since ${now.Created}`;
  return new DiagnosticError(
    errorDiagnostic("DVT5004", "Lock was lost", {
      detail: `This run held the lock since ${info.Created} and does not any more: ${by}. It stopped before its next operation; what it had done is recorded or will be found by the next run.`,
      fix: "Deploy again when the other run has ended.",
    }),
  );
}

export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.at(clock.now() + ms, resolve);
  });
}
