/**
 * What an OpenAPI document (3.0) or a Swagger document (2.0) says of a REST API, with API Gateway's extensions. Pure. Source: Amazon API
 * Gateway Developer Guide, "OpenAPI extensions for API Gateway" (read 2026-11).
 */
import type { Authorizer, Integration, IntegrationResponse, Method, MethodResponse } from "@aws-sdk/client-api-gateway";
import { parse } from "yaml";
import { isNode, type Node, nodeOf, resolved, textOf, textsOf } from "../../apigatewayv2/operations/openapi-document.ts";
import { badRequest } from "../../apigatewayv2/store.ts";

export interface DefinedMethod {
  readonly path: string;
  readonly httpMethod: string;
  /** Without the ids of authorizer and validator, whose names stand beside it. */
  readonly method: Method;
  readonly authorizer?: string | undefined;
  readonly validator?: string | undefined;
  readonly responses: readonly MethodResponse[];
  readonly integration?: Integration | undefined;
  readonly integrationResponses: readonly IntegrationResponse[];
}

export interface Definition {
  readonly api: {
    readonly name: string | undefined;
    readonly description: string | undefined;
    readonly version: string | undefined;
    readonly binaryMediaTypes: readonly string[] | undefined;
    readonly minimumCompressionSize: number | undefined;
    readonly apiKeySource: string | undefined;
    /** A policy document as text. */
    readonly policy: string | undefined;
    readonly vpcEndpointIds: readonly string[] | undefined;
    readonly disableExecuteApiEndpoint: boolean | undefined;
  };
  readonly models: readonly { readonly name: string; readonly description: string | undefined; readonly schema: string }[];
  readonly validators: readonly { readonly name: string; readonly body: boolean; readonly parameters: boolean }[];
  readonly authorizers: readonly Authorizer[];
  readonly responses: readonly {
    readonly type: string;
    readonly statusCode: string | undefined;
    readonly parameters: Texts;
    readonly templates: Texts;
  }[];
  readonly methods: readonly DefinedMethod[];
  /** Every path that is written, methods or none. */
  readonly paths: readonly string[];
}

type Texts = { readonly [name: string]: string };

const BODY_BYTES_MAX = 6 * 1024 * 1024;
const ANY = "x-amazon-apigateway-any-method";
const VERBS = ["get", "head", "post", "put", "patch", "delete", "options", ANY];

/** Throws BadRequestException unless the text is an OpenAPI 3.0 or Swagger 2.0 document, in JSON or YAML. */
export function readDefinition(body: string, parameters: Texts): Definition {
  const document = documentOf(body);
  const isSwagger = document.swagger !== undefined;
  const base = basePathOf(document, isSwagger, parameters.basepath ?? parameters.basePath ?? "ignore");
  const generated = new Map<string, string>();
  const context: Context = { document, isSwagger, generated };
  const paths = Object.entries(nodeOf(document.paths)).filter(([path]) => path.startsWith("/"));
  const methods = paths.flatMap(([path, item]) =>
    methodsOf(context, `${base}${path === "/" && base !== "" ? "" : path}`, resolved(document, item)),
  );
  return {
    api: apiOf(document),
    models: [...modelsOf(context), ...[...generated].map(([name, schema]) => ({ name, description: undefined, schema }))],
    validators: Object.entries(nodeOf(document["x-amazon-apigateway-request-validators"])).map(([name, each]) => ({
      name,
      body: nodeOf(each).validateRequestBody === true,
      parameters: nodeOf(each).validateRequestParameters === true,
    })),
    authorizers: Object.entries(schemesOf(context)).flatMap(([name, scheme]) => authorizerOf(name, resolved(document, scheme))),
    responses: Object.entries(nodeOf(document["x-amazon-apigateway-gateway-responses"])).map(([type, each]) => ({
      type,
      statusCode: nodeOf(each).statusCode === undefined ? undefined : String(nodeOf(each).statusCode),
      parameters: stringsIn(nodeOf(each).responseParameters),
      templates: stringsIn(nodeOf(each).responseTemplates),
    })),
    methods,
    paths: paths.map(([path]) => `${base}${path === "/" && base !== "" ? "" : path}`),
  };
}

interface Context {
  readonly document: Node;
  readonly isSwagger: boolean;
  /** Schemas that stand where they are used, as models of their own. */
  readonly generated: Map<string, string>;
}

function documentOf(body: string): Node {
  if (Buffer.byteLength(body) > BODY_BYTES_MAX) throw badRequest("Invalid OpenAPI input: the document is larger than 6 MB.");
  let value: unknown;
  try {
    // Aliases are bounded by the library: a document can't grow without end.
    value = body.trimStart().startsWith("{") ? JSON.parse(body) : parse(body);
  } catch {
    throw badRequest("Unable to parse API definition because of a malformed document: it is neither JSON nor YAML.");
  }
  if (isNode(value) && (String(value.swagger) === "2.0" || /^3\.0\.\d+$/.test(String(value.openapi ?? "")))) return value;
  throw badRequest("Invalid OpenAPI input.");
}

function basePathOf(document: Node, isSwagger: boolean, how: string): string {
  const server = nodeOf(Array.isArray(document.servers) ? document.servers[0] : undefined);
  const variable = nodeOf(nodeOf(server.variables).basePath).default;
  const written = isSwagger
    ? textOf(document.basePath)
    : (textOf(variable) ?? /^https?:\/\/[^/]+(\/.*)?$/.exec(textOf(server.url) ?? "")?.[1]);
  const path = `/${(written ?? "").replace(/^\/+|\/+$/g, "")}`;
  if (path === "/" || how === "ignore" || how === "") return "";
  return how === "split" ? path.replace(/^\/[^/]+/, "") : path;
}

function apiOf(document: Node): Definition["api"] {
  const info = nodeOf(document.info);
  const endpoint = nodeOf(
    document["x-amazon-apigateway-endpoint-configuration"] ??
      nodeOf(Array.isArray(document.servers) ? document.servers[0] : undefined)["x-amazon-apigateway-endpoint-configuration"],
  );
  const size = document["x-amazon-apigateway-minimum-compression-size"];
  const policy = document["x-amazon-apigateway-policy"];
  const isOff = endpoint.disableExecuteApiEndpoint;
  return {
    name: textOf(info.title),
    description: textOf(info.description),
    version: info.version === undefined ? undefined : String(info.version),
    binaryMediaTypes: textsOf(document["x-amazon-apigateway-binary-media-types"]),
    minimumCompressionSize: typeof size === "number" ? size : undefined,
    apiKeySource: textOf(document["x-amazon-apigateway-api-key-source"]),
    policy: isNode(policy) ? JSON.stringify(policy) : undefined,
    vpcEndpointIds: textsOf(endpoint.vpcEndpointIds),
    disableExecuteApiEndpoint: typeof isOff === "boolean" ? isOff : undefined,
  };
}

const schemesOf = ({ document, isSwagger }: Context): Node =>
  nodeOf(isSwagger ? document.securityDefinitions : nodeOf(document.components).securitySchemes);
const schemasOf = ({ document, isSwagger }: Context): Node =>
  nodeOf(isSwagger ? document.definitions : nodeOf(document.components).schemas);

function modelsOf(context: Context): Definition["models"] {
  return Object.entries(schemasOf(context)).map(([name, schema]) => ({
    name: modelName(name),
    description: textOf(nodeOf(schema).description),
    schema: schemaText(schema),
  }));
}

/** Models have alphanumeric names. */
const modelName = (name: string) => name.replace(/[^A-Za-z0-9]/g, "");

/** References to other schemas are to other models: API Gateway names them by URL. */
function schemaText(schema: unknown): string {
  return JSON.stringify(schema, (key, value: unknown) => {
    const found =
      key === "$ref" && typeof value === "string" ? /^#\/(?:definitions|components\/schemas)\/(.+)$/.exec(value) : null;
    return found === null ? value : `https://apigateway.amazonaws.com/restapis/API/models/${modelName(found[1] ?? "")}`;
  });
}

/** The model of a schema: the one that it refers to, or one that is made of it. */
function modelOf({ generated }: Context, schema: unknown): string | undefined {
  const node = nodeOf(schema);
  const named = /^#\/(?:definitions|components\/schemas)\/(.+)$/.exec(textOf(node.$ref) ?? "")?.[1];
  if (named !== undefined) return modelName(named);
  if (!isNode(schema) || Object.keys(node).length === 0) return undefined;
  const text = schemaText(schema);
  const present = [...generated].find(([, each]) => each === text)?.[0];
  const name = present ?? `MODEL${(generated.size + 1).toString(16).padStart(6, "0")}`;
  generated.set(name, text);
  return name;
}

const AUTHORIZERS: { readonly [type: string]: string } = {
  token: "TOKEN",
  request: "REQUEST",
  cognito_user_pools: "COGNITO_USER_POOLS",
};

function authorizerOf(name: string, scheme: Node): Authorizer[] {
  const own = nodeOf(scheme["x-amazon-apigateway-authorizer"]);
  const type = AUTHORIZERS[textOf(own.type)?.toLowerCase() ?? ""];
  if (type === undefined) return [];
  const header = scheme.in === "header" && textOf(scheme.name) !== "Unused" ? textOf(scheme.name) : undefined;
  const source =
    textOf(own.identitySource) ?? (type === "REQUEST" || header === undefined ? undefined : `method.request.header.${header}`);
  const ttl = Number(own.authorizerResultTtlInSeconds);
  return [
    {
      name,
      type: type as "TOKEN",
      authType: textOf(scheme["x-amazon-apigateway-authtype"]) ?? "custom",
      authorizerUri: textOf(own.authorizerUri),
      authorizerCredentials: textOf(own.authorizerCredentials),
      identitySource: source,
      identityValidationExpression: textOf(own.identityValidationExpression),
      providerARNs: textsOf(own.providerARNs),
      ...(own.authorizerResultTtlInSeconds === undefined || Number.isNaN(ttl) ? {} : { authorizerResultTtlInSeconds: ttl }),
    },
  ];
}

function methodsOf(context: Context, path: string, item: Node): DefinedMethod[] {
  const shared = Array.isArray(item.parameters) ? item.parameters : [];
  return VERBS.flatMap((verb) => {
    const operation = item[verb];
    return isNode(operation) ? [methodOf(context, path, verb, operation, shared)] : [];
  });
}

function methodOf(context: Context, path: string, verb: string, operation: Node, shared: readonly unknown[]): DefinedMethod {
  const { document } = context;
  const own = Array.isArray(operation.parameters) ? operation.parameters : [];
  const parameters = [...shared, ...own].map((each) => resolved(document, each));
  const { apiKeyRequired, ...security } = securityOf(context, operation);
  const httpMethod = verb === ANY ? "ANY" : verb.toUpperCase();
  const integration = integrationOf(path, operation["x-amazon-apigateway-integration"]);
  return {
    path,
    httpMethod,
    method: {
      httpMethod,
      apiKeyRequired,
      authorizationType: security.type,
      ...(security.scopes.length > 0 ? { authorizationScopes: security.scopes } : {}),
      ...(textOf(operation.operationId) === undefined ? {} : { operationName: textOf(operation.operationId) }),
      ...filled("requestParameters", requestParametersOf(parameters)),
      ...filled("requestModels", requestModelsOf(context, operation, parameters)),
    },
    authorizer: security.authorizer,
    validator: textOf(operation["x-amazon-apigateway-request-validator"] ?? document["x-amazon-apigateway-request-validator"]),
    responses: Object.entries(nodeOf(operation.responses)).flatMap(([code, response]) =>
      responseOf(context, operation, code, resolved(document, response)),
    ),
    integration: integration?.[0],
    integrationResponses: integration?.[1] ?? [],
  };
}

const filled = <K extends string, T extends object>(name: K, value: T) =>
  (Object.keys(value).length === 0 ? {} : { [name]: value }) as { readonly [key in K]?: T };

const PLACES: { readonly [place: string]: string } = { query: "querystring", header: "header", path: "path" };

function requestParametersOf(parameters: readonly Node[]): { [name: string]: boolean } {
  return Object.fromEntries(
    parameters.flatMap((each) => {
      const place = PLACES[textOf(each.in) ?? ""];
      return place === undefined ? [] : [[`method.request.${place}.${String(each.name)}`, each.required === true]];
    }),
  );
}

function requestModelsOf(context: Context, operation: Node, parameters: readonly Node[]): { [type: string]: string } {
  const entries = context.isSwagger
    ? parameters
        .filter((each) => each.in === "body")
        .flatMap((each) =>
          (textsOf(operation.consumes ?? context.document.consumes) ?? ["application/json"]).map(
            (type) => [type, each.schema] as const,
          ),
        )
    : Object.entries(nodeOf(resolved(context.document, operation.requestBody).content)).map(
        ([type, each]) => [type, nodeOf(each).schema] as const,
      );
  return modelMap(context, entries);
}

function modelMap(context: Context, entries: readonly (readonly [type: string, schema: unknown])[]): { [type: string]: string } {
  return Object.fromEntries(
    entries.flatMap(([type, schema]) => {
      const model = modelOf(context, schema);
      return model === undefined ? [] : [[type, model]];
    }),
  );
}

function responseOf(context: Context, operation: Node, code: string, response: Node): MethodResponse[] {
  if (!/^\d{3}$/.test(code)) return [];
  const entries = context.isSwagger
    ? (textsOf(operation.produces ?? context.document.produces) ?? ["application/json"]).map(
        (type) => [type, response.schema] as const,
      )
    : Object.entries(nodeOf(response.content)).map(([type, each]) => [type, nodeOf(each).schema] as const);
  const headers = Object.keys(nodeOf(response.headers)).map((name) => [`method.response.header.${name}`, false] as const);
  return [
    {
      statusCode: code,
      ...filled("responseModels", modelMap(context, entries)),
      ...filled("responseParameters", Object.fromEntries(headers)),
    },
  ];
}

interface Security {
  readonly type: string;
  readonly authorizer?: string | undefined;
  readonly scopes: string[];
  readonly apiKeyRequired: boolean;
}

function securityOf(context: Context, operation: Node): Security {
  const auth = textOf(nodeOf(operation["x-amazon-apigateway-auth"]).type)?.toUpperCase();
  const listed = operation.security ?? context.document.security;
  const wanted = (Array.isArray(listed) ? listed : []).flatMap((each) => Object.entries(nodeOf(each)));
  let found: Security = { type: auth === "AWS_IAM" ? "AWS_IAM" : "NONE", scopes: [], apiKeyRequired: false };
  for (const [name, scopes] of wanted) {
    const scheme = resolved(context.document, nodeOf(schemesOf(context))[name]);
    const kind = textOf(nodeOf(scheme["x-amazon-apigateway-authorizer"]).type)?.toLowerCase();
    if (kind === "cognito_user_pools")
      found = { ...found, type: "COGNITO_USER_POOLS", authorizer: name, scopes: textsOf(scopes) ?? [] };
    else if (kind !== undefined) found = { ...found, type: "CUSTOM", authorizer: name };
    else if (textOf(scheme["x-amazon-apigateway-authtype"])?.toLowerCase() === "awssigv4") found = { ...found, type: "AWS_IAM" };
    else if (scheme.type === "apiKey" && textOf(scheme.name)?.toLowerCase() === "x-api-key")
      found = { ...found, apiKeyRequired: true };
  }
  return found;
}

const TEXTS = ["uri", "credentials", "contentHandling", "cacheNamespace", "connectionId", "connectionType"] as const;

/** Throws BadRequestException for one without a type. */
function integrationOf(path: string, value: unknown): readonly [Integration, IntegrationResponse[]] | undefined {
  if (value === undefined) return undefined;
  const node = nodeOf(value);
  const type = textOf(node.type)?.toUpperCase();
  if (type === undefined) throw badRequest(`Unable to parse API definition because of a malformed integration at path ${path}`);
  const [behavior, timeout] = [textOf(node.passthroughBehavior), Number(node.timeoutInMillis)];
  const texts = TEXTS.flatMap((name) => (textOf(node[name]) === undefined ? [] : [[name, textOf(node[name])]]));
  const insecure = nodeOf(node.tlsConfig).insecureSkipVerification;
  const integration: Integration = {
    type: type as "HTTP",
    ...(textOf(node.httpMethod) === undefined ? {} : { httpMethod: textOf(node.httpMethod)?.toUpperCase() }),
    ...Object.fromEntries(texts),
    ...(behavior === undefined ? {} : { passthroughBehavior: behavior.toUpperCase() }),
    ...(node.timeoutInMillis === undefined || Number.isNaN(timeout) ? {} : { timeoutInMillis: timeout }),
    ...(textsOf(node.cacheKeyParameters) === undefined ? {} : { cacheKeyParameters: textsOf(node.cacheKeyParameters) }),
    ...filled("requestParameters", stringsIn(node.requestParameters)),
    ...filled("requestTemplates", stringsIn(node.requestTemplates)),
    ...(typeof insecure === "boolean" ? { tlsConfig: { insecureSkipVerification: insecure } } : {}),
  };
  const responses = Object.entries(nodeOf(node.responses)).map(([pattern, each]): IntegrationResponse => {
    const response = nodeOf(each);
    const handling = textOf(response.contentHandling);
    return {
      statusCode: String(response.statusCode ?? "200"),
      ...(pattern === "default" ? {} : { selectionPattern: pattern }),
      ...filled("responseParameters", stringsIn(response.responseParameters)),
      ...filled("responseTemplates", stringsIn(response.responseTemplates)),
      ...(handling === undefined ? {} : { contentHandling: handling as "CONVERT_TO_TEXT" }),
    };
  });
  return [integration, responses];
}

function stringsIn(value: unknown): { [name: string]: string } {
  return Object.fromEntries(
    Object.entries(nodeOf(value)).flatMap(([name, each]) =>
      each === null || each === undefined ? [] : [[name, typeof each === "string" ? each : JSON.stringify(each)]],
    ),
  );
}
