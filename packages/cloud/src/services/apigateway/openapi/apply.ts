/** Makes a REST API what a definition says, by the operations that anyone else would use: their refusals are its refusals. */
import type { Method, Resource, RestApi } from "@aws-sdk/client-api-gateway";
import type { Ctx } from "../../../core/service.ts";
import { badRequest, keyOf } from "../../apigatewayv2/store.ts";
import { createAuthorizer } from "../operations/authorizers.ts";
import { putGatewayResponse } from "../operations/gateway-responses.ts";
import { putIntegration, putIntegrationResponse } from "../operations/integrations.ts";
import { type MethodIds, putMethod, putMethodResponse } from "../operations/methods.ts";
import { createModel, createRequestValidator, makeDefaultModels } from "../operations/models.ts";
import { createResource, resourcesOf } from "../operations/resources.ts";
import { keepPolicy } from "../operations/rest-apis.ts";
import { forgetRest } from "../plane/compiled.ts";
import { find, list, need, save } from "../store.ts";
import type { DefinedMethod, Definition } from "./definition.ts";

export type Mode = "merge" | "overwrite";

/** Inside a transaction. `merge`: what the definition does not name stays as it is. Throws what the operations throw. */
export function applyDefinition(ctx: Ctx, apiId: string, definition: Definition, mode: Mode): void {
  const record = need(ctx.store, ctx, "rest-api", apiId);
  save(ctx, "rest-api", [apiId], record, described(record.value, definition.api, mode));
  if (mode === "overwrite") clear(ctx, apiId);
  for (const { name, description, schema } of definition.models) writeModel(ctx, apiId, name, description, schema);
  const validators = validatorIds(ctx, apiId, definition);
  const authorizers = authorizerIds(ctx, apiId, definition);
  for (const { type, statusCode, parameters, templates } of definition.responses)
    putGatewayResponse(ctx, {
      restApiId: apiId,
      responseType: type as "DEFAULT_4XX",
      ...(statusCode === undefined ? {} : { statusCode }),
      ...(Object.keys(parameters).length === 0 ? {} : { responseParameters: { ...parameters } }),
      ...(Object.keys(templates).length === 0 ? {} : { responseTemplates: { ...templates } }),
    });
  for (const path of definition.paths) resourceAt(ctx, apiId, path);
  for (const method of definition.methods) writeMethod(ctx, apiId, method, { validators, authorizers });
  forgetRest(ctx, apiId);
}

function described(before: RestApi, api: Definition["api"], mode: Mode): RestApi {
  const { policy: _policy, description: _description, version: _version, binaryMediaTypes: _types, ...kept } = before;
  const base = mode === "merge" ? before : kept;
  const { policy, description, version, binaryMediaTypes, minimumCompressionSize, apiKeySource, vpcEndpointIds } = api;
  return {
    ...base,
    name: api.name ?? before.name,
    ...(description === undefined ? {} : { description }),
    ...(version === undefined ? {} : { version }),
    ...(binaryMediaTypes === undefined ? {} : { binaryMediaTypes: [...binaryMediaTypes] }),
    ...(minimumCompressionSize === undefined ? {} : { minimumCompressionSize }),
    ...(apiKeySource === undefined ? {} : { apiKeySource: apiKeySource as "HEADER" }),
    ...(policy === undefined ? {} : { policy: keepPolicy(policy) }),
    ...(vpcEndpointIds === undefined
      ? {}
      : { endpointConfiguration: { ...before.endpointConfiguration, vpcEndpointIds: [...vpcEndpointIds] } }),
    ...(api.disableExecuteApiEndpoint === undefined ? {} : { disableExecuteApiEndpoint: api.disableExecuteApiEndpoint }),
  };
}

/** Everything but the API itself, its root resource, stages and deployments. */
function clear(ctx: Ctx, apiId: string): void {
  for (const child of ["rest-authorizer", "rest-model", "rest-validator", "rest-response"])
    ctx.store.removeRange({ prefix: keyOf(ctx, child, apiId) });
  for (const { value } of list(ctx.store, ctx, "rest-resource", apiId)) {
    if (value.parentId !== undefined) ctx.store.remove(keyOf(ctx, "rest-resource", apiId, value.id ?? ""));
    else {
      const root = need(ctx.store, ctx, "rest-resource", apiId, value.id ?? "");
      const { resourceMethods: _methods, ...bare } = root.value;
      save(ctx, "rest-resource", [apiId, value.id ?? ""], root, bare);
    }
  }
  makeDefaultModels(ctx, ctx.store, apiId);
}

/** References between models are told by the API's own address. */
function writeModel(ctx: Ctx, apiId: string, name: string, description: string | undefined, text: string): void {
  const schema = text.replaceAll("/restapis/API/models/", `/restapis/${apiId}/models/`);
  const before = find(ctx.store, ctx, "rest-model", apiId, name);
  if (before === undefined)
    createModel(ctx, {
      restApiId: apiId,
      name,
      schema,
      contentType: "application/json",
      ...(description === undefined ? {} : { description }),
    });
  else
    save(ctx, "rest-model", [apiId, name], before, {
      ...before.value,
      schema,
      ...(description === undefined ? {} : { description }),
    });
}

type Ids = ReadonlyMap<string, string>;

/** By their names: those that were there, with the definition's over them. */
function validatorIds(ctx: Ctx, apiId: string, { validators }: Definition): Ids {
  const before = new Map(list(ctx.store, ctx, "rest-validator", apiId).map((record) => [record.value.name ?? "", record]));
  const ids = new Map([...before].map(([name, { value }]) => [name, value.id ?? ""]));
  for (const { name, body, parameters } of validators) {
    const settings = { name, validateRequestBody: body, validateRequestParameters: parameters };
    const present = before.get(name);
    if (present === undefined) ids.set(name, createRequestValidator(ctx, { restApiId: apiId, ...settings }).id ?? "");
    else save(ctx, "rest-validator", [apiId, present.value.id ?? ""], present, { ...present.value, ...settings });
  }
  return ids;
}

function authorizerIds(ctx: Ctx, apiId: string, { authorizers }: Definition): Ids {
  const before = new Map(list(ctx.store, ctx, "rest-authorizer", apiId).map((record) => [record.value.name ?? "", record]));
  const ids = new Map([...before].map(([name, { value }]) => [name, value.id ?? ""]));
  for (const authorizer of authorizers) {
    const { name = "", type, ...rest } = authorizer;
    const present = before.get(name);
    if (present === undefined) ids.set(name, createAuthorizer(ctx, { ...rest, restApiId: apiId, name, type }).id ?? "");
    else save(ctx, "rest-authorizer", [apiId, present.value.id ?? ""], present, { ...present.value, ...authorizer });
  }
  return ids;
}

/** The resource of a path, made with all above it where there is none. */
function resourceAt(ctx: Ctx, apiId: string, path: string): Resource {
  const all = resourcesOf(ctx.store, ctx, apiId);
  let here = all.find((each) => each.parentId === undefined);
  if (here === undefined) throw badRequest("Invalid OpenAPI input: the API has no root resource");
  for (const pathPart of path.split("/").filter((part) => part !== "")) {
    const above: Resource = here;
    const present = all.find((each) => each.parentId === above.id && each.pathPart === pathPart);
    here = present ?? createResource(ctx, { restApiId: apiId, parentId: above.id ?? "", pathPart });
    if (present === undefined) all.push(here);
  }
  return here;
}

interface Named {
  readonly validators: Ids;
  readonly authorizers: Ids;
}

/** A method is written anew as a whole. */
function writeMethod(ctx: Ctx, apiId: string, defined: DefinedMethod, { validators, authorizers }: Named): void {
  const { path, httpMethod, method, authorizer, validator } = defined;
  const resource = resourceAt(ctx, apiId, path);
  const ids = { restApiId: apiId, resourceId: resource.id ?? "", httpMethod } satisfies MethodIds;
  dropMethod(ctx, apiId, ids.resourceId, httpMethod);
  const validatorId = validator === undefined ? undefined : validators.get(validator);
  if (validator !== undefined && validatorId === undefined)
    throw badRequest(`Invalid OpenAPI input: request validator '${validator}' is not defined, at path ${path}`);
  const authorizerId = authorizer === undefined ? undefined : authorizers.get(authorizer);
  const { authorizationType = "NONE", ...rest }: Method = method;
  putMethod(ctx, {
    ...rest,
    ...ids,
    authorizationType,
    ...(authorizerId === undefined ? {} : { authorizerId }),
    ...(validatorId === undefined ? {} : { requestValidatorId: validatorId }),
  });
  writeResponses(ctx, ids, defined);
}

function writeResponses(ctx: Ctx, ids: Required<Omit<MethodIds, "statusCode">>, defined: DefinedMethod): void {
  const { restApiId = "", resourceId = "", httpMethod = "" } = ids;
  const key = { restApiId, resourceId, httpMethod };
  const declared = new Set(defined.responses.map(({ statusCode }) => statusCode));
  for (const { statusCode = "", ...response } of defined.responses) putMethodResponse(ctx, { ...response, ...key, statusCode });
  if (defined.integration === undefined) return;
  const { httpMethod: integrationHttpMethod, ...integration } = defined.integration;
  putIntegration(ctx, {
    ...integration,
    ...key,
    type: integration.type,
    ...(integrationHttpMethod === undefined ? {} : { integrationHttpMethod }),
  });
  for (const { statusCode = "", ...response } of defined.integrationResponses) {
    // API Gateway declares what the integration answers.
    if (!declared.has(statusCode))
      putMethodResponse(ctx, { ...key, statusCode, responseParameters: declaredParameters(response) });
    declared.add(statusCode);
    putIntegrationResponse(ctx, { ...response, ...key, statusCode });
  }
}

const declaredParameters = ({ responseParameters = {} }: { readonly responseParameters?: Record<string, string> | undefined }) =>
  Object.fromEntries(Object.keys(responseParameters).map((name) => [name, false]));

function dropMethod(ctx: Ctx, apiId: string, resourceId: string, httpMethod: string): void {
  const record = need(ctx.store, ctx, "rest-resource", apiId, resourceId);
  const { [httpMethod]: present, ...others } = record.value.resourceMethods ?? {};
  if (present !== undefined)
    save(ctx, "rest-resource", [apiId, resourceId], record, { ...record.value, resourceMethods: others });
}
