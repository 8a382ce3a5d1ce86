/** The difference between two objects' `tags_all`. */
import type { ValueObject } from "@dovetail/model";
import { textMapAt } from "./attribute-map.ts";

export interface TagChange {
  readonly removed: string[];
  readonly added: Record<string, string>;
}

/** Keys that the service must forget, and tags that are new or have another value. */
export function changedTags(prior: ValueObject, planned: ValueObject): TagChange {
  const before = textMapAt(prior, "tags_all");
  const after = textMapAt(planned, "tags_all");
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const added: Record<string, string> = {};
  for (const [key, value] of Object.entries(after)) if (before[key] !== value) added[key] = value;
  return { removed, added };
}

/** Tags as most services want them. */
export function tagList(tags: Record<string, string>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Tags as most services give them. */
export function tagMap(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((tags ?? []).flatMap((tag) => (tag.Key === undefined ? [] : [[tag.Key, tag.Value ?? ""]])));
}
