import type { Plan, ResourceChange } from "@dovetail/engine";
import { isList, isObject, type Value, valuesEqual } from "@dovetail/model";

/**
 * The drift that concerns the program: objects that are gone, and attributes that the program sets and somebody changed. What a service or
 * another resource of the program filled in (a role's list of its attached policies) is recorded in the state and is nobody's drift.
 * A normal plan tells what the program sets; of other plans every difference counts. Pure.
 */
export function relevantDrift(plan: Pick<Plan, "drift" | "changes">): readonly ResourceChange[] {
  const changes = new Map(plan.changes.map((change) => [change.address, change]));
  return plan.drift.filter((drift) => {
    const config = changes.get(drift.address)?.config;
    if (drift.before === null || drift.after === null || config === undefined) return true;
    const { before, after } = drift;
    return Object.keys(config).some((name) => isSet(config[name]) && !valuesEqual(before[name] ?? null, after[name] ?? null));
  });
}

function isSet(value: Value | undefined): boolean {
  if (value === undefined || value === null) return false;
  if (isList(value)) return value.length > 0;
  return !isObject(value) || Object.keys(value).length > 0;
}
