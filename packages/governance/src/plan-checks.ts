import type { Plan } from "@dovetail/engine";
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
  plan: Pick<Plan, "changes" | "stage"> & Partial<Pick<Plan, "diagnostics">>,
  { isProtected = false }: CheckOptions = {},
): readonly Diagnostic[] {
  const view = viewOf(plan, isProtected);
  const told = new Set((plan.diagnostics ?? []).map(subject));
  return PLAN_CHECKS.flatMap((check) => check.run(view)).filter((diagnostic) => !told.has(subject(diagnostic)));
}

function subject({ code, address }: Diagnostic): string {
  return `${code} ${address ?? ""}`;
}
