import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt, textsAt } from "../attribute-map.ts";
import { noImport } from "../import-id.ts";
import { allOf, IAM_MISSING } from "./paging.ts";

/** `aws_iam_group_membership`: all the users of a group; id is its name. Behaviour: `internal/service/iam/group_membership.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_iam_group_membership",
  importId: noImport("aws_iam_group_membership"),
  forceNew: ["name", "group"],
  async create(aws, planned, onCreated) {
    await onCreated({ id: requiredText(planned, "name") });
    await add(aws, requiredText(planned, "group"), textsAt(planned, "users"));
  },
  async read(aws, state) {
    const GroupName = requiredText(state, "group");
    const users = await unlessMissing(IAM_MISSING, () =>
      allOf(
        (marker) => aws.clients.iam.getGroup({ GroupName, ...marker }),
        (page) => page.Users,
      ),
    );
    if (users === undefined) return null;
    return {
      id: requiredText(state, "id"),
      name: textAt(state, "name") ?? null,
      group: GroupName,
      users: users.map(({ UserName = "" }) => UserName),
    };
  },
  async update(aws, prior, planned) {
    const group = requiredText(prior, "group");
    const [before, after] = [textsAt(prior, "users"), textsAt(planned, "users")];
    await remove(
      aws,
      group,
      before.filter((user) => !after.includes(user)),
    );
    await add(
      aws,
      group,
      after.filter((user) => !before.includes(user)),
    );
  },
  delete: (aws, state) => remove(aws, requiredText(state, "group"), textsAt(state, "users")),
  async find(_aws, planned): Promise<ValueObject | null> {
    const [name, group] = [textAt(planned, "name"), textAt(planned, "group")];
    return name === undefined || group === undefined ? null : { id: name, name, group };
  },
};

async function add(aws: AwsContext, GroupName: string, users: readonly string[]): Promise<void> {
  for (const UserName of users) await aws.clients.iam.addUserToGroup({ GroupName, UserName });
}

async function remove(aws: AwsContext, GroupName: string, users: readonly string[]): Promise<void> {
  for (const UserName of users)
    await unlessMissing(IAM_MISSING, () => aws.clients.iam.removeUserFromGroup({ GroupName, UserName }));
}
