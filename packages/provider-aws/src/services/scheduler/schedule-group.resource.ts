import type { GetScheduleGroupCommandOutput } from "@aws-sdk/client-scheduler";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, WaitRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { conflicts, lengthBetween, matches, runChecks } from "../checks.ts";
import { prefixOfName } from "../name-prefix.ts";
import { changedTags, tagList, tagMap } from "../tags.ts";
import { timed } from "../timeouts.ts";
import { rfc3339 } from "../timestamp.ts";

const MISSING = ["ResourceNotFoundException"];
const NAME = /^[0-9A-Za-z_.-]+$/;
const NAME_SAYS = "The name must consist of alphanumerics, hyphens, and underscores.";

const CHECKS = [
  lengthBetween("name", 1, 64, { code: "DVT3007" }),
  matches("name", NAME, NAME_SAYS, { code: "DVT3007" }),
  lengthBetween("name_prefix", 1, 38, { code: "DVT3007" }),
  matches("name_prefix", NAME, NAME_SAYS, { code: "DVT3007" }),
  conflicts("name", ["name_prefix"]),
  conflicts("name_prefix", ["name"]),
];

const GROUP_WAIT: WaitRow = {
  what: "EventBridge Scheduler schedule group",
  timeoutMs: 300_000,
  source: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-group.html",
};

/** aws_scheduler_schedule_group. Its id is its name. */
export const resource: NativeResource = {
  type: "aws_scheduler_schedule_group",
  forceNew: ["name", "name_prefix"],
  naming: { attribute: "name", prefix: "name_prefix", maxLength: 64 },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const Name = requiredText(planned, "name");
    const Tags = tagList(textMapAt(planned, "tags_all"));
    await aws.clients.scheduler.createScheduleGroup({ Name, ...(Tags.length > 0 ? { Tags } : {}) });
    await onCreated({ id: Name });
    await aws.wait(timed(GROUP_WAIT, planned, "create"), async () =>
      (await findGroup(aws, Name))?.State === "ACTIVE" ? true : undefined,
    );
  },
  async read(aws, state) {
    const group = await findGroup(aws, requiredText(state, "id"));
    if (group === undefined) return null;
    const tags = await unlessMissing(MISSING, () => aws.clients.scheduler.listTagsForResource({ ResourceArn: group.Arn ?? "" }));
    return { ...state, ...toState(group), tags_all: tagMap(tags?.Tags) };
  },
  async update(aws, prior, planned) {
    const { removed, added } = changedTags(prior, planned);
    const ResourceArn = requiredText(prior, "arn");
    if (removed.length > 0) await aws.clients.scheduler.untagResource({ ResourceArn, TagKeys: removed });
    if (Object.keys(added).length > 0) await aws.clients.scheduler.tagResource({ ResourceArn, Tags: tagList(added) });
  },
  async delete(aws, state) {
    const Name = requiredText(state, "id");
    const answer = await unlessMissing(MISSING, () => aws.clients.scheduler.deleteScheduleGroup({ Name }));
    if (answer !== undefined)
      await aws.wait(timed(GROUP_WAIT, state, "delete"), async () =>
        (await findGroup(aws, Name)) === undefined ? true : undefined,
      );
  },
  async find(aws, planned) {
    const name = textAt(planned, "name");
    return name !== undefined && (await findGroup(aws, name)) !== undefined ? { id: name } : null;
  },
};

function findGroup(aws: AwsContext, name: string): Promise<GetScheduleGroupCommandOutput | undefined> {
  return unlessMissing(MISSING, () => aws.clients.scheduler.getScheduleGroup({ Name: name }));
}

function toState(group: GetScheduleGroupCommandOutput): ValueObject {
  const name = group.Name ?? "";
  return {
    id: name,
    arn: group.Arn ?? "",
    creation_date: rfc3339(group.CreationDate),
    last_modification_date: rfc3339(group.LastModificationDate),
    name,
    name_prefix: prefixOfName(name),
    state: group.State ?? "",
  };
}
