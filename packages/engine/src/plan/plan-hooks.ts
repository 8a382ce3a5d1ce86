import { DiagnosticError } from "@dovetail/model";
import type { FrontEnd, HookPoint, ResourceRegistration } from "../front-end.ts";
import { runHooks } from "../walk/hooks.ts";
import { placeOf } from "./change-parts.ts";
import type { ResourceChange } from "./plan.ts";
import { idOf } from "./plan-context.ts";
import type { PlanPass } from "./plan-pass.ts";

const POINTS: { readonly [action: string]: readonly HookPoint[] } = {
  create: ["beforeCreate", "afterCreate"],
  update: ["beforeUpdate", "afterUpdate"],
  replace: ["beforeCreate", "afterCreate", "beforeDelete", "afterDelete"],
  delete: ["beforeDelete", "afterDelete"],
};

/** Runs the hooks that run in a plan too (Pulumi's `onDryRun`), once the plan stands. */
export async function runPlanHooks(frontEnd: FrontEnd | undefined, pass: PlanPass): Promise<void> {
  if (frontEnd?.hook === undefined) return;
  for (const change of [...pass.changes.values()]) {
    const registration = pass.registrations.get(change.address);
    const hooks = registration !== undefined && "hooks" in registration ? registration.hooks : change.deletion?.hooks;
    if (hooks === undefined) continue;
    for (const point of POINTS[change.action] ?? []) await atPoint(frontEnd, pass, change, registration, point, hooks);
  }
}

async function atPoint(
  frontEnd: FrontEnd,
  pass: PlanPass,
  change: ResourceChange,
  registration: Parameters<typeof placeOf>[0] | undefined,
  point: HookPoint,
  hooks: ResourceRegistration["hooks"],
): Promise<void> {
  const place = registration === undefined ? { address: change.address } : placeOf(registration, change.address);
  try {
    const warnings = await runHooks({ frontEnd, names: hooks?.[point], call: hookCall(change, point), place, isPlan: true });
    pass.walk.report(...warnings);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    pass.walk.report(...error.diagnostics);
  }
}

/** What a hook is told of a change: what there was, and what there will be. */
export function hookCall(change: ResourceChange, point: HookPoint, made?: ResourceChange["after"]) {
  const { address, type, name, displayName, component = [], before, after, config } = change;
  const isDelete = point.endsWith("Delete");
  const isCreate = point.endsWith("Create");
  const value = point.startsWith("after") ? (made ?? after) : null;
  const of = isCreate ? (made ?? null) : before;
  const id = of === null ? undefined : idOf({ value: of, sensitive: [] });
  return {
    point,
    address,
    type,
    name: displayName ?? name,
    component,
    ...(id === undefined ? {} : { id }),
    ...(isDelete || config === undefined ? {} : { newConfig: config }),
    ...(isDelete || value === null ? {} : { newValue: value }),
    ...(isCreate || before === null ? {} : { oldValue: before }),
  };
}
