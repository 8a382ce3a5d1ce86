/** Tags of identities, configuration sets and templates. */
import { parseArn } from "../../../core/arn.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { putIdentity, putSet, putTemplate, requireIdentity, requireSet, requireTemplate, type Tag } from "../store.ts";

const TAGS_MAX = 50;

interface Tagged {
  readonly tags: readonly Tag[];
  readonly put: (tags: readonly Tag[]) => void;
}

function taggedByArn(ctx: Ctx, text: string | undefined): Tagged {
  const parts = parseArn(text ?? "");
  const [kind = "", ...rest] = parts?.service === "ses" ? parts.resource.split("/") : [];
  const name = rest.join("/");
  if (kind === "identity") {
    const record = requireIdentity(ctx, name);
    return { tags: record.tags, put: (tags) => putIdentity(ctx, { ...record, tags }) };
  }
  if (kind === "configuration-set") {
    const record = requireSet(ctx, name);
    return { tags: record.tags, put: (tags) => putSet(ctx, { ...record, tags }) };
  }
  if (kind === "template") {
    const record = requireTemplate(ctx, name);
    return { tags: record.tags ?? [], put: (tags) => putTemplate(ctx, { ...record, tags }) };
  }
  throw new ServiceError("BadRequestException", 400, `Invalid ARN: ${(text ?? "").slice(0, 200)}`);
}

interface OnArn {
  readonly ResourceArn: string;
}

export function tagResource(ctx: Ctx, input: OnArn & { readonly Tags: readonly Tag[] }): object {
  const found = taggedByArn(ctx, input.ResourceArn);
  const tags = new Map(found.tags.map(({ Key, Value }) => [Key, Value]));
  for (const { Key, Value } of input.Tags) tags.set(Key, Value);
  if (tags.size > TAGS_MAX) throw new ServiceError("BadRequestException", 400, `A resource can have at most ${TAGS_MAX} tags.`);
  found.put([...tags].map(([Key, Value]) => ({ Key, Value })));
  return {};
}

export function untagResource(ctx: Ctx, input: OnArn & { readonly TagKeys: readonly string[] }): object {
  const found = taggedByArn(ctx, input.ResourceArn);
  found.put(found.tags.filter(({ Key }) => !input.TagKeys.includes(Key)));
  return {};
}

export function listTagsForResource(ctx: Ctx, input: OnArn): { Tags: Tag[] } {
  return { Tags: taggedByArn(ctx, input.ResourceArn).tags.map((tag) => ({ ...tag })) };
}
