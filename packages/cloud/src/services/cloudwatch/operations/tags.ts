import type {
  ListTagsForResourceCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from "@aws-sdk/client-cloudwatch";
import type { Ctx } from "../../../core/service.ts";
import { alarmArn } from "../alarm-describe.ts";
import { type AlarmRecord, getAlarm, putAlarm } from "../alarm-store.ts";
import { alarmName } from "../composite-rule.ts";
import { resourceNotFoundException } from "../errors.ts";

/** Tags of alarms. */

function find(ctx: Ctx, resourceArn: string | undefined): AlarmRecord {
  const alarm = getAlarm(ctx.store, ctx.account, ctx.region, alarmName(resourceArn ?? ""));
  if (alarm === undefined || alarmArn(ctx, alarm.name) !== resourceArn)
    throw resourceNotFoundException(`Resource ${resourceArn} not found`);
  return alarm;
}

export function tagResource(ctx: Ctx, input: TagResourceCommandInput): object {
  const alarm = find(ctx, input.ResourceARN);
  const tags = { ...alarm.tags, ...Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""])) };
  putAlarm(ctx.store, ctx.account, ctx.region, { ...alarm, tags });
  return {};
}

export function untagResource(ctx: Ctx, input: UntagResourceCommandInput): object {
  const alarm = find(ctx, input.ResourceARN);
  const tags = Object.fromEntries(Object.entries(alarm.tags).filter(([name]) => !input.TagKeys?.includes(name)));
  putAlarm(ctx.store, ctx.account, ctx.region, { ...alarm, tags });
  return {};
}

export function listTagsForResource(ctx: Ctx, input: ListTagsForResourceCommandInput) {
  return { Tags: Object.entries(find(ctx, input.ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })) };
}
