import type {
  CreateModelRequest,
  CreateRequestValidatorRequest,
  Model,
  PatchOperation,
  RequestValidator,
} from "@aws-sdk/client-api-gateway";
import type { Ctx } from "../../../core/service.ts";
import type { StoreWrite } from "../../../core/store.ts";
import { badRequest, conflict, given, keyOf, newId, timed } from "../../apigatewayv2/store.ts";
import { flag, made, type PatchRule, patched, text } from "../patch.ts";
import { find, list, missing, need, type Paging, paged, save } from "../store.ts";
import { resourcesOf } from "./resources.ts";

/** Models (schemas of bodies) and request validators. */
type Ids = {
  readonly restApiId?: string | undefined;
  readonly modelName?: string | undefined;
  readonly requestValidatorId?: string | undefined;
};
type Patches = { readonly patchOperations?: PatchOperation[] | undefined };

const DEFAULTS: readonly (readonly [name: string, description: string, schema: object])[] = [
  [
    "Empty",
    "This is a default empty schema model",
    { $schema: "http://json-schema.org/draft-04/schema#", title: "Empty Schema", type: "object" },
  ],
  [
    "Error",
    "This is a default error schema model",
    {
      $schema: "http://json-schema.org/draft-04/schema#",
      title: "Error Schema",
      type: "object",
      properties: { message: { type: "string" } },
    },
  ],
];

/** Every API begins with the models `Empty` and `Error`. */
export function makeDefaultModels(ctx: Ctx, store: StoreWrite, apiId: string): void {
  for (const [name, description, schema] of DEFAULTS) {
    const value = {
      id: newId(ctx, 6),
      name,
      description,
      schema: JSON.stringify(schema, null, 2),
      contentType: "application/json",
    };
    store.put(keyOf(ctx, "rest-model", apiId, name), timed(ctx, value));
  }
}

function checkSchema(contentType: string | undefined, schema: string | undefined): void {
  if (schema === undefined || schema === "" || contentType?.includes("json") !== true) return;
  try {
    JSON.parse(schema);
  } catch {
    throw badRequest("Model schema is not valid JSON schema: Invalid JSON");
  }
}

export function createModel(ctx: Ctx, input: CreateModelRequest): Model {
  const { restApiId = "", ...rest } = given(input);
  const name = input.name ?? "";
  need(ctx.store, ctx, "rest-api", restApiId);
  if (!/^[A-Za-z0-9]+$/.test(name)) throw badRequest(`Model name must be alphanumeric: ${name}`);
  if (find(ctx.store, ctx, "rest-model", restApiId, name) !== undefined)
    throw conflict(`Model name already exists for this REST API`);
  checkSchema(input.contentType, input.schema);
  const value: Model = { ...rest, id: newId(ctx, 6) };
  ctx.store.put(keyOf(ctx, "rest-model", restApiId, name), timed(ctx, value));
  return value;
}

export function getModel(ctx: Ctx, input: Ids): Model {
  need(ctx.store, ctx, "rest-api", input.restApiId ?? "");
  return need(ctx.store, ctx, "rest-model", input.restApiId ?? "", input.modelName ?? "").value;
}

export function getModels(ctx: Ctx, input: Ids & Paging) {
  need(ctx.store, ctx, "rest-api", input.restApiId ?? "");
  return paged(
    list(ctx.store, ctx, "rest-model", input.restApiId ?? "").map(({ value }) => value),
    input,
  );
}

type ModelDraft = { -readonly [K in keyof Model]: Model[K] };
const MODEL_RULES: readonly PatchRule<ModelDraft>[] = [text("/description", "description"), text("/schema", "schema")];

export function updateModel(ctx: Ctx, input: Ids & Patches): Model {
  const { restApiId = "", modelName = "" } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  const before = need(ctx.store, ctx, "rest-model", restApiId, modelName);
  const value = patched(before.value, input.patchOperations, MODEL_RULES);
  checkSchema(value.contentType, value.schema);
  return save(ctx, "rest-model", [restApiId, modelName], before, value).value;
}

export function deleteModel(ctx: Ctx, input: Ids): object {
  const { restApiId = "", modelName = "" } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  need(ctx.store, ctx, "rest-model", restApiId, modelName);
  const user = resourcesOf(ctx.store, ctx, restApiId)
    .flatMap((resource) => Object.values(resource.resourceMethods ?? {}))
    .find((method) =>
      [method, ...Object.values(method.methodResponses ?? {})].some((each) =>
        Object.values(
          ("requestModels" in each ? each.requestModels : "responseModels" in each ? each.responseModels : undefined) ?? {},
        ).includes(modelName),
      ),
    );
  if (user !== undefined) throw conflict(`Cannot delete model '${modelName}', is referenced in method`);
  ctx.store.remove(keyOf(ctx, "rest-model", restApiId, modelName));
  return {};
}

type ValidatorDraft = { -readonly [K in keyof RequestValidator]: RequestValidator[K] };
const VALIDATOR_RULES: readonly PatchRule<ValidatorDraft>[] = [
  text("/name", "name"),
  made("/validateRequestBody", "validateRequestBody", flag),
  made("/validateRequestParameters", "validateRequestParameters", flag),
];

export function createRequestValidator(ctx: Ctx, input: CreateRequestValidatorRequest): RequestValidator {
  const { restApiId = "", name, validateRequestBody = false, validateRequestParameters = false } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  const value: RequestValidator = {
    id: newId(ctx, 6),
    ...(name === undefined ? {} : { name }),
    validateRequestBody,
    validateRequestParameters,
  };
  ctx.store.put(keyOf(ctx, "rest-validator", restApiId, value.id ?? ""), timed(ctx, value));
  return value;
}

export function getRequestValidator(ctx: Ctx, input: Ids): RequestValidator {
  need(ctx.store, ctx, "rest-api", input.restApiId ?? "");
  return need(ctx.store, ctx, "rest-validator", input.restApiId ?? "", input.requestValidatorId ?? "").value;
}

export function getRequestValidators(ctx: Ctx, input: Ids & Paging) {
  need(ctx.store, ctx, "rest-api", input.restApiId ?? "");
  return paged(
    list(ctx.store, ctx, "rest-validator", input.restApiId ?? "").map(({ value }) => value),
    input,
  );
}

export function updateRequestValidator(ctx: Ctx, input: Ids & Patches): RequestValidator {
  const { restApiId = "", requestValidatorId = "" } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  const before = need(ctx.store, ctx, "rest-validator", restApiId, requestValidatorId);
  const value = patched(before.value, input.patchOperations, VALIDATOR_RULES);
  return save(ctx, "rest-validator", [restApiId, requestValidatorId], before, value).value;
}

export function deleteRequestValidator(ctx: Ctx, input: Ids): object {
  const { restApiId = "", requestValidatorId = "" } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  if (find(ctx.store, ctx, "rest-validator", restApiId, requestValidatorId) === undefined)
    throw missing("Invalid Request Validator identifier specified");
  ctx.store.remove(keyOf(ctx, "rest-validator", restApiId, requestValidatorId));
  return {};
}
