import { exclusive } from "./exclusive.ts";
import { listInlinePolicyNames } from "./role-policies.ts";

/** `aws_iam_role_policies_exclusive`. Behaviour: `internal/service/iam/role_policies_exclusive.go` (read 2026-11). */
export const resource = exclusive({
  type: "aws_iam_role_policies_exclusive",
  owner: "role",
  names: "policy_names",
  list: listInlinePolicyNames,
  remove: (aws, RoleName, PolicyName) => aws.clients.iam.deleteRolePolicy({ RoleName, PolicyName }),
});
