import type { NativeDataSource, NativeResource } from "./resource.ts";

/** A module of `services/`, loaded when its type is first used. */
export type ResourceModule = () => Promise<{ readonly resource: NativeResource }>;
export type DataSourceModule = () => Promise<{ readonly dataSource: NativeDataSource }>;

/** Native resource types. One row a line, in order of the type's name. */
export const RESOURCES: { readonly [type: string]: ResourceModule } = {
  aws_apigatewayv2_api: () => import("./services/apigatewayv2/api.resource.ts"),
  aws_apigatewayv2_authorizer: () => import("./services/apigatewayv2/authorizer.resource.ts"),
  aws_apigatewayv2_integration: () => import("./services/apigatewayv2/integration.resource.ts"),
  aws_apigatewayv2_route: () => import("./services/apigatewayv2/route.resource.ts"),
  aws_apigatewayv2_stage: () => import("./services/apigatewayv2/stage.resource.ts"),
  aws_cloudwatch_composite_alarm: () => import("./services/cloudwatch/composite-alarm.resource.ts"),
  aws_cloudwatch_dashboard: () => import("./services/cloudwatch/dashboard.resource.ts"),
  aws_cloudwatch_event_bus: () => import("./services/events/bus.resource.ts"),
  aws_cloudwatch_event_rule: () => import("./services/events/rule.resource.ts"),
  aws_cloudwatch_event_target: () => import("./services/events/target.resource.ts"),
  aws_cloudwatch_log_group: () => import("./services/logs/log-group.resource.ts"),
  aws_cloudwatch_metric_alarm: () => import("./services/cloudwatch/metric-alarm.resource.ts"),
  aws_cognito_user_group: () => import("./services/cognito/user-group.resource.ts"),
  aws_cognito_user_pool: () => import("./services/cognito/user-pool.resource.ts"),
  aws_cognito_user_pool_client: () => import("./services/cognito/user-pool-client.resource.ts"),
  aws_cognito_user_pool_domain: () => import("./services/cognito/user-pool-domain.resource.ts"),
  aws_dynamodb_table: () => import("./services/dynamodb/table.resource.ts"),
  aws_iam_policy: () => import("./services/iam/policy.resource.ts"),
  aws_iam_role: () => import("./services/iam/role.resource.ts"),
  aws_iam_role_policy: () => import("./services/iam/role-policy.resource.ts"),
  aws_iam_role_policy_attachment: () => import("./services/iam/role-policy-attachment.resource.ts"),
  aws_lambda_alias: () => import("./services/lambda/alias.resource.ts"),
  aws_lambda_event_source_mapping: () => import("./services/lambda/event-source-mapping.resource.ts"),
  aws_lambda_function: () => import("./services/lambda/function.resource.ts"),
  aws_lambda_function_event_invoke_config: () => import("./services/lambda/function-event-invoke-config.resource.ts"),
  aws_lambda_function_url: () => import("./services/lambda/function-url.resource.ts"),
  aws_lambda_layer_version: () => import("./services/lambda/layer-version.resource.ts"),
  aws_lambda_permission: () => import("./services/lambda/permission.resource.ts"),
  aws_s3_bucket: () => import("./services/s3/bucket.resource.ts"),
  aws_s3_bucket_accelerate_configuration: () => import("./services/s3/bucket-accelerate-configuration.resource.ts"),
  aws_s3_bucket_acl: () => import("./services/s3/bucket-acl.resource.ts"),
  aws_s3_bucket_cors_configuration: () => import("./services/s3/bucket-cors-configuration.resource.ts"),
  aws_s3_bucket_lifecycle_configuration: () => import("./services/s3/bucket-lifecycle-configuration.resource.ts"),
  aws_s3_bucket_logging: () => import("./services/s3/bucket-logging.resource.ts"),
  aws_s3_bucket_notification: () => import("./services/s3/bucket-notification.resource.ts"),
  aws_s3_bucket_ownership_controls: () => import("./services/s3/bucket-ownership-controls.resource.ts"),
  aws_s3_bucket_policy: () => import("./services/s3/bucket-policy.resource.ts"),
  aws_s3_bucket_public_access_block: () => import("./services/s3/bucket-public-access-block.resource.ts"),
  aws_s3_bucket_server_side_encryption_configuration: () =>
  aws_s3_bucket_versioning: () => import("./services/s3/bucket-versioning.resource.ts"),
  aws_s3_bucket_website_configuration: () => import("./services/s3/bucket-website-configuration.resource.ts"),
  aws_s3_object: () => import("./services/s3/object.resource.ts"),
  aws_scheduler_schedule: () => import("./services/scheduler/schedule.resource.ts"),
  aws_scheduler_schedule_group: () => import("./services/scheduler/schedule-group.resource.ts"),
  aws_sesv2_email_identity: () => import("./services/sesv2/email-identity.resource.ts"),
  aws_sns_topic: () => import("./services/sns/topic.resource.ts"),
  aws_sns_topic_policy: () => import("./services/sns/topic-policy.resource.ts"),
  aws_sns_topic_subscription: () => import("./services/sns/topic-subscription.resource.ts"),
  aws_sqs_queue: () => import("./services/sqs/queue.resource.ts"),
  aws_sqs_queue_policy: () => import("./services/sqs/queue-policy.resource.ts"),
  aws_sqs_queue_redrive_allow_policy: () => import("./services/sqs/queue-redrive-allow-policy.resource.ts"),
  aws_sqs_queue_redrive_policy: () => import("./services/sqs/queue-redrive-policy.resource.ts"),
  aws_ssm_parameter: () => import("./services/ssm/parameter.resource.ts"),
    import("./services/s3/bucket-server-side-encryption-configuration.resource.ts"),
};

/** Native data sources. One row a line, in order of the type's name. */
export const DATA_SOURCES: { readonly [type: string]: DataSourceModule } = {
  aws_caller_identity: () => import("./services/meta/caller-identity.data.ts"),
  aws_iam_policy_document: () => import("./services/iam/policy-document.data.ts"),
  aws_partition: () => import("./services/meta/partition.data.ts"),
  aws_region: () => import("./services/meta/region.data.ts"),
  aws_s3_bucket: () => import("./services/s3/bucket.data.ts"),
  aws_ssm_parameter: () => import("./services/ssm/parameter.data.ts"),
};
