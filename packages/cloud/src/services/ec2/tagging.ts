/** Tags of a request. Source: Amazon EC2 User Guide, "Tag your Amazon EC2 resources", tag restrictions (read 2026-11). */
import type { Tag, TagSpecification } from "@aws-sdk/client-ec2";
import { invalidParameter, invalidValue, refusal } from "./errors.ts";
import type { Kind } from "./kinds.ts";

const KEY_MAX = 127;
const VALUE_MAX = 255;
const TAGS_MAX = 50;

/** The tags that a request gives the kind that it makes; `Tags` is what all kinds call them. Throws for other kinds. */
export function tagsFor<T>(kind: Kind<T>, specifications: readonly TagSpecification[] | undefined): { Tags: Tag[] } {
  const strange = specifications?.find(({ ResourceType }) => ResourceType !== kind.type);
  if (strange !== undefined)
    throw invalidValue(`'${strange.ResourceType}' is not a valid taggable resource type for this operation.`);
  return { Tags: withTags([], specifications?.flatMap(({ Tags = [] }) => Tags) ?? []) };
}

/** `tags` with `added`, in order of their keys. */
export function withTags(tags: readonly Tag[], added: readonly Tag[]): Tag[] {
  const map = new Map(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
  for (const { Key = "", Value = "" } of added) {
    if (Key === "" || Key.length > KEY_MAX)
      throw invalidParameter("Tag Key", Key, `Tag key must be between 1 and ${KEY_MAX} characters.`);
    if (Value.length > VALUE_MAX)
      throw invalidParameter("Tag value", Value, `Tag value exceeds the maximum length of ${VALUE_MAX} characters`);
    if (/^aws:/i.test(Key)) throw invalidParameter("Tag Key", Key, "Tag keys starting with 'aws:' are reserved for internal use");
    map.set(Key, Value);
  }
  if (map.size > TAGS_MAX) throw refusal("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.");
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([Key, Value]) => ({ Key, Value }));
}
