import { allOf } from "./paging.ts";
import { policyAttachment } from "./policy-attachment.ts";

/** `aws_iam_group_policy_attachment`. Behaviour: `internal/service/iam/group_policy_attachment.go` (read 2026-11). */
export const resource = policyAttachment("aws_iam_group_policy_attachment", "group", {
  attach: (aws, GroupName, PolicyArn) => aws.clients.iam.attachGroupPolicy({ GroupName, PolicyArn }),
  detach: (aws, GroupName, PolicyArn) => aws.clients.iam.detachGroupPolicy({ GroupName, PolicyArn }),
  list: (aws, GroupName) =>
    allOf(
      (marker) => aws.clients.iam.listAttachedGroupPolicies({ GroupName, ...marker }),
      (page) => page.AttachedPolicies,
    ),
});
