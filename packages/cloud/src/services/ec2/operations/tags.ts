import type { CreateTagsCommandInput, DeleteTagsCommandInput, DescribeTagsCommandInput, Tag } from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { refusal } from "../errors.ts";
import { filtered } from "../filters.ts";
import { KINDS, type Kind, NETWORK_INTERFACE } from "../kinds.ts";
import { all, need, page, put } from "../records.ts";
import { withTags } from "../tagging.ts";

/** Tags of everything by ID. Source: Amazon EC2 API reference, CreateTags, DeleteTags, DescribeTags (read 2026-11). */

interface Tagged {
  readonly Tags?: Tag[] | undefined;
}

const FILTERS = ["key", "resource-id", "resource-type", "value", "tag:*"];

/** Network interfaces call theirs `TagSet`. */
const memberOf = (kind: Kind<Tagged>) => (kind.type === NETWORK_INTERFACE.type ? "TagSet" : "Tags");
const tagsOf = (kind: Kind<Tagged>, thing: Tagged) => (thing as Record<string, Tag[] | undefined>)[memberOf(kind)] ?? [];

function kindOf(id: string): Kind<Tagged> {
  const found = KINDS.find(({ prefix }) => id.startsWith(`${prefix}-`));
  if (found === undefined) throw refusal("InvalidID", `The ID '${id}' is not valid`);
  return found;
}

/** Changes the tags of all, or of none where one of them does not exist. */
function change(ctx: Ctx, ids: readonly string[] | undefined, changed: (tags: readonly Tag[]) => Tag[]): object {
  for (const id of ids ?? []) {
    const kind = kindOf(id);
    const thing = need(ctx, kind, id);
    put(ctx, kind, { ...thing, [memberOf(kind)]: changed(tagsOf(kind, thing)) });
  }
  return {};
}

export function createTags(ctx: Ctx, { Resources, Tags = [] }: CreateTagsCommandInput): object {
  return change(ctx, Resources, (tags) => withTags(tags, Tags));
}

/** A tag with a value goes only where it has that value; without tags, all go. */
export function deleteTags(ctx: Ctx, { Resources, Tags }: DeleteTagsCommandInput): object {
  const goes = ({ Key, Value }: Tag) =>
    Tags === undefined || Tags.some((each) => each.Key === Key && (each.Value === undefined || each.Value === Value));
  return change(ctx, Resources, (tags) => tags.filter((tag) => !goes(tag)));
}

export function describeTags(ctx: Ctx, input: DescribeTagsCommandInput) {
  const tags = KINDS.flatMap((kind) =>
    all(ctx, kind).flatMap((thing) =>
      tagsOf(kind, thing).map(({ Key = "", Value = "" }) => ({
        Key,
        Value,
        ResourceId: kind.idOf(thing) ?? "",
        ResourceType: kind.type,
      })),
    ),
  );
  const found = filtered(tags, input.Filters, FILTERS, (tag, filter) => {
    if (filter === "key") return [tag.Key];
    if (filter === "value") return [tag.Value];
    if (filter === "resource-id") return [tag.ResourceId];
    if (filter === "resource-type") return [tag.ResourceType];
    return filter === `tag:${tag.Key}` ? [tag.Value] : [];
  });
  const { items, ...next } = page(found, input);
  return { Tags: items, ...next };
}
