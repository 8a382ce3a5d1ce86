import type {
  DeleteScheduledActionRequest,
  DescribeScheduledActionsRequest,
  PutScheduledActionRequest,
  ScheduledAction,
} from "@aws-sdk/client-application-auto-scaling";
import { randomUuid } from "@dovetail/model";
import { arn } from "../../../core/arn.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { nextFiring, parseExpression } from "../../scheduler/expression.ts";
import { isTimeZone } from "../../scheduler/zone.ts";
import { keepInside } from "../scaling.ts";
import {
  allOf,
  find,
  findTarget,
  invalid,
  isAsked,
  keyOf,
  listed,
  need,
  needTarget,
  page,
  putTarget,
  type ScheduledRecord,
  type TargetName,
} from "../store.ts";

/** Scheduled actions: at their time they move a target's limits, and the capacity between them. */

const ACTIONS_MAX = 200;

type Named = TargetName & { readonly ScheduledActionName: string };

export function putScheduledAction(ctx: Ctx, input: PutScheduledActionRequest & Named): object {
  const { store } = ctx;
  const target = needTarget(ctx, store, input);
  const before = find(ctx, store, "scheduled", input, input.ScheduledActionName);
  const schedule = input.Schedule ?? before?.schedule;
  const zone = input.Timezone ?? before?.zone ?? "UTC";
  if (schedule === undefined) throw invalid("Schedule must be specified when a scheduled action is created");
  if (parseExpression(schedule) === undefined) throw invalid(`Invalid schedule expression: ${schedule}`);
  if (!isTimeZone(zone)) throw invalid(`Invalid timezone: ${zone}`);
  const limits = input.ScalableTargetAction;
  if (before === undefined && limits?.MinCapacity === undefined && limits?.MaxCapacity === undefined)
    throw invalid("ScalableTargetAction must be specified with MinCapacity, MaxCapacity or both");
  const min = limits === undefined ? before?.min : limits.MinCapacity;
  const max = limits === undefined ? before?.max : limits.MaxCapacity;
  if ((min ?? target.min) > (max ?? target.max)) throw invalid("Maximum capacity cannot be less than minimum capacity");
  if (before === undefined && allOf(ctx, store, "scheduled", input).length >= ACTIONS_MAX)
    throw new ServiceError("LimitExceededException", 400, `A scalable target can have at most ${ACTIONS_MAX} scheduled actions.`);
  const startMs = input.StartTime?.getTime() ?? before?.startMs;
  const endMs = input.EndTime?.getTime() ?? before?.endMs;
  const action: ScheduledRecord = {
    ServiceNamespace: input.ServiceNamespace,
    ResourceId: input.ResourceId,
    ScalableDimension: input.ScalableDimension,
    name: input.ScheduledActionName,
    arn: before?.arn ?? actionArn(ctx, input),
    createdMs: before?.createdMs ?? ctx.now(),
    schedule,
    zone,
    ...(startMs === undefined ? {} : { startMs }),
    ...(endMs === undefined ? {} : { endMs }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
  store.put(keyOf(ctx, "scheduled", input, action.name), action);
  arm(ctx, action);
  return {};
}

function actionArn(ctx: Ctx, input: Named): string {
  const place = `resource/${input.ServiceNamespace}/${input.ResourceId}`;
  return arn(
    "autoscaling",
    ctx.region,
    ctx.account,
    `scheduledAction:${randomUuid(ctx.random)}:${place}:scheduledActionName/${input.ScheduledActionName}`,
  );
}

const timerId = (action: ScheduledRecord) =>
  [action.ServiceNamespace, action.ResourceId, action.ScalableDimension, action.name].join(" ");

function arm(ctx: Ctx, action: ScheduledRecord): void {
  const expression = parseExpression(action.schedule);
  const afterMs = Math.max(ctx.now(), (action.startMs ?? 0) - 1);
  const atMs =
    expression === undefined ? undefined : nextFiring(expression, afterMs, action.startMs ?? action.createdMs, action.zone);
  if (atMs === undefined || (action.endMs !== undefined && atMs > action.endMs)) disarm(ctx, action);
  else ctx.schedule("scheduled", timerId(action), atMs, { target: pickTarget(action), name: action.name });
}

const pickTarget = ({ ServiceNamespace, ResourceId, ScalableDimension }: TargetName): TargetName => ({
  ServiceNamespace,
  ResourceId,
  ScalableDimension,
});

export function disarm(ctx: Ctx, action: ScheduledRecord): void {
  ctx.unschedule("scheduled", timerId(action));
}

/** A scheduled action's time has come. */
export async function onScheduled(ctx: Ctx, payload: unknown): Promise<void> {
  const { target: name, name: actionName } = payload as { readonly target: TargetName; readonly name: string };
  const moved = ctx.transact((store) => {
    const action = find(ctx, store, "scheduled", name, actionName);
    const target = findTarget(ctx, store, name);
    if (action === undefined || target === undefined) return undefined;
    arm(ctx, action);
    if (target.suspended.ScheduledScalingSuspended === true) return undefined;
    const changed = { ...target, min: action.min ?? target.min, max: action.max ?? target.max };
    putTarget(ctx, store, changed);
    return changed;
  });
  if (moved !== undefined)
    await keepInside(
      ctx,
      name,
      `scheduled action name ${actionName} was triggered: minimum capacity was set to ${moved.min} and maximum capacity was set to ${moved.max}`,
    );
}

export function deleteScheduledAction(ctx: Ctx, input: DeleteScheduledActionRequest & Named): object {
  disarm(ctx, need(ctx, ctx.store, "scheduled", input, input.ScheduledActionName));
  ctx.store.remove(keyOf(ctx, "scheduled", input, input.ScheduledActionName));
  return {};
}

export function describeScheduledActions(ctx: Ctx, input: DescribeScheduledActionsRequest) {
  const all = listed<ScheduledRecord>(ctx, "scheduled", input.ServiceNamespace).filter(
    (action) =>
      isAsked(action, input) && (input.ScheduledActionNames === undefined || input.ScheduledActionNames.includes(action.name)),
  );
  const { items, ...rest } = page(all, input);
  return { ScheduledActions: items.map(shown), ...rest };
}

function shown(action: ScheduledRecord): ScheduledAction {
  const limits = {
    ...(action.min === undefined ? {} : { MinCapacity: action.min }),
    ...(action.max === undefined ? {} : { MaxCapacity: action.max }),
  };
  return {
    ...pickTarget(action),
    ScheduledActionName: action.name,
    ScheduledActionARN: action.arn,
    Schedule: action.schedule,
    Timezone: action.zone,
    ...(action.startMs === undefined ? {} : { StartTime: new Date(action.startMs) }),
    ...(action.endMs === undefined ? {} : { EndTime: new Date(action.endMs) }),
    ScalableTargetAction: limits,
    CreationTime: new Date(action.createdMs),
  };
}
