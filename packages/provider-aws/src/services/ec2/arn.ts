import type { AwsContext } from "../../resource.ts";

/** ARN of a thing of EC2: `vpc/vpc-1`. */
export const arnOf = (aws: AwsContext, owner: string | undefined, resource: string) =>
  `arn:${aws.partition}:ec2:${aws.region}:${owner ?? ""}:${resource}`;
