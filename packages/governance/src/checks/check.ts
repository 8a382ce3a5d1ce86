import type { Plan, ResourceChange } from "@dovetail/engine";
import { type Diagnostic, isList, isObject, type Path, type Value } from "@dovetail/model";

/**
 * A check of a whole plan: what no single resource can see. Pure; gives warnings and errors with the places of the resources.
 * It never guesses: where a value is unknown and nothing else tells, it is silent.
 */
export interface PlanCheck {
  readonly name: string;
  run(plan: PlanView): readonly Diagnostic[];
}

/** What checks see of a plan: the resources that will exist. */
export interface PlanView {
  readonly stage: string;
  /** The app protects this stage: what runs here is not for trying out. */
  readonly isProtected: boolean;
  readonly resources: readonly ResourceChange[];
  byAddress(address: string): ResourceChange | undefined;
  byType(type: string): readonly ResourceChange[];
}

/** Managed resources whose object exists after the plan. */
export function viewOf(plan: Pick<Plan, "changes" | "stage">, isProtected = false): PlanView {
  const resources = plan.changes.filter(
    (change) => change.mode === "managed" && change.after !== null && change.action !== "delete" && change.action !== "forget",
  );
  const addresses = new Map(resources.map((change) => [change.address, change]));
  return {
    stage: plan.stage,
    isProtected,
    resources,
    byAddress: (address) => addresses.get(address),
    byType: (type) => resources.filter((change) => change.type === type),
  };
}

/** A planned attribute's text; undefined where it is unset, unknown or no text. */
export function text(change: ResourceChange, attribute: string): string | undefined {
  const value: Value | undefined = change.after?.[attribute];
  return typeof value === "string" ? value : undefined;
}

/** Every text inside a value, with its path. */
export function* texts(value: Value, path: Path): Iterable<readonly [Path, string]> {
  if (typeof value === "string") yield [path, value];
  else if (isList(value)) for (const [i, item] of value.entries()) yield* texts(item, [...path, i]);
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) yield* texts(item, [...path, key]);
}
