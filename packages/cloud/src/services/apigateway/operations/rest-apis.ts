import type { CreateRestApiRequest, PatchOperation, RestApi } from "@aws-sdk/client-api-gateway";
import type { Ctx } from "../../../core/service.ts";
import type { StoreWrite } from "../../../core/store.ts";
import { badRequest, given, keyOf, newId, restOwnerKey, type Timed, timed } from "../../apigatewayv2/store.ts";
import { ADDRESS_TYPE, entries, flag, made, members, number, type PatchRule, patched, text } from "../patch.ts";
import { forgetRest } from "../plane/compiled.ts";
import { list, need, type Paging, paged, save } from "../store.ts";
import { makeDefaultModels } from "./models.ts";

/** REST APIs. Each has a port of its own, beside the paths of the main one. */
const CHILDREN = [
  "rest-resource",
  "rest-deployment",
  "rest-frozen",
  "rest-stage",
  "rest-authorizer",
  "rest-model",
  "rest-validator",
  "rest-response",
];

export const apiAnswer = (record: Timed<RestApi>): RestApi => ({ ...record.value, createdDate: new Date(record.createdMs) });

/** A policy comes and is answered as text whose quotes are escaped once more. */
export function checkPolicy(policy: string): string {
  try {
    const document: unknown = JSON.parse(policy);
    if (typeof document === "object" && document !== null) return JSON.stringify(document);
  } catch {
    // Told below.
  }
  throw badRequest("Invalid policy document. Please check the policy syntax and ensure that Principals are valid.");
}

const escaped = (policy: string): string => policy.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("/", "\\/");

/** The API's own policy, as it was meant: the stored form is the escaped one. */
export const policyOf = (api: RestApi): string | undefined =>
  api.policy === undefined ? undefined : api.policy.replaceAll('\\"', '"').replaceAll("\\/", "/").replaceAll("\\\\", "\\");

/** The form in which policies are kept and answered. Throws BadRequestException. */
export const keepPolicy = (policy: string): string => escaped(checkPolicy(policy));

function checkCompression(size: number): number {
  if (!Number.isInteger(size) || size < 0 || size > 10_485_760)
    throw badRequest("Invalid minimum compression size, must be between 0 and 10485760");
  return size;
}

export async function createRestApi(ctx: Ctx, input: CreateRestApiRequest): Promise<RestApi> {
  if ((input.name ?? "") === "") throw badRequest("Name cannot be blank");
  const id = newId(ctx, 10);
  await ctx.endpointPort(`api:${id}`);
  return ctx.transact((store) => apiAnswer(makeApi(ctx, store, id, input)));
}

/** The record of a new API with its root resource. */
export function makeApi(ctx: Ctx, store: StoreWrite, id: string, input: CreateRestApiRequest): Timed<RestApi> {
  const { cloneFrom, policy, minimumCompressionSize, ...members } = given(input);
  const source = cloneFrom === undefined ? undefined : need(store, ctx, "rest-api", cloneFrom).value;
  const rootResourceId = newId(ctx, 10);
  const value: RestApi = {
    ...source,
    apiKeySource: "HEADER",
    endpointConfiguration: { types: ["EDGE"], ipAddressType: "ipv4" },
    disableExecuteApiEndpoint: false,
    tags: {},
    ...members,
    ...(members.endpointConfiguration === undefined
      ? {}
      : { endpointConfiguration: { ipAddressType: "ipv4", ...members.endpointConfiguration } }),
    ...(policy === undefined ? {} : { policy: keepPolicy(policy) }),
    ...(minimumCompressionSize === undefined ? {} : { minimumCompressionSize: checkCompression(minimumCompressionSize) }),
    id,
    rootResourceId,
  };
  const record = timed(ctx, value);
  store.put(keyOf(ctx, "rest-api", id), record);
  store.put(keyOf(ctx, "rest-resource", id, rootResourceId), timed(ctx, { id: rootResourceId, path: "/" }));
  store.put(restOwnerKey(id), { account: ctx.account, region: ctx.region });
  makeDefaultModels(ctx, store, id);
  return record;
}

type Id = { readonly restApiId?: string | undefined };

export const getRestApi = (ctx: Ctx, input: Id): RestApi => apiAnswer(need(ctx.store, ctx, "rest-api", input.restApiId ?? ""));

export const getRestApis = (ctx: Ctx, input: Paging) => paged(list(ctx.store, ctx, "rest-api").map(apiAnswer), input);

type Draft = { -readonly [K in keyof RestApi]: RestApi[K] };

const RULES: readonly PatchRule<Draft>[] = [
  {
    path: "/name",
    ops: ["replace"],
    apply(target, value) {
      if ((value ?? "") === "") throw badRequest("Name cannot be blank");
      target.name = value;
    },
  },
  text("/description", "description"),
  text("/version", "version"),
  made("/policy", "policy", (value) => (value === "" ? undefined : keepPolicy(value))),
  made("/apiKeySource", "apiKeySource", (value) => {
    if (value !== "HEADER" && value !== "AUTHORIZER") throw badRequest("Invalid value for apiKeySource");
    return value;
  }),
  made("/minimumCompressionSize", "minimumCompressionSize", (value) =>
    value === "" ? undefined : checkCompression(number(value)),
  ),
  made("/disableExecuteApiEndpoint", "disableExecuteApiEndpoint", flag),
  ...members<Draft>("/binaryMediaTypes", "binaryMediaTypes"),
  {
    path: "/endpointConfiguration/types/{}",
    ops: ["replace"],
    apply(target, value) {
      if (value !== "EDGE" && value !== "REGIONAL" && value !== "PRIVATE") throw badRequest("Invalid endpoint type");
      target.endpointConfiguration = { ...target.endpointConfiguration, types: [value] };
    },
  },
  ADDRESS_TYPE,
  {
    path: "/endpointConfiguration/vpcEndpointIds",
    ops: ["add", "remove", "replace"],
    apply(target, _value, _names, op, given) {
      const before = target.endpointConfiguration?.vpcEndpointIds ?? [];
      const rest = before.filter((id) => id !== given);
      target.endpointConfiguration = {
        ...target.endpointConfiguration,
        vpcEndpointIds: op === "remove" ? rest : [...rest, given ?? ""],
      };
    },
  },
  entries("/tags", "tags"),
];

export function updateRestApi(ctx: Ctx, input: Id & { readonly patchOperations?: PatchOperation[] | undefined }): RestApi {
  const { restApiId = "" } = input;
  const before = need(ctx.store, ctx, "rest-api", restApiId);
  const value = patched(before.value, input.patchOperations, RULES);
  const record = save(ctx, "rest-api", [restApiId], before, value);
  forgetRest(ctx, restApiId);
  return apiAnswer(record);
}

export function deleteRestApi(ctx: Ctx, input: Id): object {
  const { restApiId = "" } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  for (const { value } of ctx.store.range<Timed<{ readonly ApiId?: string }>>({ prefix: keyOf(ctx, "mapping") })) {
    if (value.value.ApiId === restApiId)
      throw badRequest(
        "Deleting API failed. Please remove all base path mappings related to the API in your domains and try again.",
      );
  }
  for (const child of CHILDREN) ctx.store.removeRange({ prefix: keyOf(ctx, child, restApiId) });
  ctx.store.remove(keyOf(ctx, "rest-api", restApiId));
  ctx.store.remove(restOwnerKey(restApiId));
  forgetRest(ctx, restApiId);
  ctx.after((after) => after.closeEndpointPort(`api:${restApiId}`));
  return {};
}
