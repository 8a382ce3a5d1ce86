import type {
  CodeSigningConfig,
  CreateCodeSigningConfigRequest,
  ListCodeSigningConfigsRequest,
  ListFunctionsByCodeSigningConfigRequest,
  PutFunctionCodeSigningConfigRequest,
  UpdateCodeSigningConfigRequest,
} from "@aws-sdk/client-lambda";
import { randomHex } from "@dovetail/model";
import { arn } from "../../../core/arn.ts";
import type { Ctx } from "../../../core/service.ts";
import { conflict } from "../errors.ts";
import { lambdaDate } from "../function-config.ts";
import { page } from "../paging.ts";
import { needSigning } from "../signing-policy.ts";
import { type CodeSigningRecord, type FunctionRecord, keys, needFunction } from "../store.ts";
import { unqualified } from "./functions.ts";

/** Code signing configurations. Archives here are never signed: one that is enforced lets no code in. */
type Arn = { readonly CodeSigningConfigArn?: string | undefined };
const keyOf = (ctx: Ctx, config: CodeSigningConfig) => keys.codeSigning(ctx, config.CodeSigningConfigId ?? "");

export function createCodeSigningConfig(ctx: Ctx, input: CreateCodeSigningConfigRequest): object {
  const id = `csc-${randomHex(ctx.random, 17)}`;
  const config: CodeSigningConfig = {
    CodeSigningConfigId: id,
    CodeSigningConfigArn: arn("lambda", ctx.region, ctx.account, `code-signing-config:${id}`),
    Description: input.Description ?? "",
    AllowedPublishers: input.AllowedPublishers,
    CodeSigningPolicies: { UntrustedArtifactOnDeployment: "Warn", ...input.CodeSigningPolicies },
    LastModified: lambdaDate(ctx.now()),
  };
  ctx.store.put(keyOf(ctx, config), { config, tags: input.Tags ?? {} } satisfies CodeSigningRecord);
  return { CodeSigningConfig: config };
}

export const getCodeSigningConfig = (ctx: Ctx, input: Arn): object => ({
  CodeSigningConfig: needSigning(ctx.store, input.CodeSigningConfigArn).config,
});

export function updateCodeSigningConfig(ctx: Ctx, input: UpdateCodeSigningConfigRequest): object {
  const before = needSigning(ctx.store, input.CodeSigningConfigArn);
  const config: CodeSigningConfig = {
    ...before.config,
    ...(input.Description === undefined ? {} : { Description: input.Description }),
    ...(input.AllowedPublishers === undefined ? {} : { AllowedPublishers: input.AllowedPublishers }),
    CodeSigningPolicies: { ...before.config.CodeSigningPolicies, ...input.CodeSigningPolicies },
    LastModified: lambdaDate(ctx.now()),
  };
  ctx.store.put(keyOf(ctx, config), { ...before, config });
  return { CodeSigningConfig: config };
}

function users(ctx: Ctx, configArn: string | undefined): string[] {
  return [...ctx.store.range<FunctionRecord>({ prefix: keys.functions(ctx) })]
    .filter(({ value }) => value.codeSigningConfigArn === configArn)
    .map(({ value }) => value.config.FunctionArn ?? "");
}

export function deleteCodeSigningConfig(ctx: Ctx, input: Arn): object {
  const { config } = needSigning(ctx.store, input.CodeSigningConfigArn);
  if (users(ctx, input.CodeSigningConfigArn).length > 0)
    throw conflict("The code signing configuration is attached to one or more functions. Detach it before you delete it.");
  ctx.store.remove(keyOf(ctx, config));
  return {};
}

export function listCodeSigningConfigs(ctx: Ctx, input: ListCodeSigningConfigsRequest): object {
  const all = [...ctx.store.range<CodeSigningRecord>({ prefix: keys.codeSignings(ctx) })].map(({ value }) => value.config);
  const { items, next } = page(all, input.Marker, input.MaxItems ?? 50);
  return { CodeSigningConfigs: items, ...(next === undefined ? {} : { NextMarker: next }) };
}

export function listFunctionsByCodeSigningConfig(ctx: Ctx, input: ListFunctionsByCodeSigningConfigRequest): object {
  needSigning(ctx.store, input.CodeSigningConfigArn);
  const { items, next } = page(users(ctx, input.CodeSigningConfigArn), input.Marker, input.MaxItems ?? 50);
  return { FunctionArns: items, ...(next === undefined ? {} : { NextMarker: next }) };
}

export function putFunctionCodeSigningConfig(ctx: Ctx, input: PutFunctionCodeSigningConfigRequest): object {
  const ref = unqualified(ctx, input.FunctionName);
  const record = needFunction(ctx.store, ref);
  needSigning(ctx.store, input.CodeSigningConfigArn);
  ctx.store.put(keys.function(ref, ref.name), { ...record, codeSigningConfigArn: input.CodeSigningConfigArn });
  return { CodeSigningConfigArn: input.CodeSigningConfigArn, FunctionName: ref.name };
}
