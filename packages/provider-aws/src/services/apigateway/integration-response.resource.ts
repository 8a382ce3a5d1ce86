import type { PutIntegrationResponseCommandInput } from "@aws-sdk/client-api-gateway";
import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { expand, flatten, requiredText, rowsOf, text, textMap } from "../attribute-map.ts";
import { oneOf, runChecks } from "../checks.ts";
import { HTTP_METHODS, importResponse, MISSING, methodKey } from "./patches.ts";

const row = rowsOf<PutIntegrationResponseCommandInput>();
const RESPONSE = [
  row("content_handling", "contentHandling", text()),
  row("response_parameters", "responseParameters", textMap()),
  row("response_templates", "responseTemplates", textMap()),
  row("selection_pattern", "selectionPattern", text()),
];
const CHECKS = [oneOf("http_method", HTTP_METHODS), oneOf("content_handling", ["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"])];

const keyOf = (state: ValueObject) => ({ ...methodKey(state), statusCode: requiredText(state, "status_code") });

/** aws_api_gateway_integration_response: written as a whole each time. Behaviour: `internal/service/apigateway/integration_response.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_integration_response",
  noun: "API Gateway Integration Response",
  forceNew: ["http_method", "resource_id", "rest_api_id", "status_code"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const key = keyOf(planned);
    await aws.clients.apigateway.putIntegrationResponse({ ...expand(RESPONSE, planned), ...key });
    await onCreated({ id: `agir-${key.restApiId}-${key.resourceId}-${key.httpMethod}-${key.statusCode}` });
  },
  async read(aws, state) {
    const found = await unlessMissing(MISSING, () => aws.clients.apigateway.getIntegrationResponse(keyOf(state)));
    return found === undefined ? null : { ...state, ...flatten(RESPONSE, found as Partial<PutIntegrationResponseCommandInput>) };
  },
  async update(aws, _prior, planned) {
    await aws.clients.apigateway.putIntegrationResponse({ ...expand(RESPONSE, planned), ...keyOf(planned) });
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteIntegrationResponse(keyOf(state)));
  },
  importId: (id) => importResponse("agir", id),
};
