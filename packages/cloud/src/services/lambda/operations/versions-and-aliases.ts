import type {
  AliasConfiguration,
  CreateAliasRequest,
  DeleteAliasRequest,
  FunctionConfiguration,
  GetAliasRequest,
  ListAliasesRequest,
  ListAliasesResponse,
  ListVersionsByFunctionRequest,
  ListVersionsByFunctionResponse,
  PublishVersionRequest,
  UpdateAliasRequest,
} from "@aws-sdk/client-lambda";
import { randomUuid } from "@dovetail/model";
import type { Ctx } from "../../../core/service.ts";
import { conflict, functionNotFound, invalidParameter, preconditionFailed, REVISION_MISMATCH } from "../errors.ts";
import { type FunctionRef, functionArn } from "../names.ts";
import { page } from "../paging.ts";
import { type AliasRecord, keys, needAlias, needFunction, type VersionRecord } from "../store.ts";
import { publish } from "../versions.ts";
import { checkRevision, unqualified } from "./functions.ts";

export function publishVersion(ctx: Ctx, input: PublishVersionRequest): FunctionConfiguration {
  const ref = unqualified(ctx, input.FunctionName);
  const record = needFunction(ctx.store, ref);
  checkRevision(record, input.RevisionId);
  return publish(ctx, ctx.store, ref, record, input);
}

export function listVersionsByFunction(ctx: Ctx, input: ListVersionsByFunctionRequest): ListVersionsByFunctionResponse {
  const ref = unqualified(ctx, input.FunctionName);
  const record = needFunction(ctx.store, ref);
  const published = [...ctx.store.range<VersionRecord>({ prefix: keys.versions(ref, ref.name) })].map(
    ({ value }) => value.config,
  );
  const all = [{ ...record.config, FunctionArn: functionArn({ ...ref, qualifier: "$LATEST" }) }, ...published];
  const { items, next } = page(all, input.Marker, Math.min(input.MaxItems ?? 50, 50));
  return { Versions: items, ...(next === undefined ? {} : { NextMarker: next }) };
}

function aliasOf(ref: FunctionRef, record: AliasRecord): AliasConfiguration {
  return {
    AliasArn: functionArn({ ...ref, qualifier: record.name }),
    Name: record.name,
    FunctionVersion: record.version,
    Description: record.description,
    ...(record.weights === undefined ? {} : { RoutingConfig: { AdditionalVersionWeights: { ...record.weights } } }),
    RevisionId: record.revisionId,
  };
}

function checkVersion(ctx: Ctx, ref: FunctionRef, version: string): void {
  if (version === "$LATEST") return;
  if (!ctx.store.has(keys.version(ref, ref.name, Number(version))))
    throw functionNotFound(functionArn({ ...ref, qualifier: version }));
}

function checkWeights(ctx: Ctx, ref: FunctionRef, main: string, weights: Record<string, number> | undefined): void {
  const entries = Object.entries(weights ?? {});
  if (entries.length > 1) throw invalidParameter("Number of items in AdditionalVersionWeights cannot be greater than 1");
  for (const [version, weight] of entries) {
    if (main === "$LATEST" || version === "$LATEST")
      throw invalidParameter("$LATEST is not supported for an alias pointing to more than 1 version");
    if (version === main)
      throw invalidParameter(
        `Invalid function version ${version}. Function version ${main} is already included in routing configuration.`,
      );
    if (!(weight >= 0 && weight <= 1))
      throw invalidParameter(
        `Value '${weight}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: a weight between 0 and 1`,
      );
    checkVersion(ctx, ref, version);
  }
}

const weightsOf = (input: { RoutingConfig?: { AdditionalVersionWeights?: Record<string, number> | undefined } | undefined }) => {
  const weights = input.RoutingConfig?.AdditionalVersionWeights;
  return weights === undefined || Object.keys(weights).length === 0 ? undefined : weights;
};

export function createAlias(ctx: Ctx, input: CreateAliasRequest): AliasConfiguration {
  const ref = unqualified(ctx, input.FunctionName);
  needFunction(ctx.store, ref);
  const name = input.Name ?? "";
  if (/^\d+$/.test(name))
    throw invalidParameter(`Value '${name}' at 'name' failed to satisfy constraint: an alias can't be a number`);
  const key = keys.alias(ref, ref.name, name);
  if (ctx.store.has(key)) throw conflict(`Alias already exists: ${functionArn({ ...ref, qualifier: name })}`);
  const version = input.FunctionVersion ?? "";
  checkVersion(ctx, ref, version);
  checkWeights(ctx, ref, version, input.RoutingConfig?.AdditionalVersionWeights);
  const weights = weightsOf(input);
  const record: AliasRecord = {
    name,
    version,
    description: input.Description ?? "",
    revisionId: randomUuid(ctx.random),
    ...(weights === undefined ? {} : { weights }),
  };
  ctx.store.put(key, record);
  return aliasOf(ref, record);
}

export function getAlias(ctx: Ctx, input: GetAliasRequest): AliasConfiguration {
  const ref = unqualified(ctx, input.FunctionName);
  return aliasOf(ref, needAlias(ctx.store, ref, input.Name ?? ""));
}

export function listAliases(ctx: Ctx, input: ListAliasesRequest): ListAliasesResponse {
  const ref = unqualified(ctx, input.FunctionName);
  needFunction(ctx.store, ref);
  const all = [...ctx.store.range<AliasRecord>({ prefix: keys.aliases(ref, ref.name) })]
    .map(({ value }) => value)
    .filter((alias) => input.FunctionVersion === undefined || alias.version === input.FunctionVersion)
    .map((alias) => aliasOf(ref, alias));
  const { items, next } = page(all, input.Marker, Math.min(input.MaxItems ?? 50, 50));
  return { Aliases: items, ...(next === undefined ? {} : { NextMarker: next }) };
}

export function updateAlias(ctx: Ctx, input: UpdateAliasRequest): AliasConfiguration {
  const ref = unqualified(ctx, input.FunctionName);
  const before = needAlias(ctx.store, ref, input.Name ?? "");
  if (input.RevisionId !== undefined && input.RevisionId !== before.revisionId) throw preconditionFailed(REVISION_MISMATCH);
  const version = input.FunctionVersion ?? before.version;
  checkVersion(ctx, ref, version);
  checkWeights(ctx, ref, version, input.RoutingConfig?.AdditionalVersionWeights);
  const weights = input.RoutingConfig === undefined ? before.weights : weightsOf(input);
  const record: AliasRecord = {
    name: before.name,
    version,
    description: input.Description ?? before.description,
    revisionId: randomUuid(ctx.random),
    ...(weights === undefined ? {} : { weights }),
  };
  ctx.store.put(keys.alias(ref, ref.name, before.name), record);
  return aliasOf(ref, record);
}

/** Deleting an alias that isn't there succeeds, as on AWS. */
export function deleteAlias(ctx: Ctx, input: DeleteAliasRequest): object {
  const ref = unqualified(ctx, input.FunctionName);
  needFunction(ctx.store, ref);
  ctx.store.remove(keys.alias(ref, ref.name, input.Name ?? ""));
  ctx.store.remove(keys.policy(ref, ref.name, input.Name ?? ""));
  return {};
}
