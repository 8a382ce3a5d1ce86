/**
 * What an object is or sets remotely, in words and by the attributes that identify it: two resources with the same answer fight over one thing.
 * Not here: types of which there may be any number under one name (APIs, user pools), and those whose parts add up (targets, permissions).
 */
import { UNKNOWN, type ValueObject } from "@dovetail/model";

const BUCKET_SETTINGS = [
  "accelerate_configuration",
  "acl",
  "cors_configuration",
  "lifecycle_configuration",
  "logging",
  "notification",
  "object_lock_configuration",
  "ownership_controls",
  "policy",
  "public_access_block",
  "replication_configuration",
  "request_payment_configuration",
  "server_side_encryption_configuration",
  "versioning",
  "website_configuration",
];

/** Settings of which a bucket has several, by name. */
const BUCKET_LISTS = ["analytics_configuration", "intelligent_tiering_configuration", "inventory", "metric"];

/** Type -> the thing's name in words, and the attributes that say which one. */
const OWNED: { readonly [type: string]: readonly [string, ...string[]] } = {
  aws_api_gateway_domain_name: ["API Gateway domain", "domain_name"],
  aws_apigatewayv2_domain_name: ["API Gateway domain", "domain_name"],
  aws_apigatewayv2_route: ["API Gateway route", "api_id", "route_key"],
  aws_apigatewayv2_stage: ["API Gateway stage", "api_id", "name"],
  aws_cloudwatch_composite_alarm: ["CloudWatch alarm", "alarm_name"],
  aws_cloudwatch_dashboard: ["CloudWatch dashboard", "dashboard_name"],
  aws_cloudwatch_event_api_destination: ["EventBridge API destination", "name"],
  aws_cloudwatch_event_archive: ["EventBridge archive", "name"],
  aws_cloudwatch_event_bus: ["EventBridge bus", "name"],
  aws_cloudwatch_event_bus_policy: ["policy of the EventBridge bus", "event_bus_name"],
  aws_cloudwatch_event_connection: ["EventBridge connection", "name"],
  aws_cloudwatch_event_permission: ["permission of the EventBridge bus", "event_bus_name", "statement_id"],
  aws_cloudwatch_event_rule: ["EventBridge rule", "event_bus_name", "name"],
  aws_cloudwatch_event_target: ["EventBridge target", "event_bus_name", "rule", "target_id"],
  aws_cloudwatch_log_destination: ["log destination", "name"],
  aws_cloudwatch_log_destination_policy: ["policy of the log destination", "destination_name"],
  aws_cloudwatch_log_group: ["log group", "name"],
  aws_cloudwatch_log_metric_filter: ["metric filter of the log group", "log_group_name", "name"],
  aws_cloudwatch_log_resource_policy: ["CloudWatch Logs policy", "policy_name"],
  aws_cloudwatch_log_stream: ["log stream", "log_group_name", "name"],
  aws_cloudwatch_log_subscription_filter: ["subscription filter of the log group", "log_group_name", "name"],
  aws_cloudwatch_metric_alarm: ["CloudWatch alarm", "alarm_name"],
  aws_cognito_identity_pool_roles_attachment: ["roles of the identity pool", "identity_pool_id"],
  aws_cognito_identity_provider: ["Cognito identity provider", "user_pool_id", "provider_name"],
  aws_cognito_resource_server: ["Cognito resource server", "user_pool_id", "identifier"],
  aws_cognito_user: ["Cognito user", "user_pool_id", "username"],
  aws_cognito_user_group: ["Cognito group", "user_pool_id", "name"],
  aws_cognito_user_pool_domain: ["Cognito domain", "domain"],
  aws_dynamodb_contributor_insights: ["contributor insights of the table", "table_name", "index_name"],
  aws_dynamodb_kinesis_streaming_destination: ["stream of the DynamoDB table", "table_name", "stream_arn"],
  aws_dynamodb_resource_policy: ["policy of the DynamoDB resource", "resource_arn"],
  aws_dynamodb_table: ["DynamoDB table", "name"],
  aws_iam_account_alias: ["alias of the account", "account_alias"],
  aws_iam_group: ["IAM group", "name"],
  aws_iam_group_membership: ["members of the IAM group", "group"],
  aws_iam_group_policy: ["inline policy of the IAM group", "group", "name"],
  aws_iam_group_policy_attachment: ["attachment to the IAM group", "group", "policy_arn"],
  aws_iam_instance_profile: ["IAM instance profile", "name"],
  aws_iam_openid_connect_provider: ["IAM OpenID Connect provider", "url"],
  aws_iam_policy_attachment: ["attachments of the IAM policy", "policy_arn"],
  aws_iam_policy: ["IAM policy", "name"],
  aws_iam_role: ["IAM role", "name"],
  aws_iam_role_policy_attachment: ["attachment to the IAM role", "role", "policy_arn"],
  aws_iam_role_policy: ["inline policy of the IAM role", "role", "name"],
  aws_iam_role_policies_exclusive: ["inline policies of the IAM role", "role_name"],
  aws_iam_role_policy_attachments_exclusive: ["attachments to the IAM role", "role_name"],
  aws_iam_saml_provider: ["IAM SAML provider", "name"],
  aws_iam_user: ["IAM user", "name"],
  aws_iam_user_login_profile: ["password of the IAM user", "user"],
  aws_iam_user_policy: ["inline policy of the IAM user", "user", "name"],
  aws_iam_user_policy_attachment: ["attachment to the IAM user", "user", "policy_arn"],
  aws_iam_virtual_mfa_device: ["virtual MFA device", "path", "virtual_mfa_device_name"],
  aws_kinesis_resource_policy: ["policy of the Kinesis stream", "resource_arn"],
  aws_kinesis_stream: ["Kinesis stream", "name"],
  aws_kinesis_stream_consumer: ["Kinesis consumer", "stream_arn", "name"],
  aws_kms_alias: ["KMS alias", "name"],
  aws_kms_key_policy: ["policy of the KMS key", "key_id"],
  aws_lambda_alias: ["Lambda alias", "function_name", "name"],
  aws_lambda_function: ["Lambda function", "function_name"],
  aws_lambda_function_event_invoke_config: ["asynchronous invocation settings of the function", "function_name", "qualifier"],
  aws_lambda_function_recursion_config: ["recursion setting of the function", "function_name"],
  aws_lambda_function_url: ["URL of the function", "function_name", "qualifier"],
  aws_lambda_layer_version_permission: ["permission of the layer", "layer_name", "version_number", "statement_id"],
  aws_lambda_permission: ["permission of the function", "function_name", "qualifier", "statement_id"],
  aws_lambda_provisioned_concurrency_config: ["provisioned concurrency of the function", "function_name", "qualifier"],
  aws_lambda_runtime_management_config: ["runtime updates of the function", "function_name", "qualifier"],
  aws_s3_bucket: ["S3 bucket", "bucket"],
  ...Object.fromEntries(
    BUCKET_SETTINGS.map((name) => [`aws_s3_bucket_${name}`, [`${name.replaceAll("_", " ")} of the S3 bucket`, "bucket"]]),
  ),
  ...Object.fromEntries(
    BUCKET_LISTS.map((name) => [`aws_s3_bucket_${name}`, [`${name.replaceAll("_", " ")} of the S3 bucket`, "bucket", "name"]]),
  ),
  aws_s3_object: ["S3 object", "bucket", "key"],
  aws_scheduler_schedule: ["schedule", "group_name", "name"],
  aws_scheduler_schedule_group: ["schedule group", "name"],
  aws_secretsmanager_secret: ["secret", "name"],
  aws_secretsmanager_secret_policy: ["policy of the secret", "secret_arn"],
  aws_secretsmanager_secret_rotation: ["rotation of the secret", "secret_id"],
  aws_ses_configuration_set: ["SES configuration set", "name"],
  aws_ses_domain_identity: ["SES identity", "domain"],
  aws_ses_email_identity: ["SES identity", "email"],
  aws_ses_event_destination: ["SES event destination", "configuration_set_name", "name"],
  aws_ses_template: ["SES template", "name"],
  aws_sesv2_configuration_set: ["SES configuration set", "configuration_set_name"],
  aws_sesv2_configuration_set_event_destination: ["SES event destination", "configuration_set_name", "event_destination_name"],
  aws_sesv2_email_identity: ["SES identity", "email_identity"],
  aws_sns_platform_application: ["SNS platform application", "platform", "name"],
  aws_sns_topic: ["SNS topic", "name"],
  aws_sns_topic_policy: ["policy of the SNS topic", "arn"],
  aws_sqs_queue: ["SQS queue", "name"],
  aws_sqs_queue_policy: ["policy of the SQS queue", "queue_url"],
  aws_sqs_queue_redrive_allow_policy: ["redrive allow policy of the SQS queue", "queue_url"],
  aws_sqs_queue_redrive_policy: ["redrive policy of the SQS queue", "queue_url"],
  aws_ssm_parameter: ["SSM parameter", "name"],
};

/** Attributes that mean something even when they are unset. */
const MAY_BE_UNSET = new Set(["index_name", "qualifier"]);

/** The type whose object an attribute names, where its value is not known before that exists. */
const NAMES_A: { readonly [attribute: string]: string } = {
  key_id: "aws_kms_key",
  secret_arn: "aws_secretsmanager_secret",
  secret_id: "aws_secretsmanager_secret",
  api_id: "aws_apigatewayv2_api",
  arn: "aws_sns_topic",
  bucket: "aws_s3_bucket",
  function_name: "aws_lambda_function",
  group: "aws_iam_group",
  identity_pool_id: "aws_cognito_identity_pool",
  policy_arn: "aws_iam_policy",
  queue_url: "aws_sqs_queue",
  role: "aws_iam_role",
  role_name: "aws_iam_role",
  user: "aws_iam_user",
  user_pool_id: "aws_cognito_user_pool",
};

/**
 * The thing in words (`policy of the SQS queue https://…`); undefined where several may exist, or where an attribute is not yet known and
 * `comesFrom` (a type -> address of the only resource of it that this one depends on) does not tell what it will name.
 */
export function ownedThing(
  type: string,
  planned: ValueObject,
  comesFrom: (type: string) => string | undefined = () => undefined,
): string | undefined {
  const row = Object.hasOwn(OWNED, type) ? OWNED[type] : undefined;
  if (row === undefined) return undefined;
  const [words, ...attributes] = row;
  const values = attributes.map((name) => {
    const value = planned[name] ?? (MAY_BE_UNSET.has(name) ? "" : undefined);
    const source = NAMES_A[name];
    if (value === UNKNOWN) return source === undefined || source === type ? undefined : comesFrom(source);
    return typeof value === "string" && (value !== "" || MAY_BE_UNSET.has(name)) ? value : undefined;
  });
  if (values.some((value) => value === undefined)) return undefined;
  return `${words} ${values.filter((value) => value !== "").join("/")}`;
}
