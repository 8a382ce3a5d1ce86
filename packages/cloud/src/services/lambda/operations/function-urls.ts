import type {
  CreateFunctionUrlConfigRequest,
  FunctionUrlConfig,
  ListFunctionUrlConfigsResponse,
  UpdateFunctionUrlConfigRequest,
} from "@aws-sdk/client-lambda";
import { randomString } from "@dovetail/model";
import type { Ctx } from "../../../core/service.ts";
import { conflict, invalidParameter, notFound } from "../errors.ts";
import { lambdaDate } from "../function-config.ts";
import { type FunctionRef, functionArn, parseFunctionRef } from "../names.ts";
import { findTarget, keys, needFunction, type UrlRecord } from "../store.ts";
import { unqualified } from "./functions.ts";

/** Function URLs: each has a port of its own, which is what `FunctionUrl` names. */
type Qualified = { readonly FunctionName?: string | undefined; readonly Qualifier?: string | undefined };

function refOf(ctx: Ctx, input: Qualified): FunctionRef {
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "", input.Qualifier);
  if (ref.qualifier !== undefined && (/^\d+$/.test(ref.qualifier) || ref.qualifier === "$LATEST")) {
    throw invalidParameter("Function URLs can't be made for a version: name an alias, or no qualifier");
  }
  return ref;
}

export async function createFunctionUrlConfig(ctx: Ctx, input: CreateFunctionUrlConfigRequest): Promise<FunctionUrlConfig> {
  const ref = refOf(ctx, input);
  const key = keys.url(ref, ref.name, ref.qualifier ?? "");
  ctx.snapshot((store) => findTarget(store, ref));
  if (ctx.snapshot((store) => store.has(key))) throw conflict(`FunctionUrlConfig exists for this Lambda function`);
  const urlId = randomString(ctx.random, 32, "abcdefghijklmnopqrstuvwxyz0123456789");
  const { url } = await ctx.endpointPort(`url:${urlId}`);
  const now = lambdaDate(ctx.now());
  const config: FunctionUrlConfig = {
    FunctionUrl: `${url.replace(/\/$/, "")}/`,
    FunctionArn: functionArn(ref),
    AuthType: input.AuthType,
    CreationTime: now,
    LastModifiedTime: now,
    InvokeMode: input.InvokeMode ?? "BUFFERED",
    ...(input.Cors === undefined ? {} : { Cors: input.Cors }),
  };
  const record: UrlRecord = {
    config,
    urlId,
    account: ref.account,
    region: ref.region,
    name: ref.name,
    ...(ref.qualifier === undefined ? {} : { qualifier: ref.qualifier }),
  };
  ctx.transact((store) => {
    if (store.has(key)) throw conflict(`FunctionUrlConfig exists for this Lambda function`);
    store.put(key, record);
    store.put(keys.urlId(urlId), record);
  });
  return config;
}

function need(ctx: Ctx, input: Qualified): { ref: FunctionRef; record: UrlRecord } {
  const ref = refOf(ctx, input);
  const record = ctx.store.get<UrlRecord>(keys.url(ref, ref.name, ref.qualifier ?? ""));
  if (record === undefined) throw notFound("The resource you requested does not exist.");
  return { ref, record };
}

export const getFunctionUrlConfig = (ctx: Ctx, input: Qualified): FunctionUrlConfig => need(ctx, input).record.config;

export function updateFunctionUrlConfig(ctx: Ctx, input: UpdateFunctionUrlConfigRequest): FunctionUrlConfig {
  const { ref, record } = need(ctx, input);
  const config: FunctionUrlConfig = {
    ...record.config,
    ...(input.AuthType === undefined ? {} : { AuthType: input.AuthType }),
    ...(input.Cors === undefined ? {} : { Cors: input.Cors }),
    ...(input.InvokeMode === undefined ? {} : { InvokeMode: input.InvokeMode }),
    LastModifiedTime: lambdaDate(ctx.now()),
  };
  ctx.store.put(keys.url(ref, ref.name, ref.qualifier ?? ""), { ...record, config });
  ctx.store.put(keys.urlId(record.urlId), { ...record, config });
  return config;
}

export function deleteFunctionUrlConfig(ctx: Ctx, input: Qualified): object {
  const { ref, record } = need(ctx, input);
  ctx.store.remove(keys.url(ref, ref.name, ref.qualifier ?? ""));
  ctx.store.remove(keys.urlId(record.urlId));
  ctx.after((after) => after.closeEndpointPort(`url:${record.urlId}`));
  return {};
}

export function listFunctionUrlConfigs(ctx: Ctx, input: Qualified): ListFunctionUrlConfigsResponse {
  const ref = unqualified(ctx, input.FunctionName);
  needFunction(ctx.store, ref);
  return {
    FunctionUrlConfigs: [...ctx.store.range<UrlRecord>({ prefix: keys.urls(ref, ref.name) })].map(({ value }) => value.config),
  };
}
