import type { Plan } from "@dovetail/engine";
import type { Diagnostic } from "@dovetail/model";
import { type PlanCheck, viewOf } from "./checks/check.ts";
import { compositeAlarmCheck } from "./checks/composite-alarm.check.ts";
import { eventSourceRoleCheck } from "./checks/event-source-role.check.ts";
import { garbageTextCheck } from "./checks/garbage-text.check.ts";
import { ownershipCheck } from "./checks/ownership.check.ts";

/** Every check of a plan. */
export const PLAN_CHECKS: readonly PlanCheck[] = [ownershipCheck, eventSourceRoleCheck, compositeAlarmCheck, garbageTextCheck];

/** What all checks find in a plan, in the order of the checks. Pure. */
export function checkPlan(plan: Pick<Plan, "changes" | "stage">): readonly Diagnostic[] {
  const view = viewOf(plan);
  return PLAN_CHECKS.flatMap((check) => check.run(view));
}
