/** Names and lookups that the SES resources share. */
import type { DescribeConfigurationSetCommandOutput, IdentityVerificationAttributes } from "@aws-sdk/client-ses";
import type { AwsContext } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";

export const SET_MISSING = ["ConfigurationSetDoesNotExistException", "ConfigurationSetDoesNotExist"];

/** `arn:aws:ses:REGION:ACCOUNT:` and what follows it. */
export async function sesArn(aws: AwsContext, resource: string): Promise<string> {
  return `arn:${aws.partition}:ses:${aws.region}:${await aws.accountId()}:${resource}`;
}

/** What SES knows of an address's or domain's verification; undefined when there is no such identity. */
export async function findVerification(aws: AwsContext, identity: string): Promise<IdentityVerificationAttributes | undefined> {
  const { VerificationAttributes } = await aws.clients.ses.getIdentityVerificationAttributes({ Identities: [identity] });
  return VerificationAttributes?.[identity];
}

/** A configuration set with its options and destinations; undefined when there is none. */
export function findSet(aws: AwsContext, name: string): Promise<DescribeConfigurationSetCommandOutput | undefined> {
  return unlessMissing(SET_MISSING, () =>
    aws.clients.ses.describeConfigurationSet({
      ConfigurationSetName: name,
      ConfigurationSetAttributeNames: ["deliveryOptions", "reputationOptions", "trackingOptions", "eventDestinations"],
    }),
  );
}
