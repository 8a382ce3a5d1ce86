import type { ApiKey, CreateApiKeyRequest, PatchOperation } from "@aws-sdk/client-api-gateway";
import { randomString } from "@dovetail/model";
import type { Ctx } from "../../../core/service.ts";
import { badRequest, conflict, given, keyOf, newId, type Timed, timed } from "../../apigatewayv2/store.ts";
import { flag, made, type PatchRule, patched, text } from "../patch.ts";
import { list, need, type Paging, paged, save } from "../store.ts";

/** API keys. */
type Id = { readonly apiKey?: string | undefined };
type Draft = { -readonly [K in keyof ApiKey]: ApiKey[K] };
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** The key itself is shown only where it is asked for. */
function answer(record: Timed<ApiKey>, isShown: boolean): ApiKey {
  const { value, ...rest } = record.value;
  return {
    ...rest,
    ...(isShown ? { value } : {}),
    createdDate: new Date(record.createdMs),
    lastUpdatedDate: new Date(record.updatedMs),
  };
}

export function createApiKey(ctx: Ctx, input: CreateApiKeyRequest): ApiKey {
  const { stageKeys, generateDistinctId: _distinct, ...rest } = given(input);
  const value = input.value ?? randomString(ctx.random, 40, LETTERS);
  if (value.length < 20) throw badRequest("API Key value should be at least 20 characters");
  if (value.length > 128) throw badRequest("API Key value should be at most 128 characters");
  if (list(ctx.store, ctx, "api-key").some((each) => each.value.value === value)) throw conflict("API Key already exists");
  const stages = (stageKeys ?? []).map(({ restApiId = "", stageName = "" }) => {
    need(ctx.store, ctx, "rest-stage", restApiId, stageName);
    return `${restApiId}/${stageName}`;
  });
  const record = timed<ApiKey>(ctx, {
    tags: {},
    ...rest,
    id: newId(ctx, 10),
    value,
    enabled: input.enabled ?? false,
    stageKeys: stages,
  });
  ctx.store.put(keyOf(ctx, "api-key", record.value.id ?? ""), record);
  return answer(record, true);
}

export const getApiKey = (ctx: Ctx, input: Id & { readonly includeValue?: boolean | undefined }): ApiKey =>
  answer(need(ctx.store, ctx, "api-key", input.apiKey ?? ""), input.includeValue === true);

export function getApiKeys(
  ctx: Ctx,
  input: Paging & {
    readonly nameQuery?: string | undefined;
    readonly customerId?: string | undefined;
    readonly includeValues?: boolean | undefined;
  },
) {
  const { nameQuery = "", customerId } = input;
  const all = list(ctx.store, ctx, "api-key").filter(
    ({ value }) => (value.name ?? "").startsWith(nameQuery) && (customerId === undefined || value.customerId === customerId),
  );
  return paged(
    all.map((record) => answer(record, input.includeValues === true)),
    input,
  );
}

const RULES: readonly PatchRule<Draft>[] = [
  text("/name", "name"),
  text("/description", "description"),
  text("/customerId", "customerId"),
  made("/enabled", "enabled", flag),
];

export function updateApiKey(ctx: Ctx, input: Id & { readonly patchOperations?: PatchOperation[] | undefined }): ApiKey {
  const { apiKey = "" } = input;
  const before = need(ctx.store, ctx, "api-key", apiKey);
  return answer(save(ctx, "api-key", [apiKey], before, patched(before.value, input.patchOperations, RULES)), false);
}

export function deleteApiKey(ctx: Ctx, input: Id): object {
  const { apiKey = "" } = input;
  need(ctx.store, ctx, "api-key", apiKey);
  for (const { value } of list(ctx.store, ctx, "usage-plan-key")) {
    if (value.keyId === apiKey) ctx.store.remove(keyOf(ctx, "usage-plan-key", value.planId, apiKey));
  }
  ctx.store.remove(keyOf(ctx, "api-key", apiKey));
  return {};
}
