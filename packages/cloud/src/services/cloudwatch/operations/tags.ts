import type {
  ListTagsForResourceCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from "@aws-sdk/client-cloudwatch";
import type { Ctx } from "../../../core/service.ts";
import { alarmArn } from "../alarm-describe.ts";
import { getAlarm, putAlarm } from "../alarm-store.ts";
import { alarmName } from "../composite-rule.ts";
import { resourceNotFoundException } from "../errors.ts";
import { type MuteRuleRecord, muteRuleArn, muteRuleKey } from "../mute-rules.ts";

/** Tags of alarms and of mute rules. */

interface Tagged {
  readonly tags: Readonly<Record<string, string>>;
  put(tags: Readonly<Record<string, string>>): void;
}

function findRule(ctx: Ctx, resourceArn: string): Tagged | undefined {
  const name = resourceArn.split(":alarm-mute-rule:")[1] ?? "";
  const rule = muteRuleArn(ctx, name) === resourceArn ? ctx.store.get<MuteRuleRecord>(muteRuleKey(ctx, name)) : undefined;
  return rule === undefined
    ? undefined
    : { tags: rule.tags, put: (tags) => ctx.store.put(muteRuleKey(ctx, name), { ...rule, tags }) };
}

function find(ctx: Ctx, resourceArn: string | undefined): Tagged {
  const rule = findRule(ctx, resourceArn ?? "");
  if (rule !== undefined) return rule;
  const alarm = getAlarm(ctx.store, ctx.account, ctx.region, alarmName(resourceArn ?? ""));
  if (alarm === undefined || alarmArn(ctx, alarm.name) !== resourceArn)
    throw resourceNotFoundException(`Resource ${resourceArn} not found`);
  return { tags: alarm.tags, put: (tags) => putAlarm(ctx.store, ctx.account, ctx.region, { ...alarm, tags }) };
}

export function tagResource(ctx: Ctx, input: TagResourceCommandInput): object {
  const tagged = find(ctx, input.ResourceARN);
  const tags = { ...tagged.tags, ...Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""])) };
  tagged.put(tags);
  return {};
}

export function untagResource(ctx: Ctx, input: UntagResourceCommandInput): object {
  const tagged = find(ctx, input.ResourceARN);
  const tags = Object.fromEntries(Object.entries(tagged.tags).filter(([name]) => !input.TagKeys?.includes(name)));
  tagged.put(tags);
  return {};
}

export function listTagsForResource(ctx: Ctx, input: ListTagsForResourceCommandInput) {
  return { Tags: Object.entries(find(ctx, input.ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })) };
}
