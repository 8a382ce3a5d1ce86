import type {
  CreateScheduleCommandInput,
  DeleteScheduleCommandInput,
  GetScheduleCommandInput,
  ListSchedulesCommandInput,
  UpdateScheduleCommandInput,
} from "@aws-sdk/client-scheduler";
import { parseArn } from "../../../core/arn.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { arm, disarm, scheduleArn } from "../firing.ts";
import { conflict, notFound, settingsOf, validation } from "../rules.ts";
import { keys, type ScheduleRecord } from "../store.ts";
import { requireGroup } from "./groups.ts";

/** Schedules: create, read, update, delete, list. */

export async function createSchedule(ctx: Ctx, input: CreateScheduleCommandInput) {
  const group = input.GroupName ?? "default";
  const name = input.Name ?? "";
  const settings = settingsOf(input, ctx.now());
  await checkRole(ctx, input.Target?.RoleArn ?? "");
  return ctx.transact((store) => {
    requireGroup(ctx, store, group);
    const key = keys.schedule(ctx.account, ctx.region, group, name);
    const existing = store.get<ScheduleRecord>(key);
    if (existing !== undefined) {
      if (input.ClientToken !== undefined && existing.clientToken === input.ClientToken)
        return { ScheduleArn: scheduleArn(ctx, existing) };
      throw conflict(`Schedule ${name} already exists.`);
    }
    const token = input.ClientToken === undefined ? {} : { clientToken: input.ClientToken };
    const record: ScheduleRecord = {
      group,
      name,
      settings,
      createdMs: ctx.now(),
      modifiedMs: ctx.now(),
      ...token,
      generation: 1,
    };
    store.put(key, record);
    // A rate without start date fires at once; a one-time schedule whose minute has begun still fires.
    arm(ctx, record, ctx.now() - 1);
    return { ScheduleArn: scheduleArn(ctx, record) };
  });
}

/** The role must be one that Scheduler may assume. Throws ValidationException as AWS words it. */
async function checkRole(ctx: Ctx, roleArn: string): Promise<void> {
  const refused = () => validation("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.");
  const name = parseArn(roleArn)?.resource.split("/").at(-1) ?? "";
  try {
    const { Role } = await ctx.call<{ Role?: { AssumeRolePolicyDocument?: string } }>("iam", "GetRole", { RoleName: name });
    const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "");
    if (!trust.includes("scheduler.amazonaws.com") && !/"(Service|AWS)":\s*"\*"|"Principal":\s*"\*"/.test(trust)) throw refused();
  } catch (cause) {
    if (cause instanceof ServiceError && /^NoSuchEntity/.test(cause.code)) throw refused();
    throw cause;
  }
}

function findSchedule(ctx: Ctx, input: { GroupName?: string | undefined; Name?: string | undefined }): ScheduleRecord {
  const group = input.GroupName ?? "default";
  requireGroup(ctx, ctx.store, group);
  const record = ctx.store.get<ScheduleRecord>(keys.schedule(ctx.account, ctx.region, group, input.Name ?? ""));
  if (record === undefined) throw notFound(`Schedule ${input.Name} does not exist.`);
  return record;
}

export function getSchedule(ctx: Ctx, input: GetScheduleCommandInput) {
  const record = findSchedule(ctx, input);
  const { startMs, endMs, ...settings } = record.settings;
  return {
    Arn: scheduleArn(ctx, record),
    GroupName: record.group,
    Name: record.name,
    ...settings,
    ...(startMs === undefined ? {} : { StartDate: new Date(startMs) }),
    ...(endMs === undefined ? {} : { EndDate: new Date(endMs) }),
    CreationDate: new Date(record.createdMs),
    LastModificationDate: new Date(record.modifiedMs),
  };
}

/** Sets every setting anew: what a request leaves out goes back to its default. */
export async function updateSchedule(ctx: Ctx, input: UpdateScheduleCommandInput) {
  findSchedule(ctx, input);
  const settings = settingsOf(input, ctx.now());
  await checkRole(ctx, input.Target?.RoleArn ?? "");
  return ctx.transact((store) => {
    const record = findSchedule(ctx, input);
    const changed: ScheduleRecord = { ...record, settings, modifiedMs: ctx.now(), generation: record.generation + 1 };
    store.put(keys.schedule(ctx.account, ctx.region, record.group, record.name), changed);
    arm(ctx, changed, ctx.now() - 1);
    return { ScheduleArn: scheduleArn(ctx, changed) };
  });
}

export function deleteSchedule(ctx: Ctx, input: DeleteScheduleCommandInput): object {
  const record = findSchedule(ctx, input);
  disarm(ctx, record);
  ctx.store.remove(keys.schedule(ctx.account, ctx.region, record.group, record.name));
  return {};
}

export function listSchedules(ctx: Ctx, input: ListSchedulesCommandInput) {
  if (input.GroupName !== undefined) requireGroup(ctx, ctx.store, input.GroupName);
  const limit = input.MaxResults ?? 100;
  const prefix = keys.schedules(ctx.account, ctx.region, input.GroupName);
  const start =
    input.NextToken === undefined ? {} : { start: ["schedule", ctx.account, ctx.region, ...tokenParts(input.NextToken)] };
  const found: ScheduleRecord[] = [];
  let next: string | undefined;
  for (const { value } of ctx.store.range<ScheduleRecord>({ prefix, ...start })) {
    if (input.NamePrefix !== undefined && !value.name.startsWith(input.NamePrefix)) continue;
    if (input.State !== undefined && value.settings.State !== input.State) continue;
    if (found.length === limit) {
      next = Buffer.from(JSON.stringify([value.group, value.name])).toString("base64url");
      break;
    }
    found.push(value);
  }
  return { Schedules: found.map((record) => summary(ctx, record)), ...(next === undefined ? {} : { NextToken: next }) };
}

function tokenParts(token: string): string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    if (Array.isArray(parts) && parts.length === 2 && parts.every((part) => typeof part === "string")) return parts;
  } catch {
    // Falls through to the refusal.
  }
  throw validation("Invalid NextToken.");
}

function summary(ctx: Ctx, record: ScheduleRecord) {
  return {
    Arn: scheduleArn(ctx, record),
    CreationDate: new Date(record.createdMs),
    GroupName: record.group,
    LastModificationDate: new Date(record.modifiedMs),
    Name: record.name,
    State: record.settings.State,
    Target: { Arn: record.settings.Target?.Arn },
  };
}
