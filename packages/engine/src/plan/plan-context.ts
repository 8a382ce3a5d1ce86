import type { Clock, Diagnostic } from "@dovetail/model";
import type { OnEvent, OperationKind } from "../events.ts";
import type { IntentRecord } from "../journal/record.ts";
import type { ProviderRegistry } from "../providers.ts";
import type { Sidecar } from "../state/sidecar.ts";
import type { State } from "../state/state.ts";
import type { Gate } from "../walk/gate.ts";
import type { LiveObject } from "./live-object.ts";
import type { PlanMode, ResourceChange } from "./plan.ts";
import type { Typed, Types } from "./typed.ts";

/** What stays the same over the evaluations that one plan may take. */
export interface PlanContext {
  readonly app: string;
  readonly stage: string;
  readonly clock: Clock;
  /** When planning began: the plan's time. */
  readonly startedAtMs: number;
  readonly registry: ProviderRegistry;
  readonly types: Types;
  readonly gate: Gate;
  readonly base: State;
  readonly sidecar: Sidecar;
  readonly hasSidecar: boolean;
  readonly mode: PlanMode;
  readonly replace: ReadonlySet<string>;
  readonly refresh: boolean;
  readonly emit: OnEvent;
  readonly signal?: AbortSignal;
  /** Creates of a dead run that could not be looked up yet, by address. */
  readonly pending: ReadonlyMap<string, IntentRecord>;
  /** Objects read once stay read: by address (and deposed key). */
  readonly refreshed: Map<string, Promise<Refreshed>>;
  /** The reading of an object that was begun before its resource was registered. */
  readonly ahead?: (typed: Typed, address: string) => Promise<Refreshed> | undefined;
}

export interface Refreshed {
  /** As the state had it, in the schema's present version. */
  readonly recorded: LiveObject;
  /** null: gone. */
  readonly live: LiveObject | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** What one evaluation needs to know from the ones before it. */
export interface PassSettings {
  /** Addresses left out by targets and excludes; undefined: not known yet, or none. */
  readonly isExcluded: (address: string) => boolean;
  /** Addresses whose replacement must create first because a dependent's does. */
  readonly createFirst: ReadonlySet<string>;
  /** Only finding out what there is and what depends on what: nothing is read or planned. */
  readonly isDiscovery: boolean;
  /** As the front end says. */
  readonly ownersMayShare: boolean;
}

/** Runs one provider operation with its events. */
export async function withEvents<T>(
  context: Pick<PlanContext, "emit" | "clock">,
  address: string,
  action: OperationKind,
  work: () => Promise<T>,
  idOf: (result: T) => string | undefined = () => undefined,
): Promise<T> {
  const startedMs = context.clock.now();
  context.emit({ type: "started", address, action, atMs: startedMs });
  try {
    const result = await work();
    const id = idOf(result);
    const elapsedMs = context.clock.now() - startedMs;
    context.emit({ type: "completed", address, action, elapsedMs, ...(id === undefined ? {} : { id }) });
    return result;
  } catch (error) {
    const diagnostics = typeof error === "object" && error !== null && "diagnostics" in error ? error.diagnostics : [];
    const elapsedMs = context.clock.now() - startedMs;
    context.emit({ type: "failed", address, action, elapsedMs, diagnostics: Array.isArray(diagnostics) ? diagnostics : [] });
    throw error;
  }
}

/** What a pass over program and state found out. */
export interface PassResult {
  readonly changes: ReadonlyMap<string, ResourceChange>;
  readonly drift: readonly ResourceChange[];
  readonly prior: State;
}

/** The `id` of an object, for progress lines. */
export function idOf(live: LiveObject | null): string | undefined {
  const id = live?.value.id;
  return typeof id === "string" ? id : undefined;
}
