import { exclusive } from "./exclusive.ts";
import { listAttachedPolicies } from "./role-policies.ts";

/** `aws_iam_role_policy_attachments_exclusive`. Behaviour: `internal/service/iam/role_policy_attachments_exclusive.go` (read 2026-11). */
export const resource = exclusive({
  type: "aws_iam_role_policy_attachments_exclusive",
  owner: "role",
  names: "policy_arns",
  list: listAttachedPolicies,
  add: (aws, RoleName, PolicyArn) => aws.clients.iam.attachRolePolicy({ RoleName, PolicyArn }),
  remove: (aws, RoleName, PolicyArn) => aws.clients.iam.detachRolePolicy({ RoleName, PolicyArn }),
});
