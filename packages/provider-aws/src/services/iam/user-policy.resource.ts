import { inlinePolicy } from "./inline-policy.ts";

/** `aws_iam_user_policy`. Behaviour: `internal/service/iam/user_policy.go` (read 2026-11). */
export const resource = inlinePolicy("aws_iam_user_policy", "user", {
  put: (aws, UserName, PolicyName, PolicyDocument) => aws.clients.iam.putUserPolicy({ UserName, PolicyName, PolicyDocument }),
  get: (aws, UserName, PolicyName) => aws.clients.iam.getUserPolicy({ UserName, PolicyName }),
  remove: (aws, UserName, PolicyName) => aws.clients.iam.deleteUserPolicy({ UserName, PolicyName }),
});
