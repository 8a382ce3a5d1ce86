import { exclusive } from "./exclusive.ts";
import { allOf } from "./paging.ts";

/** `aws_iam_group_policies_exclusive`. Behaviour: `internal/service/iam/group_policies_exclusive.go` (read 2026-11). */
export const resource = exclusive({
  type: "aws_iam_group_policies_exclusive",
  owner: "group",
  names: "policy_names",
  list: (aws, GroupName) =>
    allOf(
      (marker) => aws.clients.iam.listGroupPolicies({ GroupName, ...marker }),
      (page) => page.PolicyNames,
    ),
  remove: (aws, GroupName, PolicyName) => aws.clients.iam.deleteGroupPolicy({ GroupName, PolicyName }),
});
