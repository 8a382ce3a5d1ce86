import { exclusive } from "./exclusive.ts";
import { allOf } from "./paging.ts";

/** `aws_iam_user_policies_exclusive`. Behaviour: `internal/service/iam/user_policies_exclusive.go` (read 2026-11). */
export const resource = exclusive({
  type: "aws_iam_user_policies_exclusive",
  owner: "user",
  names: "policy_names",
  list: (aws, UserName) =>
    allOf(
      (marker) => aws.clients.iam.listUserPolicies({ UserName, ...marker }),
      (page) => page.PolicyNames,
    ),
  remove: (aws, UserName, PolicyName) => aws.clients.iam.deleteUserPolicy({ UserName, PolicyName }),
});
