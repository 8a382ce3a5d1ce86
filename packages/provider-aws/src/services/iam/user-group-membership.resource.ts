import { DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt, textsAt } from "../attribute-map.ts";
import { IAM_MISSING } from "./paging.ts";
import { groupsOfUser } from "./user-parts.ts";

/** `aws_iam_user_group_membership`: some of a user's groups. Behaviour: `internal/service/iam/user_group_membership.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_iam_user_group_membership",
  forceNew: ["user"],
  async create(aws, planned, onCreated) {
    const UserName = requiredText(planned, "user");
    const groups = textsAt(planned, "groups");
    await onCreated(membership(UserName, groups));
    for (const GroupName of groups) await aws.clients.iam.addUserToGroup({ GroupName, UserName });
  },
  async read(aws, state) {
    const user = requiredText(state, "user");
    const found = await unlessMissing(IAM_MISSING, () => groupsOfUser(aws, user));
    if (found === undefined) return null;
    const wanted = textsAt(state, "groups");
    return { id: textAt(state, "id") ?? null, user, groups: found.filter((group) => wanted.includes(group)) };
  },
  async update(aws, prior, planned) {
    const UserName = requiredText(prior, "user");
    const [before, after] = [textsAt(prior, "groups"), textsAt(planned, "groups")];
    for (const GroupName of before.filter((group) => !after.includes(group)))
      await unlessMissing(IAM_MISSING, () => aws.clients.iam.removeUserFromGroup({ GroupName, UserName }));
    for (const GroupName of after.filter((group) => !before.includes(group)))
      await aws.clients.iam.addUserToGroup({ GroupName, UserName });
  },
  async delete(aws, state) {
    const UserName = requiredText(state, "user");
    for (const GroupName of textsAt(state, "groups"))
      await unlessMissing(IAM_MISSING, () => aws.clients.iam.removeUserFromGroup({ GroupName, UserName }));
  },
  importId(id) {
    const [user = "", ...groups] = id.split("/");
    if (user !== "" && groups.length > 0) return membership(user, groups);
    const detail = `unexpected format of ID (${JSON.stringify(id)}), expected <user-name>/<group-name1>/...`;
    throw new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail }));
  },
  async find(_aws, planned) {
    const user = textAt(planned, "user");
    return user === undefined ? null : membership(user, textsAt(planned, "groups"));
  },
};

/** The real provider draws an id; ours tells what it stands for. */
function membership(user: string, groups: readonly string[]): ValueObject {
  return { id: [user, ...[...groups].sort()].join("/"), user, groups };
}
