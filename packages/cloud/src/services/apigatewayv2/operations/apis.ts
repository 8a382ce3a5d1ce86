import type {
  Api,
  Cors,
  CreateApiRequest,
  GetApisRequest,
  GetApisResponse,
  UpdateApiRequest,
} from "@aws-sdk/client-apigatewayv2";
import type { Ctx } from "../../../core/service.ts";
import type { StoreWrite } from "../../../core/store.ts";
import { forget } from "../live.ts";
import { badRequest, given, keyOf, list, need, newId, ownerKey, paged, type Timed, timed } from "../store.ts";

/** APIs. Each has a port of its own, which `ApiEndpoint` names. */
const HTTP_SELECTION = "$request.method $request.path";
const CHILDREN = [
  "stage",
  "route",
  "route-response",
  "integration",
  "integration-response",
  "authorizer",
  "deployment",
  "model",
] as const;

export const answer = (record: Timed<Api>): Api => ({ ...record.value, CreatedDate: new Date(record.createdMs) });

export function checkCors(cors: Cors | undefined): void {
  if (cors === undefined) return;
  if (cors.AllowCredentials === true && (cors.AllowOrigins ?? []).includes("*")) {
    throw badRequest("allow-credentials is not supported if 'allow-origin' is *");
  }
  for (const origin of cors.AllowOrigins ?? []) {
    if (origin !== "*" && !/^(https?|[a-z][a-z0-9+.-]*):\/\/[^/\s]+$/i.test(origin)) {
      throw badRequest(`Invalid format for origin ${origin}`);
    }
  }
  for (const method of cors.AllowMethods ?? []) {
    if (!/^(\*|GET|PUT|POST|DELETE|PATCH|HEAD|OPTIONS)$/.test(method)) throw badRequest(`Invalid format for method ${method}`);
  }
}

function hintCors(ctx: Ctx, cors: Cors | undefined): void {
  for (const origin of cors?.AllowOrigins ?? []) {
    if (origin.includes("*") && !["*", "http://*", "https://*"].includes(origin)) {
      ctx.hint(`CORS origin ${origin} never matches on an HTTP API: only *, http://*, https://* and exact origins do`);
    }
  }
}

export async function createApi(ctx: Ctx, input: CreateApiRequest): Promise<Api> {
  if (input.ProtocolType === "WEBSOCKET" && input.RouteSelectionExpression === undefined) {
    throw badRequest("Route selection expression is required for WEBSOCKET protocol");
  }
  if (
    input.ProtocolType === "HTTP" &&
    input.RouteSelectionExpression !== undefined &&
    input.RouteSelectionExpression !== HTTP_SELECTION
  ) {
    throw badRequest(`Invalid route selection expression for HTTP protocol. Only ${HTTP_SELECTION} is supported`);
  }
  if (input.ProtocolType === "WEBSOCKET" && input.CorsConfiguration !== undefined) {
    throw badRequest("CORS configuration is not supported for WEBSOCKET protocol");
  }
  checkCors(input.CorsConfiguration);
  hintCors(ctx, input.CorsConfiguration);
  const ApiId = newId(ctx, 10);
  const { url } = await ctx.endpointPort(`api:${ApiId}`);
  const isHttp = input.ProtocolType !== "WEBSOCKET";
  const { Target, RouteKey, CredentialsArn, Tags, ...rest } = given(input);
  const value = {
    ...rest,
    ApiId,
    ApiEndpoint: isHttp ? url : url.replace(/^http/, "ws"),
    ApiKeySelectionExpression: input.ApiKeySelectionExpression ?? "$request.header.x-api-key",
    RouteSelectionExpression: input.RouteSelectionExpression ?? HTTP_SELECTION,
    DisableExecuteApiEndpoint: input.DisableExecuteApiEndpoint ?? false,
    IpAddressType: input.IpAddressType ?? "ipv4",
    Tags: Tags ?? {},
  } as Api;
  const record = timed(ctx, value);
  ctx.transact((store) => {
    store.put(keyOf(ctx, "api", ApiId), record);
    store.put(ownerKey(ApiId), { account: ctx.account, region: ctx.region });
    if (Target !== undefined) quickCreate(ctx, store, ApiId, Target, RouteKey ?? "$default", CredentialsArn);
  });
  return answer(record);
}

/** `Target` makes an integration, a route and an automatically deployed $default stage in one go. */
function quickCreate(
  ctx: Ctx,
  store: StoreWrite,
  ApiId: string,
  target: string,
  RouteKey: string,
  CredentialsArn: string | undefined,
): void {
  const isFunction = target.startsWith("arn:");
  const IntegrationId = newId(ctx, 7);
  const RouteId = newId(ctx, 7);
  store.put(
    keyOf(ctx, "integration", ApiId, IntegrationId),
    timed(ctx, {
      IntegrationId,
      IntegrationType: isFunction ? "AWS_PROXY" : "HTTP_PROXY",
      IntegrationMethod: isFunction ? "POST" : "ANY",
      IntegrationUri: target,
      ConnectionType: "INTERNET",
      PayloadFormatVersion: isFunction ? "2.0" : "1.0",
      TimeoutInMillis: 30000,
      ApiGatewayManaged: true,
      ...(CredentialsArn === undefined ? {} : { CredentialsArn }),
    }),
  );
  store.put(
    keyOf(ctx, "route", ApiId, RouteId),
    timed(ctx, {
      RouteId,
      RouteKey,
      Target: `integrations/${IntegrationId}`,
      AuthorizationType: "NONE",
      ApiKeyRequired: false,
      ApiGatewayManaged: true,
    }),
  );
  store.put(
    keyOf(ctx, "stage", ApiId, "$default"),
    timed(ctx, {
      StageName: "$default",
      AutoDeploy: true,
      ApiGatewayManaged: true,
      DefaultRouteSettings: { DetailedMetricsEnabled: false },
      RouteSettings: {},
      StageVariables: {},
      Tags: {},
      DeploymentId: newId(ctx, 6),
    }),
  );
}

type Id = { readonly ApiId?: string | undefined };

export const getApi = (ctx: Ctx, input: Id): Api => answer(need(ctx.store, ctx, "api", input.ApiId ?? ""));

export function getApis(ctx: Ctx, input: GetApisRequest): GetApisResponse {
  return paged(list(ctx.store, ctx, "api").map(answer), input);
}

export function updateApi(ctx: Ctx, input: UpdateApiRequest): Api {
  const before = need(ctx.store, ctx, "api", input.ApiId ?? "");
  checkCors(input.CorsConfiguration);
  hintCors(ctx, input.CorsConfiguration);
  const { ApiId, Target: _target, RouteKey: _routeKey, CredentialsArn: _credentials, ...changes } = given(input);
  const record = { ...before, value: { ...before.value, ...changes } as Api, updatedMs: ctx.now() };
  ctx.store.put(keyOf(ctx, "api", ApiId ?? ""), record);
  forget(ctx, ApiId ?? "");
  return answer(record);
}

export function deleteApi(ctx: Ctx, input: Id): object {
  const { ApiId = "" } = input;
  need(ctx.store, ctx, "api", ApiId);
  for (const mapping of list(ctx.store, ctx, "mapping")) {
    if (mapping.value.ApiId === ApiId) {
      throw badRequest(
        "Deleting API failed. Please remove all base path mappings related to the API in your domains and try again.",
      );
    }
  }
  for (const child of CHILDREN) ctx.store.removeRange({ prefix: keyOf(ctx, child, ApiId) });
  ctx.store.remove(keyOf(ctx, "api", ApiId));
  ctx.store.remove(ownerKey(ApiId));
  forget(ctx, ApiId);
  ctx.after((after) => after.closeEndpointPort(`api:${ApiId}`));
  return {};
}

export function deleteCorsConfiguration(ctx: Ctx, input: Id): object {
  const before = need(ctx.store, ctx, "api", input.ApiId ?? "");
  const { CorsConfiguration: _gone, ...value } = before.value;
  ctx.store.put(keyOf(ctx, "api", input.ApiId ?? ""), { ...before, value: value as Api });
  forget(ctx, input.ApiId ?? "");
  return {};
}

// Tags of APIs, stages, domain names and VPC links, by ARN: arn:aws:apigateway:R::/apis/ID[/stages/NAME].

const TAGGED_ARN =
  /^arn:[^:]*:apigateway:[^:]*::\/(?:apis\/([^/]+)(?:\/stages\/([^/]+))?|domainnames\/([^/]+)|vpclinks\/([^/]+))$/;

function taggedKey(arn: string): { collection: "api" | "stage" | "domain" | "vpc-link"; ids: string[] } {
  const match = TAGGED_ARN.exec(arn);
  if (match === null) throw badRequest(`Invalid resource ARN ${arn}`);
  const [, api, stage, domain, link] = match;
  if (domain !== undefined) return { collection: "domain", ids: [domain] };
  if (link !== undefined) return { collection: "vpc-link", ids: [link] };
  return stage === undefined
    ? { collection: "api", ids: [api ?? ""] }
    : { collection: "stage", ids: [api ?? "", decodeURIComponent(stage)] };
}

function changeTags(ctx: Ctx, arn: string | undefined, change: (tags: Record<string, string>) => Record<string, string>): object {
  const { collection, ids } = taggedKey(arn ?? "");
  const record = need(ctx.store, ctx, collection, ...ids);
  const Tags = change({ ...record.value.Tags });
  if (Object.keys(Tags).length > 50) throw badRequest("A resource can have no more than 50 tags");
  ctx.store.put(keyOf(ctx, collection, ...ids), { ...record, value: { ...record.value, Tags } });
  return {};
}

export const tagResource = (ctx: Ctx, input: { ResourceArn?: string; Tags?: Record<string, string> }) =>
  changeTags(ctx, input.ResourceArn, (tags) => ({ ...tags, ...input.Tags }));
export const untagResource = (ctx: Ctx, input: { ResourceArn?: string; TagKeys?: string[] }) =>
  changeTags(ctx, input.ResourceArn, (tags) =>
    Object.fromEntries(Object.entries(tags).filter(([key]) => !(input.TagKeys ?? []).includes(key))),
  );
export function getTags(ctx: Ctx, input: { ResourceArn?: string }): object {
  const { collection, ids } = taggedKey(input.ResourceArn ?? "");
  return { Tags: { ...need(ctx.store, ctx, collection, ...ids).value.Tags } };
}
