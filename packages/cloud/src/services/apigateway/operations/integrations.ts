import type {
  Integration,
  IntegrationResponse,
  PatchOperation,
  PutIntegrationRequest,
  PutIntegrationResponseRequest,
} from "@aws-sdk/client-api-gateway";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { functionOfUri } from "../../apigatewayv2/operations/routes.ts";
import { badRequest, given } from "../../apigatewayv2/store.ts";
import { entries, made, members, number, type PatchRule, patched, text } from "../patch.ts";
import { serviceOfUri } from "../plane/aws-service.ts";
import { missing } from "../store.ts";
import { parseTemplate, TemplateError } from "../template/parse.ts";
import { type MethodIds, needMethod, saveMethod } from "./methods.ts";

/** Integrations of methods, and their responses. */
type Patches = { readonly patchOperations?: PatchOperation[] | undefined };

const TYPES = ["HTTP", "HTTP_PROXY", "AWS", "AWS_PROXY", "MOCK"];
const TIMEOUT_MS = { least: 50, most: 29_000 };

/** Throws where AWS refuses the integration, and where this cloud has nothing behind it. */
export function checkIntegration(integration: Integration): void {
  const { type, uri = "", httpMethod } = integration;
  if (!TYPES.includes(type ?? ""))
    throw badRequest("Enumeration value for type must be one of: [HTTP, AWS, MOCK, HTTP_PROXY, AWS_PROXY]");
  const timeout = integration.timeoutInMillis ?? TIMEOUT_MS.most;
  if (timeout < TIMEOUT_MS.least || timeout > TIMEOUT_MS.most) throw badRequest("Timeout should be between 50 ms and 29000 ms");
  checkTemplates(integration.requestTemplates);
  if (type === "MOCK") return;
  if (httpMethod === undefined || httpMethod === "") throw badRequest("Enumeration value for HttpMethod must be non-empty");
  if (type === "AWS" || type === "AWS_PROXY") checkAwsUri(type, uri);
  else if (integration.connectionType !== "VPC_LINK" && !/^https?:\/\/[^\s/]+/.test(uri) && !uri.startsWith("${stageVariables."))
    throw badRequest("Invalid HTTP endpoint specified for URI");
}

function checkAwsUri(type: string, uri: string): void {
  if (!/^arn:[^:]+:apigateway:[^:]+:[^:]+:(path|action)\/.+/.test(uri)) {
    if (/^arn:[^:]+:apigateway:/.test(uri)) throw badRequest("AWS ARN for integration must contain path or action");
    throw badRequest("Invalid ARN specified in the request");
  }
  if (functionOfUri(uri) !== undefined || uri.includes("${stageVariables.")) return;
  if (type === "AWS" && serviceOfUri(uri) !== undefined) return;
  if (type === "AWS_PROXY") {
    if (!/:apigateway:[^:]+:(lambda|firehose):/.test(uri))
      throw badRequest(
        "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
      );
    throw badRequest("Invalid lambda function");
  }
  throw new ServiceError(
    "NotImplemented",
    501,
    `NotImplemented: apigateway.PutIntegration of type AWS with ${uri} is not emulated by this cloud`,
  );
}

/** A template that couldn't be run is told when it is given, as AWS does. */
function checkTemplates(templates: { readonly [type: string]: string } | undefined): void {
  for (const template of Object.values(templates ?? {})) {
    try {
      parseTemplate(template);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw badRequest(`Invalid mapping expression specified: ${error.message}`);
    }
  }
}

export function putIntegration(ctx: Ctx, input: PutIntegrationRequest): Integration {
  const { record, method } = needMethod(ctx, input);
  const { restApiId: _api, resourceId = "", httpMethod: _method, integrationHttpMethod, ...rest } = given(input);
  const value: Integration = {
    passthroughBehavior: "WHEN_NO_MATCH",
    timeoutInMillis: TIMEOUT_MS.most,
    cacheNamespace: resourceId,
    cacheKeyParameters: [],
    ...rest,
    ...(integrationHttpMethod === undefined ? {} : { httpMethod: integrationHttpMethod }),
    ...(method.methodIntegration?.integrationResponses === undefined
      ? {}
      : { integrationResponses: method.methodIntegration.integrationResponses }),
  };
  checkIntegration(value);
  checkParameters(value.requestParameters, "request");
  saveMethod(ctx, input, record, { ...method, methodIntegration: value });
  return value;
}

const SOURCES = {
  request:
    /^('.*'|method\.request\.(querystring|multivaluequerystring|path|header|multivalueheader|body)(\..+)?|context\..+|stageVariables\..+)$/s,
  response: /^('.*'|integration\.response\.(header|multivalueheader|body)(\..+)?|context\..+|stageVariables\..+)$/s,
};
const TARGETS = {
  request: /^integration\.request\.(querystring|multivaluequerystring|path|header|multivalueheader)\.[^\s]+$/,
  response: /^method\.response\.(header|multivalueheader)\.[^\s]+$/,
};

/** Parameter mappings: constants in single quotes, or references. */
export function checkParameters(parameters: { readonly [name: string]: string } | undefined, of: "request" | "response"): void {
  for (const [target, source] of Object.entries(parameters ?? {})) {
    const wrong = TARGETS[of].test(target) ? (SOURCES[of].test(source) ? undefined : source) : target;
    if (wrong !== undefined)
      throw badRequest(
        `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: ${wrong}]`,
      );
  }
}

function needIntegration(ctx: Ctx, input: MethodIds) {
  const found = needMethod(ctx, input);
  const integration = found.method.methodIntegration;
  if (integration === undefined) throw missing("Invalid Integration identifier specified");
  return { ...found, integration };
}

export const getIntegration = (ctx: Ctx, input: MethodIds): Integration => needIntegration(ctx, input).integration;

type Draft = { -readonly [K in keyof Integration]: Integration[K] };
const RULES: readonly PatchRule<Draft>[] = [
  text("/uri", "uri"),
  text("/httpMethod", "httpMethod"),
  text("/credentials", "credentials"),
  text("/type", "type"),
  text("/passthroughBehavior", "passthroughBehavior"),
  text("/cacheNamespace", "cacheNamespace"),
  text("/contentHandling", "contentHandling"),
  text("/connectionType", "connectionType"),
  text("/connectionId", "connectionId"),
  made("/timeoutInMillis", "timeoutInMillis", number),
  made("/tlsConfig/insecureSkipVerification", "tlsConfig", (value) => ({ insecureSkipVerification: value === "true" })),
  entries("/requestTemplates", "requestTemplates"),
  entries("/requestParameters", "requestParameters"),
  ...members<Draft>("/cacheKeyParameters", "cacheKeyParameters"),
];

export function updateIntegration(ctx: Ctx, input: MethodIds & Patches): Integration {
  const { record, method, integration } = needIntegration(ctx, input);
  const changed = patched(integration, input.patchOperations, RULES) as Draft;
  if ((changed.contentHandling as string | undefined) === "") delete changed.contentHandling;
  checkIntegration(changed);
  checkParameters(changed.requestParameters, "request");
  saveMethod(ctx, input, record, { ...method, methodIntegration: changed });
  return changed;
}

export function deleteIntegration(ctx: Ctx, input: MethodIds): object {
  const { record, method } = needIntegration(ctx, input);
  const { methodIntegration: _gone, ...rest } = method;
  saveMethod(ctx, input, record, rest);
  return {};
}

function saveResponses(
  ctx: Ctx,
  input: MethodIds,
  change: (responses: Record<string, IntegrationResponse>) => Record<string, IntegrationResponse>,
) {
  const { record, method, integration } = needIntegration(ctx, input);
  const integrationResponses = change({ ...integration.integrationResponses });
  saveMethod(ctx, input, record, { ...method, methodIntegration: { ...integration, integrationResponses } });
}

export function putIntegrationResponse(ctx: Ctx, input: PutIntegrationResponseRequest): IntegrationResponse {
  const { method } = needIntegration(ctx, input);
  const { restApiId: _api, resourceId: _resource, httpMethod: _method, ...rest } = given(input);
  const statusCode = input.statusCode ?? "";
  if (method.methodResponses?.[statusCode] === undefined) throw missing("Invalid Response status code specified");
  const response: IntegrationResponse = { ...rest, statusCode };
  checkIntegrationResponse(response, method.methodResponses[statusCode]?.responseParameters);
  saveResponses(ctx, input, (responses) => ({ ...responses, [statusCode]: response }));
  return response;
}

function checkIntegrationResponse(
  response: IntegrationResponse,
  declared: { readonly [name: string]: boolean } | undefined,
): void {
  checkParameters(response.responseParameters, "response");
  checkTemplates(response.responseTemplates);
  for (const name of Object.keys(response.responseParameters ?? {})) {
    if (declared?.[name] === undefined)
      throw badRequest(
        `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: ${name}]`,
      );
  }
  try {
    new RegExp(response.selectionPattern ?? "");
  } catch {
    throw badRequest("Invalid selection pattern specified");
  }
}

function needResponse(ctx: Ctx, input: MethodIds) {
  const found = needIntegration(ctx, input);
  const response = found.integration.integrationResponses?.[input.statusCode ?? ""];
  if (response === undefined) throw missing("Invalid Response status code specified");
  return { ...found, response };
}

export const getIntegrationResponse = (ctx: Ctx, input: MethodIds): IntegrationResponse => needResponse(ctx, input).response;

type ResponseDraft = { -readonly [K in keyof IntegrationResponse]: IntegrationResponse[K] };
const RESPONSE_RULES: readonly PatchRule<ResponseDraft>[] = [
  text("/selectionPattern", "selectionPattern"),
  text("/contentHandling", "contentHandling"),
  entries("/responseTemplates", "responseTemplates"),
  entries("/responseParameters", "responseParameters"),
];

export function updateIntegrationResponse(ctx: Ctx, input: MethodIds & Patches): IntegrationResponse {
  const { method, response } = needResponse(ctx, input);
  const changed = patched(response, input.patchOperations, RESPONSE_RULES);
  checkIntegrationResponse(changed, method.methodResponses?.[input.statusCode ?? ""]?.responseParameters);
  saveResponses(ctx, input, (responses) => ({ ...responses, [input.statusCode ?? ""]: changed }));
  return changed;
}

export function deleteIntegrationResponse(ctx: Ctx, input: MethodIds): object {
  needResponse(ctx, input);
  saveResponses(ctx, input, ({ [input.statusCode ?? ""]: _gone, ...rest }) => rest);
  return {};
}
