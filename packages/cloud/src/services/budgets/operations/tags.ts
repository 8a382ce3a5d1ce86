import type {
  ListTagsForResourceCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from "@aws-sdk/client-budgets";
import { parseArn } from "../../../core/arn.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { type BudgetRecord, findBudget, notFound, putBudget } from "../store.ts";

/** Tags of budgets, by `arn:aws:budgets::<account>:budget/<name>`. */

const MAX_TAGS = 200;

function taggedOf(ctx: Ctx, resourceArn: string | undefined): BudgetRecord {
  const parts = parseArn(resourceArn ?? "");
  const name =
    parts?.service === "budgets" && parts.account === ctx.account ? /^budget\/(.+)$/.exec(parts.resource)?.[1] : undefined;
  const record = name === undefined ? undefined : findBudget(ctx, name);
  if (record === undefined) throw notFound(`Resource ${resourceArn} was not found.`);
  return record;
}

export function tagResource(ctx: Ctx, input: TagResourceCommandInput): object {
  const record = taggedOf(ctx, input.ResourceARN);
  const tags = {
    ...record.tags,
    ...Object.fromEntries((input.ResourceTags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""])),
  };
  if (Object.keys(tags).length > MAX_TAGS)
    throw new ServiceError("ServiceQuotaExceededException", 400, `A resource can have at most ${MAX_TAGS} tags.`);
  putBudget(ctx, { ...record, tags });
  return {};
}

export function untagResource(ctx: Ctx, input: UntagResourceCommandInput): object {
  const record = taggedOf(ctx, input.ResourceARN);
  const gone = new Set(input.ResourceTagKeys);
  putBudget(ctx, { ...record, tags: Object.fromEntries(Object.entries(record.tags).filter(([key]) => !gone.has(key))) });
  return {};
}

export function listTagsForResource(ctx: Ctx, input: ListTagsForResourceCommandInput) {
  return { ResourceTags: Object.entries(taggedOf(ctx, input.ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })) };
}
