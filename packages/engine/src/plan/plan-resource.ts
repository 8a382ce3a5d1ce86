import { type Diagnostic, isObject, type Path, type ValueObject, valueAt, valuesEqual } from "@dovetail/model";
import type { ResourceRegistration } from "../front-end.ts";
import type { InstanceIdentity } from "../state/working-state.ts";
import { withoutWriteOnly } from "../values/write-only.ts";
import type { Place } from "../walk/diagnostics.ts";
import { derivedName, generationOf } from "./autoname.ts";
import { blank } from "./change-parts.ts";
import { type Existing, protectedError } from "./existing-objects.ts";
import { triggerMark } from "./lifecycle-marks.ts";
import type { LiveObject } from "./live-object.ts";
import type { ActionReason, ResourceChange } from "./plan.ts";
import type { PassSettings, PlanContext } from "./plan-context.ts";
import { type ObjectPlan, planCreate, planUpdate } from "./plan-object.ts";
import { prepareConfig } from "./prepare-config.ts";
import type { Typed } from "./typed.ts";

/** Deciding what becomes of one registered resource. */

export interface ResourceToPlan {
  readonly context: PlanContext;
  readonly settings: PassSettings;
  readonly typed: Typed;
  readonly identity: InstanceIdentity;
  readonly registration: ResourceRegistration;
  readonly existing: Existing;
  readonly place: Place;
  /** What becomes of a resource planned before. */
  readonly changeOf: (address: string) => ResourceChange | undefined;
}

export interface PlannedResource {
  readonly change: ResourceChange;
  /** Warnings. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Throws DiagnosticError: invalid config, failed provider calls, DVT3003. */
export async function planResource(input: ResourceToPlan): Promise<PlannedResource> {
  const { existing, context, identity } = input;
  const { live } = existing;
  if (live === null) {
    const generation = firstGeneration(input);
    return create(input, prepare(input, nameOf(input, generation)), generation);
  }
  const named = keptName(input, live);
  const prepared = prepare(input, named.name);
  const isForced = context.replace.has(identity.address);
  const reason: ActionReason | undefined = existing.isTainted
    ? "replace_because_tainted"
    : isForced
      ? "replace_by_request"
      : isTriggered(input)
        ? "replace_by_triggers"
        : undefined;
  if (reason !== undefined) return replace(input, live, [], reason, named.generation);
  const update = await planned(input, () =>
    planUpdate(input.typed, live, prepared.config, input.registration.lifecycle ?? {}, input.registration.sensitive, input.place),
  );
  if (update.replacePaths.length > 0) {
    return replace(input, live, update.replacePaths, "replace_because_cannot_update", named.generation);
  }
  return {
    change: {
      ...changeOf(input, live, update),
      action: update.isNoop ? "no-op" : "update",
      createBeforeDestroy: createsFirst(input),
      ...(named.generation === undefined ? {} : { generation: named.generation }),
    },
    diagnostics: [...prepared.diagnostics, ...update.diagnostics],
  };
}

/** Something that it must be replaced with is replaced, its object goes with another's, or its trigger is not what it was. */
function isTriggered({ registration, context, existing, identity, changeOf }: ResourceToPlan): boolean {
  const { replaceWith = [], deletedWith, replacementTrigger, replaceTriggeredBy = [] } = registration.lifecycle ?? {};
  const isReplaced = (address: string) => changeOf(address)?.action === "replace";
  if (replaceTriggeredBy.some(({ address, path }) => isChanging(changeOf(address), path))) return true;
  if (replaceWith.some(isReplaced) || (deletedWith !== undefined && isReplaced(deletedWith))) return true;
  const recorded = context.sidecar.resources[existing.previousAddress ?? identity.address]?.trigger;
  return recorded !== undefined && replacementTrigger !== undefined && recorded !== triggerMark(replacementTrigger);
}

/** Updated or replaced; with a path, where that part of the object will be another. */
function isChanging(change: ResourceChange | undefined, path: Path | undefined): boolean {
  if (change === undefined || (change.action !== "update" && change.action !== "replace")) return false;
  if (path === undefined) return true;
  return !valuesEqual(valueAt(change.before, path) ?? null, valueAt(change.after, path) ?? null);
}

async function create(
  input: ResourceToPlan,
  prepared: { readonly config: ValueObject; readonly diagnostics: readonly Diagnostic[] },
  generation: number | undefined,
): Promise<PlannedResource> {
  const { typed, registration, place } = input;
  const result = await planned(input, () => planCreate(typed, prepared.config, registration.sensitive, place));
  return {
    change: {
      ...changeOf(input, null, result),
      action: "create",
      createBeforeDestroy: createsFirst(input),
      ...(generation === undefined ? {} : { generation }),
    },
    diagnostics: [...prepared.diagnostics, ...result.diagnostics],
  };
}

async function replace(
  input: ResourceToPlan,
  live: LiveObject,
  replacePaths: readonly Path[],
  reason: ActionReason,
  generation: number | undefined,
): Promise<PlannedResource> {
  const { registration, identity, place } = input;
  if (registration.lifecycle?.preventDestroy === true) throw protectedError(identity.address, "replace", place);
  const made = await successor(input, live, generation, createsFirst(input));
  // Both would be the same remote thing: it can only be made when the old one is gone, whatever the lifecycle says.
  const isSameThing = made.createBeforeDestroy && ownsSame(input, live, made.planned);
  const { planned: next, createBeforeDestroy } = isSameThing ? await successor(input, live, generation, false) : made;
  return {
    diagnostics: next.diagnostics,
    change: {
      ...next.change,
      action: "replace",
      createBeforeDestroy,
      reason,
      replacePaths,
      before: live.value,
      beforeSensitive: live.sensitive,
      ...(live.private === undefined ? {} : { beforePrivate: live.private }),
    },
  };
}

/** The new object: under the next generation's name where it is made first, under the old one's name otherwise. */
async function successor(input: ResourceToPlan, live: LiveObject, generation: number | undefined, createBeforeDestroy: boolean) {
  const next = createBeforeDestroy ? nextGeneration(input, live, generation) : generation;
  const name = createBeforeDestroy ? nameOf(input, next) : keptName(input, live).name;
  return { createBeforeDestroy, planned: await create(input, prepare(input, name), next) };
}

function ownsSame(input: ResourceToPlan, live: LiveObject, made: PlannedResource): boolean {
  const { provider, type } = input.typed;
  const thing = made.change.after === null ? undefined : provider.owns?.(type, made.change.after);
  return thing !== undefined && thing === provider.owns?.(type, live.value);
}

function planned(input: ResourceToPlan, plan: () => Promise<ObjectPlan>): Promise<ObjectPlan> {
  return input.context.gate.run(plan);
}

function prepare(input: ResourceToPlan, name: string | undefined) {
  const attribute = input.registration.autoname?.attribute;
  const fill = name === undefined || attribute === undefined ? undefined : { attribute, value: name };
  return prepareConfig(input.typed, "resource", input.registration, input.identity.address, fill);
}

function createsFirst(input: ResourceToPlan): boolean {
  return input.registration.lifecycle?.createBeforeDestroy === true || input.settings.createFirst.has(input.identity.address);
}

function changeOf(input: ResourceToPlan, live: LiveObject | null, plan: ObjectPlan) {
  const { typed, identity, registration, existing } = input;
  return {
    ...blank(typed, identity, registration),
    before: live?.value ?? null,
    beforeSensitive: live?.sensitive ?? [],
    after: plan.planned,
    afterSensitive: plan.sensitive,
    config: withoutWriteOnly(typed.schema, plan.config),
    ...(existing.previousAddress === undefined ? {} : { previousAddress: existing.previousAddress }),
    ...(existing.importing === undefined ? {} : { importing: existing.importing }),
    ...(live?.private === undefined ? {} : { beforePrivate: live.private }),
    ...(plan.plannedPrivate === undefined ? {} : { plannedPrivate: plan.plannedPrivate }),
  };
}

function seed(input: ResourceToPlan) {
  return { app: input.context.app, stage: input.context.stage, address: input.identity.address };
}

function firstGeneration(input: ResourceToPlan): number | undefined {
  return input.registration.autoname === undefined ? undefined : 0;
}

function nameOf(input: ResourceToPlan, generation: number | undefined): string | undefined {
  const { autoname } = input.registration;
  return autoname === undefined || generation === undefined ? undefined : derivedName(autoname, { ...seed(input), generation });
}

/** An existing object keeps its name, whatever address or generation gave it. */
function keptName(input: ResourceToPlan, live: LiveObject): { readonly name?: string; readonly generation?: number } {
  const { autoname } = input.registration;
  if (autoname === undefined) return {};
  const name = live.value[autoname.attribute];
  if (typeof name !== "string" || name === "") return {};
  const recorded = input.context.sidecar.resources[input.existing.previousAddress ?? input.identity.address]?.generation;
  // The name itself tells, but where it was derived for another address: then the sidecar remembers.
  const told = generationOf(autoname, seed(input), name);
  return { name, generation: told < 0 ? (recorded ?? told) : told };
}

/** The next generation whose name differs from the object's own. */
function nextGeneration(input: ResourceToPlan, live: LiveObject, generation: number | undefined): number | undefined {
  const { autoname } = input.registration;
  if (autoname === undefined) return undefined;
  const name = isObject(live.value) ? live.value[autoname.attribute] : undefined;
  const next = Math.max(0, (generation ?? -1) + 1);
  return nameOf(input, next) === name ? next + 1 : next;
}
