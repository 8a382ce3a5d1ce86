import type {
  Authorizer,
  CreateAuthorizerRequest,
  CreateIntegrationRequest,
  CreateRouteRequest,
  Integration,
  Route,
  UpdateAuthorizerRequest,
  UpdateIntegrationRequest,
  UpdateRouteRequest,
} from "@aws-sdk/client-apigatewayv2";
import { parseArn } from "../../../core/arn.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { checkSubtype } from "../integration-subtypes.ts";
import { forget } from "../live.ts";
import { badRequest, conflict, given, keyOf, list, need, newId, timed } from "../store.ts";
import { getterOf, listerOf } from "./children.ts";

/** Routes, integrations and authorizers, with the checks that AWS makes before it takes them. */
type Ids = {
  readonly ApiId?: string | undefined;
  readonly RouteId?: string | undefined;
  readonly IntegrationId?: string | undefined;
  readonly AuthorizerId?: string | undefined;
};

const isWebSocket = (ctx: Ctx, apiId: string | undefined) =>
  need(ctx.store, ctx, "api", apiId ?? "").value.ProtocolType === "WEBSOCKET";

// Routes.

const ROUTE_KEY = /^(GET|PUT|POST|DELETE|PATCH|HEAD|OPTIONS|ANY) (\/.*)$/;

function checkRouteKey(key: string): void {
  if (key === "$default") return;
  const match = ROUTE_KEY.exec(key);
  const segments = match?.[2]?.split("/").slice(1) ?? [];
  const isFine = segments.every((segment, index) => {
    if (/^\{[A-Za-z0-9._:-]+\+\}$/.test(segment)) return index === segments.length - 1;
    return /^\{[A-Za-z0-9._:-]+\}$/.test(segment) || /^[A-Za-z0-9$\-_.+!*'(),:~%@=&;]*$/.test(segment);
  });
  if (match === null || !isFine) {
    throw badRequest(
      'The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"',
    );
  }
}

function checkRoute(ctx: Ctx, apiId: string, route: Partial<Route>): void {
  const target = /^integrations\/(.+)$/.exec(route.Target ?? "");
  if (route.Target !== undefined && target === null) throw badRequest(`Invalid target specified ${route.Target}`);
  if (target !== null && !ctx.store.has(keyOf(ctx, "integration", apiId, target[1] ?? ""))) {
    throw badRequest(`Invalid Integration identifier specified: ${target[1]}`);
  }
  const type = route.AuthorizationType ?? "NONE";
  if (type !== "NONE" && route.RouteKey !== "$connect" && isWebSocket(ctx, apiId))
    throw badRequest("Currently, authorization is restricted to the $connect route only");
  if (type !== "JWT" && type !== "CUSTOM") return;
  if (route.AuthorizerId === undefined) throw badRequest(`Authorizer ID is required for authorization type ${type}`);
  const authorizer = need(ctx.store, ctx, "authorizer", apiId, route.AuthorizerId).value;
  const wanted = type === "JWT" ? "JWT" : "REQUEST";
  if (authorizer.AuthorizerType !== wanted)
    throw badRequest(
      `Authorizer ${route.AuthorizerId} is of type ${authorizer.AuthorizerType}, which authorization type ${type} can't use`,
    );
  if (type === "CUSTOM" && (route.AuthorizationScopes ?? []).length > 0)
    throw badRequest("Authorization scopes are only supported for JWT authorizers");
}

function checkKeyIsFree(ctx: Ctx, apiId: string, key: string, except?: string): void {
  const taken = list(ctx.store, ctx, "route", apiId).some(({ value }) => value.RouteKey === key && value.RouteId !== except);
  if (taken) throw conflict(`Route with key ${key} already exists for this API`);
}

export function createRoute(ctx: Ctx, input: CreateRouteRequest): Route {
  const { ApiId = "", ...members } = given(input);
  if (!isWebSocket(ctx, ApiId)) checkRouteKey(input.RouteKey ?? "");
  checkKeyIsFree(ctx, ApiId, input.RouteKey ?? "");
  checkRoute(ctx, ApiId, members);
  const value = { AuthorizationType: "NONE", ApiKeyRequired: false, ...members, RouteId: newId(ctx, 7) } as Route;
  ctx.store.put(keyOf(ctx, "route", ApiId, value.RouteId ?? ""), timed(ctx, value));
  forget(ctx, ApiId);
  return value;
}

export const getRoute = getterOf("route", "RouteId");
export const getRoutes = listerOf("route");

export function updateRoute(ctx: Ctx, input: UpdateRouteRequest): Route {
  const before = need(ctx.store, ctx, "route", input.ApiId ?? "", input.RouteId ?? "");
  const { ApiId = "", RouteId = "", ...changes } = given(input);
  const value = { ...before.value, ...changes } as Route;
  if (value.AuthorizationType === "NONE") delete value.AuthorizerId;
  if (input.RouteKey !== undefined) {
    if (!isWebSocket(ctx, ApiId)) checkRouteKey(input.RouteKey);
    checkKeyIsFree(ctx, ApiId, input.RouteKey, RouteId);
  }
  checkRoute(ctx, ApiId, value);
  ctx.store.put(keyOf(ctx, "route", ApiId, RouteId), { ...before, value, updatedMs: ctx.now() });
  forget(ctx, ApiId);
  return value;
}

/** `DELETE …/requestparameters/NAME`. */
export function deleteRouteRequestParameter(ctx: Ctx, input: Ids & { readonly RequestParameterKey?: string }): object {
  const { ApiId = "", RouteId = "", RequestParameterKey = "" } = input;
  const before = need(ctx.store, ctx, "route", ApiId, RouteId);
  const { [RequestParameterKey]: _gone, ...RequestParameters } = before.value.RequestParameters ?? {};
  ctx.store.put(keyOf(ctx, "route", ApiId, RouteId), { ...before, value: { ...before.value, RequestParameters } });
  forget(ctx, ApiId);
  return {};
}

export function deleteRoute(ctx: Ctx, input: Ids): object {
  const { ApiId = "", RouteId = "" } = input;
  need(ctx.store, ctx, "api", ApiId);
  need(ctx.store, ctx, "route", ApiId, RouteId);
  ctx.store.remove(keyOf(ctx, "route", ApiId, RouteId));
  ctx.store.removeRange({ prefix: keyOf(ctx, "route-response", ApiId, RouteId) });
  forget(ctx, ApiId);
  return {};
}

// Integrations.

function checkTimeout(integration: Partial<Integration>, max: number): void {
  const timeout = integration.TimeoutInMillis ?? max;
  if (timeout < 50 || timeout > max) throw badRequest(`Timeout should be between 50 ms and ${max} ms`);
}

function checkWebSocketIntegration(integration: Partial<Integration>): void {
  const { IntegrationType: type, IntegrationUri: uri } = integration;
  if (type !== "MOCK" && uri === undefined) throw badRequest("Integration URI is a required parameter for integration");
  if (type === "AWS" && functionOfUri(uri ?? "") === undefined) {
    throw new ServiceError(
      "NotImplemented",
      501,
      `NotImplemented: apigatewayv2.CreateIntegration of type AWS with ${uri}; functions only`,
    );
  }
  if (type === "AWS_PROXY" && functionOfUri(uri ?? "") === undefined) throw badRequest("Invalid function ARN or invalid uri");
  if ((type === "HTTP" || type === "HTTP_PROXY") && integration.ConnectionType !== "VPC_LINK" && !/^https?:\/\//.test(uri ?? ""))
    throw badRequest("Invalid HTTP endpoint specified for URI");
  checkTimeout(integration, 29_000);
}

function checkIntegration(ctx: Ctx, apiId: string, integration: Partial<Integration>): void {
  if (isWebSocket(ctx, apiId)) {
    checkWebSocketIntegration(integration);
    return;
  }
  const type = integration.IntegrationType;
  if (type !== "AWS_PROXY" && type !== "HTTP_PROXY")
    throw badRequest(`Integration type ${type} is not supported for HTTP protocol`);
  if (integration.IntegrationSubtype !== undefined) {
    checkSubtype(integration);
    checkTimeout(integration, 30_000);
    return;
  }
  if (integration.PayloadFormatVersion === undefined)
    throw badRequest("PayloadFormatVersion is a required parameter for integration");
  if (!["1.0", "2.0"].includes(integration.PayloadFormatVersion))
    throw badRequest(`Invalid payload format version: ${integration.PayloadFormatVersion}`);
  if (type === "HTTP_PROXY" && integration.PayloadFormatVersion === "2.0")
    throw badRequest("PayloadFormatVersion 2.0 is not supported for HTTP_PROXY integrations");
  const uri = integration.IntegrationUri ?? "";
  if (type === "AWS_PROXY" && parseArn(uri) === undefined) throw badRequest("Invalid function ARN or invalid uri");
  if (type === "HTTP_PROXY" && integration.ConnectionType !== "VPC_LINK" && !/^https?:\/\//.test(uri))
    throw badRequest("Invalid HTTP endpoint specified for URI");
  checkTimeout(integration, 30_000);
}

/** AWS's own syntax, not ours. */
const STATUS_EXPRESSION = `\${integration.response.statuscode}`;

export function createIntegration(ctx: Ctx, input: CreateIntegrationRequest): Integration {
  const { ApiId = "", ...members } = given(input);
  need(ctx.store, ctx, "api", ApiId);
  const isFunction = input.IntegrationType === "AWS_PROXY" || input.IntegrationType === "AWS";
  const value = {
    ConnectionType: "INTERNET",
    ...(isFunction && input.IntegrationSubtype === undefined ? { IntegrationMethod: "POST" } : {}),
    ...(input.IntegrationSubtype === undefined ? {} : { PayloadFormatVersion: "1.0" }),
    TimeoutInMillis: isWebSocket(ctx, ApiId) ? 29000 : 30000,
    ...(isWebSocket(ctx, ApiId)
      ? {
          PayloadFormatVersion: "1.0",
          PassthroughBehavior: "WHEN_NO_MATCH",
          IntegrationResponseSelectionExpression: STATUS_EXPRESSION,
        }
      : {}),
    ...members,
    IntegrationId: newId(ctx, 7),
  } as Integration;
  checkIntegration(ctx, ApiId, value);
  ctx.store.put(keyOf(ctx, "integration", ApiId, value.IntegrationId ?? ""), timed(ctx, value));
  return value;
}

export const getIntegration = getterOf("integration", "IntegrationId");
export const getIntegrations = listerOf("integration");

/** An empty value of a request parameter removes it. */
function mergeParameters(before: Integration, changes: Partial<Integration>): Partial<Integration> {
  if (changes.RequestParameters === undefined) return changes;
  const merged = { ...before.RequestParameters, ...changes.RequestParameters };
  return { ...changes, RequestParameters: Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== "")) };
}

export function updateIntegration(ctx: Ctx, input: UpdateIntegrationRequest): Integration {
  const before = need(ctx.store, ctx, "integration", input.ApiId ?? "", input.IntegrationId ?? "");
  const { ApiId = "", IntegrationId = "", ...changes } = given(input);
  const value = { ...before.value, ...mergeParameters(before.value, changes as Partial<Integration>) } as Integration;
  checkIntegration(ctx, ApiId, value);
  ctx.store.put(keyOf(ctx, "integration", ApiId, IntegrationId), { ...before, value, updatedMs: ctx.now() });
  forget(ctx, ApiId);
  return value;
}

export function deleteIntegration(ctx: Ctx, input: Ids): object {
  const { ApiId = "", IntegrationId = "" } = input;
  need(ctx.store, ctx, "api", ApiId);
  need(ctx.store, ctx, "integration", ApiId, IntegrationId);
  const user = list(ctx.store, ctx, "route", ApiId).find(({ value }) => value.Target === `integrations/${IntegrationId}`);
  if (user !== undefined)
    throw conflict(`Cannot delete Integration ${IntegrationId} due to a Route referencing it: ${user.value.RouteId}`);
  ctx.store.remove(keyOf(ctx, "integration", ApiId, IntegrationId));
  ctx.store.removeRange({ prefix: keyOf(ctx, "integration-response", ApiId, IntegrationId) });
  forget(ctx, ApiId);
  return {};
}

// Authorizers.

const COGNITO_ISSUER = /^https:\/\/cognito-idp\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[^/]+$/;

async function checkIssuer(ctx: Ctx, issuer: string): Promise<void> {
  const invalid = `Invalid issuer: ${issuer}. Issuer must have a valid discovery endpoint ended with '/.well-known/openid-configuration'`;
  if (!/^https?:\/\/[^\s]+$/.test(issuer)) throw badRequest(invalid);
  if (!COGNITO_ISSUER.test(issuer)) return;
  const keys = await ctx.internal<unknown>("cognito-idp", "jwks", { issuer }).catch(() => undefined);
  if (keys === undefined || keys === null) {
    throw badRequest(
      `Caught exception when connecting to ${issuer}/.well-known/openid-configuration for issuer ${issuer}. Please try again later. Error: ${invalid}`,
    );
  }
}

async function checkAuthorizer(ctx: Ctx, apiId: string, authorizer: Partial<Authorizer>): Promise<void> {
  const api = ctx.snapshot((store) => need(store, ctx, "api", apiId)).value;
  if (authorizer.AuthorizerType === "JWT") {
    if (api.ProtocolType !== "HTTP") throw badRequest("JWT authorizers are only supported for HTTP APIs");
    if (authorizer.JwtConfiguration?.Issuer === undefined)
      throw badRequest("JwtConfiguration and its Issuer are required for JWT authorizers");
    if ((authorizer.IdentitySource ?? []).length !== 1) throw badRequest("JWT authorizers need exactly one identity source");
    await checkIssuer(ctx, authorizer.JwtConfiguration.Issuer);
    return;
  }
  if (authorizer.AuthorizerUri === undefined) throw badRequest("AuthorizerUri is a required parameter for REQUEST authorizers");
  if (functionOfUri(authorizer.AuthorizerUri) === undefined)
    throw badRequest(
      `Invalid Authorizer URI: ${authorizer.AuthorizerUri}. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.`,
    );
  if (api.ProtocolType !== "HTTP") return;
  if (authorizer.AuthorizerPayloadFormatVersion === undefined)
    throw badRequest("AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer for HTTP Apis");
  if (authorizer.EnableSimpleResponses === true && authorizer.AuthorizerPayloadFormatVersion !== "2.0") {
    throw badRequest("EnableSimpleResponses is only supported for AuthorizerPayloadFormatVersion 2.0");
  }
  const ttl = authorizer.AuthorizerResultTtlInSeconds ?? 0;
  if (ttl > 0 && (authorizer.IdentitySource ?? []).length === 0)
    throw badRequest("IdentitySource is required when authorizer caching is enabled");
}

/** `arn:aws:apigateway:R:lambda:path/2015-03-31/functions/ARN/invocations` or a plain function ARN -> the function's ARN. */
export function functionOfUri(uri: string): string | undefined {
  const match = /^arn:[^:]+:apigateway:[^:]+:lambda:path\/2015-03-31\/functions\/(arn:.+)\/invocations$/.exec(uri);
  if (match !== null) return match[1];
  return parseArn(uri)?.service === "lambda" ? uri : undefined;
}

export async function createAuthorizer(ctx: Ctx, input: CreateAuthorizerRequest): Promise<Authorizer> {
  const { ApiId = "", ...members } = given(input);
  const isRequest = input.AuthorizerType === "REQUEST";
  const isHttp = ctx.snapshot((store) => need(store, ctx, "api", ApiId)).value.ProtocolType === "HTTP";
  const value = {
    ...members,
    ...(isRequest && isHttp && input.AuthorizerResultTtlInSeconds === undefined
      ? { AuthorizerResultTtlInSeconds: (input.IdentitySource ?? []).length === 0 ? 0 : 300 }
      : {}),
    ...(isRequest && isHttp && input.EnableSimpleResponses === undefined ? { EnableSimpleResponses: false } : {}),
    AuthorizerId: newId(ctx, 6),
  } as Authorizer;
  await checkAuthorizer(ctx, ApiId, value);
  return ctx.transact((store) => {
    if (list(store, ctx, "authorizer", ApiId).some((other) => other.value.Name === value.Name))
      throw badRequest(`Authorizer name must be unique. Authorizer ${value.Name} already exists in this RestApi.`);
    store.put(keyOf(ctx, "authorizer", ApiId, value.AuthorizerId ?? ""), timed(ctx, value));
    return value;
  });
}

export const getAuthorizer = getterOf("authorizer", "AuthorizerId");
export const getAuthorizers = listerOf("authorizer");

export async function updateAuthorizer(ctx: Ctx, input: UpdateAuthorizerRequest): Promise<Authorizer> {
  const { ApiId = "", AuthorizerId = "", ...changes } = given(input);
  const before = ctx.snapshot((store) => need(store, ctx, "authorizer", ApiId, AuthorizerId));
  const value = { ...before.value, ...changes } as Authorizer;
  await checkAuthorizer(ctx, ApiId, value);
  ctx.transact((store) => store.put(keyOf(ctx, "authorizer", ApiId, AuthorizerId), { ...before, value, updatedMs: ctx.now() }));
  forget(ctx, ApiId);
  return value;
}

export function deleteAuthorizer(ctx: Ctx, input: Ids): object {
  const { ApiId = "", AuthorizerId = "" } = input;
  need(ctx.store, ctx, "api", ApiId);
  need(ctx.store, ctx, "authorizer", ApiId, AuthorizerId);
  const user = list(ctx.store, ctx, "route", ApiId).find(({ value }) => value.AuthorizerId === AuthorizerId);
  if (user !== undefined)
    throw conflict(`Cannot delete authorizer '${AuthorizerId}', is referenced in route: ${user.value.RouteKey}`);
  ctx.store.remove(keyOf(ctx, "authorizer", ApiId, AuthorizerId));
  forget(ctx, ApiId);
  return {};
}

export function resetAuthorizersCache(ctx: Ctx, input: Ids): object {
  need(ctx.store, ctx, "api", input.ApiId ?? "");
  forget(ctx, input.ApiId ?? "");
  return {};
}
