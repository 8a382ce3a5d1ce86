import { createHash } from "node:crypto";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { OutputChange, Plan, ResourceChange } from "../plan/plan.ts";
import type { Json } from "../state/state.ts";
import { formatState, parseState } from "../state/state-file.ts";
import { isJsonObject } from "../values/state-attributes.ts";
import { fromWire, objectFromWire, toWire, type WireValue } from "../values/wire.ts";

/**
 * A plan as text, to be kept (`--out`) and applied later. It holds secrets in clear, as Terraform's plan files do: write it for its owner only.
 * Its first line has the SHA-256 of the second, hexadecimal: what was cut off or changed on the way is not carried out.
 */

const FORMAT = "dovetail-plan/2";

export function serialisePlan(plan: Plan): string {
  const body = bodyOf(plan);
  return `${JSON.stringify({ format: FORMAT, sha256: hashOf(body) })}\n${body}\n`;
}

function hashOf(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}

function bodyOf(plan: Plan): string {
  const { changes, drift, outputs, priorState, ...rest } = plan;
  return JSON.stringify({
    ...rest,
    changes: changes.map(changeToWire),
    drift: drift.map(changeToWire),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, o]) => [name, { ...o, before: toWire(o.before), after: toWire(o.after) }]),
    ),
    priorState: formatState(priorState),
  });
}

function changeToWire(change: ResourceChange) {
  const { before, after, config, ...rest } = change;
  return { ...rest, before: toWire(before), after: toWire(after), ...(config === undefined ? {} : { config: toWire(config) }) };
}

/** Throws DVT7001 when the text is no plan that this version wrote, or not all of it. */
export function parsePlan(text: string): Plan {
  const [head = "", body = ""] = text.split("\n", 2);
  const { format, sha256 } = headOf(head);
  if (format === undefined) throw notAPlan("The file is no plan that Dovetail wrote.");
  if (format !== FORMAT)
    throw notAPlan(`The plan has the format ${format}, which another version of Dovetail wrote; this one reads ${FORMAT}.`);
  if (sha256 !== hashOf(body)) throw notAPlan("The plan is not what was written: a part of it is missing or was changed.");
  // Whatever has the hash of what we wrote is what we wrote.
  const { changes, drift, outputs, priorState, ...rest } = JSON.parse(body) as WirePlan;
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

function headOf(line: string): { readonly format?: string; readonly sha256?: Json } {
  try {
    const json: Json = JSON.parse(line);
    if (!isJsonObject(json) || typeof json.format !== "string" || !/^dovetail-plan\/\d+$/.test(json.format)) return {};
    return { format: json.format, ...(json.sha256 === undefined ? {} : { sha256: json.sha256 }) };
  } catch {
    return {};
  }
}

function notAPlan(detail: string): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT7001", "Usage", {
      detail,
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
  readonly changes: readonly WireChange[];
  readonly drift: readonly WireChange[];
  readonly outputs: { readonly [name: string]: Omit<OutputChange, "before" | "after"> & { before: WireValue; after: WireValue } };
  readonly priorState: string;
};

function changeFromWire(change: WireChange): ResourceChange {
  const { before, after, config, ...rest } = change;
  const whole = config === undefined ? null : objectFromWire(config);
  return { ...rest, before: objectFromWire(before), after: objectFromWire(after), ...(whole === null ? {} : { config: whole }) };
}
