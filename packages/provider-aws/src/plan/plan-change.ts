import {
  type Diagnostic,
  type MutableValueObject,
  type Path,
  UNKNOWN,
  type Value,
  type ValueObject,
  valuesEqual,
} from "@dovetail/model";
import type { PlanRequest, PlanResponse } from "@dovetail/provider";
import { shapeObject } from "@dovetail/provider";
import { isChanged } from "../lifecycle/change.ts";
import type { Operation } from "../lifecycle/operation.ts";
import { planObject } from "./planned-object.ts";
import { replacementPaths } from "./replacement.ts";
import { plannedTagsAll } from "./tags.ts";

/** Plans one object. Pure but for what the resource's own `customizePlan` does. */
export function planChange(operation: Operation, request: PlanRequest): PlanResponse {
  const { schema, resource } = operation;
  const priv = request.priorPrivate === undefined ? {} : { plannedPrivate: request.priorPrivate };
  if (request.proposed === null || request.config === null)
    return { planned: null, requiresReplace: [], diagnostics: [], ...priv };
  const config = shapeObject(schema, request.config);
  const prior = request.prior === null ? null : shapeObject(schema, request.prior);
  const rules = { resource, framework: schema.plugin === "framework", prior, config };
  const planned: MutableValueObject = { ...planObject(schema, rules) };
  planRegion(operation, planned, prior, config);
  planName(operation, planned, prior);
  if (resource.tagged === true && schema.attributes?.tags_all !== undefined)
    planned.tags_all = plannedTagsAll(operation.tags, planned.tags ?? null, prior);
  if (prior !== null) planRecomputed(operation, prior, planned, config);
  return finishPlan(operation, prior, planned, config, priv);
}

function finishPlan(
  operation: Operation,
  prior: ValueObject | null,
  planned: MutableValueObject,
  config: ValueObject,
  priv: { readonly plannedPrivate?: string },
): PlanResponse {
  const { schema, resource } = operation;
  const custom = resource.customizePlan?.(prior, planned, config) ?? {};
  const wanted = custom.planned === undefined ? planned : shapeObject(schema, custom.planned);
  // Timeouts alone are no change to the SDK: the plan is the prior object.
  const isOnlyTimeouts =
    prior !== null && schema.plugin !== "framework" && valuesEqual(prior, { ...wanted, timeouts: prior.timeouts ?? null });
  const final = isOnlyTimeouts ? prior : wanted;
  const diagnostics: readonly Diagnostic[] = custom.diagnostics ?? [];
  if (prior === null || valuesEqual(prior, final)) return { planned: final, requiresReplace: [], diagnostics, ...priv };
  const replace: Path[] = [...replacementPaths(schema, resource, prior, final)];
  for (const path of custom.requiresReplace ?? []) if (isChanged(prior, final, path)) replace.push(path.split("."));
  if (resource.update === undefined) replace.push(...changedArguments(operation, prior, final));
  return { planned: final, requiresReplace: uniquePaths(replace), diagnostics, ...priv };
}

function uniquePaths(paths: readonly Path[]): readonly Path[] {
  return [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()];
}

/** Arguments that config decides and that differ, for types that cannot be updated at all. */
function changedArguments({ schema }: Operation, prior: ValueObject, planned: ValueObject): readonly Path[] {
  const names = Object.entries(schema.attributes ?? {})
    .filter(
      ([name, attribute]) =>
        (attribute.optional === true || attribute.required === true) && name !== "tags" && name !== "tags_all",
    )
    .map(([name]) => name);
  return [...names, ...Object.keys(schema.blocks ?? {}).filter((name) => name !== "timeouts")]
    .filter((name) => !valuesEqual(prior[name] ?? null, planned[name] ?? null))
    .map((name) => [name]);
}

/** Edition 6: every object has a region, the provider's unless config says another; moving it makes a new one. */
function planRegion(
  { schema, aws }: Operation,
  planned: MutableValueObject,
  prior: ValueObject | null,
  config: ValueObject,
): void {
  if (schema.attributes?.region?.optional !== true) return;
  const before = prior?.region ?? null;
  planned.region = config.region ?? (prior !== null && before === null ? null : aws.region);
}

/** A name that the provider makes up is known after apply; its prefix stays as it was. */
function planName({ resource }: Operation, planned: MutableValueObject, prior: ValueObject | null): void {
  const { naming } = resource;
  if (naming === undefined || prior !== null) return;
  const name: Value = planned[naming.attribute] ?? null;
  if (name === null || name === "") planned[naming.attribute] = UNKNOWN;
}

function planRecomputed({ resource }: Operation, prior: ValueObject, planned: MutableValueObject, config: ValueObject): void {
  for (const [attribute, sources] of Object.entries(resource.recomputedWhen ?? {})) {
    if ((config[attribute] ?? null) !== null) continue;
    const changed = sources.some((source) => (source === "*" ? !valuesEqual(prior, planned) : isChanged(prior, planned, source)));
    if (changed) planned[attribute] = UNKNOWN;
  }
}
