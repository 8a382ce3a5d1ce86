import type { CreateRequestValidatorCommandInput } from "@aws-sdk/client-api-gateway";
import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { expand, flag, flatten, requiredText, rowsOf, text } from "../attribute-map.ts";
import { importGatewayParts, MISSING, replacements } from "./patches.ts";

const row = rowsOf<CreateRequestValidatorCommandInput>();
const VALIDATOR = [
  row("name", "name", text()),
  row("validate_request_body", "validateRequestBody", flag()),
  row("validate_request_parameters", "validateRequestParameters", flag()),
];
const PATCHED = [
  ["name", "/name"],
  ["validate_request_body", "/validateRequestBody"],
  ["validate_request_parameters", "/validateRequestParameters"],
] as const;

const keyOf = (state: ValueObject) => ({
  restApiId: requiredText(state, "rest_api_id"),
  requestValidatorId: requiredText(state, "id"),
});

/** aws_api_gateway_request_validator. Behaviour: `internal/service/apigateway/request_validator.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_request_validator",
  noun: "API Gateway Request Validator",
  defaults: { validate_request_body: false, validate_request_parameters: false },
  forceNew: ["rest_api_id"],
  async create(aws, planned, onCreated) {
    const restApiId = requiredText(planned, "rest_api_id");
    const { id = "" } = await aws.clients.apigateway.createRequestValidator({ ...expand(VALIDATOR, planned), restApiId });
    await onCreated({ id });
  },
  async read(aws, state) {
    const found = await unlessMissing(MISSING, () => aws.clients.apigateway.getRequestValidator(keyOf(state)));
    return found === undefined ? null : { ...state, ...flatten(VALIDATOR, found as Partial<CreateRequestValidatorCommandInput>) };
  },
  async update(aws, prior, planned, changed) {
    const patchOperations = replacements(PATCHED, planned, changed);
    await aws.clients.apigateway.updateRequestValidator({ ...keyOf(prior), patchOperations });
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteRequestValidator(keyOf(state)));
  },
  importId(id) {
    const [rest_api_id = "", validator = ""] = importGatewayParts(id, "REST-API-ID/REQUEST-VALIDATOR-ID");
    return { id: validator, rest_api_id };
  },
};
