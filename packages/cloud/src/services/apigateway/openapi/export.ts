/** A deployed API as an OpenAPI 3.0 or Swagger 2.0 document, with API Gateway's extensions where they are asked for. Pure. */
import type { Authorizer, Integration, Method, Model } from "@aws-sdk/client-api-gateway";
import type { Frozen } from "../store.ts";

export type ExportType = "oas30" | "swagger";

export interface ExportOptions {
  readonly type: ExportType;
  /** `integrations`, `authorizers`, `apigateway` (both and what else there is). */
  readonly extensions: ReadonlySet<string>;
  readonly stageName: string;
  readonly version: string;
  readonly host: string;
}

type Json = { [name: string]: unknown };

export function exportDocument(frozen: Frozen, options: ExportOptions): Json {
  const { type, extensions, stageName, host } = options;
  const isSwagger = type === "swagger";
  const info = {
    ...(frozen.api.description === undefined ? {} : { description: frozen.api.description }),
    version: options.version,
    title: frozen.api.name,
  };
  const schemes = schemesOf(frozen, options);
  const schemas = Object.fromEntries(
    frozen.models.filter((model) => isUsed(frozen, model)).map((model) => [model.name ?? "", schemaOf(model, isSwagger)]),
  );
  const server = { url: `https://${host}/{basePath}`, variables: { basePath: { default: stageName } } };
  const components = {
    ...(Object.keys(schemas).length === 0 ? {} : { schemas }),
    ...(Object.keys(schemes).length === 0 ? {} : { securitySchemes: schemes }),
  };
  return {
    ...(isSwagger ? { swagger: "2.0" } : { openapi: "3.0.1" }),
    info,
    ...(isSwagger ? { host, basePath: `/${stageName}`, schemes: ["https"] } : { servers: [server] }),
    paths: pathsOf(frozen, options),
    ...(isSwagger ? (Object.keys(schemes).length === 0 ? {} : { securityDefinitions: schemes }) : { components }),
    ...(isSwagger && Object.keys(schemas).length > 0 ? { definitions: schemas } : {}),
    ...(extensions.has("apigateway") ? apiExtensions(frozen) : {}),
  };
}

/** `Error` and `Empty` are told only where something uses them. */
function isUsed({ resources }: Frozen, { name = "" }: Model): boolean {
  if (name !== "Error" && name !== "Empty") return true;
  const methods = resources.flatMap((resource) => Object.values(resource.resourceMethods ?? {}));
  return methods.some((method) =>
    [method.requestModels, ...Object.values(method.methodResponses ?? {}).map((each) => each.responseModels)].some((models) =>
      Object.values(models ?? {}).includes(name),
    ),
  );
}

const refTo = (name: string, isSwagger: boolean) => ({ $ref: `#/${isSwagger ? "definitions" : "components/schemas"}/${name}` });

function schemaOf(model: Model, isSwagger: boolean): unknown {
  try {
    return JSON.parse(model.schema ?? "{}", (key, value: unknown) => {
      const named = key === "$ref" && typeof value === "string" ? /\/models\/([A-Za-z0-9]+)$/.exec(value)?.[1] : undefined;
      return named === undefined ? value : refTo(named, isSwagger).$ref;
    });
  } catch {
    return {};
  }
}

function schemesOf({ authorizers, resources }: Frozen, { extensions, type }: ExportOptions): Json {
  const methods = resources.flatMap((resource) => Object.values(resource.resourceMethods ?? {}));
  const isWhole = extensions.has("apigateway") || extensions.has("authorizers");
  const schemes: Json = {};
  for (const authorizer of authorizers)
    schemes[authorizer.name ?? ""] = {
      type: "apiKey",
      name: headerOf(authorizer),
      in: "header",
      ...(isWhole ? authorizerExtension(authorizer) : {}),
    };
  if (methods.some(({ authorizationType }) => authorizationType === "AWS_IAM"))
    schemes.sigv4 = {
      type: "apiKey",
      name: "Authorization",
      in: "header",
      ...(isWhole ? { "x-amazon-apigateway-authtype": "awsSigv4" } : {}),
    };
  if (methods.some(({ apiKeyRequired }) => apiKeyRequired === true))
    schemes.api_key = { type: "apiKey", name: "x-api-key", in: "header" };
  return type === "swagger" || Object.keys(schemes).length > 0 ? schemes : {};
}

const headerOf = ({ type, identitySource = "" }: Authorizer) =>
  type === "REQUEST" && !/^method\.request\.header\.[^,]+$/.test(identitySource)
    ? "Unused"
    : (/header\.([^,]+)/.exec(identitySource)?.[1] ?? "Authorization");

function authorizerExtension({ type, authType, name: _name, id: _id, identitySource, ...rest }: Authorizer): Json {
  const source = type === "REQUEST" && identitySource !== undefined ? { identitySource } : {};
  return {
    "x-amazon-apigateway-authtype": authType,
    "x-amazon-apigateway-authorizer": { type: type?.toLowerCase(), ...rest, ...source },
  };
}

function pathsOf(frozen: Frozen, options: ExportOptions): Json {
  const resources = [...frozen.resources].sort((a, b) => ((a.path ?? "") < (b.path ?? "") ? -1 : 1));
  return Object.fromEntries(
    resources.flatMap((resource) => {
      const methods = Object.entries(resource.resourceMethods ?? {});
      if (methods.length === 0) return [];
      const operations = methods.map(([verb, method]) => [
        verb === "ANY" ? "x-amazon-apigateway-any-method" : verb.toLowerCase(),
        operationOf(frozen, method, options),
      ]);
      return [[resource.path ?? "", Object.fromEntries(operations)]];
    }),
  );
}

function operationOf(frozen: Frozen, method: Method, options: ExportOptions): Json {
  const isSwagger = options.type === "swagger";
  const { extensions } = options;
  const bodies = Object.entries(method.requestModels ?? {});
  const parameters = [...parametersOf(method, isSwagger), ...(isSwagger ? swaggerBody(bodies) : [])];
  const content = Object.fromEntries(bodies.map(([type, name]) => [type, { schema: refTo(name, false) }]));
  const security = securityOf(frozen, method);
  const validator = frozen.validators.find(({ id }) => id === method.requestValidatorId)?.name;
  const isAll = extensions.has("apigateway");
  return {
    ...(method.operationName === undefined ? {} : { operationId: method.operationName }),
    ...(isSwagger && bodies.length > 0 ? { consumes: bodies.map(([type]) => type) } : {}),
    ...(isSwagger ? { produces: producesOf(method) } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(!isSwagger && bodies.length > 0 ? { requestBody: { content, required: true } } : {}),
    responses: responsesOf(method, isSwagger),
    ...(security.length === 0 ? {} : { security }),
    ...(isAll && validator !== undefined ? { "x-amazon-apigateway-request-validator": validator } : {}),
    ...((isAll || extensions.has("integrations")) && method.methodIntegration !== undefined
      ? { "x-amazon-apigateway-integration": integrationExtension(method.methodIntegration) }
      : {}),
  };
}

function parametersOf(method: Method, isSwagger: boolean): Json[] {
  return Object.entries(method.requestParameters ?? {}).flatMap(([name, required]) => {
    const [, place = "", parameter = ""] = /^method\.request\.(querystring|header|path)\.(.+)$/.exec(name) ?? [];
    if (place === "") return [];
    const where = place === "querystring" ? "query" : place;
    const type = isSwagger ? { type: "string" } : { schema: { type: "string" } };
    return [
      {
        name: parameter,
        in: where,
        ...(required || where === "path" ? { required: true } : isSwagger ? { required: false } : {}),
        ...type,
      },
    ];
  });
}

const swaggerBody = (bodies: readonly (readonly [string, string])[]): Json[] =>
  bodies.slice(0, 1).map(([, name]) => ({ in: "body", name, required: true, schema: refTo(name, true) }));

function producesOf(method: Method): string[] {
  const types = Object.values(method.methodResponses ?? {}).flatMap(({ responseModels }) => Object.keys(responseModels ?? {}));
  return types.length === 0 ? ["application/json"] : [...new Set(types)];
}

function responsesOf(method: Method, isSwagger: boolean): Json {
  return Object.fromEntries(
    Object.entries(method.methodResponses ?? {}).map(([code, response]) => {
      const names = Object.keys(response.responseParameters ?? {}).flatMap(
        (name) => /^method\.response\.header\.(.+)$/.exec(name)?.[1] ?? [],
      );
      const type = isSwagger ? { type: "string" } : { schema: { type: "string" } };
      const headers = Object.fromEntries(names.map((name) => [name, type]));
      const models = Object.entries(response.responseModels ?? {});
      const content = Object.fromEntries(models.map(([each, name]) => [each, { schema: refTo(name, false) }]));
      const [first] = models;
      return [
        code,
        {
          description: `${code} response`,
          ...(names.length === 0 ? {} : { headers }),
          ...(isSwagger ? (first === undefined ? {} : { schema: refTo(first[1], true) }) : { content }),
        },
      ];
    }),
  );
}

function securityOf({ authorizers }: Frozen, method: Method): Json[] {
  const named = authorizers.find(({ id }) => id === method.authorizerId)?.name;
  return [
    ...(named === undefined ? [] : [{ [named]: method.authorizationScopes ?? [] }]),
    ...(method.authorizationType === "AWS_IAM" ? [{ sigv4: [] }] : []),
    ...(method.apiKeyRequired === true ? [{ api_key: [] }] : []),
  ];
}

function integrationExtension({
  integrationResponses,
  cacheKeyParameters,
  cacheNamespace: _space,
  ...integration
}: Integration): Json {
  const responses = Object.values(integrationResponses ?? {}).map(({ selectionPattern, ...response }) => [
    selectionPattern === undefined || selectionPattern === "" ? "default" : selectionPattern,
    response,
  ]);
  return {
    ...integration,
    type: integration.type?.toLowerCase(),
    passthroughBehavior: integration.passthroughBehavior?.toLowerCase(),
    ...((cacheKeyParameters ?? []).length === 0 ? {} : { cacheKeyParameters }),
    ...(responses.length === 0 ? {} : { responses: Object.fromEntries(responses) }),
  };
}

function apiExtensions({ api, validators, responses }: Frozen): Json {
  const own = Object.fromEntries(
    validators.map(({ name = "", validateRequestBody, validateRequestParameters }) => [
      name,
      { validateRequestParameters, validateRequestBody },
    ]),
  );
  const answers = Object.fromEntries(
    responses.map(({ responseType = "", statusCode, responseParameters, responseTemplates }) => [
      responseType,
      { ...(statusCode === undefined ? {} : { statusCode }), responseParameters, responseTemplates },
    ]),
  );
  return {
    ...(Object.keys(own).length === 0 ? {} : { "x-amazon-apigateway-request-validators": own }),
    ...(Object.keys(answers).length === 0 ? {} : { "x-amazon-apigateway-gateway-responses": answers }),
    ...((api.binaryMediaTypes ?? []).length === 0 ? {} : { "x-amazon-apigateway-binary-media-types": api.binaryMediaTypes }),
    ...(api.minimumCompressionSize === undefined
      ? {}
      : { "x-amazon-apigateway-minimum-compression-size": api.minimumCompressionSize }),
  };
}
