/**
 * Lives on moto, a second cloud that neither provider was written for: where the two differ there, and why. It is moto that differs from AWS, and
 * the providers that meet it differently. Counted as the plans' reasons are; a reason covers all that a row of its types says.
 */
import type { Explanation } from "./explained.ts";

/** Groups of the tables whose services moto has. */
export const MOTO_GROUPS: ReadonlySet<string> = new Set([
  "Kinesis",
  "CloudWatch Logs",
  "EventBridge",
  "SNS, SQS, SSM",
  "Secrets Manager",
  "SES",
  "IAM",
  "Cognito",
]);

type Reason = readonly [row: RegExp, why: string, rows: Explanation["rows"]];

const REASONS: readonly Reason[] = [
  [
    /^life of /,
    "moto has not one of the operations and answers with a page: both providers say that they cannot read it.",
    {
      aws_cloudwatch_query_definition: 1,
      aws_cloudwatch_log_data_protection_policy: 1,
      aws_cloudwatch_log_account_policy: 1,
      aws_sesv2_configuration_set_event_destination: 1,
      aws_sns_topic_data_protection_policy: 1,
      aws_iam_openid_connect_provider: 1,
      aws_iam_virtual_mfa_device: 1,
      aws_cognito_resource_server: 1,
      aws_cognito_user_pool_ui_customization: 1,
      aws_cognito_risk_configuration: 1,
      aws_cognito_identity_pool: 1,
      aws_cognito_identity_pool_roles_attachment: 1,
      aws_cognito_identity_pool_provider_principal_tag: 1,
    },
  ],
  [
    /^end of /,
    "moto answers the deletion, or a second one, which only ours is asked for, with a page or a fault of its own where AWS says that there is nothing.",
    {
      aws_sesv2_configuration_set: 1,
      aws_ses_event_destination: 2,
      aws_ses_configuration_set: 1,
      aws_ses_template: 1,
      aws_sns_platform_application: 1,
      aws_secretsmanager_secret_version: 1,
      aws_secretsmanager_secret: 1,
      aws_cognito_resource_server: 1,
    },
  ],
  [
    /^(life|end) of (user|second|user-inline|user-unnamed|user-attached|key|members|membership|everyone)$/,
    "UpdateUser of moto loses a user's tags, and what is asked by the new name of a user finds none: rows that name the renamed user fail with the real one.",
    {
      aws_iam_user: 2,
      aws_iam_user_policy: 2,
      aws_iam_user_policy_attachment: 1,
      aws_iam_access_key: 1,
      aws_iam_group_membership: 1,
      aws_iam_user_group_membership: 1,
      aws_iam_policy_attachment: 1,
    },
  ],
  [
    /^life of only-/,
    "moto has none of AWS's own policies: both providers are told so by AttachUserPolicy and AttachGroupPolicy.",
    { aws_iam_user_policy_attachments_exclusive: 1, aws_iam_group_policy_attachments_exclusive: 1 },
  ],
  [
    /^profile$/,
    "moto tells microseconds of a date, ours keeps milliseconds; AWS tells seconds.",
    { "data aws_iam_instance_profile": 1 },
  ],
  [
    /^life of subscription$/,
    "PutSubscriptionFilter of moto does not change the distribution: ours reads it after the change, the real one does not.",
    { aws_cloudwatch_log_subscription_filter: 1 },
  ],
  [/^end of metric$/, "moto still tells of a metric filter that was deleted.", { aws_cloudwatch_log_metric_filter: 1 }],
  [
    /^life of set$/,
    "moto tells no reputation options of a configuration set: the real one keeps what was planned, ours reads them as off.",
    { aws_ses_configuration_set: 1 },
  ],
  [
    /^life of v2/,
    "GetConfigurationSet of moto tells a flag as a text, which the real one cannot read; tags of an identity are told to ours, not to the real one.",
    { aws_sesv2_configuration_set: 1, aws_sesv2_email_identity: 1 },
  ],
  [
    /^life of gcm$/,
    "moto tells the credential of a platform application, which AWS never does: the real one imports it.",
    { aws_sns_platform_application: 1 },
  ],
  [/^life of domain$/, "moto makes up the account of a domain anew at each reading.", { aws_cognito_user_pool_domain: 1 }],
  [
    /^pool$/,
    "moto tells a recovery setting that the pool was not given; ours does not read it back.",
    { "data aws_cognito_user_pool": 1 },
  ],
];

export const EXPLAINED_MOTO: readonly Explanation[] = REASONS.map(([row, why, rows]) => ({
  rows,
  attribute: "all",
  why,
  aspect: /^life$/,
  row,
  path: /^$/,
}));
