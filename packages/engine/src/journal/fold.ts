import type { State, StateObject } from "../state/state.ts";
import { type InstanceIdentity, WorkingState } from "../state/working-state.ts";
import type { BeginRecord, IntentRecord, JournalRecord, Slot } from "./record.ts";

/** Putting a journal's results into the state that they belong to. Pure. */

export interface Folded {
  readonly begin: BeginRecord | undefined;
  readonly state: WorkingState;
  /** Intents that nothing followed, or only a partial object (then it is in the state already). */
  readonly unresolved: readonly { readonly intent: IntentRecord; readonly hasPartial: boolean }[];
  /** Operations with a result. */
  readonly completed: number;
  /** SHA-256 of the state file that has everything in it, where one was about to be written. */
  readonly commit?: string;
  readonly generations: ReadonlyMap<string, number>;
}

interface Operation {
  readonly intent: IntentRecord;
  partial?: StateObject;
  result?: { readonly object?: StateObject | null };
}

export function foldJournal(records: readonly JournalRecord[], base: State): Folded {
  const operations = new Map<number, Operation>();
  let begin: BeginRecord | undefined;
  let commit: string | undefined;
  const order: Operation[] = [];
  for (const record of records) {
    const operation = "op" in record ? operations.get(record.op) : undefined;
    switch (record.kind) {
      case "begin":
        begin = record;
        break;
      case "intent":
        operations.set(record.op, { intent: record });
        break;
      case "partial":
        if (operation !== undefined) operation.partial = record.object;
        break;
      case "result":
        if (operation !== undefined) {
          operation.result = record;
          order.push(operation);
        }
        break;
      case "commit":
        commit = record.sha256;
    }
  }
  const state = new WorkingState(base);
  for (const operation of order) putResult(state, operation.intent, operation.result?.object);
  const open = [...operations.values()].filter((operation) => operation.result === undefined);
  for (const operation of open) {
    // A run that died tells nothing against the object: the next plan reads it and mends what is missing.
    if (operation.partial !== undefined) putResult(state, operation.intent, { ...operation.partial, isTainted: false });
  }
  return {
    begin,
    state,
    unresolved: open.map(({ intent, partial }) => ({ intent, hasPartial: partial !== undefined })),
    completed: order.length,
    generations: generations([...operations.values()]),
    ...(commit === undefined ? {} : { commit }),
  };
}

/** What a result means for the state: also used for what recovery finds out. */
export function putResult(state: WorkingState, intent: IntentRecord, object: StateObject | null | undefined): void {
  if (object === undefined) return;
  const identity = identityOfSlot(intent.slot);
  if (intent.slot.deposed !== undefined) {
    state.setDeposed(identity, intent.slot.deposed, object);
    return;
  }
  const old = state.get(identity.address)?.current;
  if (intent.deposes !== undefined) {
    if (object === null) return;
    if (old !== undefined) state.setDeposed(identity, intent.deposes, old);
  }
  state.setCurrent(identity, object);
}

export function identityOfSlot(slot: Slot): InstanceIdentity {
  const { localProvider: _l, deposed: _d, ...identity } = slot;
  return identity;
}

function generations(operations: readonly Operation[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { intent } of operations) {
    if (intent.generation !== undefined) found.set(intent.slot.address, intent.generation);
  }
  return found;
}
