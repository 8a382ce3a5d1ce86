import { configAddress, DiagnosticError } from "@dovetail/model";
import type { EvaluationResult } from "../front-end.ts";
import type { StateInstance } from "../state/state.ts";
import { diagnosticsOf } from "../walk/diagnostics.ts";
import { blank } from "./change-parts.ts";
import { protectedError } from "./existing-objects.ts";
import { instanceIdentity } from "./identity.ts";
import type { ActionReason, ResourceChange } from "./plan.ts";
import type { PassSettings, PlanContext } from "./plan-context.ts";
import { planDestroy } from "./plan-destroy.ts";
import type { PlanPass } from "./plan-pass.ts";
import { localProvider, type Typed } from "./typed.ts";

/** What the front end has to say of what it does not declare. */
export type Told = Pick<EvaluationResult, "removed" | "whyGone">;

/** Without instance keys: the resource, or a module that it is in. */
function isWithin(address: string, from: string): boolean {
  return address === from || address.startsWith(`${from}.`);
}

/** Terraform forgets the protection with the block that had it. */
function isUnprotected({ whyGone }: Told, reason: ActionReason | undefined): boolean {
  return whyGone !== undefined && (reason === "delete_because_no_resource_config" || reason === "delete_because_no_module");
}

function reasonOf(context: PlanContext, told: Told, address: string): { readonly reason?: ActionReason } {
  if (context.mode === "destroy") return {};
  return { reason: told.whyGone?.(address) ?? "delete_because_no_resource_config" };
}

/** What the state has and the program has not: to be deleted, forgotten or (refresh-only) kept. Also deposed objects of any. */
export async function planOrphans(context: PlanContext, settings: PassSettings, pass: PlanPass, told: Told = {}): Promise<void> {
  const work: Promise<void>[] = [];
  for (const instance of context.base.instances.values()) {
    if (instance.mode === "data") {
      if (!pass.existing.isTaken(instance.address) && context.mode !== "refresh-only") pass.state.delete(instance.address);
      continue;
    }
    if (!pass.existing.isTaken(instance.address))
      work.push(guard(pass, instance, orphan(context, settings, pass, instance, told)));
  }
  for (const instance of [...pass.state.instances()]) {
    for (const key of Object.keys(instance.deposed)) {
      work.push(guard(pass, instance, deposed(context, settings, pass, instance, key)));
    }
  }
  await Promise.all(work);
}

async function guard(pass: PlanPass, instance: StateInstance, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const { address } = instance;
    pass.walk.report(
      ...(error instanceof DiagnosticError ? error.diagnostics : diagnosticsOf(error, `planning ${address}`, { address })),
    );
  }
}

function typedOf(context: PlanContext, instance: StateInstance): Promise<Typed> {
  const provider = localProvider(context.registry, instance);
  return context.types.find({
    mode: "managed",
    type: instance.type,
    address: instance.address,
    ...(provider === undefined ? {} : { provider }),
  });
}

async function orphan(
  context: PlanContext,
  settings: PassSettings,
  pass: PlanPass,
  instance: StateInstance,
  told: Told,
): Promise<void> {
  const { address, current } = instance;
  if (current === undefined) return;
  const isKept = context.mode === "refresh-only" || settings.isExcluded(address);
  const marks = context.sidecar.resources[address] ?? {};
  const removed = told.removed?.find(({ from }) => isWithin(configAddress(address), from));
  const reason = reasonOf(context, told, address);
  if ((marks.retainOnDelete === true || removed?.destroy === false) && !isKept) {
    pass.changes.set(address, await forget(context, instance, reason));
    return;
  }
  const typed = await typedOf(context, instance);
  const identity = instanceIdentity(instance);
  const { live } = await pass.existing.refresh(typed, identity, current, { address });
  if (live === null) return;
  const base = {
    ...blank(typed, identity),
    dependencies: current.dependencies,
    before: live.value,
    beforeSensitive: live.sensitive,
    ...(live.private === undefined ? {} : { beforePrivate: live.private }),
  };
  if (isKept) {
    const excluded = settings.isExcluded(address) ? { isExcluded: true } : {};
    pass.changes.set(address, { ...base, action: "no-op", after: live.value, afterSensitive: live.sensitive, ...excluded });
    return;
  }
  if (marks.preventDestroy === true && !isUnprotected(told, reason.reason)) throw protectedError(address, "delete", {});
  const deletion = marks.deletion === undefined ? {} : { deletion: marks.deletion };
  const component = marks.component === undefined ? {} : { component: marks.component };
  const asked = await planDestroy(context, typed, live, { address });
  const change: ResourceChange = { ...base, ...asked, ...component, ...deletion, action: "delete", after: null, ...reason };
  pass.changes.set(address, change);
}

/** Forgetting needs neither the object nor its provider; where the provider can be had, the plan shows the object. */
async function forget(
  context: PlanContext,
  instance: StateInstance,
  reason: { readonly reason?: ActionReason },
): Promise<ResourceChange> {
  const typed = await typedOf(context, instance);
  return {
    ...blank(typed, instanceIdentity(instance)),
    dependencies: instance.current?.dependencies ?? [],
    action: "forget",
    before: instance.current?.attributes ?? null,
    after: null,
    ...reason,
  };
}

async function deposed(
  context: PlanContext,
  settings: PassSettings,
  pass: PlanPass,
  instance: StateInstance,
  key: string,
): Promise<void> {
  const object = instance.deposed[key];
  if (object === undefined || context.mode === "refresh-only" || settings.isExcluded(instance.address)) return;
  const typed = await typedOf(context, instance);
  const identity = instanceIdentity(instance);
  const { live } = await pass.existing.refresh(typed, identity, object, { address: instance.address }, undefined, key);
  if (live === null) return;
  const change: ResourceChange = {
    ...blank(typed, identity),
    deposed: key,
    dependencies: object.dependencies,
    action: "delete",
    before: live.value,
    after: null,
    beforeSensitive: live.sensitive,
    ...(await planDestroy(context, typed, live, { address: instance.address })),
  };
  pass.changes.set(`${instance.address} ${key}`, change);
}

/** Addresses that must create first because something that does so depends on them, directly or through others. */
export function spreadCreateFirst(pass: PlanPass): ReadonlySet<string> {
  const spread = new Set<string>();
  const open = [...pass.changes.values()].filter((c) => c.createBeforeDestroy && c.mode === "managed").map((c) => c.address);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const dependency of pass.changes.get(at)?.dependencies ?? []) {
      if (spread.has(dependency)) continue;
      spread.add(dependency);
      open.push(dependency);
    }
  }
  return spread;
}
