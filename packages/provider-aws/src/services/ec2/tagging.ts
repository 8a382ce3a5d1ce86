/** Tags of EC2's things, which are set with what makes them and changed by one pair of operations for all. */
import type { ResourceType, Tag, TagSpecification } from "@aws-sdk/client-ec2";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext } from "../../resource.ts";
import { textMapAt } from "../attribute-map.ts";
import { changedTags, tagList } from "../tags.ts";

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
