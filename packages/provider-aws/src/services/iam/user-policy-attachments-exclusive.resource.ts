import { exclusive } from "./exclusive.ts";
import { allOf } from "./paging.ts";

/** `aws_iam_user_policy_attachments_exclusive`. Behaviour: `internal/service/iam/user_policy_attachments_exclusive.go` (read 2026-11). */
export const resource = exclusive({
  type: "aws_iam_user_policy_attachments_exclusive",
  owner: "user",
  names: "policy_arns",
  async list(aws, UserName) {
    const attached = await allOf(
      (marker) => aws.clients.iam.listAttachedUserPolicies({ UserName, ...marker }),
      (page) => page.AttachedPolicies,
    );
    return attached.flatMap(({ PolicyArn }) => (PolicyArn === undefined ? [] : [PolicyArn]));
  },
  add: (aws, UserName, PolicyArn) => aws.clients.iam.attachUserPolicy({ UserName, PolicyArn }),
  remove: (aws, UserName, PolicyArn) => aws.clients.iam.detachUserPolicy({ UserName, PolicyArn }),
});
