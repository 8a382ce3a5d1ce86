import type { Method, PatchOperation, PutMethodCommandInput } from "@aws-sdk/client-api-gateway";
import { isObject, type ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { type Codec, expand, flag, flatten, rowsOf, text, textMap, texts } from "../attribute-map.ts";
import { oneOf, runChecks } from "../checks.ts";
import { HTTP_METHODS, importMethod, MISSING, mapPatches, methodKey, replacements, setPatches } from "./patches.ts";

/** A map of yes and no. */
export const flagMap: Codec<Record<string, boolean>> = {
  expand: (value) =>
    isObject(value) && Object.keys(value).length > 0
      ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, each === true]))
      : undefined,
  flatten: (member) => member ?? {},
};

const row = rowsOf<PutMethodCommandInput>();
const METHOD = [
  row("api_key_required", "apiKeyRequired", flag()),
  row("authorization", "authorizationType", text()),
  row("authorization_scopes", "authorizationScopes", texts()),
  row("authorizer_id", "authorizerId", text()),
  row("operation_name", "operationName", text()),
  row("request_models", "requestModels", textMap()),
  row("request_parameters", "requestParameters", flagMap),
  row("request_validator_id", "requestValidatorId", text()),
];

const PATCHED = [
  ["authorization", "/authorizationType"],
  ["authorizer_id", "/authorizerId"],
  ["api_key_required", "/apiKeyRequired"],
] as const;

/** An unset one is sent without a value. */
const CLEARED = [
  ["request_validator_id", "/requestValidatorId"],
  ["operation_name", "/operationName"],
] as const;

/** aws_api_gateway_method. Behaviour: `internal/service/apigateway/method.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_method",
  noun: "API Gateway Method",
  defaults: { api_key_required: false },
  forceNew: ["http_method", "resource_id", "rest_api_id"],
  validate: (config) => runChecks([oneOf("http_method", HTTP_METHODS)], config),
  async create(aws, planned, onCreated) {
    const key = methodKey(planned);
    await aws.clients.apigateway.putMethod({ ...expand(METHOD, planned), ...key });
    await onCreated({ id: `agm-${key.restApiId}-${key.resourceId}-${key.httpMethod}` });
  },
  async read(aws, state) {
    const found: Method | undefined = await unlessMissing(MISSING, () => aws.clients.apigateway.getMethod(methodKey(state)));
    return found === undefined ? null : { ...state, ...flatten(METHOD, found as Partial<PutMethodCommandInput>) };
  },
  async update(aws, prior, planned, changed) {
    await aws.clients.apigateway.updateMethod({ ...methodKey(prior), patchOperations: patches(prior, planned, changed) });
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteMethod(methodKey(state)));
  },
  importId: (id) => importMethod("agm", id),
};

function patches(prior: ValueObject, planned: ValueObject, changed: (path: string) => boolean): PatchOperation[] {
  const cleared = replacements(CLEARED, planned, changed).map(
    ({ value, ...rest }): PatchOperation => (value === "" ? rest : { ...rest, value }),
  );
  return [
    ...mapPatches("/requestModels", prior.request_models, planned.request_models),
    ...mapPatches("/requestParameters", prior.request_parameters, planned.request_parameters),
    ...replacements(PATCHED, planned, changed),
    ...setPatches("/authorizationScopes", prior.authorization_scopes, planned.authorization_scopes, false),
    ...cleared,
  ];
}
