/** What resources of the network have in common. */
import type { ResourceType, Tag, TagSpecification } from "@aws-sdk/client-ec2";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, WaitRow } from "../../resource.ts";
import { textMapAt } from "../attribute-map.ts";
import { changedTags, tagList } from "../tags.ts";

export const WAIT: Pick<WaitRow, "timeoutMs" | "source"> = {
  timeoutMs: 600_000,
  source: "https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html",
};
/** Something else still hangs on what is to be deleted, for as long as AWS takes to see it gone. */
export const HELD = {
  codes: ["DependencyViolation"],
  timeoutMs: 1_200_000,
  why: "what hung on it is still being deleted",
  source: "https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html",
};

export const arnOf = (aws: AwsContext, owner: string | undefined, resource: string) =>
  `arn:${aws.partition}:ec2:${aws.region}:${owner ?? ""}:${resource}`;

/** `TagSpecifications` of a creation, where there are tags. */
export function tagsOnCreate(planned: ValueObject, type: ResourceType): { TagSpecifications?: TagSpecification[] } {
  const Tags: Tag[] = tagList(textMapAt(planned, "tags_all"));
  return Tags.length === 0 ? {} : { TagSpecifications: [{ ResourceType: type, Tags }] };
}

export async function updateTags(aws: AwsContext, id: string, prior: ValueObject, planned: ValueObject): Promise<void> {
  const { removed, added } = changedTags(prior, planned);
  const Resources = [id];
  if (removed.length > 0) await aws.clients.ec2.deleteTags({ Resources, Tags: removed.map((Key) => ({ Key })) });
  if (Object.keys(added).length > 0) await aws.clients.ec2.createTags({ Resources, Tags: tagList(added) });
}
