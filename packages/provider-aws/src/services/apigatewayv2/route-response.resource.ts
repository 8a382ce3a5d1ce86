import type { CreateRouteResponseCommandInput } from "@aws-sdk/client-apigatewayv2";
import { requiredText, rowsOf, text, textMap } from "../attribute-map.ts";
import { apiPart } from "./api-part.ts";

const row = rowsOf<CreateRouteResponseCommandInput>();

/** aws_apigatewayv2_route_response. Behaviour: `internal/service/apigatewayv2/route_response.go` (read 2026-11). */
export const resource = apiPart<CreateRouteResponseCommandInput, { ApiId: string; RouteId: string }>({
  type: "aws_apigatewayv2_route_response",
  noun: "API Gateway v2 Route Response",
  parents: ["api_id", "route_id"],
  rows: [
    row("model_selection_expression", "ModelSelectionExpression", text()),
    row("response_models", "ResponseModels", textMap()),
    row("route_response_key", "RouteResponseKey", text()),
  ],
  cleared: { model_selection_expression: { ModelSelectionExpression: "" }, response_models: { ResponseModels: {} } },
  key: (state) => ({ ApiId: requiredText(state, "api_id"), RouteId: requiredText(state, "route_id") }),
  make: async (aws, key, input) => (await aws.clients.apigatewayv2.createRouteResponse({ ...input, ...key })).RouteResponseId,
  get: (aws, key, RouteResponseId) =>
    aws.clients.apigatewayv2.getRouteResponse({ ...key, RouteResponseId }) as Promise<Partial<CreateRouteResponseCommandInput>>,
  change: (aws, key, RouteResponseId, input) =>
    aws.clients.apigatewayv2.updateRouteResponse({ ...input, ...key, RouteResponseId }),
  remove: (aws, key, RouteResponseId) => aws.clients.apigatewayv2.deleteRouteResponse({ ...key, RouteResponseId }),
});
