import type { PutMethodResponseCommandInput } from "@aws-sdk/client-api-gateway";
import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { expand, flatten, requiredText, rowsOf, textMap } from "../attribute-map.ts";
import { oneOf, runChecks } from "../checks.ts";
import { flagMap } from "./method.resource.ts";
import { HTTP_METHODS, importResponse, MISSING, mapPatches, methodKey } from "./patches.ts";

const row = rowsOf<PutMethodResponseCommandInput>();
const RESPONSE = [row("response_models", "responseModels", textMap()), row("response_parameters", "responseParameters", flagMap)];

const keyOf = (state: ValueObject) => ({ ...methodKey(state), statusCode: requiredText(state, "status_code") });

/** aws_api_gateway_method_response. Behaviour: `internal/service/apigateway/method_response.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_method_response",
  noun: "API Gateway Method Response",
  forceNew: ["http_method", "resource_id", "rest_api_id", "status_code"],
  validate: (config) => runChecks([oneOf("http_method", HTTP_METHODS)], config),
  async create(aws, planned, onCreated) {
    const key = keyOf(planned);
    await aws.clients.apigateway.putMethodResponse({ ...expand(RESPONSE, planned), ...key });
    await onCreated({ id: `agmr-${key.restApiId}-${key.resourceId}-${key.httpMethod}-${key.statusCode}` });
  },
  async read(aws, state) {
    const found = await unlessMissing(MISSING, () => aws.clients.apigateway.getMethodResponse(keyOf(state)));
    return found === undefined ? null : { ...state, ...flatten(RESPONSE, found as Partial<PutMethodResponseCommandInput>) };
  },
  async update(aws, prior, planned) {
    const patchOperations = [
      ...mapPatches("/responseModels", prior.response_models, planned.response_models),
      ...mapPatches("/responseParameters", prior.response_parameters, planned.response_parameters),
    ];
    await aws.clients.apigateway.updateMethodResponse({ ...keyOf(prior), patchOperations });
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteMethodResponse(keyOf(state)));
  },
  importId: (id) => importResponse("agmr", id),
};
