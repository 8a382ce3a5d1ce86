import type { Json, Plan, PlanDocument } from "@dovetail/engine";
import type { Diagnostic } from "@dovetail/model";
import { type PlanCheck, viewOf } from "./checks/check.ts";
import { compositeAlarmCheck } from "./checks/composite-alarm.check.ts";
import { eventSourceRoleCheck } from "./checks/event-source-role.check.ts";
import { garbageTextCheck } from "./checks/garbage-text.check.ts";
import { placeholderCheck } from "./checks/placeholder.check.ts";

export interface CheckOptions {
  /** The app protects the plan's stage. */
  readonly isProtected?: boolean;
}

/** Every check of a plan. */
export const PLAN_CHECKS: readonly PlanCheck[] = [eventSourceRoleCheck, compositeAlarmCheck, garbageTextCheck, placeholderCheck];

/** What all checks find in a plan, in the order of the checks; what the plan itself tells of a resource already is left out. Pure. */
export function checkPlan(
  plan: Pick<Plan, "changes" | "stage"> & Partial<Pick<Plan, "diagnostics" | "document">>,
  { isProtected = false }: CheckOptions = {},
): readonly Diagnostic[] {
  const production = productionOf(plan);
  const view = production === undefined ? viewOf(plan, isProtected) : viewOf({ ...plan, stage: production }, true);
  const told = new Set((plan.diagnostics ?? []).map(subject));
  return PLAN_CHECKS.flatMap((check) => check.run(view)).filter((diagnostic) => !told.has(subject(diagnostic)));
}

const PRODUCTION = /^(prod|production|live)$/i;
const STAGE_VARIABLES = ["environment", "env", "stage"];

/** A Terraform root protects no stage; its workspace or a variable tells that it is production. undefined: nothing does. */
function productionOf({ stage, document }: { readonly stage: string; readonly document?: PlanDocument }): string | undefined {
  if (document?.variables === undefined && document?.configuration === undefined) return undefined;
  const variables = new Map(Object.entries(isTree(document.variables) ? document.variables : {}));
  const named = STAGE_VARIABLES.map((name) => variables.get(name)).map((given) => (isTree(given) ? given.value : undefined));
  return [stage, ...named].find((text): text is string => typeof text === "string" && PRODUCTION.test(text));
}

function isTree(json: Json | undefined): json is { readonly [name: string]: Json } {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function subject({ code, address }: Diagnostic): string {
  return `${code} ${address ?? ""}`;
}
