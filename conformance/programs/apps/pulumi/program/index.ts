import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { table } from "./data";

const config = new pulumi.Config();
const bucket = new aws.s3.BucketV2("assets", {});
new aws.s3.BucketVersioningV2("assets-versions", {
  bucket: bucket.id,
  versioningConfiguration: { status: "Enabled" },
});
const secret = new aws.ssm.Parameter("db", { type: "SecureString", value: config.requireSecret("dbPassword") });

export const bucketName = bucket.bucket;
export const tableArn = table.arn;
export const account = aws.getCallerIdentityOutput().accountId;
export const region = aws.config.region;
export const password = config.requireSecret("dbPassword");
export const parameter = secret.name;
export const nested = { arn: bucket.arn, names: [table.name] };

/** Exported for the program's tests; no output. */
export function helper(): number {
  return 1;
}
export class Settings {}
