import type {
  Method,
  MethodResponse,
  PatchOperation,
  PutMethodRequest,
  PutMethodResponseRequest,
  Resource,
} from "@aws-sdk/client-api-gateway";
import type { Ctx } from "../../../core/service.ts";
import { badRequest, conflict, given } from "../../apigatewayv2/store.ts";
import { entries, flag, made, members, type PatchRule, patched, text } from "../patch.ts";
import { type Collections, find, missing, need, save } from "../store.ts";

/** Methods and their responses. */
export type MethodIds = {
  readonly restApiId?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly httpMethod?: string | undefined;
  readonly statusCode?: string | undefined;
};
type Patches = { readonly patchOperations?: PatchOperation[] | undefined };

const METHODS = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ANY)$/;

/** The record of the resource, and the method in it. Throws NotFoundException. */
export function needMethod(ctx: Ctx, input: MethodIds): { record: Collections["rest-resource"]; method: Method } {
  need(ctx.store, ctx, "rest-api", input.restApiId ?? "");
  const record = need(ctx.store, ctx, "rest-resource", input.restApiId ?? "", input.resourceId ?? "");
  const method = record.value.resourceMethods?.[input.httpMethod ?? ""];
  if (method === undefined) throw missing("Invalid Method identifier specified");
  return { record, method };
}

/** Writes a method into its resource; `undefined` takes it away. */
export function saveMethod(ctx: Ctx, input: MethodIds, record: Collections["rest-resource"], method: Method | undefined): void {
  const { restApiId = "", resourceId = "", httpMethod = "" } = input;
  const { [httpMethod]: _before, ...rest } = record.value.resourceMethods ?? {};
  const value: Resource = { ...record.value, resourceMethods: method === undefined ? rest : { ...rest, [httpMethod]: method } };
  save(ctx, "rest-resource", [restApiId, resourceId], record, value);
}

/** Throws where a method names an authorizer, models or a validator that the API hasn't. */
function checkMethod(ctx: Ctx, apiId: string, method: Method): void {
  const { authorizationType = "NONE", authorizerId } = method;
  if (!["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"].includes(authorizationType))
    throw badRequest("Invalid Authorization Type specified");
  const needsOne = authorizationType === "CUSTOM" || authorizationType === "COGNITO_USER_POOLS";
  const authorizer = authorizerId === undefined ? undefined : find(ctx.store, ctx, "rest-authorizer", apiId, authorizerId)?.value;
  if (needsOne && authorizer === undefined)
    throw badRequest(
      "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
    );
  if (
    method.requestValidatorId !== undefined &&
    find(ctx.store, ctx, "rest-validator", apiId, method.requestValidatorId) === undefined
  )
    throw badRequest("Invalid Request Validator identifier specified");
  for (const name of Object.keys(method.requestParameters ?? {})) {
    if (!/^method\.request\.(querystring|multivaluequerystring|path|header|multivalueheader)\.[^\s]+$/.test(name))
      throw badRequest(
        `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: ${name}]`,
      );
  }
  checkModels(ctx, apiId, method.requestModels);
}

function checkModels(ctx: Ctx, apiId: string, models: { readonly [type: string]: string } | undefined): void {
  for (const name of Object.values(models ?? {})) {
    if (find(ctx.store, ctx, "rest-model", apiId, name) === undefined)
      throw badRequest(`Invalid model identifier specified: ${name}`);
  }
}

export function putMethod(ctx: Ctx, input: PutMethodRequest): Method {
  const { restApiId = "", resourceId = "", httpMethod = "", ...settings } = given(input);
  need(ctx.store, ctx, "rest-api", restApiId);
  const record = need(ctx.store, ctx, "rest-resource", restApiId, resourceId);
  if (!METHODS.test(httpMethod))
    throw badRequest("Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY");
  if (record.value.resourceMethods?.[httpMethod] !== undefined) throw conflict("Method already exists for this resource");
  const method: Method = { ...settings, httpMethod, apiKeyRequired: input.apiKeyRequired ?? false };
  checkMethod(ctx, restApiId, method);
  saveMethod(ctx, input, record, method);
  return method;
}

export const getMethod = (ctx: Ctx, input: MethodIds): Method => needMethod(ctx, input).method;

type MethodDraft = { -readonly [K in keyof Method]: Method[K] };
const METHOD_RULES: readonly PatchRule<MethodDraft>[] = [
  text("/authorizationType", "authorizationType"),
  text("/authorizerId", "authorizerId"),
  text("/requestValidatorId", "requestValidatorId"),
  text("/operationName", "operationName"),
  made("/apiKeyRequired", "apiKeyRequired", flag),
  entries("/requestModels", "requestModels"),
  entries("/requestParameters", "requestParameters", flag),
  ...members<MethodDraft>("/authorizationScopes", "authorizationScopes"),
];

export function updateMethod(ctx: Ctx, input: MethodIds & Patches): Method {
  const { record, method } = needMethod(ctx, input);
  const changed = patched(method, input.patchOperations, METHOD_RULES) as MethodDraft;
  if (changed.requestValidatorId === "") delete changed.requestValidatorId;
  if (changed.authorizerId === "") delete changed.authorizerId;
  checkMethod(ctx, input.restApiId ?? "", changed);
  saveMethod(ctx, input, record, changed);
  return changed;
}

export function deleteMethod(ctx: Ctx, input: MethodIds): object {
  const { record } = needMethod(ctx, input);
  saveMethod(ctx, input, record, undefined);
  return {};
}

const NO_RESPONSE = "Invalid Response status code specified";

export function putMethodResponse(ctx: Ctx, input: PutMethodResponseRequest): MethodResponse {
  const { record, method } = needMethod(ctx, input);
  const { restApiId = "", resourceId: _resource, httpMethod: _method, ...rest } = given(input);
  const statusCode = input.statusCode ?? "";
  if (!/^[1-5]\d\d$/.test(statusCode)) throw badRequest("Invalid Response status code specified");
  if (method.methodResponses?.[statusCode] !== undefined) throw conflict("Response already exists for this resource");
  const response: MethodResponse = { ...rest, statusCode };
  checkResponse(ctx, restApiId, response);
  saveMethod(ctx, input, record, { ...method, methodResponses: { ...method.methodResponses, [statusCode]: response } });
  return response;
}

function checkResponse(ctx: Ctx, apiId: string, response: MethodResponse): void {
  for (const name of Object.keys(response.responseParameters ?? {})) {
    if (!/^method\.response\.header\.[^\s]+$/.test(name))
      throw badRequest(
        `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: ${name}]`,
      );
  }
  checkModels(ctx, apiId, response.responseModels);
}

function needResponse(ctx: Ctx, input: MethodIds) {
  const found = needMethod(ctx, input);
  const response = found.method.methodResponses?.[input.statusCode ?? ""];
  if (response === undefined) throw missing(NO_RESPONSE);
  return { ...found, response };
}

export const getMethodResponse = (ctx: Ctx, input: MethodIds): MethodResponse => needResponse(ctx, input).response;

type ResponseDraft = { -readonly [K in keyof MethodResponse]: MethodResponse[K] };
const RESPONSE_RULES: readonly PatchRule<ResponseDraft>[] = [
  entries("/responseParameters", "responseParameters", flag),
  entries("/responseModels", "responseModels"),
];

export function updateMethodResponse(ctx: Ctx, input: MethodIds & Patches): MethodResponse {
  const { record, method, response } = needResponse(ctx, input);
  const changed = patched(response, input.patchOperations, RESPONSE_RULES);
  checkResponse(ctx, input.restApiId ?? "", changed);
  saveMethod(ctx, input, record, {
    ...method,
    methodResponses: { ...method.methodResponses, [input.statusCode ?? ""]: changed },
  });
  return changed;
}

export function deleteMethodResponse(ctx: Ctx, input: MethodIds): object {
  const { record, method } = needResponse(ctx, input);
  const { [input.statusCode ?? ""]: _gone, ...methodResponses } = method.methodResponses ?? {};
  saveMethod(ctx, input, record, { ...method, methodResponses });
  return {};
}
