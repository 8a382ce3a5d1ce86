import { exclusive } from "./exclusive.ts";
import { allOf } from "./paging.ts";

/** `aws_iam_group_policy_attachments_exclusive`. Behaviour: `internal/service/iam/group_policy_attachments_exclusive.go` (read 2026-11). */
export const resource = exclusive({
  type: "aws_iam_group_policy_attachments_exclusive",
  owner: "group",
  names: "policy_arns",
  async list(aws, GroupName) {
    const attached = await allOf(
      (marker) => aws.clients.iam.listAttachedGroupPolicies({ GroupName, ...marker }),
      (page) => page.AttachedPolicies,
    );
    return attached.flatMap(({ PolicyArn }) => (PolicyArn === undefined ? [] : [PolicyArn]));
  },
  add: (aws, GroupName, PolicyArn) => aws.clients.iam.attachGroupPolicy({ GroupName, PolicyArn }),
  remove: (aws, GroupName, PolicyArn) => aws.clients.iam.detachGroupPolicy({ GroupName, PolicyArn }),
});
