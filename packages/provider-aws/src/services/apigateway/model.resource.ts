import type { CreateModelCommandInput } from "@aws-sdk/client-api-gateway";
import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { expand, flatten, requiredText, rowsOf, text } from "../attribute-map.ts";
import { isJson, lengthBetween, runChecks } from "../checks.ts";
import { importGatewayParts, MISSING, replacements, withNormalText } from "./patches.ts";

const row = rowsOf<CreateModelCommandInput>();
const MODEL = [
  row("content_type", "contentType", text()),
  row("description", "description", text()),
  row("name", "name", text()),
  row("schema", "schema", text()),
];
const CHECKS = [isJson("schema"), lengthBetween("schema", 0, 400 * 1024)];

const keyOf = (state: ValueObject) => ({ restApiId: requiredText(state, "rest_api_id"), modelName: requiredText(state, "name") });

/** aws_api_gateway_model. Behaviour: `internal/service/apigateway/model.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_model",
  noun: "API Gateway Model",
  forceNew: ["content_type", "name", "rest_api_id"],
  equivalence: { schema: "json" },
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (prior, planned) => ({ planned: withNormalText("schema", prior, planned) }),
  async create(aws, planned, onCreated) {
    const restApiId = requiredText(planned, "rest_api_id");
    const { id = "" } = await aws.clients.apigateway.createModel({ ...expand(MODEL, planned), restApiId });
    await onCreated({ id });
  },
  async read(aws, state) {
    const found = await unlessMissing(MISSING, () => aws.clients.apigateway.getModel(keyOf(state)));
    return found === undefined
      ? null
      : { ...state, ...flatten(MODEL, found as Partial<CreateModelCommandInput>), id: found.id ?? "" };
  },
  async update(aws, prior, planned, changed) {
    const rows = [
      ["description", "/description"],
      ["schema", "/schema"],
    ] as const;
    await aws.clients.apigateway.updateModel({ ...keyOf(prior), patchOperations: replacements(rows, planned, changed) });
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteModel(keyOf(state)));
  },
  importId(id) {
    const [rest_api_id = "", name = ""] = importGatewayParts(id, "REST-API-ID/NAME");
    return { id: name, rest_api_id, name };
  },
};
