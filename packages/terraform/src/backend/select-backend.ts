import { type Diagnostic, errorDiagnostic, type ValueObject, valuesEqual } from "@dovetail/model";
import type { Problems } from "../configuration/problems.ts";
import type { BackendRecord } from "./backend-record.ts";
import { type ConfiguredBackend, checkRequiredArguments } from "./read-backend.ts";

/** The backend that a run uses. */
export interface SelectedBackend {
  readonly type: string;
  readonly config: ValueObject;
}

export const DEFAULT_BACKEND: SelectedBackend = { type: "local", config: {} };

/**
 * What configuration and record come to: the recorded arguments where they are of this configuration (what `-backend-config` gave is only
 * there), else a reason to run init, in Terraform's words. A `local` backend needs no init.
 */
export function selectBackend(
  configured: ConfiguredBackend | undefined,
  record: BackendRecord | undefined,
  problems: Problems,
): SelectedBackend {
  if (configured === undefined) {
    if (record === undefined) return DEFAULT_BACKEND;
    problems.add([initRequired(`Unsetting the previously set backend "${record.type}"`)]);
    return record;
  }
  if (record === undefined) {
    if (configured.type === "local") return configured;
    problems.add(checkRequiredArguments(configured));
    if (!problems.hasErrors)
      problems.add([initRequired(`Initial configuration of the requested backend "${configured.type}"`, configured)]);
    return configured;
  }
  const reason = changed(configured, record);
  if (reason === undefined) return record;
  if (configured.type === "local" && record.type === "local") return configured;
  problems.add([initRequired(reason, configured)]);
  return record;
}

/** Why the record is not of this configuration; undefined: it is. */
export function changed(configured: ConfiguredBackend, record: BackendRecord): string | undefined {
  if (configured.type !== record.type) return `Backend type changed from "${record.type}" to "${configured.type}"`;
  if (configured.hash === record.hash || isSameConfig(configured.config, record.config)) return undefined;
  return "Backend configuration block has changed";
}

/** Arguments that are null in one and not there in the other (written by another version of Terraform) are the same. */
export function isSameConfig(a: ValueObject, b: ValueObject): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => valuesEqual(a[name] ?? null, b[name] ?? null));
}

function initRequired(reason: string, configured?: ConfiguredBackend): Diagnostic {
  const isFirst = reason.startsWith("Initial") || reason.startsWith("Unsetting");
  return errorDiagnostic("DVT5009", `Backend initialization required${isFirst ? "," : ":"} please run "dovetail init"`, {
    detail: `Reason: ${reason}\n\nThe "backend" is the interface that Terraform uses to store state, perform operations, etc. Changes to backend configurations require reinitialization: this allows to set up the new configuration, copy existing state, etc. No changes to your existing configuration or state have been made.`,
    fix:
      isFirst && configured !== undefined
        ? "dovetail init"
        : "dovetail init -migrate-state\nor, to leave the present state where it is:\n    dovetail init -reconfigure",
    ...(configured === undefined ? {} : { range: configured.range }),
  });
}
