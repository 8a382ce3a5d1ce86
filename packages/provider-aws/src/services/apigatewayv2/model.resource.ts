import type { CreateModelCommandInput } from "@aws-sdk/client-apigatewayv2";
import { requiredText, rowsOf, text } from "../attribute-map.ts";
import { each, isJson, lengthBetween, matches, runChecks } from "../checks.ts";
import { sameJson, withNormalizedJson } from "../json-text.ts";
import { apiPart } from "./api-part.ts";

const row = rowsOf<CreateModelCommandInput>();
const CHECKS = [
  lengthBetween("content_type", 1, 256),
  lengthBetween("description", 0, 1024),
  lengthBetween("name", 1, 128),
  matches("name", /^[0-9A-Za-z]+$/, "must be alphanumeric"),
  each("schema", (value, key) =>
    Buffer.byteLength(String(value)) > 32_768
      ? `expected length of ${key} to be in the range (0 - 32768), got ${String(value)}`
      : undefined,
  ),
  isJson("schema"),
];

/** aws_apigatewayv2_model. Behaviour: `internal/service/apigatewayv2/model.go` (read 2026-11). */
export const resource = apiPart<CreateModelCommandInput, { ApiId: string }>({
  type: "aws_apigatewayv2_model",
  noun: "API Gateway v2 Model",
  parents: ["api_id"],
  equivalence: { schema: sameJson },
  customizePlan: (prior, planned) => ({
    planned: planned.schema === prior?.schema ? planned : withNormalizedJson(planned, ["schema"]),
  }),
  validate: (config) => runChecks(CHECKS, config),
  rows: [
    row("content_type", "ContentType", text()),
    row("description", "Description", text()),
    row("name", "Name", text()),
    row("schema", "Schema", text()),
  ],
  cleared: { description: { Description: "" } },
  key: (state) => ({ ApiId: requiredText(state, "api_id") }),
  make: async (aws, key, input) => (await aws.clients.apigatewayv2.createModel({ ...input, ...key })).ModelId,
  get: (aws, key, ModelId) => aws.clients.apigatewayv2.getModel({ ...key, ModelId }) as Promise<Partial<CreateModelCommandInput>>,
  change: (aws, key, ModelId, input) => aws.clients.apigatewayv2.updateModel({ ...input, ...key, ModelId }),
  remove: (aws, key, ModelId) => aws.clients.apigatewayv2.deleteModel({ ...key, ModelId }),
});
