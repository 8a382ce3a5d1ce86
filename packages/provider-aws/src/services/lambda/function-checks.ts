/** What is wrong with a function before Lambda is asked. */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { type Diagnostic, errorDiagnostic, isObject, UNKNOWN, type ValueObject, warningDiagnostic } from "@dovetail/model";
import { blockAt, isTrue, textAt, textsAt } from "../attribute-map.ts";
import {
  atLeast,
  between,
  conflicts,
  each,
  exactlyOneOf,
  isArn,
  lengthBetween,
  matches,
  oneOf,
  requiredWith,
  runChecks,
} from "../checks.ts";
import { candidates, filesOfZip, handlerFiles } from "./archive.ts";
import { FUNCTION } from "./find.ts";

/** Of aws-sdk-go-v2/service/lambda/types at edition 5.100.0 and later (enums.go). */
const RUNTIMES = [
  "nodejs",
  "nodejs4.3",
  "nodejs6.10",
  "nodejs8.10",
  "nodejs10.x",
  "nodejs12.x",
  "nodejs14.x",
  "nodejs16.x",
  "java8",
  "java8.al2",
  "java11",
  "python2.7",
  "python3.6",
  "python3.7",
  "python3.8",
  "python3.9",
  "dotnetcore1.0",
  "dotnetcore2.0",
  "dotnetcore2.1",
  "dotnetcore3.1",
  "dotnet6",
  "dotnet8",
  "nodejs4.3-edge",
  "go1.x",
  "ruby2.5",
  "ruby2.7",
  "provided",
  "provided.al2",
  "nodejs18.x",
  "python3.10",
  "java17",
  "ruby3.2",
  "ruby3.3",
  "ruby3.4",
  "python3.11",
  "nodejs20.x",
  "provided.al2023",
  "python3.12",
  "java21",
  "python3.13",
  "nodejs22.x",
  "nodejs24.x",
  "python3.14",
  "java25",
  "dotnet10",
  "ruby3.5",
  "ruby4.0",
];

const SOURCES = ["filename", "image_uri", "s3_bucket"];

const CHECKS = [
  oneOf("architectures", ["x86_64", "arm64"]),
  isArn("code_signing_config_arn"),
  isArn("dead_letter_config.target_arn"),
  between("ephemeral_storage.size", 512, 10_240),
  isArn("file_system_config.arn"),
  matches("file_system_config.local_mount_path", /^\/mnt\/[0-9A-Za-z_.-]+$/, "must start with '/mnt/'"),
  exactlyOneOf(SOURCES),
  matches("function_name", FUNCTION, "must be valid function name or function ARN", { code: "DVT3007" }),
  lengthBetween("function_name", 1, 140, { code: "DVT3007" }),
  each(
    "function_name",
    (value) =>
      typeof value === "string" && !value.includes(":") && value.length > 64
        ? `The function name ${value} has ${value.length} characters; Lambda limits it to 64 characters in length.`
        : undefined,
    { code: "DVT3007" },
  ),
  lengthBetween("handler", 1, 128),
  isArn("kms_key_arn"),
  isArn("layers"),
  oneOf("logging_config.application_log_level", ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]),
  oneOf("logging_config.log_format", ["JSON", "Text"]),
  matches(
    "logging_config.log_group",
    /^[0-9A-Za-z_./#-]+$/,
    "must contain alphanumeric characters, underscores, hyphens, slashes, hash signs and dots only",
  ),
  oneOf("logging_config.system_log_level", ["DEBUG", "INFO", "WARN"]),
  between("memory_size", 128, 10_240),
  oneOf("package_type", ["Zip", "Image"]),
  atLeast("reserved_concurrent_executions", -1),
  requiredWith("replacement_security_group_ids", ["replace_security_groups_on_destroy"]),
  isArn("role"),
  oneOf("runtime", RUNTIMES),
  requiredWith("s3_bucket", ["s3_key"]),
  requiredWith("s3_key", ["s3_bucket"]),
  conflicts("s3_object_version", ["filename", "image_uri"]),
  conflicts("source_kms_key_arn", ["image_uri"]),
  oneOf("snap_start.apply_on", ["PublishedVersions", "None"]),
  between("timeout", 1, 900),
  oneOf("tracing_config.mode", ["Active", "PassThrough"]),
  between("durable_config.execution_timeout", 1, 31_622_400),
  between("durable_config.retention_period", 1, 90),
  oneOf("publish_to", ["LATEST_PUBLISHED"]),
];

export function functionDiagnostics(config: ValueObject): readonly Diagnostic[] {
  return [
    ...runChecks(CHECKS, config),
    ...layerCount(config),
    ...environment(config),
    ...securityGroups(config),
    ...emptyGroups(config),
  ];
}

/** What the real provider looks at once all else is valid, and the archive itself. */
export function functionPlanDiagnostics(config: ValueObject): readonly Diagnostic[] {
  return [...handlerAndRuntime(config), ...archive(config)];
}

const LAYERS_MAX = 5;

function layerCount(config: ValueObject): Diagnostic[] {
  const count = Array.isArray(config.layers) ? config.layers.length : 0;
  if (count <= LAYERS_MAX) return [];
  const detail = `Attribute layers supports ${LAYERS_MAX} item maximum, but config has ${count} declared.`;
  return [errorDiagnostic("DVT3001", "Too many list items", { detail, attribute: "layers" })];
}

function handlerAndRuntime(config: ValueObject): readonly Diagnostic[] {
  const type = config.package_type ?? "Zip";
  const isMissing = (name: string) => (config[name] ?? "") === "";
  if (type !== "Zip" || (!isMissing("handler") && !isMissing("runtime"))) return [];
  const detail = "handler and runtime must be set when PackageType is Zip";
  return [
    errorDiagnostic("DVT3001", "Invalid configuration", { detail, attribute: isMissing("handler") ? "handler" : "runtime" }),
  ];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime, "Reserved environment variables". */
const RESERVED = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_DEFAULT_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "LAMBDA_RUNTIME_DIR",
  "LAMBDA_TASK_ROOT",
]);

function environment(config: ValueObject): Diagnostic[] {
  const variables = blockAt(config, "environment")?.variables;
  const keys = isObject(variables) ? Object.keys(variables) : [];
  const reserved = keys.filter((key) => RESERVED.has(key)).sort();
  if (reserved.length === 0) return [];
  const detail =
    "Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys " +
    `that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(", ")}`;
  const fix = `Leave ${reserved.join(", ")} out: Lambda sets ${reserved.length === 1 ? "it" : "them"} itself.`;
  return [warningDiagnostic("DVT1009", "Reserved environment variable", { detail, fix, attribute: "environment" })];
}

function securityGroups(config: ValueObject): Diagnostic[] {
  if (!isTrue(config, "replace_security_groups_on_destroy") || config.replacement_security_group_ids === UNKNOWN) return [];
  if (textsAt(config, "replacement_security_group_ids").length > 0) return [];
  const detail =
    "replace_security_groups_on_destroy without replacement_security_group_ids is not carried out: the VPC's default security group would have to be looked up in EC2.";
  return [errorDiagnostic("DVT3006", "Argument not carried out", { detail, attribute: "replace_security_groups_on_destroy" })];
}

/** Groups to put back are named only where they are put back; the SDK counts an empty list as named. */
function emptyGroups(config: ValueObject): Diagnostic[] {
  const { replacement_security_group_ids: groups, replace_security_groups_on_destroy: replaces } = config;
  if (!Array.isArray(groups) || groups.length > 0 || (replaces ?? null) !== null) return [];
  const attribute = "replacement_security_group_ids";
  const detail = `"${attribute}": all of \`replace_security_groups_on_destroy,${attribute}\` must be specified`;
  return [errorDiagnostic("DVT3001", "Missing required argument", { detail, attribute })];
}

/** Path of a file that config names, with `~` as the home folder. */
export function expandHome(path: string): string {
  return path.startsWith("~/") ? homedir() + path.slice(1) : path;
}

/** The archive that `filename` names must be there, be one, and hold the handler. */
function archive(config: ValueObject): Diagnostic[] {
  const filename = textAt(config, "filename");
  // A hash known only after apply: the archive is made by this very run.
  if (filename === undefined || config.source_code_hash === UNKNOWN) return [];
  let files: string[];
  try {
    files = filesOfZip(readFileSync(expandHome(filename)));
  } catch (error) {
    return [archiveError(filename, error)];
  }
  return missingHandler(config, filename, files);
}

function archiveError(filename: string, error: unknown): Diagnostic {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") {
    const detail = `reading ZIP file (${filename}): open ${filename}: no such file or directory`;
    return errorDiagnostic("DVT1010", "Missing build artefact", {
      detail,
      attribute: "filename",
      fix: "Build the function's archive first.",
    });
  }
  const why = error instanceof Error ? error.message : String(error);
  const detail = `reading ZIP file (${filename}): Lambda would answer "Could not unzip uploaded file. Please check your file, then try to upload again." (${why})`;
  return errorDiagnostic("DVT1010", "Missing build artefact", { detail, attribute: "filename" });
}

function missingHandler(config: ValueObject, filename: string, files: readonly string[]): Diagnostic[] {
  const runtime = textAt(config, "runtime");
  const handler = textAt(config, "handler");
  const hasLayers =
    config.layers === UNKNOWN ||
    textsAt(config, "layers").length > 0 ||
    (Array.isArray(config.layers) && config.layers.length > 0);
  if (runtime === undefined || handler === undefined || hasLayers) return [];
  const wanted = handlerFiles(runtime, handler);
  if (wanted === undefined || wanted.some((name) => files.includes(name))) return [];
  const found = candidates(files, runtime);
  return [
    errorDiagnostic("DVT1011", "Handler not found", {
      detail: `${filename} has no file for the handler ${handler}: looked for ${wanted.join(", ")}. It has: ${found.join(", ") || "no file at all"}.`,
      fix: "Name one of the files that the archive has, or pack the archive from the folder that the handler starts at.",
      attribute: "handler",
    }),
  ];
}
