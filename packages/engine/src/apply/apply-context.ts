import type { Clock } from "@dovetail/model";
import type { OnEvent } from "../events.ts";
import type { FrontEnd } from "../front-end.ts";
import type { Journal } from "../journal/journal.ts";
import type { IntentRecord } from "../journal/record.ts";
import type { Plan, ResourceChange } from "../plan/plan.ts";
import type { Types } from "../plan/typed.ts";
import type { ProviderRegistry } from "../providers.ts";
import type { WorkingState } from "../state/working-state.ts";
import type { Gate } from "../walk/gate.ts";
import type { Walk } from "../walk/walk.ts";

/** What an apply works with. */
export interface ApplyContext {
  readonly plan: Plan;
  readonly clock: Clock;
  readonly registry: ProviderRegistry;
  readonly types: Types;
  readonly gate: Gate;
  readonly journal: Journal;
  readonly state: WorkingState;
  readonly walk: Walk;
  readonly emit: OnEvent;
  readonly counts: ApplyCounts;
  /** Has the program's hooks. */
  readonly frontEnd: FrontEnd | undefined;
  /** Fingerprints of the replacement triggers that were carried out, by address. */
  readonly triggers: Map<string, string>;
  /** Creates of a dead run that were not found, by address: what they asked for may have arrived since. */
  readonly doubts: ReadonlyMap<string, IntentRecord>;
  /** Objects are adopted one after the other, so that no two addresses take the same. */
  readonly adopting: Gate;
  /** Operations begun whose result is not in the state: while there is one, the journal stays. */
  readonly unanswered: Set<number>;
  /** Numbers the journal's operations. */
  nextOperation(): number;
}

export interface ApplyCounts {
  added: number;
  changed: number;
  destroyed: number;
  imported: number;
  forgotten: number;
}

/** Key of a change in the plan: address, with the deposed key where it is about one. */
export function changeKey(change: Pick<ResourceChange, "address" | "deposed">): string {
  return change.deposed === undefined ? change.address : `${change.address} ${change.deposed}`;
}
