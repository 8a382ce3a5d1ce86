import type { Diagnostic, InstanceKey, Path, ResourceMode, SourceRange, Value, ValueObject } from "@dovetail/model";
import type { Json, State } from "../state/state.ts";
import type { DynamicTypes } from "../values/dynamic-types.ts";
import type { PlanDocument } from "./plan-document.ts";

/** What a plan is: plain values (with UNKNOWN), so that it can be printed, checked, stored and applied later. */

export type PlanMode = "normal" | "destroy" | "refresh-only";

export type Action = "no-op" | "create" | "read" | "update" | "delete" | "replace" | "forget";

/** Why an action is what it is, in the words of Terraform's plan JSON (`action_reason`). */
export type ActionReason =
  | "replace_because_tainted"
  | "replace_because_cannot_update"
  | "replace_by_request"
  | "replace_by_triggers"
  | "delete_because_no_resource_config"
  | "delete_because_wrong_repetition"
  | "delete_because_count_index"
  | "delete_because_each_key"
  | "delete_because_no_module"
  | "read_because_config_unknown"
  | "read_because_dependency_pending"
  | "read_because_check_nested";

export interface ResourceChange {
  /** Unique together with `deposed`. */
  readonly address: string;
  readonly mode: ResourceMode;
  readonly module?: string;
  readonly type: string;
  readonly name: string;
  readonly index?: InstanceKey;
  /** Key of the deposed object that this change deletes. */
  readonly deposed?: string;
  /** Source address of the provider, `registry.terraform.io/hashicorp/aws`. */
  readonly providerName: string;
  /** Local name with alias, as the provider registry knows it: `aws`, `aws.west`. */
  readonly provider: string;
  /** Where the object was in the state before an alias moved it. */
  readonly previousAddress?: string;
  readonly action: Action;
  /** Of a replacement: whether the new object is made before the old one goes. */
  readonly createBeforeDestroy: boolean;
  readonly reason?: ActionReason;
  /** null: there is none. */
  readonly before: ValueObject | null;
  /** null: there will be none. Holds UNKNOWN. */
  readonly after: ValueObject | null;
  readonly beforeSensitive: readonly Path[];
  readonly afterSensitive: readonly Path[];
  /** Paths that make the replacement necessary. */
  readonly replacePaths: readonly Path[];
  /** Present when the object exists already and is taken over. */
  readonly importing?: { readonly id: string };
  readonly beforePrivate?: string;
  readonly plannedPrivate?: string;
  readonly schemaVersion: number;
  /** Addresses that the program says it depends on. */
  readonly dependencies: readonly string[];
  /** Of `autoname`: which of its derived names the object has, counted from 0. */
  readonly generation?: number;
  /** The config as registered (schema shape, UNKNOWN where not known yet); absent where the program has no such resource. */
  readonly config?: ValueObject;
  /** Terraform's types of what the schema leaves open. */
  readonly dynamicTypes?: DynamicTypes;
  /** Paths of `config` that hold secrets. */
  readonly configSensitive?: readonly Path[];
  readonly range?: SourceRange;
  readonly component?: readonly { readonly type: string; readonly name: string }[];
  /** The name as the program has it, where the address could not take it as it is. */
  readonly displayName?: string;
  /** What is to be known when its object goes: whose going takes it along, and the hooks around it. */
  readonly deletion?: DeletionFacts;
  /** Left out by `targets` or `excludes`: planned as no-op whatever its config says. */
  readonly isExcluded?: boolean;
}

/** What a resource leaves behind for the time when its object is deleted, also after it left the program. */
export interface DeletionFacts {
  /** Address of the resource whose deletion deletes this one as well. */
  readonly deletedWith?: string;
  readonly hooks?: { readonly beforeDelete?: readonly string[]; readonly afterDelete?: readonly string[] };
}

/** What is remembered of a resource's lifecycle beside its object. */
export interface LifecycleMarks {
  readonly retainOnDelete?: boolean;
  readonly preventDestroy?: boolean;
  readonly deletion?: DeletionFacts;
  /** Fingerprint of its replacement trigger; "unknown" where that is known only after apply. */
  readonly trigger?: string;
}

export interface OutputChange {
  readonly action: "no-op" | "create" | "update" | "delete";
  readonly before: Value;
  readonly after: Value;
  readonly beforeSensitive: boolean;
  readonly afterSensitive: boolean;
  /** Absent: as `after` tells it. */
  readonly type?: OutputType;
}

export interface Plan {
  readonly app: string;
  readonly stage: string;
  readonly mode: PlanMode;
  readonly createdAtMs: number;
  /** Lineage and serial of the state it was made from; applying it to another one is refused. */
  readonly lineage: string;
  readonly serial: number;
  /** One for each resource instance of program and state, sorted by address; no-ops included. */
  readonly changes: readonly ResourceChange[];
  /** What the refresh found changed outside: `before` is the state's object, `after` the real one (null: gone). */
  readonly drift: readonly ResourceChange[];
  readonly outputs: { readonly [name: string]: OutputChange };
  /** Sorted by file, line, address, code. */
  readonly diagnostics: readonly Diagnostic[];
  /** The state after refresh, moves and imports: what apply starts from. */
  readonly priorState: State;
  /** Whether the prior state has to be written although no resource changes (drift, moves, imports). */
  readonly isStateChanged: boolean;
  /** Planning met errors: it cannot be applied. */
  readonly isErrored: boolean;
  /** It has something to do and nothing forbids it. */
  readonly isApplyable: boolean;
  readonly targets: readonly string[];
  readonly excludes: readonly string[];
  readonly replace: readonly string[];
  /** Lifecycle marks that have to be remembered when a resource leaves the program, by address. */
  readonly marks: { readonly [address: string]: LifecycleMarks };
  /** Parts of the plan document that the front end told. */
  readonly document?: PlanDocument;
}

/** Terraform's JSON type of an output, where it is not inferred. */
export type OutputType = Json;

/** Number of changes by what a user counts; a replacement counts as one added and one destroyed, as Terraform says it. */
export interface PlanSummary {
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
  readonly import: number;
  readonly forget: number;
  readonly replace: number;
}

/** `Plan: A to add, C to change, D to destroy.` */
export function summarisePlan(plan: Pick<Plan, "changes">): PlanSummary {
  const summary = { add: 0, change: 0, destroy: 0, import: 0, forget: 0, replace: 0 };
  for (const change of plan.changes) {
    if (change.importing !== undefined) summary.import += 1;
    if (change.mode === "data") continue;
    if (change.action === "create" || change.action === "replace") summary.add += 1;
    if (change.action === "delete" || change.action === "replace") summary.destroy += 1;
    if (change.action === "replace") summary.replace += 1;
    if (change.action === "update") summary.change += 1;
    if (change.action === "forget") summary.forget += 1;
  }
  return summary;
}

/** Whether applying it would change a resource or an output. */
export function planHasChanges(plan: Plan): boolean {
  return (
    plan.changes.some(
      (c) => (c.mode === "managed" && c.action !== "no-op") || c.importing !== undefined || c.previousAddress !== undefined,
    ) || Object.values(plan.outputs).some((o) => o.action !== "no-op")
  );
}
