/** The attribute map of an EventBridge target. */
import type {
  AppSyncParameters,
  AwsVpcConfiguration,
  BatchParameters,
  CapacityProviderStrategyItem,
  DeadLetterConfig,
  EcsParameters,
  HttpParameters,
  InputTransformer,
  KinesisParameters,
  NetworkConfiguration,
  PlacementConstraint,
  PlacementStrategy,
  RedshiftDataParameters,
  RetryPolicy,
  RunCommandParameters,
  RunCommandTarget,
  SageMakerPipelineParameter,
  SageMakerPipelineParameters,
  SqsParameters,
  Tag,
  Target,
} from "@aws-sdk/client-eventbridge";
import { isList, isObject } from "@dovetail/model";
import {
  block,
  blocks,
  type Codec,
  clearableText,
  expand,
  flag,
  flatten,
  nonZero,
  rowsOf,
  text,
  textMap,
  texts,
  whole,
} from "../attribute-map.ts";
import { tagList, tagMap } from "../tags.ts";

const row = rowsOf<Target>();
const ecs = rowsOf<EcsParameters>();
const strategy = rowsOf<CapacityProviderStrategyItem>();
const vpc = rowsOf<AwsVpcConfiguration>();
const placement = rowsOf<PlacementStrategy>();
const constraint = rowsOf<PlacementConstraint>();
const http = rowsOf<HttpParameters>();
const transformer = rowsOf<InputTransformer>();
const redshift = rowsOf<RedshiftDataParameters>();
const retry = rowsOf<RetryPolicy>();
const command = rowsOf<RunCommandTarget>();
const parameter = rowsOf<SageMakerPipelineParameter>();

/** A truth value that the API spells ENABLED or DISABLED. */
const assignPublicIp: Codec<"ENABLED" | "DISABLED"> = {
  expand: (value) => (value === true ? "ENABLED" : "DISABLED"),
  flatten: (member) => member === "ENABLED",
};

const VPC = [
  vpc("assign_public_ip", "AssignPublicIp", assignPublicIp),
  vpc("security_groups", "SecurityGroups", texts()),
  vpc("subnets", "Subnets", texts()),
];

const vpcBlock = block(VPC);
const network: Codec<NetworkConfiguration> = {
  expand: (value) => {
    const awsvpcConfiguration = vpcBlock.expand(value);
    return awsvpcConfiguration === undefined ? undefined : { awsvpcConfiguration };
  },
  flatten: (member) => vpcBlock.flatten(member?.awsvpcConfiguration),
};

const tags: Codec<Tag[]> = {
  expand: (value) => (isObject(value) && Object.keys(value).length > 0 ? tagList(stringEntries(value)) : undefined),
  flatten: (member) => tagMap(member),
};

function stringEntries(value: object): Record<string, string> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => typeof item === "string"));
}

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
    "ordered_placement_strategy",
    "PlacementStrategy",
    blocks([placement("field", "field", text()), placement("type", "type", text())]),
  ),
  ecs(
    "placement_constraint",
    "PlacementConstraints",
    blocks([constraint("expression", "expression", text()), constraint("type", "type", text())]),
  ),
  ecs("platform_version", "PlatformVersion", text()),
  ecs("propagate_tags", "PropagateTags", text()),
  ecs("tags", "Tags", tags),
  ecs("task_count", "TaskCount", nonZero()),
  ecs("task_definition_arn", "TaskDefinitionArn", text()),
];

const batch: Codec<BatchParameters> = {
  expand: (value) => {
    const [item] = isList(value) ? value : [];
    if (!isObject(item)) return undefined;
    const { job_definition, job_name, array_size, job_attempts } = item;
    return {
      JobDefinition: String(job_definition),
      JobName: String(job_name),
      ...(typeof array_size === "number" && array_size > 0 ? { ArrayProperties: { Size: array_size } } : {}),
      ...(typeof job_attempts === "number" && job_attempts > 0 ? { RetryStrategy: { Attempts: job_attempts } } : {}),
    };
  },
  flatten: (member) =>
    member === undefined
      ? []
      : [
          {
            job_definition: member.JobDefinition ?? "",
            job_name: member.JobName ?? "",
            array_size: member.ArrayProperties?.Size ?? 0,
            job_attempts: member.RetryStrategy?.Attempts ?? 0,
          },
        ],
};

const COMMAND = [command("key", "Key", text()), command("values", "Values", texts())];
const commands: Codec<RunCommandParameters> = {
  expand: (value) =>
    isList(value) && value.length > 0
      ? { RunCommandTargets: value.filter(isObject).map((item) => expand(COMMAND, item)) }
      : undefined,
  flatten: (member) => (member?.RunCommandTargets ?? []).map((item) => flatten(COMMAND, item)),
};

/** Everything of a target but its ARN and id. */
export const TARGET = [
  row(
    "appsync_target",
    "AppSyncParameters",
    block([rowsOf<AppSyncParameters>()("graphql_operation", "GraphQLOperation", text())]),
  ),
  row("batch_target", "BatchParameters", batch),
  row("dead_letter_config", "DeadLetterConfig", block([rowsOf<DeadLetterConfig>()("arn", "Arn", text())])),
  row("ecs_target", "EcsParameters", block(ECS)),
  row(
    "http_target",
    "HttpParameters",
    block([
      http("header_parameters", "HeaderParameters", textMap()),
      http("path_parameter_values", "PathParameterValues", texts()),
      http("query_string_parameters", "QueryStringParameters", textMap()),
    ]),
  ),
  row("input", "Input", text()),
  row("input_path", "InputPath", text()),
  row(
    "input_transformer",
    "InputTransformer",
    block([
      transformer("input_paths", "InputPathsMap", textMap()),
      transformer("input_template", "InputTemplate", clearableText()),
    ]),
  ),
  row(
    "kinesis_target",
    "KinesisParameters",
    block([rowsOf<KinesisParameters>()("partition_key_path", "PartitionKeyPath", text())]),
  ),
  row(
    "redshift_target",
    "RedshiftDataParameters",
    block([
      redshift("database", "Database", text()),
      redshift("db_user", "DbUser", text()),
      redshift("secrets_manager_arn", "SecretManagerArn", text()),
      redshift("sql", "Sql", text()),
      redshift("statement_name", "StatementName", text()),
      redshift("with_event", "WithEvent", flag()),
    ]),
  ),
  row(
    "retry_policy",
    "RetryPolicy",
    block([
      retry("maximum_event_age_in_seconds", "MaximumEventAgeInSeconds", nonZero()),
      retry("maximum_retry_attempts", "MaximumRetryAttempts", whole()),
    ]),
  ),
  row("role_arn", "RoleArn", text()),
  row("run_command_targets", "RunCommandParameters", commands),
  row(
    "sagemaker_pipeline_target",
    "SageMakerPipelineParameters",
    block([
      rowsOf<SageMakerPipelineParameters>()(
        "pipeline_parameter_list",
        "PipelineParameterList",
        blocks([parameter("name", "Name", text()), parameter("value", "Value", text())]),
      ),
    ]),
  ),
  row("sqs_target", "SqsParameters", block([rowsOf<SqsParameters>()("message_group_id", "MessageGroupId", text())])),
];
