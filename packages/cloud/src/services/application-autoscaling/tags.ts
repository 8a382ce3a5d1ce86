import type {
  ListTagsForResourceRequest,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-application-auto-scaling";
import { type Ctx, ServiceError } from "../../core/service.ts";
import { invalid, putTarget, type TargetRecord } from "./store.ts";

/** Tags of scalable targets, by their ARNs. */

const TAGS_MAX = 50;

/** Throws ValidationException for keys that AWS keeps to itself, TooManyTagsException for more than 50. */
export function checkTags(tags: { readonly [key: string]: string }): { readonly [key: string]: string } {
  for (const key of Object.keys(tags))
    if (/^aws:/i.test(key))
      throw invalid(`The tag key ${key} is invalid: aws: prefixed tag key names are not allowed for external use.`);
  if (Object.keys(tags).length > TAGS_MAX)
    throw new ServiceError("TooManyTagsException", 400, `The number of tags exceeds the limit of ${TAGS_MAX}.`);
  return tags;
}

function tagged(ctx: Ctx, resourceArn: string | undefined): TargetRecord {
  for (const { value } of ctx.store.range<TargetRecord>({ prefix: ["target", ctx.account, ctx.region] }))
    if (value.arn === resourceArn) return value;
  throw new ServiceError("ResourceNotFoundException", 400, `The resource ${resourceArn} doesn't exist`, {
    ResourceName: resourceArn,
  });
}

export function listTagsForResource(ctx: Ctx, input: ListTagsForResourceRequest) {
  return { Tags: tagged(ctx, input.ResourceARN).tags };
}

export function tagResource(ctx: Ctx, input: TagResourceRequest): object {
  const target = tagged(ctx, input.ResourceARN);
  putTarget(ctx, ctx.store, { ...target, tags: checkTags({ ...target.tags, ...input.Tags }) });
  return {};
}

export function untagResource(ctx: Ctx, input: UntagResourceRequest): object {
  const target = tagged(ctx, input.ResourceARN);
  const gone = new Set(input.TagKeys);
  putTarget(ctx, ctx.store, {
    ...target,
    tags: Object.fromEntries(Object.entries(target.tags).filter(([key]) => !gone.has(key))),
  });
  return {};
}
