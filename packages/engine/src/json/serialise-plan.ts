import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { OutputChange, Plan, ResourceChange } from "../plan/plan.ts";
import type { Json, JsonObject } from "../state/state.ts";
import { formatState, parseState } from "../state/state-file.ts";
import { isJsonObject } from "../values/state-attributes.ts";
import { fromWire, objectFromWire, toWire, type WireValue } from "../values/wire.ts";

/** A plan as text, to be kept (`--out`) and applied later. It holds secrets in clear, as Terraform's plan files do: write it for its owner only. */

const FORMAT = "dovetail-plan/1";

export function serialisePlan(plan: Plan): string {
  const { changes, drift, outputs, priorState, ...rest } = plan;
  return `${JSON.stringify({
    format: FORMAT,
    ...rest,
    changes: changes.map(changeToWire),
    drift: drift.map(changeToWire),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, o]) => [name, { ...o, before: toWire(o.before), after: toWire(o.after) }]),
    ),
    priorState: formatState(priorState),
  })}\n`;
}

function changeToWire(change: ResourceChange) {
  const { before, after, config, ...rest } = change;
  return { ...rest, before: toWire(before), after: toWire(after), ...(config === undefined ? {} : { config: toWire(config) }) };
}

/** Throws DVT7001 when the text is no plan that this version wrote. */
export function parsePlan(text: string): Plan {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw notAPlan();
  }
  if (!isWirePlan(json)) throw notAPlan();
  const { format: _, changes, drift, outputs, priorState, ...rest } = json;
  return {
    ...rest,
    changes: changes.map(changeFromWire),
    drift: drift.map(changeFromWire),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, o]) => [name, { ...o, before: fromWire(o.before), after: fromWire(o.after) }]),
    ),
    priorState: parseState(Buffer.from(priorState), "the plan's prior state"),
  };
}

function notAPlan(): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT7001", "Usage", {
      detail: "The file is no plan that this version of Dovetail wrote.",
      fix: "Plan again:\n    dovetail diff --out FILE",
    }),
  );
}

type WireChange = Omit<ResourceChange, "before" | "after" | "config"> & {
  readonly before: WireValue;
  readonly after: WireValue;
  readonly config?: WireValue;
};

type WirePlan = Omit<Plan, "changes" | "drift" | "outputs" | "priorState"> & {
  readonly format: string;
  readonly changes: readonly WireChange[];
  readonly drift: readonly WireChange[];
  readonly outputs: { readonly [name: string]: Omit<OutputChange, "before" | "after"> & { before: WireValue; after: WireValue } };
  readonly priorState: string;
};

/** The format line says that we wrote it; what could have been cut off or changed by hand is looked at. */
function isWirePlan(json: unknown): json is WirePlan {
  if (!isJsonObject(json) || json.format !== FORMAT || typeof json.priorState !== "string") return false;
  return isChangeList(json.changes) && isChangeList(json.drift) && isJsonObject(json.outputs);
}

function isChangeList(json: Json | undefined): boolean {
  return Array.isArray(json) && json.every((c: Json) => isJsonObject(c) && isWire(c.before) && isWire(c.after));
}

function isWire(json: Json | undefined): boolean {
  return isJsonObject(json) && Array.isArray((json satisfies JsonObject).unknown);
}

function changeFromWire(change: WireChange): ResourceChange {
  const { before, after, config, ...rest } = change;
  const whole = config === undefined ? null : objectFromWire(config);
  return { ...rest, before: objectFromWire(before), after: objectFromWire(after), ...(whole === null ? {} : { config: whole }) };
}
