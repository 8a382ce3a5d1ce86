/** Tags of streams and of their consumers. */
import type { Ctx } from "../../../core/service.ts";
import { invalidArgument } from "../shards.ts";
import { putConsumer, putStream, type Referenced, requireConsumer, requireStream } from "../store.ts";

export type Tags = { readonly [key: string]: string };

const TAGS_MAX = 50;

/** Throws InvalidArgumentException. */
export function tagged(before: Tags, more: Tags): Tags {
  const out = { ...before, ...more };
  if (Object.keys(more).some((key) => key.startsWith("aws:"))) throw invalidArgument("Tag keys may not start with aws:.");
  if (Object.keys(out).length > TAGS_MAX) throw invalidArgument(`Failed to add tags: a resource has at most ${TAGS_MAX}.`);
  return out;
}

/** What has the tags, and how they are kept. Throws ResourceNotFoundException. */
function holder(ctx: Ctx, input: Referenced) {
  if (input.ResourceARN?.includes("/consumer/") !== true) {
    const stream = requireStream(ctx, input);
    return { tags: stream.tags, keep: (tags: Tags) => putStream(ctx, { ...stream, tags }) };
  }
  const { stream, consumer } = requireConsumer(ctx, { ConsumerARN: input.ResourceARN });
  return { tags: consumer.tags ?? {}, keep: (tags: Tags) => putConsumer(ctx, stream, { ...consumer, tags }) };
}

export function addTags(ctx: Ctx, input: Referenced & { readonly Tags: Tags }): void {
  const { tags, keep } = holder(ctx, input);
  keep(tagged(tags, input.Tags));
}

export function removeTags(ctx: Ctx, input: Referenced & { readonly TagKeys: readonly string[] }): void {
  const { tags, keep } = holder(ctx, input);
  keep(Object.fromEntries(Object.entries(tags).filter(([key]) => !input.TagKeys.includes(key))));
}

export function listTags(ctx: Ctx, input: Referenced & { readonly Limit?: number; readonly ExclusiveStartTagKey?: string }) {
  const { tags } = holder(ctx, input);
  const rest = Object.keys(tags)
    .sort()
    .filter((key) => key > (input.ExclusiveStartTagKey ?? ""));
  const limit = input.Limit ?? TAGS_MAX;
  return { Tags: rest.slice(0, limit).map((Key) => ({ Key, Value: tags[Key] })), HasMoreTags: rest.length > limit };
}

export function listResourceTags(ctx: Ctx, input: Referenced) {
  return { Tags: listTags(ctx, input).Tags };
}
