import { randomUuid } from "@dovetail/model";
import { type Ctx, ServiceError } from "../../core/service.ts";
import { type Scalable, scalable } from "./resources.ts";
import { addActivity, allOf, findTarget, type PolicyRecord, putTarget, type TargetName, type TargetRecord } from "./store.ts";
import { capacityOf, putAlarms } from "./tracking.ts";

/** A target's capacity changes: because an alarm of a policy fired, or because a scheduled action moved its limits. */

interface Reason {
  readonly cause: string;
}

/** Sets a capacity and records the activity, failed or not; the alarms of the target's policies follow. */
async function setCapacity(
  ctx: Ctx,
  target: TargetRecord,
  what: Scalable,
  from: number,
  to: number,
  { cause }: Reason,
): Promise<void> {
  const startMs = ctx.now();
  let failure: string | undefined;
  try {
    await what.set(to);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    failure = error.message;
  }
  const done = failure === undefined;
  ctx.transact((store) => {
    addActivity(ctx, store, target, {
      ActivityId: randomUuid(ctx.random),
      ServiceNamespace: target.ServiceNamespace,
      ResourceId: target.ResourceId,
      ScalableDimension: target.ScalableDimension,
      Description: `Setting ${what.unit} to ${to}.`,
      Cause: cause,
      StatusCode: done ? "Successful" : "Failed",
      StatusMessage: done
        ? `Successfully set ${what.unit} to ${to}. Change successfully fulfilled by ${target.ServiceNamespace}.`
        : `Failed to set ${what.unit} to ${to}. Reason: ${failure}.`,
      startMs,
      endMs: ctx.now(),
    });
    const now = findTarget(ctx, store, target);
    if (done && now !== undefined) putTarget(ctx, store, { ...now, ...(to > from ? { outMs: startMs } : { inMs: startMs }) });
  });
  if (!done) return;
  for (const policy of ctx.snapshot((store) => allOf(ctx, store, "policy", target))) await putAlarms(ctx, policy, to);
}

/** Brings the capacity between the target's limits. `cause` as activities tell it. */
export async function keepInside(ctx: Ctx, name: TargetName, cause: string): Promise<void> {
  const target = ctx.snapshot((store) => findTarget(ctx, store, name));
  if (target === undefined) return;
  const what = scalable(ctx, name);
  const from = await what.current();
  const to = Math.min(Math.max(from, target.min), target.max);
  if (to !== from) await setCapacity(ctx, target, what, from, to, { cause });
}

/**
 * What an alarm of a target tracking policy does: the capacity at which the metric would be at its target, not within a cooldown, not below
 * the smallest and not above the largest. User guide, "How target tracking scaling works".
 */
export async function track(
  ctx: Ctx,
  policy: PolicyRecord,
  alarm: { readonly name: string; readonly isHigh: boolean },
): Promise<void> {
  const target = ctx.snapshot((store) => findTarget(ctx, store, policy));
  if (target === undefined) return;
  const { isHigh } = alarm;
  const { ScaleInCooldown = 0, ScaleOutCooldown = 0, DisableScaleIn } = policy.tracking;
  if (isHigh ? target.suspended.DynamicScalingOutSuspended : (target.suspended.DynamicScalingInSuspended ?? DisableScaleIn))
    return;
  const [lastMs, cooldown] = isHigh ? [target.outMs, ScaleOutCooldown] : [target.inMs, ScaleInCooldown];
  if (lastMs !== undefined && ctx.now() < lastMs + cooldown * 1000) return;
  const what = scalable(ctx, policy);
  const from = await what.current();
  const wanted = await capacityOf(ctx, policy, what, from);
  if (wanted === undefined) return;
  const to = Math.min(Math.max(isHigh ? Math.max(wanted, from) : Math.min(wanted, from), target.min), target.max);
  if (to === from) return;
  const cause = `monitor alarm ${alarm.name} in state ALARM triggered policy ${policy.name}`;
  await setCapacity(ctx, target, what, from, to, { cause });
}
