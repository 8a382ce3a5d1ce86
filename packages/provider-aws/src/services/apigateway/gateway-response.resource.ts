import type { GatewayResponseType, PutGatewayResponseCommandInput } from "@aws-sdk/client-api-gateway";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { expand, flatten, requiredText, rowsOf, text, textMap } from "../attribute-map.ts";
import { importGatewayParts, MISSING } from "./patches.ts";

const row = rowsOf<PutGatewayResponseCommandInput>();
const RESPONSE = [
  row("response_parameters", "responseParameters", textMap()),
  row("response_templates", "responseTemplates", textMap()),
  row("status_code", "statusCode", text()),
];

const keyOf = (state: ValueObject) => ({
  restApiId: requiredText(state, "rest_api_id"),
  responseType: requiredText(state, "response_type") as GatewayResponseType,
});

async function write(aws: AwsContext, planned: ValueObject): Promise<void> {
  await aws.clients.apigateway.putGatewayResponse({ ...expand(RESPONSE, planned), ...keyOf(planned) });
}

/** aws_api_gateway_gateway_response: written as a whole each time. Behaviour: `internal/service/apigateway/gateway_response.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_gateway_response",
  noun: "API Gateway Gateway Response",
  forceNew: ["response_type", "rest_api_id"],
  async create(aws, planned, onCreated) {
    await write(aws, planned);
    const { restApiId, responseType } = keyOf(planned);
    await onCreated({ id: `aggr-${restApiId}-${responseType}` });
  },
  async read(aws, state) {
    const found = await unlessMissing(MISSING, () => aws.clients.apigateway.getGatewayResponse(keyOf(state)));
    return found === undefined ? null : { ...state, ...flatten(RESPONSE, found as Partial<PutGatewayResponseCommandInput>) };
  },
  update: (aws, _prior, planned) => write(aws, planned),
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteGatewayResponse(keyOf(state)));
  },
  importId(id) {
    const [rest_api_id = "", response_type = ""] = importGatewayParts(id, "REST-API-ID/RESPONSE-TYPE");
    return { id: `aggr-${rest_api_id}-${response_type}`, rest_api_id, response_type };
  },
};
