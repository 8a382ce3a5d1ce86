import type {
  ListTagsForResourceCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from "@aws-sdk/client-eventbridge";
import type { Ctx } from "../../../core/service.ts";
import type { Key } from "../../../core/store.ts";
import { notFound } from "../errors.ts";
import { type BusRecord, busArn, getBus, keys, type RuleRecord, ruleArn } from "../store.ts";

/** Tags of rules and buses. */

type Tagged = BusRecord | RuleRecord;

function find(ctx: Ctx, resourceArn: string | undefined): { key: Key; record: Tagged } {
  const [kind = "", ...path] = (resourceArn ?? "").split(":").slice(5).join(":").split("/");
  const name = path.at(-1) ?? "";
  if (kind === "event-bus") {
    const record = getBus(ctx.store, ctx, name);
    if (record !== undefined && busArn(ctx, name) === resourceArn) return { key: keys.bus(ctx, name), record };
    throw notFound(`Event bus ${name} does not exist.`);
  }
  const bus = path.length > 1 ? (path[0] ?? "default") : "default";
  const key = keys.rule(ctx, bus, name);
  const record = ctx.store.get<RuleRecord>(key);
  if (record === undefined || ruleArn(ctx, record) !== resourceArn)
    throw notFound(`Rule ${name} does not exist on EventBus ${bus}.`);
  return { key, record };
}

export function tagResource(ctx: Ctx, input: TagResourceCommandInput): object {
  const { key, record } = find(ctx, input.ResourceARN);
  const tags = { ...record.tags, ...Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""])) };
  ctx.store.put(key, { ...record, tags });
  return {};
}

export function untagResource(ctx: Ctx, input: UntagResourceCommandInput): object {
  const { key, record } = find(ctx, input.ResourceARN);
  ctx.store.put(key, {
    ...record,
    tags: Object.fromEntries(Object.entries(record.tags).filter(([name]) => !input.TagKeys?.includes(name))),
  });
  return {};
}

export function listTagsForResource(ctx: Ctx, input: ListTagsForResourceCommandInput) {
  return { Tags: Object.entries(find(ctx, input.ResourceARN).record.tags).map(([Key, Value]) => ({ Key, Value })) };
}
