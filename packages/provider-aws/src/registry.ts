import type { NativeDataSource, NativeResource } from "./resource.ts";

/** A module of `services/`, loaded when its type is first used. */
export type ResourceModule = () => Promise<{ readonly resource: NativeResource }>;
export type DataSourceModule = () => Promise<{ readonly dataSource: NativeDataSource }>;

/** Native resource types. One row a line, in order of the type's name. */
export const RESOURCES: { readonly [type: string]: ResourceModule } = {
  aws_cloudwatch_composite_alarm: () => import("./services/cloudwatch/composite-alarm.resource.ts"),
  aws_cloudwatch_dashboard: () => import("./services/cloudwatch/dashboard.resource.ts"),
  aws_cloudwatch_event_bus: () => import("./services/events/bus.resource.ts"),
  aws_cloudwatch_event_rule: () => import("./services/events/rule.resource.ts"),
  aws_cloudwatch_event_target: () => import("./services/events/target.resource.ts"),
  aws_cloudwatch_log_group: () => import("./services/logs/log-group.resource.ts"),
  aws_cloudwatch_metric_alarm: () => import("./services/cloudwatch/metric-alarm.resource.ts"),
  aws_lambda_alias: () => import("./services/lambda/alias.resource.ts"),
  aws_lambda_event_source_mapping: () => import("./services/lambda/event-source-mapping.resource.ts"),
  aws_lambda_function: () => import("./services/lambda/function.resource.ts"),
  aws_lambda_function_event_invoke_config: () => import("./services/lambda/function-event-invoke-config.resource.ts"),
  aws_lambda_function_url: () => import("./services/lambda/function-url.resource.ts"),
  aws_lambda_layer_version: () => import("./services/lambda/layer-version.resource.ts"),
  aws_lambda_permission: () => import("./services/lambda/permission.resource.ts"),
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
};

/** Native data sources. One row a line, in order of the type's name. */
export const DATA_SOURCES: { readonly [type: string]: DataSourceModule } = {
  aws_caller_identity: () => import("./services/meta/caller-identity.data.ts"),
};
