/** The attribute map of a function's configuration. */
import type {
  CapacityProviderConfig,
  CreateFunctionCommandInput,
  DeadLetterConfig,
  DurableConfig,
  Environment,
  EphemeralStorage,
  FileSystemConfig,
  FunctionConfiguration,
  ImageConfig,
  LambdaManagedInstancesCapacityProviderConfig,
  LoggingConfig,
  TenancyConfig,
  VpcConfig,
} from "@aws-sdk/client-lambda";
import type { MutableValueObject, ValueObject } from "@dovetail/model";
import type { AwsContext } from "../../resource.ts";
import { block, blocks, flag, flatten, nonZero, type Row, rowsOf, text, textMap, texts, whole } from "../attribute-map.ts";

const row = rowsOf<CreateFunctionCommandInput>();
const logging = rowsOf<LoggingConfig>();
const image = rowsOf<ImageConfig>();
const vpc = rowsOf<VpcConfig>();
const file = rowsOf<FileSystemConfig>();
const durable = rowsOf<DurableConfig>();
const managed = rowsOf<LambdaManagedInstancesCapacityProviderConfig>();

const VPC = [
  vpc("ipv6_allowed_for_dual_stack", "Ipv6AllowedForDualStack", flag()),
  vpc("security_group_ids", "SecurityGroupIds", texts()),
  vpc("subnet_ids", "SubnetIds", texts()),
];

const IMAGE = [
  image("command", "Command", texts()),
  image("entry_point", "EntryPoint", texts()),
  image("working_directory", "WorkingDirectory", text()),
];

const DURABLE = [
  durable("execution_timeout", "ExecutionTimeout", whole()),
  durable("retention_period", "RetentionPeriodInDays", whole()),
];

const MANAGED = [
  managed("capacity_provider_arn", "CapacityProviderArn", text()),
  managed("execution_environment_memory_gib_per_vcpu", "ExecutionEnvironmentMemoryGiBPerVCpu", nonZero()),
  managed("per_execution_environment_max_concurrency", "PerExecutionEnvironmentMaxConcurrency", nonZero()),
];

/** Attributes that UpdateFunctionConfiguration takes too, in both editions. */
const CONFIGURATION: readonly Row<CreateFunctionCommandInput>[] = [
  row("dead_letter_config", "DeadLetterConfig", block([rowsOf<DeadLetterConfig>()("target_arn", "TargetArn", text())])),
  row("description", "Description", text()),
  row("environment", "Environment", block([rowsOf<Environment>()("variables", "Variables", textMap())])),
  row("ephemeral_storage", "EphemeralStorage", block([rowsOf<EphemeralStorage>()("size", "Size", whole())])),
  row(
    "file_system_config",
    "FileSystemConfigs",
    blocks([file("arn", "Arn", text()), file("local_mount_path", "LocalMountPath", text())]),
  ),
  row("handler", "Handler", text()),
  row("image_config", "ImageConfig", block(IMAGE)),
  row("kms_key_arn", "KMSKeyArn", text()),
  row("layers", "Layers", texts()),
  row(
    "logging_config",
    "LoggingConfig",
    block([
      logging("application_log_level", "ApplicationLogLevel", text()),
      logging("log_format", "LogFormat", text()),
      logging("log_group", "LogGroup", text()),
      logging("system_log_level", "SystemLogLevel", text()),
    ]),
  ),
  row("memory_size", "MemorySize", nonZero()),
  row("role", "Role", text()),
  row("runtime", "Runtime", text()),
  row("timeout", "Timeout", nonZero()),
  row("vpc_config", "VpcConfig", block(VPC)),
  // Edition 6.
  row(
    "capacity_provider_config",
    "CapacityProviderConfig",
    block([
      rowsOf<CapacityProviderConfig>()(
        "lambda_managed_instances_capacity_provider_config",
        "LambdaManagedInstancesCapacityProviderConfig",
        block(MANAGED),
      ),
    ]),
  ),
  row("durable_config", "DurableConfig", block(DURABLE)),
];

/** Attributes that only a create takes. */
export const CREATE: readonly Row<CreateFunctionCommandInput>[] = [
  ...CONFIGURATION,
  row("architectures", "Architectures", texts()),
  row("code_signing_config_arn", "CodeSigningConfigArn", text()),
  row("function_name", "FunctionName", text()),
  row("package_type", "PackageType", text()),
  row("publish_to", "PublishTo", text()),
  row(
    "tenancy_config",
    "TenancyConfig",
    block([rowsOf<TenancyConfig>()("tenant_isolation_mode", "TenantIsolationMode", text())]),
  ),
];

export const CONFIGURATION_ROWS = CONFIGURATION;

/** A configuration as Lambda gives it -> attributes. */
export function functionState(aws: AwsContext, given: FunctionConfiguration): MutableValueObject {
  const arn = given.FunctionArn ?? "";
  const values: MutableValueObject = {
    architectures: given.Architectures ?? [],
    arn,
    code_sha256: given.CodeSha256 ?? "",
    dead_letter_config: given.DeadLetterConfig?.TargetArn ? [{ target_arn: given.DeadLetterConfig.TargetArn }] : [],
    description: given.Description ?? "",
    environment: given.Environment === undefined ? [] : [{ variables: stringRecord(given.Environment.Variables) }],
    ephemeral_storage: given.EphemeralStorage === undefined ? [] : [{ size: given.EphemeralStorage.Size ?? 0 }],
    file_system_config: (given.FileSystemConfigs ?? []).map((f) => ({
      arn: f.Arn ?? "",
      local_mount_path: f.LocalMountPath ?? "",
    })),
    function_name: given.FunctionName ?? "",
    handler: given.Handler ?? "",
    image_config: imageState(given),
    kms_key_arn: given.KMSKeyArn ?? "",
    last_modified: given.LastModified ?? "",
    layers: (given.Layers ?? []).map((layer) => layer.Arn ?? ""),
    logging_config: loggingState(given.LoggingConfig),
    memory_size: given.MemorySize ?? 0,
    package_type: given.PackageType ?? "",
    role: given.Role ?? "",
    runtime: given.Runtime ?? "",
    signing_job_arn: given.SigningJobArn ?? "",
    signing_profile_version_arn: given.SigningProfileVersionArn ?? "",
    snap_start: snapStartState(given),
    source_code_size: given.CodeSize ?? 0,
    timeout: given.Timeout ?? 0,
    tracing_config: [{ mode: given.TracingConfig?.Mode ?? "PassThrough" }],
    vpc_config: vpcState(given),
  };
  return aws.edition === "5.100.0" ? values : { ...values, ...editionSix(given) };
}

function editionSix(given: FunctionConfiguration): ValueObject {
  const capacity = given.CapacityProviderConfig?.LambdaManagedInstancesCapacityProviderConfig;
  return {
    capacity_provider_config:
      capacity === undefined ? [] : [{ lambda_managed_instances_capacity_provider_config: [flatten(MANAGED, capacity)] }],
    durable_config: given.DurableConfig === undefined ? [] : [flatten(DURABLE, given.DurableConfig)],
    tenancy_config:
      given.TenancyConfig === undefined ? [] : [{ tenant_isolation_mode: given.TenancyConfig.TenantIsolationMode ?? "" }],
  };
}

function stringRecord(record: Record<string, string> | undefined): ValueObject {
  return { ...record };
}

function imageState(given: FunctionConfiguration): ValueObject[] {
  const config = given.ImageConfigResponse?.Error === undefined ? given.ImageConfigResponse?.ImageConfig : undefined;
  return config === undefined ? [] : [flatten(IMAGE, config)];
}

function loggingState(given: LoggingConfig | undefined): ValueObject[] {
  if (given === undefined) return [];
  return [
    {
      application_log_level: given.ApplicationLogLevel ?? "",
      log_format: given.LogFormat ?? "",
      log_group: given.LogGroup ?? "",
      system_log_level: given.SystemLogLevel ?? "",
    },
  ];
}

function snapStartState(given: FunctionConfiguration): ValueObject[] {
  const snap = given.SnapStart;
  if (snap === undefined || snap.ApplyOn === "None") return [];
  return [{ apply_on: snap.ApplyOn ?? "", optimization_status: snap.OptimizationStatus ?? "" }];
}

/** Lambda answers an empty VPC configuration for a function that had one; a function without one has none. */
function vpcState(given: FunctionConfiguration): ValueObject[] {
  const config = given.VpcConfig;
  if (config === undefined) return [];
  const { SecurityGroupIds: groups = [], SubnetIds: subnets = [], VpcId: id = "" } = config;
  if (groups.length === 0 && subnets.length === 0 && id === "") return [];
  return [
    {
      ipv6_allowed_for_dual_stack: config.Ipv6AllowedForDualStack ?? false,
      security_group_ids: groups,
      subnet_ids: subnets,
      vpc_id: id,
    },
  ];
}
