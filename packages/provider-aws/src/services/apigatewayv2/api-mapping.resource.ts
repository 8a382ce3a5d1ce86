import type { CreateApiMappingCommandInput } from "@aws-sdk/client-apigatewayv2";
import { requiredText, rowsOf, text } from "../attribute-map.ts";
import { importParts, wrongImportId } from "../import-id.ts";
import { apiPart } from "./api-part.ts";

const row = rowsOf<CreateApiMappingCommandInput>();

/** aws_apigatewayv2_api_mapping. Behaviour: `internal/service/apigatewayv2/api_mapping.go` (read 2026-11). */
export const resource = apiPart<CreateApiMappingCommandInput, { DomainName: string; ApiId: string }>({
  type: "aws_apigatewayv2_api_mapping",
  noun: "API Gateway v2 API Mapping",
  parents: ["domain_name"],
  forceNew: ["api_id", "domain_name"],
  rows: [row("api_id", "ApiId", text()), row("api_mapping_key", "ApiMappingKey", text()), row("stage", "Stage", text())],
  cleared: { api_mapping_key: { ApiMappingKey: "" } },
  key: (state) => ({
    DomainName: requiredText(state, "domain_name"),
    ApiId: typeof state.api_id === "string" ? state.api_id : "",
  }),
  make: async (aws, key, input) => (await aws.clients.apigatewayv2.createApiMapping({ ...input, ...key })).ApiMappingId,
  get: (aws, { DomainName }, ApiMappingId) =>
    aws.clients.apigatewayv2.getApiMapping({ DomainName, ApiMappingId }) as Promise<Partial<CreateApiMappingCommandInput>>,
  change: (aws, key, ApiMappingId, input) => aws.clients.apigatewayv2.updateApiMapping({ ...input, ...key, ApiMappingId }),
  remove: (aws, { DomainName }, ApiMappingId) => aws.clients.apigatewayv2.deleteApiMapping({ DomainName, ApiMappingId }),
  importId(id) {
    const [mapping = "", domain_name = ""] = importParts(id, "api-mapping-id/domain-name", "/", wrongImportId);
    return { id: mapping, domain_name };
  },
});
