import type { DomainDescriptionType } from "@aws-sdk/client-cognito-identity-provider";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, WaitRow } from "../../resource.ts";
import { hasCode, hasCodeAndMessage, unlessMissing } from "../api-error.ts";
import { numberAt, requiredText, textAt } from "../attribute-map.ts";
import { between, isArn, lengthBetween, runChecks } from "../checks.ts";

const MISSING = ["ResourceNotFoundException"];
const CHECKS = [
  lengthBetween("domain", 1, 63, { code: "DVT3007" }),
  isArn("certificate_arn"),
  between("managed_login_version", 1, 2),
];

/** Hosted zone of every CloudFront distribution. Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html. */
const CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2";

/** A custom domain takes CloudFront up to an hour, a prefix a minute. */
function waitRow(planned: ValueObject): WaitRow {
  const isCustom = textAt(planned, "certificate_arn") !== undefined;
  return {
    what: "Cognito User Pool Domain",
    timeoutMs: isCustom ? 3_600_000 : 60_000,
    source: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-add-custom-domain.html",
  };
}

function isOwn({ certificate_arn: certificate = null }: ValueObject): boolean {
  return certificate !== null && certificate !== "";
}

/** aws_cognito_user_pool_domain. Its id is the domain. */
export const resource: NativeResource = {
  type: "aws_cognito_user_pool_domain",
  noun: "Cognito User Pool Domain",
  forceNew: ["domain", "user_pool_id"],
  validate: (config) => runChecks(CHECKS, config),
  // A domain of Cognito's becomes one's own, or one's own Cognito's, only anew.
  customizePlan: (prior, planned) => ({
    requiresReplace: prior !== null && isOwn(prior) !== isOwn(planned) ? ["certificate_arn"] : [],
  }),
  async create(aws, planned, onCreated) {
    const Domain = requiredText(planned, "domain");
    const answer = { Domain, UserPoolId: requiredText(planned, "user_pool_id"), ...settings(planned) };
    await aws.clients.cognito.createUserPoolDomain(answer);
    await onCreated({ id: Domain });
    await waitForActive(aws, planned);
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const domain = await findDomain(aws, id);
    if (domain === undefined) return null;
    const distribution = domain.CloudFrontDistribution ?? "";
    return {
      ...state,
      id,
      aws_account_id: domain.AWSAccountId ?? "",
      certificate_arn: domain.CustomDomainConfig?.CertificateArn ?? "",
      cloudfront_distribution: distribution,
      cloudfront_distribution_arn: distribution,
      cloudfront_distribution_zone_id: CLOUDFRONT_ZONE,
      domain: id,
      managed_login_version: domain.ManagedLoginVersion ?? 0,
      s3_bucket: domain.S3Bucket ?? "",
      user_pool_id: domain.UserPoolId ?? "",
      version: domain.Version ?? "",
    };
  },
  async update(aws, prior, planned) {
    await aws.clients.cognito.updateUserPoolDomain({
      Domain: requiredText(prior, "id"),
      UserPoolId: requiredText(planned, "user_pool_id"),
      ...settings(planned),
    });
    await waitForActive(aws, planned);
  },
  async delete(aws, state) {
    const Domain = requiredText(state, "id");
    const UserPoolId = requiredText(state, "user_pool_id");
    const isGone = await deleteDomain(aws, Domain, UserPoolId);
    if (!isGone) await aws.wait(waitRow(state), async () => ((await findDomain(aws, Domain)) === undefined ? true : undefined));
  },
  async find(aws, planned) {
    const id = requiredText(planned, "domain");
    const domain = await findDomain(aws, id);
    return domain?.UserPoolId === planned.user_pool_id ? { id } : null;
  },
};

/** True when there was nothing to delete. */
async function deleteDomain(aws: AwsContext, Domain: string, UserPoolId: string): Promise<boolean> {
  try {
    await aws.clients.cognito.deleteUserPoolDomain({ Domain, UserPoolId });
    return false;
  } catch (error) {
    if (hasCode(error, ...MISSING) || hasCodeAndMessage(error, "InvalidParameterException", "No such domain")) return true;
    throw error;
  }
}

function settings(planned: ValueObject) {
  const CertificateArn = textAt(planned, "certificate_arn");
  const ManagedLoginVersion = numberAt(planned, "managed_login_version");
  return {
    ...(CertificateArn ? { CustomDomainConfig: { CertificateArn } } : {}),
    ...(ManagedLoginVersion ? { ManagedLoginVersion } : {}),
  };
}

/** Cognito answers an empty description for a domain that it does not know. */
async function findDomain(aws: AwsContext, Domain: string): Promise<DomainDescriptionType | undefined> {
  const answer = await unlessMissing(MISSING, () => aws.clients.cognito.describeUserPoolDomain({ Domain }));
  const description = answer?.DomainDescription;
  return description?.UserPoolId ? description : undefined;
}

async function waitForActive(aws: AwsContext, planned: ValueObject): Promise<void> {
  await aws.wait(waitRow(planned), async () => {
    const status = (await findDomain(aws, requiredText(planned, "domain")))?.Status;
    return status === undefined || status === "CREATING" || status === "UPDATING" ? undefined : true;
  });
}
