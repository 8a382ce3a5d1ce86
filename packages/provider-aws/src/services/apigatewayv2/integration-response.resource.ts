import type { CreateIntegrationResponseCommandInput } from "@aws-sdk/client-apigatewayv2";
import { requiredText, rowsOf, text, textMap } from "../attribute-map.ts";
import { oneOf, runChecks } from "../checks.ts";
import { apiPart } from "./api-part.ts";

const row = rowsOf<CreateIntegrationResponseCommandInput>();
const CHECKS = [oneOf("content_handling_strategy", ["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"])];

/** aws_apigatewayv2_integration_response. Behaviour: `internal/service/apigatewayv2/integration_response.go` (read 2026-11). */
export const resource = apiPart<CreateIntegrationResponseCommandInput, { ApiId: string; IntegrationId: string }>({
  type: "aws_apigatewayv2_integration_response",
  noun: "API Gateway v2 Integration Response",
  parents: ["api_id", "integration_id"],
  validate: (config) => runChecks(CHECKS, config),
  rows: [
    row("content_handling_strategy", "ContentHandlingStrategy", text()),
    row("integration_response_key", "IntegrationResponseKey", text()),
    row("response_templates", "ResponseTemplates", textMap()),
    row("template_selection_expression", "TemplateSelectionExpression", text()),
  ],
  cleared: {
    response_templates: { ResponseTemplates: {} },
    template_selection_expression: { TemplateSelectionExpression: "" },
  },
  key: (state) => ({ ApiId: requiredText(state, "api_id"), IntegrationId: requiredText(state, "integration_id") }),
  make: async (aws, key, input) =>
    (await aws.clients.apigatewayv2.createIntegrationResponse({ ...input, ...key })).IntegrationResponseId,
  get: (aws, key, IntegrationResponseId) =>
    aws.clients.apigatewayv2.getIntegrationResponse({ ...key, IntegrationResponseId }) as Promise<
      Partial<CreateIntegrationResponseCommandInput>
    >,
  change: (aws, key, IntegrationResponseId, input) =>
    aws.clients.apigatewayv2.updateIntegrationResponse({ ...input, ...key, IntegrationResponseId }),
  remove: (aws, key, IntegrationResponseId) =>
    aws.clients.apigatewayv2.deleteIntegrationResponse({ ...key, IntegrationResponseId }),
});
