/** Tags of identities. */
import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from "@aws-sdk/client-sesv2";
import { parseArn } from "../../../core/arn.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { type IdentityRecord, putIdentity, requireIdentity } from "../store.ts";

const TAGS_MAX = 50;

function identityByArn(ctx: Ctx, text: string | undefined): IdentityRecord {
  const parts = parseArn(text ?? "");
  const name =
    parts?.service === "ses" && parts.resource.startsWith("identity/") ? parts.resource.slice("identity/".length) : undefined;
  if (name === undefined) throw new ServiceError("BadRequestException", 400, `Invalid ARN: ${(text ?? "").slice(0, 200)}`);
  return requireIdentity(ctx, name);
}

export function tagResource(ctx: Ctx, input: TagResourceCommandInput): object {
  const record = identityByArn(ctx, input.ResourceArn);
  const tags = new Map(record.tags.map(({ Key, Value }) => [Key, Value]));
  for (const { Key = "", Value = "" } of input.Tags ?? []) tags.set(Key, Value);
  if (tags.size > TAGS_MAX) throw new ServiceError("BadRequestException", 400, `A resource can have at most ${TAGS_MAX} tags.`);
  putIdentity(ctx, { ...record, tags: [...tags].map(([Key, Value]) => ({ Key, Value })) });
  return {};
}

export function untagResource(ctx: Ctx, input: UntagResourceCommandInput): object {
  const record = identityByArn(ctx, input.ResourceArn);
  const gone = new Set(input.TagKeys ?? []);
  putIdentity(ctx, { ...record, tags: record.tags.filter(({ Key }) => !gone.has(Key)) });
  return {};
}

export function listTagsForResource(
  ctx: Ctx,
  input: ListTagsForResourceCommandInput,
): Omit<ListTagsForResourceCommandOutput, "$metadata"> {
  return { Tags: identityByArn(ctx, input.ResourceArn).tags.map((tag) => ({ ...tag })) };
}
