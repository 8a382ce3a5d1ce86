import type {
  CreateLogGroupRequest,
  DeleteLogGroupRequest,
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  ListTagsForResourceResponse,
  LogGroup,
  PutRetentionPolicyRequest,
} from "@aws-sdk/client-cloudwatch-logs";
import type { Ctx } from "../../../core/service.ts";
import { ServiceError } from "../../../core/service.ts";
import { requireLogsKey } from "../encryption.ts";
import { listPage } from "../paging.ts";
import { exists, type GroupRecord, groupArn, groupName, invalid, keys, needGroup, notFound, removeGroup } from "../store.ts";
import { taggedDelivery } from "./deliveries.ts";
import { destinationByArn, putDestinationTags } from "./destinations.ts";

/** Log groups: create, describe, retention, encryption, tags, delete. */
const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
const TAGS_MAX = 50;

export function createLogGroup(ctx: Ctx, input: CreateLogGroupRequest): object | Promise<object> {
  const make = () => ctx.transact(() => makeGroup(ctx, input));
  return input.kmsKeyId === undefined ? make() : requireLogsKey(ctx, input.logGroupName ?? "", input.kmsKeyId).then(make);
}

function makeGroup(ctx: Ctx, input: CreateLogGroupRequest): object {
  const name = input.logGroupName ?? "";
  if (name.startsWith("aws/")) throw invalid(`Log groups starting with AWS/ are reserved for AWS.`);
  if (ctx.store.has(keys.group(ctx, name))) throw exists("The specified log group already exists");
  const record: GroupRecord = {
    name,
    createdMs: ctx.now(),
    logGroupClass: input.logGroupClass ?? "STANDARD",
    tags: input.tags ?? {},
    storedBytes: 0,
    ...(input.kmsKeyId === undefined ? {} : { kmsKeyId: input.kmsKeyId }),
    ...(input.deletionProtectionEnabled === true ? { isProtected: true } : {}),
  };
  ctx.store.put(keys.group(ctx, name), record);
  return {};
}

export function deleteLogGroup(ctx: Ctx, input: DeleteLogGroupRequest): object {
  const name = input.logGroupName ?? "";
  const group = needGroup(ctx.store, ctx, name);
  if (group.isProtected)
    throw new ServiceError(
      "ValidationException",
      400,
      `Log group ${name} has deletion protection enabled and cannot be deleted.`,
    );
  removeGroup(ctx.store, ctx, name);
  ctx.unschedule("retention", name);
  return {};
}

function describe(ctx: Ctx, record: GroupRecord): LogGroup {
  const arn = groupArn(ctx, record.name);
  const filters = [...ctx.store.keys({ prefix: keys.metricFilters(ctx, record.name) })].length;
  return {
    logGroupName: record.name,
    creationTime: record.createdMs,
    metricFilterCount: filters,
    arn: `${arn}:*`,
    storedBytes: record.storedBytes,
    logGroupClass: record.logGroupClass as LogGroup["logGroupClass"],
    logGroupArn: arn,
    deletionProtectionEnabled: record.isProtected ?? false,
    ...(record.retentionDays === undefined ? {} : { retentionInDays: record.retentionDays }),
    ...(record.kmsKeyId === undefined ? {} : { kmsKeyId: record.kmsKeyId }),
  };
}

export function describeLogGroups(ctx: Ctx, input: DescribeLogGroupsRequest): DescribeLogGroupsResponse {
  const { logGroupNamePrefix: prefix, logGroupNamePattern: part, logGroupIdentifiers: only } = input;
  if (prefix !== undefined && part !== undefined)
    throw invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
  const wanted = only === undefined ? undefined : new Set(only.map(groupName));
  const all = [...ctx.store.range<GroupRecord>({ prefix: keys.groups(ctx) })]
    .map(({ value }) => value)
    .filter((group) => prefix === undefined || group.name.startsWith(prefix))
    .filter((group) => part === undefined || group.name.toLowerCase().includes(part.toLowerCase()))
    .filter((group) => input.logGroupClass === undefined || group.logGroupClass === input.logGroupClass)
    .filter((group) => wanted === undefined || wanted.has(group.name));
  const { items, nextToken } = listPage(all, input.nextToken, input.limit ?? 50, (group) => group.name);
  return { logGroups: items.map((group) => describe(ctx, group)), ...(nextToken === undefined ? {} : { nextToken }) };
}

export function listLogGroups(
  ctx: Ctx,
  input: { logGroupNamePattern?: string; logGroupClass?: string; nextToken?: string; limit?: number },
): object {
  const pattern =
    input.logGroupNamePattern === undefined
      ? undefined
      : new RegExp(input.logGroupNamePattern.replace(/[.*+?()[\]{}\\]/g, "\\$&"));
  const all = [...ctx.store.range<GroupRecord>({ prefix: keys.groups(ctx) })]
    .map(({ value }) => value)
    .filter((group) => pattern === undefined || pattern.test(group.name))
    .filter((group) => input.logGroupClass === undefined || group.logGroupClass === input.logGroupClass);
  const { items, nextToken } = listPage(all, input.nextToken, input.limit ?? 50, (group) => group.name);
  const logGroups = items.map((group) => ({
    logGroupName: group.name,
    logGroupArn: groupArn(ctx, group.name),
    logGroupClass: group.logGroupClass,
  }));
  return { logGroups, ...(nextToken === undefined ? {} : { nextToken }) };
}

function change(ctx: Ctx, identifier: string | undefined, change: (group: GroupRecord) => GroupRecord): object {
  const group = needGroup(ctx.store, ctx, groupName(identifier));
  ctx.store.put(keys.group(ctx, group.name), change(group));
  return {};
}

const DAY_MS = 86_400_000;

export function putRetentionPolicy(ctx: Ctx, input: PutRetentionPolicyRequest): object {
  const days = input.retentionInDays ?? 0;
  if (!RETENTION_DAYS.includes(days)) {
    throw invalid(
      `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTION_DAYS.join(", ")}]`,
    );
  }
  ctx.schedule("retention", input.logGroupName ?? "", ctx.now() + DAY_MS, { group: input.logGroupName });
  return change(ctx, input.logGroupName, (group) => ({ ...group, retentionDays: days }));
}

/** Once a day: what the retention has run out on is removed for good (reads leave it out at once). */
export function removeExpired(ctx: Ctx, payload: unknown): void {
  const { group: name } = payload as { group: string };
  const group = ctx.store.get<GroupRecord>(keys.group(ctx, name));
  if (group?.retentionDays === undefined) return;
  const from = ctx.now() - group.retentionDays * DAY_MS;
  for (const key of [...ctx.store.keys({ prefix: keys.streams(ctx, name) })]) {
    const stream = String(key[4]);
    ctx.store.removeRange({ start: [...keys.events(ctx, name, stream)], end: [...keys.events(ctx, name, stream), from] });
  }
  ctx.schedule("retention", name, ctx.now() + DAY_MS, { group: name });
}

type Named = { readonly logGroupName?: string | undefined };

export function deleteRetentionPolicy(ctx: Ctx, input: Named): object {
  ctx.unschedule("retention", input.logGroupName ?? "");
  return change(ctx, input.logGroupName, ({ retentionDays: _gone, ...group }) => group);
}

type KeyInput = Named & { readonly resourceIdentifier?: string | undefined; readonly kmsKeyId?: string | undefined };
export async function associateKmsKey(ctx: Ctx, input: KeyInput): Promise<object> {
  const identifier = input.logGroupName ?? input.resourceIdentifier;
  const kmsKeyId = input.kmsKeyId ?? "";
  await requireLogsKey(ctx, needGroup(ctx.store, ctx, groupName(identifier)).name, kmsKeyId);
  return ctx.transact(() => change(ctx, identifier, (group) => ({ ...group, kmsKeyId })));
}
export const disassociateKmsKey = (ctx: Ctx, input: KeyInput) =>
  change(ctx, input.logGroupName ?? input.resourceIdentifier, ({ kmsKeyId: _gone, ...group }) => group);
export const putLogGroupDeletionProtection = (
  ctx: Ctx,
  input: { logGroupIdentifier?: string; deletionProtectionEnabled?: boolean },
) => change(ctx, input.logGroupIdentifier, (group) => ({ ...group, isProtected: input.deletionProtectionEnabled === true }));

// Tags: by ARN, and in the older form by the group's name.

interface Tagged {
  readonly tags: { readonly [key: string]: string };
  put(tags: { readonly [key: string]: string }): void;
}

/** A group by name or ARN; a destination, or what deliveries are made of, by ARN. */
function needTagged(ctx: Ctx, identifier: string | undefined): Tagged {
  const destination = identifier === undefined ? undefined : destinationByArn(ctx, identifier);
  if (destination !== undefined)
    return { tags: destination.tags ?? {}, put: (tags) => putDestinationTags(ctx, destination, tags) };
  const delivery = identifier === undefined ? undefined : taggedDelivery(ctx, identifier);
  if (delivery !== undefined) return delivery;
  const group = ctx.store.get<GroupRecord>(keys.group(ctx, groupName(identifier)));
  if (group === undefined) throw notFound("The specified resource does not exist.");
  return { tags: group.tags, put: (tags) => void ctx.store.put(keys.group(ctx, group.name), { ...group, tags }) };
}

function addTags(ctx: Ctx, identifier: string | undefined, added: Record<string, string> | undefined): object {
  const tagged = needTagged(ctx, identifier);
  const tags = { ...tagged.tags, ...added };
  if (Object.keys(tags).length > TAGS_MAX)
    throw new ServiceError("TooManyTagsException", 400, `A resource can have no more than ${TAGS_MAX} tags.`);
  tagged.put(tags);
  return {};
}

function removeTags(ctx: Ctx, identifier: string | undefined, names: readonly string[] | undefined): object {
  const tagged = needTagged(ctx, identifier);
  tagged.put(Object.fromEntries(Object.entries(tagged.tags).filter(([key]) => !(names ?? []).includes(key))));
  return {};
}

export const tagResource = (ctx: Ctx, input: { resourceArn?: string; tags?: Record<string, string> }) =>
  addTags(ctx, input.resourceArn, input.tags);
export const untagResource = (ctx: Ctx, input: { resourceArn?: string; tagKeys?: string[] }) =>
  removeTags(ctx, input.resourceArn, input.tagKeys);
export const listTagsForResource = (ctx: Ctx, input: { resourceArn?: string }): ListTagsForResourceResponse => ({
  tags: { ...needTagged(ctx, input.resourceArn).tags },
});
export const tagLogGroup = (ctx: Ctx, input: Named & { tags?: Record<string, string> }) =>
  addTags(ctx, input.logGroupName, input.tags);
export const untagLogGroup = (ctx: Ctx, input: Named & { tags?: string[] }) => removeTags(ctx, input.logGroupName, input.tags);
export const listTagsLogGroup = (ctx: Ctx, input: Named) => ({ tags: { ...needTagged(ctx, input.logGroupName).tags } });
