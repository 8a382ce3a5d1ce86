import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { runChecks } from "../checks.ts";
import { currentName, principalName } from "./names.ts";
import { IAM_MISSING } from "./paging.ts";

/** `aws_iam_group`; id is the name, which can change. Behaviour: `internal/service/iam/group.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_iam_group",
  defaults: { path: "/" },
  recomputedWhen: { arn: ["name", "path"] },
  validate: (config) => runChecks([principalName("name")], config),
  async create(aws, planned, onCreated) {
    const name = requiredText(planned, "name");
    await aws.clients.iam.createGroup({ GroupName: name, Path: textAt(planned, "path") });
    await onCreated({ id: name, name });
  },
  async read(aws, state) {
    const answer = await unlessMissing(IAM_MISSING, () => aws.clients.iam.getGroup({ GroupName: currentName(state) }));
    const group = answer?.Group;
    if (group === undefined) return null;
    const name = group.GroupName ?? "";
    return { id: name, arn: group.Arn ?? "", name, path: group.Path ?? "/", unique_id: group.GroupId ?? "" };
  },
  async update(aws, prior, planned) {
    await aws.clients.iam.updateGroup({
      GroupName: requiredText(prior, "id"),
      NewGroupName: requiredText(planned, "name"),
      NewPath: textAt(planned, "path"),
    });
  },
  async delete(aws, state) {
    await unlessMissing(IAM_MISSING, () => aws.clients.iam.deleteGroup({ GroupName: requiredText(state, "id") }));
  },
  async find(_aws, planned) {
    const id = textAt(planned, "name");
    return id === undefined ? null : { id };
  },
};
