import type { Authorizer, CreateAuthorizerRequest, PatchOperation } from "@aws-sdk/client-api-gateway";
import type { Ctx } from "../../../core/service.ts";
import { functionOfUri } from "../../apigatewayv2/operations/routes.ts";
import { badRequest, conflict, given, keyOf, newId, timed } from "../../apigatewayv2/store.ts";
import { made, members, number, type PatchRule, patched, text } from "../patch.ts";
import { list, need, type Paging, paged, save } from "../store.ts";
import { resourcesOf } from "./resources.ts";

/** Authorizers: functions (TOKEN, REQUEST) and Cognito user pools. */
type Ids = { readonly restApiId?: string | undefined; readonly authorizerId?: string | undefined };
type Draft = { -readonly [K in keyof Authorizer]: Authorizer[K] };

/** Throws BadRequestException in AWS's words. */
function checkAuthorizer(authorizer: Authorizer): void {
  const { type, authorizerUri, identitySource = "", identityValidationExpression } = authorizer;
  const ttl = authorizer.authorizerResultTtlInSeconds ?? 300;
  if (ttl < 0 || ttl > 3600) throw badRequest("Authorizer result TTL must be between 0 and 3600 seconds");
  if (type === "COGNITO_USER_POOLS") {
    if ((authorizer.providerARNs ?? []).length === 0)
      throw badRequest("Provider ARNs are required for COGNITO_USER_POOLS authorizer");
    const wrong = authorizer.providerARNs?.find((arn) => !/^arn:[^:]+:cognito-idp:[^:]+:\d{12}:userpool\/.+$/.test(arn));
    if (wrong !== undefined) throw badRequest(`Invalid Cognito User Pool ARN: ${wrong}`);
    return;
  }
  if (authorizerUri === undefined || (functionOfUri(authorizerUri) === undefined && !authorizerUri.includes("${stageVariables.")))
    throw badRequest(
      `Invalid Authorizer URI: ${authorizerUri}. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.`,
    );
  const sources = identitySource.split(",").map((each) => each.trim());
  if (type === "TOKEN" && !/^method\.request\.header\.[^\s,]+$/.test(identitySource))
    throw badRequest("Invalid identity source specified for TOKEN authorizer");
  const isKnown = (source: string) => /^(method\.request\.(header|querystring)|context|stageVariables)\.[^\s]+$/.test(source);
  if (type === "REQUEST" && identitySource !== "" && !sources.every(isKnown))
    throw badRequest(`Invalid identity source specified: ${identitySource}`);
  if (type === "REQUEST" && identitySource === "" && ttl > 0)
    throw badRequest("Identity source is required when authorizer caching is enabled");
  try {
    new RegExp(identityValidationExpression ?? "");
  } catch {
    throw badRequest("Invalid identity validation expression specified");
  }
}

export function createAuthorizer(ctx: Ctx, input: CreateAuthorizerRequest): Authorizer {
  const { restApiId = "", ...rest } = given(input);
  need(ctx.store, ctx, "rest-api", restApiId);
  const others = list(ctx.store, ctx, "rest-authorizer", restApiId);
  if (others.some(({ value }) => value.name === input.name))
    throw conflict("Authorizer name must be unique. Authorizer with name already exists in this RestApi.");
  const authType = input.type === "COGNITO_USER_POOLS" ? "cognito_user_pools" : "custom";
  const value: Authorizer = { authType, ...rest, id: newId(ctx, 6) };
  checkAuthorizer(value);
  ctx.store.put(keyOf(ctx, "rest-authorizer", restApiId, value.id ?? ""), timed(ctx, value));
  return value;
}

export function getAuthorizer(ctx: Ctx, input: Ids): Authorizer {
  need(ctx.store, ctx, "rest-api", input.restApiId ?? "");
  return need(ctx.store, ctx, "rest-authorizer", input.restApiId ?? "", input.authorizerId ?? "").value;
}

export function getAuthorizers(ctx: Ctx, input: Ids & Paging) {
  need(ctx.store, ctx, "rest-api", input.restApiId ?? "");
  return paged(
    list(ctx.store, ctx, "rest-authorizer", input.restApiId ?? "").map(({ value }) => value),
    input,
  );
}

const RULES: readonly PatchRule<Draft>[] = [
  text("/name", "name"),
  text("/type", "type"),
  text("/authorizerUri", "authorizerUri"),
  text("/authorizerCredentials", "authorizerCredentials"),
  text("/identitySource", "identitySource"),
  text("/identityValidationExpression", "identityValidationExpression"),
  text("/authType", "authType"),
  made("/authorizerResultTtlInSeconds", "authorizerResultTtlInSeconds", number),
  ...members<Draft>("/providerARNs", "providerARNs"),
];

export function updateAuthorizer(ctx: Ctx, input: Ids & { readonly patchOperations?: PatchOperation[] | undefined }): Authorizer {
  const { restApiId = "", authorizerId = "" } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  const before = need(ctx.store, ctx, "rest-authorizer", restApiId, authorizerId);
  const value = patched(before.value, input.patchOperations, RULES) as Draft;
  if (value.authorizerCredentials === "") delete value.authorizerCredentials;
  checkAuthorizer(value);
  return save(ctx, "rest-authorizer", [restApiId, authorizerId], before, value).value;
}

export function deleteAuthorizer(ctx: Ctx, input: Ids): object {
  const { restApiId = "", authorizerId = "" } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  need(ctx.store, ctx, "rest-authorizer", restApiId, authorizerId);
  const isUsed = resourcesOf(ctx.store, ctx, restApiId).some((resource) =>
    Object.values(resource.resourceMethods ?? {}).some((method) => method.authorizerId === authorizerId),
  );
  if (isUsed) throw conflict("Cannot delete authorizer, is referenced in method");
  ctx.store.remove(keyOf(ctx, "rest-authorizer", restApiId, authorizerId));
  return {};
}
