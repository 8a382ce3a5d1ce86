import { readFile } from "node:fs/promises";
import type { CreateFunctionCommandInput, FunctionCode, UpdateFunctionConfigurationCommandInput } from "@aws-sdk/client-lambda";
import { isList, isObject, type MutableValueObject, UNKNOWN, type Value, type ValueObject, valuesEqual } from "@dovetail/model";
import type { AwsContext, CustomPlan, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blockAt, expand, isTrue, numberAt, requiredText, textAt, textMapAt, textsAt } from "../attribute-map.ts";
import { changedTags } from "../tags.ts";
import { timed } from "../timeouts.ts";
import {
  CREATED,
  DELETED,
  findFunction,
  findLatestVersion,
  functionRetry,
  invokeArn,
  LAMBDA_MISSING,
  responseStreamingInvokeArn,
  UPDATED,
  waitForActive,
  waitForFunctionGone,
  waitForUpdate,
} from "./find.ts";
import { expandHome, functionDiagnostics, functionPlanDiagnostics } from "./function-checks.ts";
import { CONFIGURATION_ROWS, CREATE, functionState } from "./function-map.ts";

const CODE = [
  "architectures",
  "code_sha256",
  "filename",
  "image_uri",
  "s3_bucket",
  "s3_key",
  "s3_object_version",
  "source_code_hash",
  "source_kms_key_arn",
];
const CONFIGURATION = [...CONFIGURATION_ROWS.map((row) => row.attribute), "snap_start", "tracing_config", "publish_to"];

/** aws_lambda_function. Its id is its name. */
export const resource: NativeResource = {
  type: "aws_lambda_function",
  defaults: {
    memory_size: 128,
    package_type: "Zip",
    publish: false,
    reserved_concurrent_executions: -1,
    skip_destroy: false,
    timeout: 3,
    "durable_config.retention_period": 14,
    "vpc_config.ipv6_allowed_for_dual_stack": false,
  },
  forceNew: ["function_name", "package_type", "tenancy_config", "tenancy_config.tenant_isolation_mode"],
  computedBlocks: { ephemeral_storage: true, logging_config: true, tracing_config: true },
  tagged: true,
  suppressDiff,
  validate: functionDiagnostics,
  checkPlan: functionPlanDiagnostics,
  customizePlan,
  create,
  read,
  update,
  delete: remove,
  importId: (id) => ({ id, function_name: id }),
  async find(aws, planned) {
    const name = requiredText(planned, "function_name");
    return (await findFunction(aws, name)) === undefined ? null : { id: name };
  },
};

function isEmptyBlock(value: Value): boolean {
  const [item] = isList(value) ? value : [];
  if (!isObject(item)) return true;
  return Object.values(item).every(
    (v) => v === null || v === false || v === "" || (isList(v) && v.length === 0) || (isObject(v) && Object.keys(v).length === 0),
  );
}

/** Blocks that are there but say nothing are no change; log levels left out keep what Lambda chose, until the format changes. */
function suppressDiff(path: string, prior: Value, config: Value, objects: { prior: ValueObject; config: ValueObject }): boolean {
  if (path === "environment" || path === "image_config" || path === "vpc_config") {
    return isList(prior) && prior.length === 0 && isList(config) && config.length === 1 && isEmptyBlock(config);
  }
  if (path === "logging_config.application_log_level" || path === "logging_config.system_log_level") {
    const before = blockAt(objects.prior, "logging_config")?.log_format;
    const after = blockAt(objects.config, "logging_config")?.log_format;
    return before === after && prior !== "" && (config === null || config === "");
  }
  return false;
}

function isZero(value: Value): boolean {
  return value === null || value === "" || value === 0 || value === false || (isList(value) && value.length === 0);
}

function isChanged(prior: ValueObject, planned: ValueObject, names: readonly string[]): boolean {
  return names.some((name) => {
    const before: Value = prior[name] ?? null;
    const after: Value = planned[name] ?? null;
    return !valuesEqual(before, after) && !(isZero(before) && isZero(after));
  });
}

function customizePlan(prior: ValueObject | null, planned: ValueObject): CustomPlan {
  if (prior === null) return {};
  const next: MutableValueObject = { ...planned };
  const codeChanges = isChanged(prior, planned, CODE);
  if (codeChanges) next.last_modified = UNKNOWN;
  const republishes = codeChanges || isChanged(prior, planned, CONFIGURATION) || isChanged(prior, planned, ["publish"]);
  if (isTrue(planned, "publish") && republishes) {
    for (const name of ["version", "qualified_arn", "qualified_invoke_arn"]) next[name] = UNKNOWN;
  }
  const count = (object: ValueObject) =>
    isList(object.durable_config ?? null) ? (object.durable_config as readonly Value[]).length : 0;
  const requiresReplace = (count(prior) === 0) === (count(planned) === 0) ? [] : ["durable_config"];
  return { planned: next, requiresReplace };
}

async function codeOf(planned: ValueObject): Promise<FunctionCode> {
  const kms = textAt(planned, "source_kms_key_arn");
  const key = kms ? { SourceKMSKeyArn: kms } : {};
  const filename = textAt(planned, "filename");
  if (filename !== undefined) return { ZipFile: await readFile(expandHome(filename)), ...key };
  const image = textAt(planned, "image_uri");
  if (image !== undefined) return { ImageUri: image };
  const version = textAt(planned, "s3_object_version");
  return {
    S3Bucket: requiredText(planned, "s3_bucket"),
    S3Key: requiredText(planned, "s3_key"),
    ...(version ? { S3ObjectVersion: version } : {}),
    ...key,
  };
}

/** Blocks whose form differs from the table's in what they say when absent. */
function snapStartAndTracing(planned: ValueObject): Pick<CreateFunctionCommandInput, "SnapStart" | "TracingConfig"> {
  const apply = blockAt(planned, "snap_start")?.apply_on;
  const mode = blockAt(planned, "tracing_config")?.mode;
  return {
    ...(apply === "PublishedVersions" || apply === "None" ? { SnapStart: { ApplyOn: apply } } : {}),
    ...(mode === "Active" || mode === "PassThrough" ? { TracingConfig: { Mode: mode } } : {}),
  };
}

function retryRow(planned: ValueObject) {
  // As long as the whole operation may take, where that is asked for.
  return isTrue(planned, "use_resource_timeout_for_propagation")
    ? functionRetry(timed(CREATED, planned, "create").timeoutMs)
    : functionRetry();
}

async function create(aws: AwsContext, planned: ValueObject, onCreated: (partial: ValueObject) => Promise<void>): Promise<void> {
  const name = requiredText(planned, "function_name");
  const isZip = planned.package_type !== "Image";
  const { Handler, Runtime, ...rest } = expand(CREATE, planned);
  const input: CreateFunctionCommandInput = {
    ...rest,
    ...snapStartAndTracing(planned),
    ...(isZip ? { Handler, Runtime } : {}),
    FunctionName: name,
    Code: await codeOf(planned),
    Description: textAt(planned, "description") ?? "",
    Publish: isTrue(planned, "publish"),
    Tags: textMapAt(planned, "tags_all"),
  };
  if (Object.keys(textMapAt(blockAt(planned, "environment") ?? {}, "variables")).length === 0) delete input.Environment;
  await aws.retry(retryRow(planned), () => aws.clients.lambda.createFunction(input));
  await onCreated({ id: name });
  await waitForActive(aws, name, timed(CREATED, planned, "create"));
  const reserved = numberAt(planned, "reserved_concurrent_executions") ?? -1;
  if (reserved >= 0)
    await aws.clients.lambda.putFunctionConcurrency({ FunctionName: name, ReservedConcurrentExecutions: reserved });
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const name = requiredText(state, "id");
  const found = await findFunction(aws, name);
  if (found?.Configuration === undefined) return null;
  const configuration = found.Configuration;
  const arn = configuration.FunctionArn ?? "";
  const latest = (await findLatestVersion(aws, name)) ?? configuration;
  const qualified = latest.FunctionArn ?? "";
  const values: MutableValueObject = {
    ...state,
    ...functionState(aws, configuration),
    id: name,
    code_signing_config_arn: await codeSigningConfig(aws, name, configuration.PackageType),
    image_uri: found.Code?.ImageUri ?? "",
    invoke_arn: invokeArn(aws, arn),
    qualified_arn: qualified,
    qualified_invoke_arn: invokeArn(aws, qualified),
    reserved_concurrent_executions: found.Concurrency?.ReservedConcurrentExecutions ?? -1,
    skip_destroy: state.skip_destroy ?? false,
    source_code_hash: textAt(state, "source_code_hash") ?? "",
    tags_all: { ...found.Tags },
    version: latest.Version ?? "",
  };
  if (aws.edition !== "5.100.0") {
    values.response_streaming_invoke_arn = responseStreamingInvokeArn(aws, arn);
    values.source_kms_key_arn = found.Code?.SourceKMSKeyArn ?? "";
  }
  return values;
}

/** Only functions from an archive can be signed. */
async function codeSigningConfig(aws: AwsContext, name: string, packageType: string | undefined): Promise<string> {
  if (packageType !== "Zip" || aws.partition !== "aws") return "";
  const answer = await unlessMissing(LAMBDA_MISSING, () =>
    aws.clients.lambda.getFunctionCodeSigningConfig({ FunctionName: name }),
  );
  return answer?.CodeSigningConfigArn ?? "";
}

async function update(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const name = requiredText(prior, "id");
  if (changed("code_signing_config_arn")) await updateCodeSigning(aws, name, textAt(planned, "code_signing_config_arn"));
  const configurationChanges = CONFIGURATION.some(changed);
  if (configurationChanges) {
    const input = configurationToUpdate(name, planned, changed);
    await aws.retry(retryRow(planned), () => aws.clients.lambda.updateFunctionConfiguration(input));
    await waitForUpdate(aws, name, timed(UPDATED, planned, "update"));
  }
  const codeChanges = CODE.some(changed);
  if (codeChanges) {
    const architectures = changed("architectures") ? expand(CREATE, planned).Architectures : undefined;
    const code = await codeOf(planned);
    await aws.retry(retryRow(planned), () =>
      aws.clients.lambda.updateFunctionCode({
        FunctionName: name,
        ...code,
        ...(architectures ? { Architectures: architectures } : {}),
      }),
    );
    await waitForUpdate(aws, name, timed(UPDATED, planned, "update"));
  }
  if (changed("reserved_concurrent_executions"))
    await updateConcurrency(aws, name, numberAt(planned, "reserved_concurrent_executions") ?? -1);
  if (isTrue(planned, "publish") && (codeChanges || configurationChanges || changed("publish")))
    await publish(aws, name, planned);
  await updateTags(aws, prior, planned);
}

async function updateCodeSigning(aws: AwsContext, FunctionName: string, arn: string | undefined): Promise<void> {
  if (arn === undefined) await aws.clients.lambda.deleteFunctionCodeSigningConfig({ FunctionName });
  else await aws.clients.lambda.putFunctionCodeSigningConfig({ FunctionName, CodeSigningConfigArn: arn });
}

async function updateConcurrency(aws: AwsContext, FunctionName: string, reserved: number): Promise<void> {
  if (reserved < 0) await aws.clients.lambda.deleteFunctionConcurrency({ FunctionName });
  else await aws.clients.lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: reserved });
}

async function publish(aws: AwsContext, name: string, planned: ValueObject): Promise<void> {
  const to = planned.publish_to === "LATEST_PUBLISHED" ? { PublishTo: "LATEST_PUBLISHED" as const } : {};
  const answer = await aws.retry(functionRetry(), () => aws.clients.lambda.publishVersion({ FunctionName: name, ...to }));
  await waitForUpdate(aws, name, timed(UPDATED, planned, "update"), answer.Version);
}

async function updateTags(aws: AwsContext, prior: ValueObject, planned: ValueObject): Promise<void> {
  const { removed, added } = changedTags(prior, planned);
  const Resource = requiredText(prior, "arn");
  if (removed.length > 0) await aws.clients.lambda.untagResource({ Resource, TagKeys: removed });
  if (Object.keys(added).length > 0) await aws.clients.lambda.tagResource({ Resource, Tags: added });
}

/** The members to send: the changed ones; what config no longer has is sent as Lambda wants it cleared. */
function configurationToUpdate(
  name: string,
  planned: ValueObject,
  changed: (path: string) => boolean,
): UpdateFunctionConfigurationCommandInput {
  const rows = CONFIGURATION_ROWS.filter((row) => changed(row.attribute));
  const input: UpdateFunctionConfigurationCommandInput = { ...expand(rows, planned), FunctionName: name };
  if (changed("environment") || changed("kms_key_arn")) {
    input.Environment = { Variables: textMapAt(blockAt(planned, "environment") ?? {}, "variables") };
  }
  if (changed("dead_letter_config")) input.DeadLetterConfig ??= { TargetArn: "" };
  if (changed("description")) input.Description ??= "";
  if (changed("file_system_config")) input.FileSystemConfigs ??= [];
  if (changed("image_config")) input.ImageConfig ??= {};
  if (changed("kms_key_arn")) input.KMSKeyArn ??= "";
  if (changed("layers")) input.Layers ??= [];
  if (changed("vpc_config")) {
    const config = blockAt(planned, "vpc_config") ?? {};
    input.VpcConfig = {
      Ipv6AllowedForDualStack: isTrue(config, "ipv6_allowed_for_dual_stack"),
      SecurityGroupIds: textsAt(config, "security_group_ids"),
      SubnetIds: textsAt(config, "subnet_ids"),
    };
  }
  const { SnapStart = { ApplyOn: "None" as const }, TracingConfig } = snapStartAndTracing(planned);
  if (changed("snap_start")) input.SnapStart = SnapStart;
  if (changed("tracing_config") && TracingConfig !== undefined) input.TracingConfig = TracingConfig;
  return input;
}

async function remove(aws: AwsContext, state: ValueObject): Promise<void> {
  if (isTrue(state, "skip_destroy")) return;
  const name = requiredText(state, "id");
  const groups = textsAt(state, "replacement_security_group_ids");
  if (isTrue(state, "replace_security_groups_on_destroy") && groups.length > 0 && blockAt(state, "vpc_config") !== undefined) {
    await aws.retry(functionRetry(), () =>
      aws.clients.lambda.updateFunctionConfiguration({ FunctionName: name, VpcConfig: { SecurityGroupIds: groups } }),
    );
    await waitForUpdate(aws, name, timed(DELETED, state, "delete"));
  }
  const retry = {
    codes: ["InvalidParameterValueException"],
    message: /because it is a replicated function/,
    timeoutMs: 600_000,
    why: "CloudFront is still removing the function's replicas",
    source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-delete-replicas.html",
  };
  const answer = await unlessMissing(LAMBDA_MISSING, () =>
    aws.retry(retry, () => aws.clients.lambda.deleteFunction({ FunctionName: name })),
  );
  if (answer !== undefined) await waitForFunctionGone(aws, name, timed(DELETED, state, "delete"));
}
