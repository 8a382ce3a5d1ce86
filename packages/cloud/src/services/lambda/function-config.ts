import type { CreateFunctionRequest, FunctionConfiguration, UpdateFunctionConfigurationRequest } from "@aws-sdk/client-lambda";
import { parseArn } from "../../core/arn.ts";
import { invalidParameter } from "./errors.ts";

/** The rules of a function's configuration that go beyond the API model's ranges and patterns, with AWS's sentences. Pure. */

/** AWS developer guide, "Defined runtime environment variables": what a function may not set (read 2026-11-21). */
const RESERVED_VARIABLES = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_DEFAULT_REGION",
  "AWS_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_LAMBDA_RUNTIME_API",
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
]);

const ENVIRONMENT_BYTES_MAX = 4096;

/** Runtimes that can be chosen for new functions, newest first by family (AWS developer guide, "Lambda runtimes", read 2026-11-21). */
const SUPPORTED_RUNTIMES = new Set([
  "nodejs24.x", "nodejs22.x", "nodejs20.x", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python3.9",
  "java25", "java21", "java17", "java11", "java8.al2", "dotnet10", "dotnet9", "dotnet8", "ruby3.5", "ruby3.4", "ruby3.3", "ruby3.2",
  "provided.al2023", "provided.al2", "nodejs18.x",
]); // biome-ignore format: a list

const RETIRED_RUNTIMES: { readonly [runtime: string]: string } = {
  nodejs: "nodejs22.x", "nodejs4.3": "nodejs22.x", "nodejs4.3-edge": "nodejs22.x", "nodejs6.10": "nodejs22.x", "nodejs8.10": "nodejs22.x",
  "nodejs10.x": "nodejs22.x", "nodejs12.x": "nodejs22.x", "nodejs14.x": "nodejs22.x", "nodejs16.x": "nodejs22.x",
  "python2.7": "python3.13", "python3.6": "python3.13", "python3.7": "python3.13", "python3.8": "python3.13",
  java8: "java21", "dotnetcore1.0": "dotnet8", "dotnetcore2.0": "dotnet8", "dotnetcore2.1": "dotnet8", "dotnetcore3.1": "dotnet8", dotnet6: "dotnet8",
  "ruby2.5": "ruby3.4", "ruby2.7": "ruby3.4", "go1.x": "provided.al2023", provided: "provided.al2023",
}; // biome-ignore format: a list

export function checkRuntime(runtime: string): void {
  if (SUPPORTED_RUNTIMES.has(runtime)) return;
  const instead = RETIRED_RUNTIMES[runtime];
  if (instead !== undefined) {
    throw invalidParameter(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    );
  }
  throw invalidParameter(
    `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${[...SUPPORTED_RUNTIMES].join(", ")}] or be a valid ARN`,
  );
}

export function checkEnvironment(variables: { readonly [name: string]: string } | undefined): void {
  if (variables === undefined) return;
  const names = Object.keys(variables);
  const reserved = names.filter((name) => RESERVED_VARIABLES.has(name));
  if (reserved.length > 0) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  }
  const bad = names.find((name) => !/^[a-zA-Z][a-zA-Z0-9_]+$/.test(name));
  if (bad !== undefined) {
    throw invalidParameter(
      `1 validation error detected: Value '${JSON.stringify(names)}' at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]`,
    );
  }
  const measured = JSON.stringify(variables);
  const bytes = names.reduce((sum, name) => sum + Buffer.byteLength(name) + Buffer.byteLength(variables[name] ?? ""), 0);
  if (bytes > ENVIRONMENT_BYTES_MAX) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${measured}`,
    );
  }
}

/** Members of a configuration that a request may set, with AWS's defaults where a new function leaves them out. */
export type Settings = Pick<
  FunctionConfiguration,
  | "Runtime" | "Role" | "Handler" | "Description" | "Timeout" | "MemorySize" | "VpcConfig" | "Environment" | "DeadLetterConfig" | "KMSKeyArn"
  | "TracingConfig" | "FileSystemConfigs" | "ImageConfigResponse" | "EphemeralStorage" | "SnapStart" | "LoggingConfig"
>; // biome-ignore format: a list

export function checkSettings(input: CreateFunctionRequest | UpdateFunctionConfigurationRequest): void {
  if (input.Runtime !== undefined) checkRuntime(input.Runtime);
  checkEnvironment(input.Environment?.Variables);
  const target = input.DeadLetterConfig?.TargetArn;
  if (target !== undefined && target !== "" && !["sqs", "sns"].includes(parseArn(target)?.service ?? "")) {
    throw invalidParameter(
      `The provided target ${target} is not a valid dead letter queue target: it must be an SQS queue or an SNS topic`,
    );
  }
  if ((input.Layers?.length ?? 0) > 5) throw invalidParameter("Cannot reference more than 5 layers.");
  const logging = input.LoggingConfig;
  if (logging?.LogFormat !== "JSON" && (logging?.ApplicationLogLevel !== undefined || logging?.SystemLogLevel !== undefined)) {
    throw invalidParameter("To configure log levels, the log format must be set to JSON.");
  }
}

const isEmptyVpc = (vpc: CreateFunctionRequest["VpcConfig"]) =>
  (vpc?.SubnetIds?.length ?? 0) === 0 && (vpc?.SecurityGroupIds?.length ?? 0) === 0;

/** The configuration's members after a request: `before` is what the function had, or nothing for a new one. */
export function applySettings(
  functionName: string,
  before: Settings,
  input: Partial<CreateFunctionRequest & UpdateFunctionConfigurationRequest>,
): Settings {
  const vpc = input.VpcConfig === undefined ? before.VpcConfig : vpcOf(input.VpcConfig);
  const variables = input.Environment === undefined ? before.Environment : environmentOf(input.Environment.Variables);
  const deadLetter = input.DeadLetterConfig ?? before.DeadLetterConfig;
  return {
    ...pick(before, input, ["Runtime", "Role", "Handler", "KMSKeyArn", "FileSystemConfigs"]),
    Description: input.Description ?? before.Description ?? "",
    Timeout: input.Timeout ?? before.Timeout ?? 3,
    MemorySize: input.MemorySize ?? before.MemorySize ?? 128,
    TracingConfig: { Mode: input.TracingConfig?.Mode ?? before.TracingConfig?.Mode ?? "PassThrough" },
    EphemeralStorage: { Size: input.EphemeralStorage?.Size ?? before.EphemeralStorage?.Size ?? 512 },
    SnapStart: { ApplyOn: input.SnapStart?.ApplyOn ?? before.SnapStart?.ApplyOn ?? "None", OptimizationStatus: "Off" },
    LoggingConfig: loggingOf(functionName, before.LoggingConfig, input.LoggingConfig),
    ...(vpc === undefined ? {} : { VpcConfig: vpc }),
    ...(variables === undefined ? {} : { Environment: variables }),
    ...(deadLetter?.TargetArn ? { DeadLetterConfig: { TargetArn: deadLetter.TargetArn } } : {}),
    ...imageConfigOf(before, input),
  };
}

function pick<K extends keyof Settings>(before: Settings, input: object, names: readonly K[]): Settings {
  const out: Record<string, unknown> = {};
  for (const name of names) {
    const value = (input as Settings)[name] ?? before[name];
    if (value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0)) out[name] = value;
  }
  return out;
}

const environmentOf = (variables: Record<string, string> | undefined): Settings["Environment"] =>
  variables === undefined || Object.keys(variables).length === 0 ? undefined : { Variables: variables };

function vpcOf(vpc: NonNullable<CreateFunctionRequest["VpcConfig"]>): Settings["VpcConfig"] {
  const ipv6 = vpc.Ipv6AllowedForDualStack ?? false;
  if (isEmptyVpc(vpc)) return { SubnetIds: [], SecurityGroupIds: [], VpcId: "", Ipv6AllowedForDualStack: ipv6 };
  return {
    SubnetIds: vpc.SubnetIds ?? [],
    SecurityGroupIds: vpc.SecurityGroupIds ?? [],
    VpcId: "vpc-00000000000000000",
    Ipv6AllowedForDualStack: ipv6,
  };
}

function loggingOf(
  functionName: string,
  before: Settings["LoggingConfig"],
  input: CreateFunctionRequest["LoggingConfig"],
): Settings["LoggingConfig"] {
  const merged = { ...before, ...input };
  const format = merged.LogFormat ?? "Text";
  const levels =
    format === "JSON"
      ? { ApplicationLogLevel: merged.ApplicationLogLevel ?? "INFO", SystemLogLevel: merged.SystemLogLevel ?? "INFO" }
      : {};
  return { LogFormat: format, ...levels, LogGroup: merged.LogGroup ?? `/aws/lambda/${functionName}` };
}

function imageConfigOf(before: Settings, input: Partial<CreateFunctionRequest>): Settings {
  const image = input.ImageConfig === undefined ? before.ImageConfigResponse : { ImageConfig: input.ImageConfig };
  return image === undefined ? {} : { ImageConfigResponse: image };
}

/** `2026-11-21T12:00:00.000+0000`, the form of `LastModified`. */
export const lambdaDate = (ms: number): string => new Date(ms).toISOString().replace("Z", "+0000");

/** An opaque but stable runtime version, as AWS reports beside a managed runtime. */
export function runtimeVersionArn(region: string, runtime: string): string {
  const digits = Buffer.from(runtime).toString("hex").padEnd(64, "0").slice(0, 64);
  return `arn:aws:lambda:${region}::runtime:${digits}`;
}
