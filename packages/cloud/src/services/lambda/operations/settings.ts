import type {
  DeleteProvisionedConcurrencyConfigRequest,
  FunctionEventInvokeConfig,
  GetAccountSettingsResponse,
  GetFunctionCodeSigningConfigResponse,
  GetFunctionRecursionConfigResponse,
  GetProvisionedConcurrencyConfigRequest,
  GetProvisionedConcurrencyConfigResponse,
  GetRuntimeManagementConfigResponse,
  ListFunctionEventInvokeConfigsResponse,
  ListProvisionedConcurrencyConfigsResponse,
  ListTagsResponse,
  PutFunctionConcurrencyRequest,
  PutFunctionEventInvokeConfigRequest,
  PutProvisionedConcurrencyConfigRequest,
  PutRuntimeManagementConfigRequest,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-lambda";
import { parseArn } from "../../../core/arn.ts";
import type { Ctx } from "../../../core/service.ts";
import { invalidParameter, notFound, validation } from "../errors.ts";
import { lambdaDate } from "../function-config.ts";
import { functionArn, parseFunctionRef } from "../names.ts";
import { page } from "../paging.ts";
import { needSigning } from "../signing-policy.ts";
import {
  type FunctionRecord,
  findTarget,
  type InvokeConfigRecord,
  keys,
  type MappingRecord,
  needFunction,
  type ProvisionedRecord,
} from "../store.ts";
import { unqualified } from "./functions.ts";

/** Small settings that hang on a function: concurrency, tags, asynchronous invocation, runtime management, code signing, the account. */

const ACCOUNT_CONCURRENCY = 1000;
const UNRESERVED_MIN = 100;
type Named = { readonly FunctionName?: string | undefined };
type Qualified = Named & { readonly Qualifier?: string | undefined };

function changeFunction(ctx: Ctx, name: string | undefined, change: (record: FunctionRecord) => FunctionRecord): FunctionRecord {
  const ref = unqualified(ctx, name);
  const record = change(needFunction(ctx.store, ref));
  ctx.store.put(keys.function(ref, ref.name), record);
  return record;
}

function reservedOfOthers(ctx: Ctx, except: string): number {
  let sum = 0;
  for (const { value } of ctx.store.range<FunctionRecord>({ prefix: keys.functions(ctx) })) {
    if (value.config.FunctionName !== except) sum += value.reservedConcurrency ?? 0;
  }
  return sum;
}

export function putFunctionConcurrency(ctx: Ctx, input: PutFunctionConcurrencyRequest): object {
  const wanted = input.ReservedConcurrentExecutions ?? 0;
  const { name } = unqualified(ctx, input.FunctionName);
  needFunction(ctx.store, unqualified(ctx, input.FunctionName));
  if (ACCOUNT_CONCURRENCY - reservedOfOthers(ctx, name) - wanted < UNRESERVED_MIN) {
    throw invalidParameter(
      `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${UNRESERVED_MIN}].`,
    );
  }
  changeFunction(ctx, input.FunctionName, (record) => ({ ...record, reservedConcurrency: wanted }));
  return { ReservedConcurrentExecutions: wanted };
}

export function getFunctionConcurrency(ctx: Ctx, input: Named): object {
  const { reservedConcurrency } = needFunction(ctx.store, unqualified(ctx, input.FunctionName));
  return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
}

export function deleteFunctionConcurrency(ctx: Ctx, input: Named): object {
  changeFunction(ctx, input.FunctionName, ({ reservedConcurrency: _gone, ...record }) => record);
  return {};
}

export function getAccountSettings(ctx: Ctx): GetAccountSettingsResponse {
  const functions = [...ctx.store.range<FunctionRecord>({ prefix: keys.functions(ctx) })].map(({ value }) => value);
  return {
    AccountLimit: {
      TotalCodeSize: 80_530_636_800,
      CodeSizeUnzipped: 262_144_000,
      CodeSizeZipped: 52_428_800,
      ConcurrentExecutions: ACCOUNT_CONCURRENCY,
      UnreservedConcurrentExecutions: ACCOUNT_CONCURRENCY - reservedOfOthers(ctx, ""),
    },
    AccountUsage: {
      TotalCodeSize: functions.reduce((sum, record) => sum + (record.config.CodeSize ?? 0), 0),
      FunctionCount: functions.length,
    },
  };
}

// Tags of functions, event source mappings and code signing configurations.

type Tagged = { read(): Record<string, string>; write(tags: Record<string, string>): void };

function tagged(ctx: Ctx, arn: string): Tagged {
  const resource = parseArn(arn)?.resource ?? "";
  const mapping = /^event-source-mapping:(.+)$/.exec(resource);
  if (mapping !== null) {
    const key = keys.mapping(ctx, mapping[1] ?? "");
    const record = ctx.store.get<MappingRecord & { tags?: Record<string, string> }>(key);
    if (record === undefined) throw notFound("The resource you requested does not exist.");
    return { read: () => ({ ...record.tags }), write: (tags) => ctx.store.put(key, { ...record, tags }) };
  }
  if (resource.startsWith("code-signing-config:")) {
    const record = needSigning(ctx.store, arn);
    const key = keys.codeSigning(ctx, record.config.CodeSigningConfigId ?? "");
    return { read: () => ({ ...record.tags }), write: (tags) => ctx.store.put(key, { ...record, tags }) };
  }
  if (!resource.startsWith("function:")) throw invalidParameter(`Unsupported resource type: ${arn}`);
  const ref = parseFunctionRef(ctx, arn);
  if (ref.qualifier !== undefined)
    throw invalidParameter(
      "Tags on function aliases and versions are not supported. Please specify either a function ARN, or event-source-mapping ARN.",
    );
  const record = needFunction(ctx.store, ref);
  return { read: () => ({ ...record.tags }), write: (tags) => ctx.store.put(keys.function(ref, ref.name), { ...record, tags }) };
}

export function tagResource(ctx: Ctx, input: TagResourceRequest): object {
  const target = tagged(ctx, input.Resource ?? "");
  const tags = { ...target.read(), ...input.Tags };
  if (Object.keys(tags).length > 50) throw invalidParameter("The number of tags exceeds the limit of 50");
  target.write(tags);
  return {};
}

export function untagResource(ctx: Ctx, input: UntagResourceRequest): object {
  const target = tagged(ctx, input.Resource ?? "");
  const gone = new Set(input.TagKeys ?? []);
  target.write(Object.fromEntries(Object.entries(target.read()).filter(([key]) => !gone.has(key))));
  return {};
}

export function listTags(ctx: Ctx, input: { readonly Resource?: string | undefined }): ListTagsResponse {
  return { Tags: tagged(ctx, input.Resource ?? "").read() };
}

// Asynchronous invocation.

export function configOf(record: InvokeConfigRecord): FunctionEventInvokeConfig {
  return { ...record.config, LastModified: new Date(record.modifiedMs) };
}

const EMPTY_DESTINATIONS = { OnSuccess: {}, OnFailure: {} };

function putInvokeConfig(ctx: Ctx, input: PutFunctionEventInvokeConfigRequest, keep: boolean): FunctionEventInvokeConfig {
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "", input.Qualifier);
  findTarget(ctx.store, ref);
  const qualifier = ref.qualifier ?? "$LATEST";
  const key = keys.invokeConfig(ref, ref.name, qualifier);
  const before = ctx.store.get<InvokeConfigRecord>(key)?.config;
  if (keep && before === undefined)
    throw notFound(`The function ${functionArn({ ...ref, qualifier })} doesn't have an EventInvokeConfig`);
  const merged = {
    ...(keep ? before : {}),
    ...Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)),
  };
  if (
    merged.MaximumRetryAttempts === undefined &&
    merged.MaximumEventAgeInSeconds === undefined &&
    merged.DestinationConfig === undefined
  ) {
    throw invalidParameter(
      "You must specify at least one of maximumRetryAttempts, maximumEventAgeInSeconds or destinationConfig.",
    );
  }
  const config: FunctionEventInvokeConfig = {
    FunctionArn: functionArn({ ...ref, qualifier }),
    ...(merged.MaximumRetryAttempts === undefined ? {} : { MaximumRetryAttempts: merged.MaximumRetryAttempts }),
    ...(merged.MaximumEventAgeInSeconds === undefined ? {} : { MaximumEventAgeInSeconds: merged.MaximumEventAgeInSeconds }),
    DestinationConfig: { ...EMPTY_DESTINATIONS, ...merged.DestinationConfig },
  };
  const record: InvokeConfigRecord = { config, modifiedMs: ctx.now() };
  ctx.store.put(key, record);
  return configOf(record);
}

export const putFunctionEventInvokeConfig = (ctx: Ctx, input: PutFunctionEventInvokeConfigRequest) =>
  putInvokeConfig(ctx, input, false);
export const updateFunctionEventInvokeConfig = (ctx: Ctx, input: PutFunctionEventInvokeConfigRequest) =>
  putInvokeConfig(ctx, input, true);

export function getFunctionEventInvokeConfig(ctx: Ctx, input: Qualified): FunctionEventInvokeConfig {
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "", input.Qualifier);
  const qualifier = ref.qualifier ?? "$LATEST";
  const record = ctx.store.get<InvokeConfigRecord>(keys.invokeConfig(ref, ref.name, qualifier));
  if (record === undefined)
    throw notFound(`The function ${functionArn({ ...ref, qualifier })} doesn't have an EventInvokeConfig`);
  return configOf(record);
}

export function deleteFunctionEventInvokeConfig(ctx: Ctx, input: Qualified): object {
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "", input.Qualifier);
  getFunctionEventInvokeConfig(ctx, input);
  ctx.store.remove(keys.invokeConfig(ref, ref.name, ref.qualifier ?? "$LATEST"));
  return {};
}

export function listFunctionEventInvokeConfigs(
  ctx: Ctx,
  input: Named & { Marker?: string; MaxItems?: number },
): ListFunctionEventInvokeConfigsResponse {
  const ref = unqualified(ctx, input.FunctionName);
  needFunction(ctx.store, ref);
  const all = [...ctx.store.range<InvokeConfigRecord>({ prefix: keys.invokeConfigs(ref, ref.name) })].map(({ value }) =>
    configOf(value),
  );
  const { items, next } = page(all, input.Marker, input.MaxItems ?? 50);
  return { FunctionEventInvokeConfigs: items, ...(next === undefined ? {} : { NextMarker: next }) };
}

// Provisioned concurrency: kept and reported; reserve processes make every start a quick one anyway.

function provisionedAnswer(record: ProvisionedRecord): GetProvisionedConcurrencyConfigResponse {
  const count = record.requested;
  return {
    RequestedProvisionedConcurrentExecutions: count,
    AvailableProvisionedConcurrentExecutions: count,
    AllocatedProvisionedConcurrentExecutions: count,
    Status: "READY",
    LastModified: record.modified,
  };
}

export function putProvisionedConcurrencyConfig(
  ctx: Ctx,
  input: PutProvisionedConcurrencyConfigRequest,
): GetProvisionedConcurrencyConfigResponse {
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "", input.Qualifier);
  if (ref.qualifier === "$LATEST")
    throw invalidParameter("Provisioned Concurrency Configs cannot be applied to unpublished function versions.");
  findTarget(ctx.store, ref);
  const record: ProvisionedRecord = { requested: input.ProvisionedConcurrentExecutions ?? 1, modified: lambdaDate(ctx.now()) };
  ctx.store.put(keys.provisioned(ref, ref.name, ref.qualifier ?? ""), record);
  return provisionedAnswer(record);
}

export function getProvisionedConcurrencyConfig(
  ctx: Ctx,
  input: GetProvisionedConcurrencyConfigRequest,
): GetProvisionedConcurrencyConfigResponse {
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "", input.Qualifier);
  findTarget(ctx.store, ref);
  const record = ctx.store.get<ProvisionedRecord>(keys.provisioned(ref, ref.name, ref.qualifier ?? ""));
  if (record === undefined) {
    throw Object.assign(notFound("No Provisioned Concurrency Config found for this function"), {
      name: "ProvisionedConcurrencyConfigNotFoundException",
      code: "ProvisionedConcurrencyConfigNotFoundException",
    });
  }
  return provisionedAnswer(record);
}

export function deleteProvisionedConcurrencyConfig(ctx: Ctx, input: DeleteProvisionedConcurrencyConfigRequest): object {
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "", input.Qualifier);
  ctx.store.remove(keys.provisioned(ref, ref.name, ref.qualifier ?? ""));
  return {};
}

export function listProvisionedConcurrencyConfigs(ctx: Ctx, input: Named): ListProvisionedConcurrencyConfigsResponse {
  const ref = unqualified(ctx, input.FunctionName);
  needFunction(ctx.store, ref);
  const all = [...ctx.store.range<ProvisionedRecord>({ prefix: keys.provisionedOf(ref, ref.name) })];
  return {
    ProvisionedConcurrencyConfigs: all.map(({ key, value }) => ({
      FunctionArn: functionArn({ ...ref, qualifier: String(key.at(-1)) }),
      ...provisionedAnswer(value),
    })),
  };
}

// Runtime management, code signing, recursion: what tools read after every create.

export function getRuntimeManagementConfig(ctx: Ctx, input: Qualified): GetRuntimeManagementConfigResponse {
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "", input.Qualifier);
  const { record } = findTarget(ctx.store, ref);
  return {
    UpdateRuntimeOn: "Auto",
    ...(record.runtimeManagement as GetRuntimeManagementConfigResponse | undefined),
    FunctionArn: functionArn({ ...ref, qualifier: ref.qualifier ?? "$LATEST" }),
  };
}

export function putRuntimeManagementConfig(ctx: Ctx, input: PutRuntimeManagementConfigRequest): object {
  if (input.UpdateRuntimeOn === "Manual" && input.RuntimeVersionArn === undefined) {
    throw validation("You must specify a RuntimeVersionArn when UpdateRuntimeOn is Manual.");
  }
  const runtimeManagement = {
    UpdateRuntimeOn: input.UpdateRuntimeOn ?? "Auto",
    ...(input.RuntimeVersionArn === undefined ? {} : { RuntimeVersionArn: input.RuntimeVersionArn }),
  };
  changeFunction(ctx, input.FunctionName, (record) => ({ ...record, runtimeManagement }));
  return {
    ...runtimeManagement,
    FunctionArn: functionArn({ ...unqualified(ctx, input.FunctionName), qualifier: input.Qualifier ?? "$LATEST" }),
  };
}

export function getFunctionCodeSigningConfig(ctx: Ctx, input: Named): GetFunctionCodeSigningConfigResponse {
  const ref = unqualified(ctx, input.FunctionName);
  const { codeSigningConfigArn } = needFunction(ctx.store, ref);
  // A function without one answers with its name only.
  return {
    FunctionName: ref.name,
    ...(codeSigningConfigArn === undefined
      ? { CodeSigningConfigArn: undefined }
      : { CodeSigningConfigArn: codeSigningConfigArn }),
  };
}

export function deleteFunctionCodeSigningConfig(ctx: Ctx, input: Named): object {
  changeFunction(ctx, input.FunctionName, ({ codeSigningConfigArn: _gone, ...record }) => record);
  return {};
}

export function getFunctionRecursionConfig(ctx: Ctx, input: Named): GetFunctionRecursionConfigResponse {
  const { recursiveLoop } = needFunction(ctx.store, unqualified(ctx, input.FunctionName));
  return { RecursiveLoop: recursiveLoop === "Allow" ? "Allow" : "Terminate" };
}

export function putFunctionRecursionConfig(ctx: Ctx, input: Named & { RecursiveLoop?: string }): object {
  const { recursiveLoop } = changeFunction(ctx, input.FunctionName, (record) => ({
    ...record,
    recursiveLoop: input.RecursiveLoop ?? "Terminate",
  }));
  return { RecursiveLoop: recursiveLoop };
}
