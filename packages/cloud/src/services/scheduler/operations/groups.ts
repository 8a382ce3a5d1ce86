import type {
  CreateScheduleGroupCommandInput,
  GetScheduleGroupCommandInput,
  ListScheduleGroupsCommandInput,
  ListTagsForResourceCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from "@aws-sdk/client-scheduler";
import { arn } from "../../../core/arn.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import type { StoreRead } from "../../../core/store.ts";
import { disarm } from "../firing.ts";
import { conflict, notFound, validation } from "../rules.ts";
import { type GroupRecord, keys, type ScheduleRecord } from "../store.ts";

/** Schedule groups and their tags. The group `default` always exists. */

const DEFAULT_GROUP: GroupRecord = { name: "default", createdMs: 0, modifiedMs: 0, tags: {} };

export const groupArn = (ctx: Ctx, name: string) => arn("scheduler", ctx.region, ctx.account, `schedule-group/${name}`);

/** Throws ResourceNotFoundException. */
export function requireGroup(ctx: Ctx, store: StoreRead, name: string): GroupRecord {
  const record =
    store.get<GroupRecord>(keys.group(ctx.account, ctx.region, name)) ?? (name === "default" ? DEFAULT_GROUP : undefined);
  if (record === undefined) throw notFound(`Schedule group ${name} does not exist.`);
  return record;
}

/** User guide, "Quotas for Amazon EventBridge Scheduler" (read 2026-11-21); `default` is one of them. */
const GROUPS_MAX = 500;

function checkQuota(ctx: Ctx): void {
  const count = [...ctx.store.keys({ prefix: keys.groups(ctx.account, ctx.region) })].length;
  if (count + 1 >= GROUPS_MAX)
    throw new ServiceError("ServiceQuotaExceededException", 402, "The account has as many schedule groups as it may have: 500.");
}

export function createScheduleGroup(ctx: Ctx, input: CreateScheduleGroupCommandInput) {
  const name = input.Name ?? "";
  const key = keys.group(ctx.account, ctx.region, name);
  const existing = ctx.store.get<GroupRecord>(key);
  if (existing !== undefined && input.ClientToken !== undefined && existing.clientToken === input.ClientToken)
    return { ScheduleGroupArn: groupArn(ctx, name) };
  if (existing !== undefined || name === "default") throw conflict(`Schedule group ${name} already exists.`);
  checkQuota(ctx);
  const tags = Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""]));
  const token = input.ClientToken === undefined ? {} : { clientToken: input.ClientToken };
  ctx.store.put(key, { name, createdMs: ctx.now(), modifiedMs: ctx.now(), ...token, tags } satisfies GroupRecord);
  return { ScheduleGroupArn: groupArn(ctx, name) };
}

function describe(ctx: Ctx, record: GroupRecord) {
  return {
    Arn: groupArn(ctx, record.name),
    CreationDate: new Date(record.createdMs),
    LastModificationDate: new Date(record.modifiedMs),
    Name: record.name,
    State: "ACTIVE",
  };
}

export function getScheduleGroup(ctx: Ctx, input: GetScheduleGroupCommandInput) {
  return describe(ctx, requireGroup(ctx, ctx.store, input.Name ?? ""));
}

/** Takes the group's schedules along. */
export function deleteScheduleGroup(ctx: Ctx, input: GetScheduleGroupCommandInput): object {
  const name = input.Name ?? "";
  if (name === "default") throw validation("The default schedule group cannot be deleted.");
  requireGroup(ctx, ctx.store, name);
  const prefix = keys.schedules(ctx.account, ctx.region, name);
  for (const { value } of [...ctx.store.range<ScheduleRecord>({ prefix })]) disarm(ctx, value);
  ctx.store.removeRange({ prefix });
  ctx.store.remove(keys.group(ctx.account, ctx.region, name));
  return {};
}

export function listScheduleGroups(ctx: Ctx, input: ListScheduleGroupsCommandInput) {
  const stored = [...ctx.store.range<GroupRecord>({ prefix: keys.groups(ctx.account, ctx.region) })].map(({ value }) => value);
  const all = stored.some((record) => record.name === "default") ? stored : [DEFAULT_GROUP, ...stored];
  const matching = all
    .filter((record) => record.name.startsWith(input.NamePrefix ?? ""))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const from = input.NextToken === undefined ? 0 : matching.findIndex((record) => record.name >= (input.NextToken ?? ""));
  const end = from + (input.MaxResults ?? 100);
  const next = from < 0 ? undefined : matching[end]?.name;
  const shown = from < 0 ? [] : matching.slice(from, end);
  return { ScheduleGroups: shown.map((record) => describe(ctx, record)), ...(next === undefined ? {} : { NextToken: next }) };
}

function groupOfArn(ctx: Ctx, resourceArn: string | undefined): GroupRecord {
  const name = /:schedule-group\/([^/]+)$/.exec(resourceArn ?? "")?.[1];
  if (name === undefined || groupArn(ctx, name) !== resourceArn) throw notFound(`Resource ${resourceArn} does not exist.`);
  return requireGroup(ctx, ctx.store, name);
}

export function tagResource(ctx: Ctx, input: TagResourceCommandInput): object {
  const record = groupOfArn(ctx, input.ResourceArn);
  const tags = { ...record.tags, ...Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""])) };
  ctx.store.put(keys.group(ctx.account, ctx.region, record.name), { ...record, tags });
  return {};
}

export function untagResource(ctx: Ctx, input: UntagResourceCommandInput): object {
  const record = groupOfArn(ctx, input.ResourceArn);
  const tags = Object.fromEntries(Object.entries(record.tags).filter(([name]) => !input.TagKeys?.includes(name)));
  ctx.store.put(keys.group(ctx.account, ctx.region, record.name), { ...record, tags });
  return {};
}

export function listTagsForResource(ctx: Ctx, input: ListTagsForResourceCommandInput) {
  return { Tags: Object.entries(groupOfArn(ctx, input.ResourceArn).tags).map(([Key, Value]) => ({ Key, Value })) };
}
