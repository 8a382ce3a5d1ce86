/** The attribute map of a schedule's target. */
import type {
  AwsVpcConfiguration,
  CapacityProviderStrategyItem,
  DeadLetterConfig,
  EcsParameters,
  EventBridgeParameters,
  FlexibleTimeWindow,
  KinesisParameters,
  NetworkConfiguration,
  PlacementConstraint,
  PlacementStrategy,
  RetryPolicy,
  SageMakerPipelineParameter,
  SageMakerPipelineParameters,
  SqsParameters,
  Target,
} from "@aws-sdk/client-scheduler";
import { isObject } from "@dovetail/model";
import { block, blocks, type Codec, flag, nonZero, rowsOf, stringsOf, text, texts, whole } from "../attribute-map.ts";

const row = rowsOf<Target>();
const ecs = rowsOf<EcsParameters>();
const strategy = rowsOf<CapacityProviderStrategyItem>();
const vpc = rowsOf<AwsVpcConfiguration>();
const placement = rowsOf<PlacementStrategy>();
const constraint = rowsOf<PlacementConstraint>();
const retry = rowsOf<RetryPolicy>();
const window = rowsOf<FlexibleTimeWindow>();
const parameter = rowsOf<SageMakerPipelineParameter>();
const bus = rowsOf<EventBridgeParameters>();

/** A truth value that the API spells ENABLED or DISABLED. */
const assignPublicIp: Codec<"ENABLED" | "DISABLED"> = {
  expand: (value) => (value === true ? "ENABLED" : "DISABLED"),
  flatten: (member) => member === "ENABLED",
};

const vpcBlock = block([
  vpc("assign_public_ip", "AssignPublicIp", assignPublicIp),
  vpc("security_groups", "SecurityGroups", texts()),
  vpc("subnets", "Subnets", texts()),
]);

const network: Codec<NetworkConfiguration> = {
  expand: (value) => {
    const awsvpcConfiguration = vpcBlock.expand(value);
    return awsvpcConfiguration === undefined ? undefined : { awsvpcConfiguration };
  },
  flatten: (member) => vpcBlock.flatten(member?.awsvpcConfiguration),
};

/** The service keeps an ECS task's tags as a list of maps with `key` and `value`. */
const tags: Codec<Record<string, string>[]> = {
  expand: (value) =>
    isObject(value) && Object.keys(value).length > 0
      ? Object.entries(stringsOf(value)).map(([key, text]) => ({ key, value: text }))
      : undefined,
  flatten: (member) => Object.fromEntries((member ?? []).map((tag) => [tag.key ?? tag.Key ?? "", tag.value ?? tag.Value ?? ""])),
};

const ECS = [
  ecs(
    "capacity_provider_strategy",
    "CapacityProviderStrategy",
    blocks([
      strategy("base", "base", whole()),
      strategy("capacity_provider", "capacityProvider", text()),
      strategy("weight", "weight", whole()),
    ]),
  ),
  ecs("enable_ecs_managed_tags", "EnableECSManagedTags", flag()),
  ecs("enable_execute_command", "EnableExecuteCommand", flag()),
  ecs("group", "Group", text()),
  ecs("launch_type", "LaunchType", text()),
  ecs("network_configuration", "NetworkConfiguration", network),
  ecs(
    "placement_constraints",
    "PlacementConstraints",
    blocks([constraint("expression", "expression", text()), constraint("type", "type", text())]),
  ),
  ecs(
    "placement_strategy",
    "PlacementStrategy",
    blocks([placement("field", "field", text()), placement("type", "type", text())]),
  ),
  ecs("platform_version", "PlatformVersion", text()),
  ecs("propagate_tags", "PropagateTags", text()),
  ecs("reference_id", "ReferenceId", text()),
  ecs("tags", "Tags", tags),
  ecs("task_count", "TaskCount", nonZero()),
  ecs("task_definition_arn", "TaskDefinitionArn", text()),
];

export const TARGET = [
  row("arn", "Arn", text()),
  row("dead_letter_config", "DeadLetterConfig", block([rowsOf<DeadLetterConfig>()("arn", "Arn", text())])),
  row("ecs_parameters", "EcsParameters", block(ECS)),
  row(
    "eventbridge_parameters",
    "EventBridgeParameters",
    block([bus("detail_type", "DetailType", text()), bus("source", "Source", text())]),
  ),
  row("input", "Input", text()),
  row("kinesis_parameters", "KinesisParameters", block([rowsOf<KinesisParameters>()("partition_key", "PartitionKey", text())])),
  row(
    "retry_policy",
    "RetryPolicy",
    block([
      retry("maximum_event_age_in_seconds", "MaximumEventAgeInSeconds", nonZero()),
      retry("maximum_retry_attempts", "MaximumRetryAttempts", whole()),
    ]),
  ),
  row("role_arn", "RoleArn", text()),
  row(
    "sagemaker_pipeline_parameters",
    "SageMakerPipelineParameters",
    block([
      rowsOf<SageMakerPipelineParameters>()(
        "pipeline_parameter",
        "PipelineParameterList",
        blocks([parameter("name", "Name", text()), parameter("value", "Value", text())]),
      ),
    ]),
  ),
  row("sqs_parameters", "SqsParameters", block([rowsOf<SqsParameters>()("message_group_id", "MessageGroupId", text())])),
];

export const FLEXIBLE_TIME_WINDOW = [
  window("maximum_window_in_minutes", "MaximumWindowInMinutes", nonZero()),
  window("mode", "Mode", text()),
];
