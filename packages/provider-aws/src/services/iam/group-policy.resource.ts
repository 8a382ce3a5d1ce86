import { inlinePolicy } from "./inline-policy.ts";

/** `aws_iam_group_policy`. Behaviour: `internal/service/iam/group_policy.go` (read 2026-11). */
export const resource = inlinePolicy("aws_iam_group_policy", "group", {
  put: (aws, GroupName, PolicyName, PolicyDocument) => aws.clients.iam.putGroupPolicy({ GroupName, PolicyName, PolicyDocument }),
  get: (aws, GroupName, PolicyName) => aws.clients.iam.getGroupPolicy({ GroupName, PolicyName }),
  remove: (aws, GroupName, PolicyName) => aws.clients.iam.deleteGroupPolicy({ GroupName, PolicyName }),
});
