import { allOf } from "./paging.ts";
import { policyAttachment } from "./policy-attachment.ts";

/** `aws_iam_user_policy_attachment`. Behaviour: `internal/service/iam/user_policy_attachment.go` (read 2026-11). */
export const resource = policyAttachment("aws_iam_user_policy_attachment", "user", {
  attach: (aws, UserName, PolicyArn) => aws.clients.iam.attachUserPolicy({ UserName, PolicyArn }),
  detach: (aws, UserName, PolicyArn) => aws.clients.iam.detachUserPolicy({ UserName, PolicyArn }),
  list: (aws, UserName) =>
    allOf(
      (marker) => aws.clients.iam.listAttachedUserPolicies({ UserName, ...marker }),
      (page) => page.AttachedPolicies,
    ),
});
