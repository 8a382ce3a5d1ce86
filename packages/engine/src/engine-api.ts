import type { Clock, Diagnostic, Path, Random, Value, ValueObject } from "@dovetail/model";
import type { StateStorage } from "./backends/backend.ts";
import type { OnEvent } from "./events.ts";
import type { FileSystem } from "./files/file-system.ts";
import type { FrontEnd } from "./front-end.ts";
import type { LockInfo } from "./lock/lock-info.ts";
import type { Plan, PlanMode } from "./plan/plan.ts";
import type { ProviderRegistry } from "./providers.ts";
import type { State } from "./state/state.ts";

/** Everything an engine is made from. It reaches time, randomness, disk and processes through nothing else. */
export interface EngineOptions {
  readonly app: string;
  readonly stage: string;
  /** Absolute path of the `.dovetail` folder. */
  readonly directory: string;
  /** Where the state is kept. Default: `<stage>.tfstate` in `directory`. */
  readonly storage?: StateStorage;
  /** false: the storage's own lock is not taken (`-lock=false`). Default true. */
  readonly locksStorage?: boolean;
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly random: Random;
  readonly providers: ProviderRegistry;
  readonly owner: Owner;
  /** Provider operations at once. Default 64 (10 suits real AWS). */
  readonly parallelism?: number;
  /** How long a silent holder keeps the lock. Default 15 s; renewed every third of it. */
  readonly leaseMs?: number;
  readonly onEvent?: OnEvent;
  /**
   * How long a request of a run that was killed may still be on its way: a create that recovery does not find is looked for again after
   * this time. Default 0: at once and never again, except before it is made anew.
   */
  readonly settleMs?: number;
}

/** Who runs this engine: named to those who find the stage locked. */
export interface Owner {
  /** `user@host`. */
  readonly who: string;
  readonly host: string;
  readonly pid: number;
  /** Dovetail's version. */
  readonly version: string;
  /** Whether a process of this host lives; asked about a lock's holder. */
  isProcessAlive(pid: number): boolean;
}

export interface PlanOptions {
  /** Absent only with `destroy` and `refresh-only`: then state alone decides. */
  readonly frontEnd?: FrontEnd;
  /** Default `normal`. */
  readonly mode?: PlanMode;
  /** Only these and what they depend on. Each must name something, else DVT3010. */
  readonly targets?: readonly string[];
  /** Everything but these and what depends on them. */
  readonly excludes?: readonly string[];
  /** Replaced whatever their config says. */
  readonly replace?: readonly string[];
  /** Read existing objects before planning. Default true. */
  readonly refresh?: boolean;
  readonly parallelism?: number;
  /** false: plan without taking the lock, and write nothing. Default true. */
  readonly lock?: boolean;
  /** Wait this long for another run's lock before DVT5001. Default 0. */
  readonly lockTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface ApplyOptions {
  /** Needed for `normal` plans; its program is evaluated afresh. */
  readonly frontEnd?: FrontEnd;
  readonly parallelism?: number;
  readonly lockTimeoutMs?: number;
  /** First interrupt: nothing new starts, what runs is finished and recorded. */
  readonly signal?: AbortSignal;
  /** Second interrupt: return at once; the journal keeps what was begun. */
  readonly forceSignal?: AbortSignal;
}

export interface ApplyResult {
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly outputs: { readonly [name: string]: { readonly value: Value; readonly sensitive: boolean } };
  readonly added: number;
  readonly changed: number;
  readonly destroyed: number;
  readonly imported: number;
  readonly forgotten: number;
  /** Addresses not attempted because a dependency failed or the run was interrupted. */
  readonly skipped: readonly string[];
  readonly state: State;
}

export interface ShownResource {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly value: ValueObject;
  readonly sensitive: readonly Path[];
  readonly isTainted: boolean;
  readonly dependencies: readonly string[];
  readonly deposedKeys: readonly string[];
  /** The components that it belongs to, outermost first (from the sidecar). */
  readonly component: readonly { readonly type: string; readonly name: string }[];
}

export interface StateOperations {
  /** The state with a dead run's journal folded in (nothing is written). */
  read(): Promise<State>;
  /** Addresses, sorted as `terraform state list` prints them; `filters` are addresses or modules. */
  list(filters?: readonly string[]): Promise<readonly string[]>;
  /** Throws DVT5007 when it is not there. */
  show(address: string): Promise<ShownResource>;
  /** Renames a resource, an instance or a module. Throws DVT5007, DVT5003 when `to` is taken. */
  move(from: string, to: string): Promise<readonly { readonly from: string; readonly to: string }[]>;
  /** Marks an object to be replaced by the next deploy, or takes the mark away. Throws DVT5007. */
  taint(address: string, isTainted: boolean): Promise<void>;
  /** Forgets objects without deleting them. Returns the addresses removed. */
  remove(addresses: readonly string[]): Promise<readonly string[]>;
  /** Puts the provider `to` in the place of `from` (`hashicorp/aws`). Returns the addresses changed. Throws DVT7001 for what is no provider. */
  replaceProvider(from: string, to: string): Promise<readonly string[]>;
  /** The state file's text. */
  pull(): Promise<string>;
  /** Replaces the state by another of the same lineage and no lower serial, unless forced. Throws DVT5002, DVT5003. */
  push(text: string, options?: { readonly force?: boolean }): Promise<void>;
}

export interface ImportOptions {
  readonly address: string;
  readonly id: string;
  /** The program that declares the address; without one the address's type says which provider. */
  readonly frontEnd?: FrontEnd;
  readonly lockTimeoutMs?: number;
}

export interface Engine {
  /** Throws DiagnosticError only where no plan can be made at all (lock, state, journal); all else is in `plan.diagnostics`. */
  plan(options: PlanOptions): Promise<Plan>;
  /** Carries out exactly what the plan says. Throws DiagnosticError on lock, state and journal; all else is in the result. */
  apply(plan: Plan, options?: ApplyOptions): Promise<ApplyResult>;
  /** Plans in `destroy` mode and applies it. */
  destroy(options?: Omit<PlanOptions, "mode" | "lock"> & ApplyOptions): Promise<ApplyResult>;
  /** Plans `refresh-only` and records what it found. */
  refresh(options?: Omit<PlanOptions, "mode" | "lock"> & ApplyOptions): Promise<ApplyResult>;
  /** `terraform import`: takes one object into the state. */
  importResource(options: ImportOptions): Promise<ApplyResult>;
  /** What is wrong with a program whatever the objects are: no state is read, no provider configured, nothing planned. */
  validate(frontEnd: FrontEnd): Promise<readonly Diagnostic[]>;
  readonly state: StateOperations;
  /** Runs `work` under one lock, which `plan` and `apply` inside it share: nobody comes between them. */
  withLock<T>(operation: string, work: () => Promise<T>, options?: { readonly lockTimeoutMs?: number }): Promise<T>;
  /** Who holds the stage; undefined when nobody does. */
  lockInfo(): Promise<LockInfo | undefined>;
  /** Breaks the lock. With an `id` only when it is that one. Returns whose it was; undefined when there was none. */
  unlock(id?: string): Promise<LockInfo | undefined>;
}
