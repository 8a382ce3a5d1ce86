import type { Api, Authorizer, Cors, Integration, Route } from "@aws-sdk/client-apigatewayv2";
import type { Frozen } from "../store.ts";

/** An HTTP API as an OpenAPI 3.0 document, with or without AWS's extensions. Pure. */
export function writeOpenApi(
  api: Api,
  served: Frozen,
  options: { readonly stage?: string; readonly withExtensions: boolean },
): object {
  const paths: { [path: string]: { [method: string]: object } } = {};
  for (const route of served.routes) {
    const { path, method } = placeOf(route.RouteKey ?? "$default");
    const item = paths[path] ?? {};
    item[method] = operationOf(route, served, options.withExtensions);
    paths[path] = item;
  }
  const schemes = served.authorizers.map((authorizer) => [authorizer.Name ?? "", schemeOf(authorizer, options.withExtensions)]);
  const variables = {
    basePath: { default: options.stage === undefined || options.stage === "$default" ? "" : `/${options.stage}` },
  };
  return {
    openapi: "3.0.1",
    info: {
      title: api.Name,
      ...(api.Description === undefined ? {} : { description: api.Description }),
      version: api.Version ?? "1.0",
    },
    servers: [{ url: `${api.ApiEndpoint}/{basePath}`, variables }],
    paths,
    ...(schemes.length === 0 ? {} : { components: { securitySchemes: Object.fromEntries(schemes) } }),
    ...(options.withExtensions && api.CorsConfiguration !== undefined
      ? { "x-amazon-apigateway-cors": corsOf(api.CorsConfiguration) }
      : {}),
    ...(options.withExtensions ? { "x-amazon-apigateway-importexport-version": "1.0" } : {}),
  };
}

function placeOf(key: string): { path: string; method: string } {
  if (key === "$default") return { path: "/$default", method: "x-amazon-apigateway-any-method" };
  const [verb = "", path = "/"] = key.split(" ");
  return { path, method: verb === "ANY" ? "x-amazon-apigateway-any-method" : verb.toLowerCase() };
}

function operationOf(route: Route, served: Frozen, withExtensions: boolean): object {
  const id = (route.Target ?? "").replace(/^integrations\//, "");
  const integration = served.integrations.find((each) => each.IntegrationId === id);
  const authorizer = served.authorizers.find((each) => each.AuthorizerId === route.AuthorizerId);
  const path = (route.RouteKey ?? "").split(" ")[1] ?? "";
  const parameters = [...path.matchAll(/\{([^}+]+)\+?\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  return {
    ...(route.OperationName === undefined ? {} : { operationId: route.OperationName }),
    ...(parameters.length === 0 ? {} : { parameters }),
    responses: { default: { description: `Default response for ${route.RouteKey}` } },
    ...(authorizer === undefined ? {} : { security: [{ [authorizer.Name ?? ""]: route.AuthorizationScopes ?? [] }] }),
    ...(withExtensions && route.AuthorizationType === "AWS_IAM" ? { "x-amazon-apigateway-auth": { type: "AWS_IAM" } } : {}),
    ...(withExtensions && integration !== undefined ? { "x-amazon-apigateway-integration": integrationOf(integration) } : {}),
  };
}

const given = (value: object): object => Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));

function integrationOf(integration: Integration): object {
  return given({
    type: integration.IntegrationType?.toLowerCase(),
    integrationSubtype: integration.IntegrationSubtype,
    httpMethod: integration.IntegrationMethod,
    uri: integration.IntegrationUri,
    connectionType: integration.ConnectionType,
    connectionId: integration.ConnectionId,
    credentials: integration.CredentialsArn,
    payloadFormatVersion: integration.PayloadFormatVersion,
    timeoutInMillis: integration.TimeoutInMillis,
    requestParameters: integration.RequestParameters,
    responseParameters: integration.ResponseParameters,
  });
}

function schemeOf(authorizer: Authorizer, withExtensions: boolean): object {
  const isJwt = authorizer.AuthorizerType === "JWT";
  const base = isJwt ? { type: "oauth2" } : { type: "apiKey", name: "Unused", in: "header" };
  if (!withExtensions) return base;
  const extension = given({
    type: isJwt ? "jwt" : "request",
    identitySource: isJwt ? authorizer.IdentitySource?.[0] : authorizer.IdentitySource?.join(","),
    jwtConfiguration: isJwt
      ? { audience: authorizer.JwtConfiguration?.Audience, issuer: authorizer.JwtConfiguration?.Issuer }
      : undefined,
    authorizerUri: authorizer.AuthorizerUri,
    authorizerPayloadFormatVersion: authorizer.AuthorizerPayloadFormatVersion,
    authorizerCredentials: authorizer.AuthorizerCredentialsArn,
    authorizerResultTtlInSeconds: authorizer.AuthorizerResultTtlInSeconds,
    enableSimpleResponses: authorizer.EnableSimpleResponses,
  });
  return { ...base, "x-amazon-apigateway-authorizer": extension };
}

const corsOf = (cors: Cors): object =>
  given({
    allowOrigins: cors.AllowOrigins,
    allowMethods: cors.AllowMethods,
    allowHeaders: cors.AllowHeaders,
    exposeHeaders: cors.ExposeHeaders,
    maxAge: cors.MaxAge,
    allowCredentials: cors.AllowCredentials,
  });
