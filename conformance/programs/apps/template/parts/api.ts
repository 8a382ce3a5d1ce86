import { bucket } from "./storage";

const role = new aws.iam.Role("Role", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
});
new aws.iam.RolePolicy("RolePolicy", {
  role: role.id,
  policy: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["s3:*"], Resource: [bucket.arn, $interpolate`${bucket.arn}/*`] }],
  },
});
new aws.iam.RolePolicyAttachment("Basic", {
  role: role.name,
  policyArn: aws.iam.ManagedPolicy.AWSLambdaBasicExecutionRole,
});
export const outputs = { role: role.arn };
