import type {
  CreateFunctionRequest,
  DeleteFunctionRequest,
  FunctionConfiguration,
  GetFunctionConfigurationRequest,
  GetFunctionRequest,
  GetFunctionResponse,
  ListFunctionsRequest,
  ListFunctionsResponse,
  UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationRequest,
} from "@aws-sdk/client-lambda";
import { randomUuid } from "@dovetail/model";
import type { Ctx } from "../../../core/service.ts";
import type { StoreWrite } from "../../../core/store.ts";
import { refuseMembers } from "../../../core/unsupported.ts";
import { releaseCode, type StoredCode, storeCode } from "../code.ts";
import { conflict, invalidParameter, preconditionFailed, REVISION_MISMATCH, validation } from "../errors.ts";
import { applySettings, checkSettings, lambdaDate, runtimeVersionArn, type Settings } from "../function-config.ts";
import { layerReferences } from "../layers.ts";
import { type FunctionRef, functionArn, parseFunctionRef } from "../names.ts";
import { page } from "../paging.ts";
import { checkRole } from "../role.ts";
import { checkSigning } from "../signing-policy.ts";
import { lambdaState } from "../state.ts";
import {
  type FunctionRecord,
  findTarget,
  keys,
  needFunction,
  removeFunction,
  type Target,
  type VersionRecord,
} from "../store.ts";
import { publish } from "../versions.ts";

/** Create, read, change and delete functions. https://docs.aws.amazon.com/lambda/latest/api/ (read 2026-11-21) */

const NAME = /^[a-zA-Z0-9-_]{1,64}$/;

/** Settings of functions that nothing here can carry out. */
const UNSUPPORTED = ["TenancyConfig", "DurableConfig", "CapacityProviderConfig"] as const;

export async function createFunction(ctx: Ctx, input: CreateFunctionRequest): Promise<FunctionConfiguration> {
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "");
  refuseMembers("lambda.CreateFunction", input, [...UNSUPPORTED, "PublishTo"]);
  checkNew(input, ref);
  await checkRole(ctx, input.Role ?? "");
  const exists = ctx.snapshot((store) => store.has(keys.function(ref, ref.name)));
  if (exists) throw conflict(`Function already exist: ${ref.name}`);
  const layers = await layerReferences(ctx, input.Layers ?? []);
  checkSigning(ctx, input.CodeSigningConfigArn, ref);
  const stored = await storeCode(ctx, input.Code ?? {}, "CreateFunction");
  const packageType = input.PackageType ?? (input.Code?.ImageUri === undefined ? "Zip" : "Image");
  const config: FunctionConfiguration = {
    FunctionName: ref.name,
    FunctionArn: functionArn(ref),
    ...applySettings(ref.name, {}, input),
    ...codeMembers(stored),
    LastModified: lambdaDate(ctx.now()),
    Version: "$LATEST",
    RevisionId: randomUuid(ctx.random),
    ...(layers.length === 0 ? {} : { Layers: layers }),
    ...settled(),
    PackageType: packageType,
    Architectures: input.Architectures ?? ["x86_64"],
    ...(packageType === "Zip"
      ? { RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionArn(ctx.region, input.Runtime ?? "") } }
      : {}),
  };
  const published = ctx.transact((store) => {
    if (store.has(keys.function(ref, ref.name))) throw conflict(`Function already exist: ${ref.name}`);
    const record: FunctionRecord = {
      config,
      code: stored.code,
      nextVersion: 1,
      tags: input.Tags ?? {},
      ...(input.CodeSigningConfigArn === undefined ? {} : { codeSigningConfigArn: input.CodeSigningConfigArn }),
    };
    store.put(keys.function(ref, ref.name), record);
    return input.Publish === true ? publish(ctx, store, ref, record, {}) : config;
  });
  lambdaState(ctx).pool.prepare(input.Runtime);
  return { ...published, ...inCreation() };
}

function checkNew(input: CreateFunctionRequest, ref: FunctionRef): void {
  if (!NAME.test(ref.name)) {
    throw validation(
      `1 validation error detected: Value '${input.FunctionName}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`,
    );
  }
  const isImage = input.PackageType === "Image" || input.Code?.ImageUri !== undefined;
  if (isImage && (input.Runtime !== undefined || input.Handler !== undefined)) {
    throw invalidParameter("Please don't provide Runtime, Handler or Layers when the intended function PackageType is Image.");
  }
  if (!isImage && (input.Runtime === undefined || input.Handler === undefined)) {
    throw invalidParameter("Runtime and Handler are mandatory parameters for functions created with deployment packages.");
  }
  if ((input.Architectures?.length ?? 1) !== 1) throw invalidParameter("Architectures must hold exactly one of x86_64, arm64");
  checkSettings(input);
}

const codeMembers = (stored: StoredCode) => ({ CodeSize: stored.bytes, CodeSha256: stored.sha256 });

/** What stands in the store, and what every read after the call answers: changes here take effect at once. */
const settled = () => ({ State: "Active" as const, LastUpdateStatus: "Successful" as const });

/** What the call itself answers, as on AWS. */
const inCreation = () => ({
  State: "Pending" as const,
  StateReason: "The function is being created.",
  StateReasonCode: "Creating" as const,
  LastUpdateStatus: undefined,
});

const inUpdate = () => ({ LastUpdateStatus: "InProgress" as const });

/** A configuration as it is answered for a reference: the ARN carries the qualifier that was asked for. */
function configFor(ref: FunctionRef, target: Target): FunctionConfiguration {
  if (ref.qualifier === undefined) return target.config;
  return { ...target.config, FunctionArn: functionArn(ref) };
}

export function getFunction(ctx: Ctx, input: GetFunctionRequest): GetFunctionResponse {
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "", input.Qualifier);
  const target = findTarget(ctx.store, ref);
  const { code, record } = target;
  const Code =
    code.imageUri === undefined
      ? { RepositoryType: "S3", Location: codeLocation(ctx, target) }
      : { RepositoryType: "ECR", ImageUri: code.imageUri, ResolvedImageUri: code.imageUri };
  const reserved = record.reservedConcurrency;
  return {
    Configuration: configFor(ref, target),
    Code,
    ...(Object.keys(record.tags).length === 0 ? {} : { Tags: { ...record.tags } }),
    ...(reserved === undefined ? {} : { Concurrency: { ReservedConcurrentExecutions: reserved } }),
  };
}

/** The archive can be downloaded from here; the blob's random key is the secret, as the signature is on AWS. */
export function codeLocation(ctx: Ctx, version: VersionRecord): string {
  const { blobKey, hotReloadPath } = version.code;
  if (blobKey === undefined) return `file://${hotReloadPath ?? ""}`;
  return `${ctx.endpoint}/_dovetail/lambda/code/${encodeURIComponent(blobKey)}`;
}

export function getFunctionConfiguration(ctx: Ctx, input: GetFunctionConfigurationRequest): FunctionConfiguration {
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "", input.Qualifier);
  return configFor(ref, findTarget(ctx.store, ref));
}

export function listFunctions(ctx: Ctx, input: ListFunctionsRequest): ListFunctionsResponse {
  const functions: FunctionConfiguration[] = [];
  for (const { value } of ctx.store.range<FunctionRecord>({ prefix: keys.functions(ctx) })) {
    functions.push({
      ...value.config,
      ...(input.FunctionVersion === "ALL" ? { FunctionArn: `${value.config.FunctionArn}:$LATEST` } : {}),
    });
    if (input.FunctionVersion !== "ALL") continue;
    const owner = { account: ctx.account, region: ctx.region };
    for (const version of ctx.store.range<VersionRecord>({ prefix: keys.versions(owner, value.config.FunctionName ?? "") })) {
      functions.push(version.value.config);
    }
  }
  const { items, next } = page(functions, input.Marker, Math.min(input.MaxItems ?? 50, 50));
  return { Functions: items, ...(next === undefined ? {} : { NextMarker: next }) };
}

export async function updateFunctionCode(ctx: Ctx, input: UpdateFunctionCodeRequest): Promise<FunctionConfiguration> {
  const ref = unqualified(ctx, input.FunctionName);
  const before = ctx.snapshot((store) => needFunction(store, ref));
  checkRevision(before, input.RevisionId);
  if (before.config.PackageType === "Image" ? input.ImageUri === undefined : input.ImageUri !== undefined) {
    throw invalidParameter(
      `Please don't provide ${before.config.PackageType === "Image" ? "ZipFile or S3 locations" : "ImageUri"} when updating a function with packageType ${before.config.PackageType}.`,
    );
  }
  checkSigning(ctx, before.codeSigningConfigArn, ref);
  const stored = await storeCode(ctx, input, "UpdateFunctionCode");
  if (input.DryRun === true) return { ...before.config, ...codeMembers(stored) };
  const changes = {
    ...codeMembers(stored),
    ...(input.Architectures === undefined ? {} : { Architectures: input.Architectures }),
  };
  const config = change(ctx, ref, changes, { code: stored, publish: input.Publish === true, revisionId: input.RevisionId });
  ctx.after((after) => releaseCode(after, before.code));
  return { ...config, ...inUpdate() };
}

export async function updateFunctionConfiguration(
  ctx: Ctx,
  input: UpdateFunctionConfigurationRequest,
): Promise<FunctionConfiguration> {
  const ref = unqualified(ctx, input.FunctionName);
  refuseMembers("lambda.UpdateFunctionConfiguration", input, ["DurableConfig", "CapacityProviderConfig"]);
  checkSettings(input);
  const before = ctx.snapshot((store) => needFunction(store, ref));
  checkRevision(before, input.RevisionId);
  if (input.Role !== undefined && input.Role !== before.config.Role) await checkRole(ctx, input.Role);
  const layers = input.Layers === undefined ? before.config.Layers : await layerReferences(ctx, input.Layers);
  const settings: Settings = applySettings(ref.name, before.config, input);
  const config = change(ctx, ref, { ...settings, Layers: layers }, { replaced: settings, revisionId: input.RevisionId });
  return { ...config, ...inUpdate() };
}

interface ChangeOptions {
  readonly code?: StoredCode;
  readonly publish?: boolean;
  readonly revisionId?: string | undefined;
  /** The members that `applySettings` computed: those missing in it are removed. */
  readonly replaced?: Settings;
}

const OPTIONAL = [
  "VpcConfig",
  "Environment",
  "DeadLetterConfig",
  "KMSKeyArn",
  "FileSystemConfigs",
  "ImageConfigResponse",
] as const;

function change(
  ctx: Ctx,
  ref: FunctionRef,
  changes: Partial<FunctionConfiguration>,
  options: ChangeOptions,
): FunctionConfiguration {
  const config = ctx.transact((store: StoreWrite) => {
    const before = needFunction(store, ref);
    checkRevision(before, options.revisionId);
    const merged: Record<string, unknown> = {
      ...before.config,
      ...changes,
      LastModified: lambdaDate(ctx.now()),
      RevisionId: randomUuid(ctx.random),
    };
    if (options.replaced !== undefined)
      for (const name of OPTIONAL) if (options.replaced[name] === undefined) delete merged[name];
    if (Array.isArray(merged.Layers) && merged.Layers.length === 0) delete merged.Layers;
    if (merged.Layers === undefined) delete merged.Layers;
    const record: FunctionRecord = {
      ...before,
      config: merged as FunctionConfiguration,
      code: options.code?.code ?? before.code,
    };
    store.put(keys.function(ref, ref.name), record);
    return options.publish === true ? publish(ctx, store, ref, record, {}) : record.config;
  });
  const arn = functionArn(ref);
  lambdaState(ctx).pool.discard((spec) => spec.key.startsWith(`${arn}:$LATEST#`));
  lambdaState(ctx).pool.prepare(config.Runtime);
  return config;
}

export function checkRevision(record: VersionRecord, revisionId: string | undefined): void {
  if (revisionId !== undefined && revisionId !== record.config.RevisionId) throw preconditionFailed(REVISION_MISMATCH);
}

export function unqualified(ctx: Ctx, name: string | undefined): FunctionRef {
  const { account, region, name: functionName } = parseFunctionRef(ctx, name ?? "");
  return { account, region, name: functionName };
}

export function deleteFunction(ctx: Ctx, input: DeleteFunctionRequest): object {
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "", input.Qualifier);
  const base = { account: ref.account, region: ref.region, name: ref.name };
  const record = needFunction(ctx.store, base);
  const { pool } = lambdaState(ctx);
  if (ref.qualifier !== undefined) return deleteVersion(ctx, ref);
  const versions = [...ctx.store.range<VersionRecord>({ prefix: keys.versions(base, base.name) })].map(({ value }) => value.code);
  const codes = [record.code, ...versions];
  const urlIds = removeFunction(ctx.store, base);
  ctx.after(async (after) => {
    pool.discard((spec) => spec.key.startsWith(`${functionArn(base)}:`));
    for (const urlId of urlIds) await after.closeEndpointPort(`url:${urlId}`);
    for (const code of codes) await releaseCode(after, code);
  });
  return {};
}

function deleteVersion(ctx: Ctx, ref: FunctionRef): object {
  if (ref.qualifier === "$LATEST") throw invalidParameter("$LATEST version cannot be deleted without deleting the function.");
  if (!/^\d+$/.test(ref.qualifier ?? "")) throw invalidParameter("Deletion of aliases is not currently supported.");
  for (const { value } of ctx.store.range<{ name: string; version: string }>({ prefix: keys.aliases(ref, ref.name) })) {
    if (value.version === ref.qualifier) {
      throw conflict(`Version ${ref.qualifier} can't be deleted while alias ${value.name} points to it.`);
    }
  }
  ctx.store.remove(keys.version(ref, ref.name, Number(ref.qualifier)));
  return {};
}
