import type { Diagnostic } from "@dovetail/model";
import type { Action, ResourceChange } from "./plan/plan.ts";

/** What the engine tells while it works: the source of the command line's progress and of its `--json` stream. */
export type EngineEvent =
  /** A line that a command of the program's printed, which runs beside an operation. */
  | { readonly type: "printed"; readonly address: string; readonly line: string }
  | { readonly type: "phase"; readonly phase: "recover" | "plan" | "apply" }
  /** A provider call began. `refresh` is a read of an existing object; `open`, `renew` and `close` are of ephemeral resources. */
  | {
      readonly type: "started";
      readonly address: string;
      readonly action: OperationKind;
      readonly atMs: number;
      readonly id?: string;
    }
  | {
      readonly type: "completed";
      readonly address: string;
      readonly action: OperationKind;
      readonly elapsedMs: number;
      /** The object's `id` attribute where it has one. */
      readonly id?: string;
    }
  | {
      readonly type: "failed";
      readonly address: string;
      readonly action: OperationKind;
      readonly elapsedMs: number;
      readonly diagnostics: readonly Diagnostic[];
    }
  /** Not attempted: a dependency failed, or the run was interrupted. */
  | { readonly type: "skipped"; readonly address: string; readonly action: Action }
  /** One resource's plan is known. */
  | { readonly type: "planned"; readonly change: ResourceChange }
  | { readonly type: "drift"; readonly change: ResourceChange }
  /** Waiting for another run's lock. */
  | { readonly type: "waiting-for-lock"; readonly holder: string }
  /** A run of this folder that died left the backend's lock: it was taken over. */
  | { readonly type: "took-over-lock"; readonly who: string; readonly created: string }
  /** A run that died left a journal: its results were folded into the state. */
  | { readonly type: "recovered"; readonly operations: number; readonly adopted: readonly string[] }
  | { readonly type: "diagnostic"; readonly diagnostic: Diagnostic };

export type OperationKind = "create" | "update" | "delete" | "read" | "refresh" | "import" | "open" | "renew" | "close";

export type OnEvent = (event: EngineEvent) => void;
