import type { Ctx, IamRequest, ServiceDefinition } from "../../core/service.ts";
import { onFire, onRetry, scheduleArn } from "./firing.ts";
import * as groups from "./operations/groups.ts";
import * as schedules from "./operations/schedules.ts";

/** EventBridge Scheduler: the table of operations and the timers that fire. */

function onSchedule(ctx: Ctx, input: { readonly GroupName?: string; readonly Name?: string }): IamRequest {
  return { resources: [scheduleArn(ctx, { group: input.GroupName ?? "default", name: input.Name ?? "*" })] };
}
/** Whoever makes a schedule hands its role on. */
const onTarget = (
  ctx: Ctx,
  input: { readonly GroupName?: string; readonly Name?: string; readonly Target?: { readonly RoleArn?: string } },
): readonly IamRequest[] => [onSchedule(ctx, input), passRole(input.Target?.RoleArn)];
const passRole = (role: string | undefined): IamRequest => ({
  action: "iam:PassRole",
  resources: [role ?? "*"],
  conditions: { "iam:PassedToService": "scheduler.amazonaws.com" },
});
const onGroup = (ctx: Ctx, input: { readonly Name?: string }): IamRequest => ({
  resources: [groups.groupArn(ctx, input.Name ?? "*")],
});
const onArn = (_ctx: Ctx, input: { readonly ResourceArn?: string }): IamRequest => ({ resources: [input.ResourceArn ?? "*"] });

const TARGETS = "targets other than Lambda, SQS, SNS, EventBridge, Kinesis and aws-sdk: calls of services that the cloud has";

export const service: ServiceDefinition = {
  name: "scheduler",
  operations: {
    CreateSchedule: { handler: schedules.createSchedule, waits: true, iam: onTarget, missing: TARGETS },
    GetSchedule: { handler: schedules.getSchedule, readonly: true, iam: onSchedule },
    UpdateSchedule: { handler: schedules.updateSchedule, waits: true, iam: onTarget, missing: TARGETS },
    DeleteSchedule: { handler: schedules.deleteSchedule, iam: onSchedule },
    ListSchedules: { handler: schedules.listSchedules, readonly: true },
    CreateScheduleGroup: { handler: groups.createScheduleGroup, iam: onGroup },
    GetScheduleGroup: { handler: groups.getScheduleGroup, readonly: true, iam: onGroup },
    DeleteScheduleGroup: { handler: groups.deleteScheduleGroup, iam: onGroup },
    ListScheduleGroups: { handler: groups.listScheduleGroups, readonly: true },
    TagResource: { handler: groups.tagResource, iam: onArn },
    UntagResource: { handler: groups.untagResource, iam: onArn },
    ListTagsForResource: { handler: groups.listTagsForResource, readonly: true, iam: onArn },
  },
  timers: { fire: onFire, retry: onRetry },
  inventory: (ctx) => ({
    schedules: [...ctx.store.keys({ prefix: ["schedule", ctx.account] })].length,
    groups: [...ctx.store.keys({ prefix: ["group", ctx.account] })].length,
  }),
};
