import { type Diagnostic, DiagnosticError, errorDiagnostic, hasErrors, parseAddress } from "@dovetail/model";
import { runApply } from "./apply/run-apply.ts";
import type { StateLock } from "./backends/backend.ts";
import { lockBlock } from "./backends/lock-text.ts";
import type { ApplyOptions, ApplyResult, Engine, EngineOptions, ImportOptions, PlanOptions } from "./engine-api.ts";
import type { FrontEnd } from "./front-end.ts";
import { importIntoState } from "./import-resource.ts";
import { acquireLease, type Lease, type LockContext, readLock, removeLock } from "./lock/lease.ts";
import type { LockInfo } from "./lock/lock-info.ts";
import { withStateLock } from "./lock/state-lock.ts";
import { makePlan } from "./plan/make-plan.ts";
import type { Plan } from "./plan/plan.ts";
import type { PlanContext } from "./plan/plan-context.ts";
import { Types } from "./plan/typed.ts";
import { type Doubts, openStage } from "./stage.ts";
import { guardWrite, stagePaths, storageOf } from "./state/state-store.ts";
import { stateOperations } from "./state-operations.ts";
import { validateProgram } from "./validate.ts";
import { Gate } from "./walk/gate.ts";

const PARALLELISM_DEFAULT = 64;
const LEASE_MS_DEFAULT = 15_000;

/** Makes an engine for one stage of one app. Nothing is read before the first operation. */
export function createEngine(options: EngineOptions): Engine {
  return new StageEngine(options);
}

class StageEngine implements Engine {
  readonly state;
  readonly #options: EngineOptions;
  readonly #doubts: Doubts = new Map();
  #held: Lease | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.state = stateOperations(options, (operation, work) => this.#locked(operation, 0, work));
  }

  async plan(options: PlanOptions): Promise<Plan> {
    if (options.lock === false) return await this.#plan(options, undefined);
    return await this.#locked("plan", options.lockTimeoutMs ?? 0, (lease) => this.#plan(options, lease));
  }

  async #plan(options: PlanOptions, lease: Lease | undefined): Promise<Plan> {
    const stage = await openStage(this.#options, lease, this.#doubts);
    this.#options.onEvent?.({ type: "phase", phase: "plan" });
    const mode = options.mode ?? "normal";
    if (mode === "normal" && options.frontEnd === undefined) throw new Error("a normal plan needs a program");
    const context: PlanContext = {
      ...this.#options,
      ...stage,
      base: stage.state,
      startedAtMs: this.#options.clock.now(),
      registry: this.#options.providers,
      types: new Types(this.#options.providers),
      gate: new Gate(options.parallelism ?? this.#options.parallelism ?? PARALLELISM_DEFAULT),
      stage: this.#options.stage,
      mode,
      replace: new Set(options.replace ?? []),
      refresh: options.refresh ?? true,
      emit: this.#options.onEvent ?? (() => undefined),
      refreshed: new Map(),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    };
    return await makePlan(context, {
      targets: options.targets ?? [],
      excludes: options.excludes ?? [],
      ...(options.frontEnd === undefined ? {} : { frontEnd: options.frontEnd }),
    });
  }

  async apply(plan: Plan, options: ApplyOptions = {}): Promise<ApplyResult> {
    return await this.#locked("apply", options.lockTimeoutMs ?? 0, async (lease) => {
      const work = this.#apply(plan, options, lease);
      if (options.forceSignal === undefined) return await work;
      return await orAtOnce(work, options.forceSignal, lease);
    });
  }

  async #apply(plan: Plan, apply: ApplyOptions, lease: Lease): Promise<ApplyResult> {
    const stage = await openStage(this.#options, lease, this.#doubts);
    this.#options.onEvent?.({ type: "phase", phase: "apply" });
    const parallelism = apply.parallelism ?? this.#options.parallelism ?? PARALLELISM_DEFAULT;
    return await runApply({ options: this.#options, stage, lease, plan, apply, parallelism });
  }

  async destroy(options: Omit<PlanOptions, "mode" | "lock"> & ApplyOptions = {}): Promise<ApplyResult> {
    return await this.#planAndApply("destroy", options);
  }

  async refresh(options: Omit<PlanOptions, "mode" | "lock"> & ApplyOptions = {}): Promise<ApplyResult> {
    return await this.#planAndApply("refresh-only", options);
  }

  async #planAndApply(mode: "destroy" | "refresh-only", options: PlanOptions & ApplyOptions): Promise<ApplyResult> {
    return await this.withLock(
      mode === "destroy" ? "destroy" : "refresh",
      async () => {
        const plan = await this.plan({ ...options, mode });
        return plan.isErrored ? refused(plan) : await this.apply(plan, options);
      },
      options,
    );
  }

  async importResource(options: ImportOptions): Promise<ApplyResult> {
    if (parseAddress(options.address) === undefined) throw notAnAddress(options.address);
    return await this.#locked("import", options.lockTimeoutMs ?? 0, (lease) => importIntoState(this.#options, lease, options));
  }

  validate(frontEnd: FrontEnd): Promise<readonly Diagnostic[]> {
    return validateProgram(this.#options, frontEnd);
  }

  async withLock<T>(operation: string, work: () => Promise<T>, options: { readonly lockTimeoutMs?: number } = {}): Promise<T> {
    return await this.#locked(operation, options.lockTimeoutMs ?? 0, () => work());
  }

  async lockInfo(): Promise<LockInfo | undefined> {
    return (await readLock(this.#lockContext())) ?? (await this.#storageLock());
  }

  /** Who holds the backend's lock, as far as it tells. */
  async #storageLock(): Promise<LockInfo | undefined> {
    const holder = await storageOf(this.#options).lock?.holder?.();
    return holder === undefined ? undefined : { ...holder, pid: 0, host: "", epoch: 0, expiresMs: 0 };
  }

  async unlock(id?: string): Promise<LockInfo | undefined> {
    const context = this.#lockContext();
    const found = await readLock(context);
    const stored = await this.#storageLock();
    const { lock } = storageOf(this.#options);
    // A backend that does not tell who holds it is asked to give back what is named.
    if (id !== undefined && lock !== undefined && lock.holder === undefined && found?.ID !== id) {
      await lock.release(id);
      return {
        ID: id,
        Operation: "",
        Info: "",
        Who: "?",
        Version: "",
        Created: "?",
        Path: "",
        pid: 0,
        host: "",
        epoch: 0,
        expiresMs: 0,
      };
    }
    if (found === undefined && stored === undefined) return undefined;
    if (id !== undefined && found?.ID !== id && stored?.ID !== id) throw otherLock(id, stored ?? found);
    // At a backend others may hold it, of whom this machine knows nothing: theirs is taken away by its name only.
    if (stored !== undefined && stored.ID !== id && stored.ID !== found?.ID) throw nameNeeded(stored);
    if (stored !== undefined) await lock?.release(stored.ID);
    if (found !== undefined && (id === undefined || found.ID === id)) await removeLock(context, found.ID);
    return stored ?? found;
  }

  #lockContext(): LockContext {
    const { files, clock, random, owner, leaseMs, onEvent } = this.#options;
    return {
      files,
      clock,
      random,
      owner,
      path: stagePaths(this.#options).lock,
      leaseMs: leaseMs ?? LEASE_MS_DEFAULT,
      onWaiting: (holder) => onEvent?.({ type: "waiting-for-lock", holder: holder.Who }),
    };
  }

  /** Runs under the lock that an outer operation of this engine holds, else under one of its own. */
  async #locked<T>(operation: string, timeoutMs: number, work: (lease: Lease) => Promise<T>): Promise<T> {
    if (this.#held !== undefined) return await work(this.#held);
    const { files, directory } = this.#options;
    await guardWrite(directory, () => files.makeDirectory(directory));
    const started = this.#options.clock.now();
    const lease = await acquireLease(this.#lockContext(), operation, timeoutMs);
    this.#held = lease;
    try {
      const left = Math.max(0, started + timeoutMs - this.#options.clock.now());
      this.#held = await this.#withStateLock(lease, left);
      return await work(this.#held);
    } finally {
      const held = this.#held;
      this.#held = undefined;
      await held.release();
    }
  }

  async #withStateLock(lease: Lease, timeoutMs: number): Promise<Lease> {
    const { locksStorage, onEvent } = this.#options;
    if (locksStorage === false) return lease;
    const context = {
      ...this.#lockContext(),
      storage: storageOf(this.#options),
      notePath: stagePaths(this.#options).stateLock,
      onTakenOver: (dead: StateLock) => onEvent?.({ type: "took-over-lock", who: dead.Who, created: dead.Created }),
      onNotReleased: (error: DiagnosticError) => {
        for (const diagnostic of error.diagnostics) onEvent?.({ type: "diagnostic", diagnostic });
      },
    };
    return await withStateLock(context, lease, timeoutMs);
  }
}

/** The work's result, or DVT4007 the moment the signal comes: then everything stays as it lies. */
async function orAtOnce<T>(work: Promise<T>, signal: AbortSignal, lease: Lease): Promise<T> {
  const leave = () => {
    lease.abandon();
    return new DiagnosticError(
      errorDiagnostic("DVT4007", "Stopped by an interrupt", {
        detail: "The run stopped at once. What was begun is in the journal; the next run finds out what became of it.",
        fix: "Deploy again: it goes on from there.",
      }),
    );
  };
  if (signal.aborted) throw leave();
  work.catch(() => undefined);
  return await new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(leave());
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

function refused(plan: Plan): ApplyResult {
  const diagnostics: readonly Diagnostic[] = plan.diagnostics;
  if (!hasErrors(diagnostics)) throw new Error("an errored plan without an error");
  return {
    ok: false,
    diagnostics,
    outputs: {},
    added: 0,
    changed: 0,
    destroyed: 0,
    imported: 0,
    forgotten: 0,
    skipped: [],
    state: plan.priorState,
  };
}

function notAnAddress(address: string): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT7001", "Usage", {
      detail: `"${address}" is no resource address.`,
      fix: "Write it as in:\n    dovetail import aws_sqs_queue.Jobs https://sqs.eu-central-1.amazonaws.com/111111111111/jobs",
    }),
  );
}

function otherLock(id: string, found: LockInfo | undefined): DiagnosticError {
  const held = found === undefined ? "" : `\n${lockBlock(found)}`;
  return new DiagnosticError(
    errorDiagnostic("DVT5001", "State is locked", {
      detail: `lock ID "${id}" does not match existing lock ("${found?.ID ?? ""}"), held by ${found?.Who} since ${found?.Created}. Nothing was changed.${held}`,
    }),
  );
}

function nameNeeded(found: LockInfo): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT5001", "State is locked", {
      detail: `The lock at the backend is not of a run of this folder.\n${lockBlock(found)}`,
      fix: `Where its holder is gone for sure, take it away by its ID:\n    dovetail force-unlock ${found.ID}`,
    }),
  );
}
