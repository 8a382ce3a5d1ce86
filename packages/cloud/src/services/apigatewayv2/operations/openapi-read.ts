import type { Api, Authorizer, Cors, Integration, Route } from "@aws-sdk/client-apigatewayv2";
import { badRequest } from "../store.ts";
import { isNode, type Node, nodeOf, resolved, textOf, textsOf } from "./openapi-document.ts";

/**
 * What an OpenAPI 3.0 document says of an HTTP API. Pure. Developer guide, "Work with OpenAPI definitions for HTTP APIs in API Gateway" and
 * "OpenAPI extensions for API Gateway" (read 2026-11-21).
 */
export interface ReadApi {
  readonly api: Partial<Api>;
  readonly authorizers: readonly (Partial<Authorizer> & { readonly Name: string })[];
  readonly routes: readonly ReadRoute[];
  readonly warnings: readonly string[];
}

export interface ReadRoute {
  readonly route: Partial<Route> & { readonly RouteKey: string };
  readonly integration?: Partial<Integration>;
  /** Name of one of the authorizers. */
  readonly authorizer?: string;
}

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method"]);
const INTEGRATION = "x-amazon-apigateway-integration";
const AUTHORIZER = "x-amazon-apigateway-authorizer";

/** `basepath`: what becomes of the path of the document's first server: ignore, prepend, or split (its first part is cut off). */
export function readOpenApi(document: Node, basepath: string): ReadApi {
  const info = nodeOf(document.info);
  const warnings: string[] = [];
  const authorizers = readAuthorizers(document, warnings);
  const cors = readCors(document["x-amazon-apigateway-cors"]);
  const prefix = basePathOf(document, basepath);
  return {
    api: {
      ...(textOf(info.title) === undefined ? {} : { Name: String(info.title) }),
      ...(textOf(info.description) === undefined ? {} : { Description: String(info.description) }),
      ...(info.version === undefined ? {} : { Version: String(info.version) }),
      ...(cors === undefined ? {} : { CorsConfiguration: cors }),
    },
    authorizers,
    routes: readRoutes(document, prefix, new Set(authorizers.map(({ Name }) => Name)), warnings),
    warnings,
  };
}

function basePathOf(document: Node, basepath: string): string {
  const server = nodeOf(Array.isArray(document.servers) ? document.servers[0] : undefined);
  const variables = nodeOf(server.variables);
  const url = (textOf(server.url) ?? "").replace(/\{([^}]+)\}/g, (_all, name: string) =>
    String(nodeOf(variables[name]).default ?? ""),
  );
  const parts = url
    .replace(/^[a-z]+:\/\/[^/]*/i, "")
    .split("/")
    .filter((part) => part !== "");
  if (basepath === "prepend") return parts.map((part) => `/${part}`).join("");
  if (basepath === "split")
    return parts
      .slice(1)
      .map((part) => `/${part}`)
      .join("");
  return "";
}

function readCors(value: unknown): Cors | undefined {
  if (!isNode(value)) return undefined;
  const list = (name: string) => textsOf(value[name]);
  const entries = {
    AllowOrigins: list("allowOrigins"),
    AllowMethods: list("allowMethods"),
    AllowHeaders: list("allowHeaders"),
    ExposeHeaders: list("exposeHeaders"),
    MaxAge: typeof value.maxAge === "number" ? value.maxAge : undefined,
    AllowCredentials: typeof value.allowCredentials === "boolean" ? value.allowCredentials : undefined,
  };
  return Object.fromEntries(Object.entries(entries).filter(([, each]) => each !== undefined));
}

function readAuthorizers(document: Node, warnings: string[]): (Partial<Authorizer> & { Name: string })[] {
  const schemes = nodeOf(nodeOf(document.components).securitySchemes);
  return Object.entries(schemes).flatMap(([Name, given]) => {
    const extension = resolved(document, given)[AUTHORIZER];
    if (!isNode(extension)) {
      warnings.push(`Ignoring security scheme '${Name}': it has no ${AUTHORIZER}`);
      return [];
    }
    return [{ Name, ...authorizerOf(Name, extension) }];
  });
}

function authorizerOf(name: string, extension: Node): Partial<Authorizer> {
  const sources =
    textsOf(extension.identitySource) ??
    textOf(extension.identitySource)
      ?.split(",")
      .map((each) => each.trim());
  const IdentitySource = sources === undefined ? {} : { IdentitySource: sources };
  if (extension.type === "jwt") {
    const jwt = nodeOf(extension.jwtConfiguration);
    const Issuer = textOf(jwt.issuer);
    const JwtConfiguration = { ...(Issuer === undefined ? {} : { Issuer }), Audience: textsOf(jwt.audience) ?? [] };
    return { AuthorizerType: "JWT", ...IdentitySource, JwtConfiguration };
  }
  if (extension.type !== "request") throw badRequest(`Invalid authorizer type for authorizer '${name}'`);
  const members = {
    AuthorizerUri: textOf(extension.authorizerUri),
    AuthorizerPayloadFormatVersion: textOf(extension.authorizerPayloadFormatVersion),
    AuthorizerCredentialsArn: textOf(extension.authorizerCredentials),
    AuthorizerResultTtlInSeconds:
      typeof extension.authorizerResultTtlInSeconds === "number" ? extension.authorizerResultTtlInSeconds : undefined,
    EnableSimpleResponses: typeof extension.enableSimpleResponses === "boolean" ? extension.enableSimpleResponses : undefined,
  };
  return { AuthorizerType: "REQUEST", ...IdentitySource, ...withoutUndefined(members) };
}

const withoutUndefined = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> };

function readRoutes(document: Node, prefix: string, known: ReadonlySet<string>, warnings: string[]): ReadRoute[] {
  const out: ReadRoute[] = [];
  for (const [path, item] of Object.entries(nodeOf(document.paths))) {
    for (const [method, given] of Object.entries(resolved(document, item))) {
      if (!METHODS.has(method) || !isNode(given)) continue;
      const verb = method.startsWith("x-") ? "ANY" : method.toUpperCase();
      const RouteKey = path === "/$default" && verb === "ANY" ? "$default" : `${verb} ${joined(prefix, path)}`;
      out.push(readRoute(document, RouteKey, given, known, warnings));
    }
  }
  return out;
}

const joined = (prefix: string, path: string) => (prefix !== "" && path === "/" ? prefix : prefix + path);

function readRoute(document: Node, RouteKey: string, operation: Node, known: ReadonlySet<string>, warnings: string[]): ReadRoute {
  const extension = operation[INTEGRATION] === undefined ? undefined : resolved(document, operation[INTEGRATION]);
  if (extension === undefined) warnings.push(`Route '${RouteKey}' has no integration`);
  const { authorizer, ...authorization } = authorizationOf(operation.security ?? document.security, operation, known);
  const name = textOf(operation.operationId);
  return {
    route: { RouteKey, ...authorization, ...(name === undefined ? {} : { OperationName: name }) },
    ...(extension === undefined ? {} : { integration: integrationOf(extension) }),
    ...(authorizer === undefined ? {} : { authorizer }),
  };
}

function authorizationOf(
  security: unknown,
  operation: Node,
  known: ReadonlySet<string>,
): Partial<Route> & { authorizer?: string } {
  if (nodeOf(operation["x-amazon-apigateway-auth"]).type === "AWS_IAM") return { AuthorizationType: "AWS_IAM" };
  for (const requirement of Array.isArray(security) ? security : []) {
    for (const [name, scopes] of Object.entries(nodeOf(requirement))) {
      if (!known.has(name)) continue;
      const AuthorizationScopes = textsOf(scopes) ?? [];
      return { authorizer: name, ...(AuthorizationScopes.length === 0 ? {} : { AuthorizationScopes }) };
    }
  }
  return {};
}

function integrationOf(extension: Node): Partial<Integration> {
  const type = (textOf(extension.type) ?? "").toUpperCase();
  const parameters = (value: unknown) =>
    isNode(value) ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, String(each)])) : undefined;
  const responses = isNode(extension.responseParameters)
    ? Object.fromEntries(Object.entries(extension.responseParameters).map(([status, each]) => [status, parameters(each) ?? {}]))
    : undefined;
  return withoutUndefined({
    IntegrationType: (type === "HTTP" ? "HTTP_PROXY" : type) as Integration["IntegrationType"],
    IntegrationSubtype: textOf(extension.integrationSubtype),
    IntegrationUri: textOf(extension.uri),
    IntegrationMethod: textOf(extension.httpMethod),
    ConnectionType: textOf(extension.connectionType) as Integration["ConnectionType"],
    ConnectionId: textOf(extension.connectionId),
    CredentialsArn: textOf(extension.credentials),
    PayloadFormatVersion: textOf(extension.payloadFormatVersion) ?? (type === "AWS_PROXY" ? "2.0" : "1.0"),
    TimeoutInMillis: typeof extension.timeoutInMillis === "number" ? extension.timeoutInMillis : undefined,
    RequestParameters: parameters(extension.requestParameters),
    ResponseParameters: responses,
  }) as Partial<Integration>;
}
