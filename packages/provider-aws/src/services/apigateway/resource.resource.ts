import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { importGatewayParts, MISSING, replacements } from "./patches.ts";

const keyOf = (state: ValueObject) => ({ restApiId: requiredText(state, "rest_api_id"), resourceId: requiredText(state, "id") });

/** aws_api_gateway_resource. Behaviour: `internal/service/apigateway/resource.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_resource",
  noun: "API Gateway Resource",
  forceNew: ["rest_api_id"],
  async create(aws, planned, onCreated) {
    const { id = "" } = await aws.clients.apigateway.createResource({
      restApiId: requiredText(planned, "rest_api_id"),
      parentId: requiredText(planned, "parent_id"),
      pathPart: requiredText(planned, "path_part"),
    });
    await onCreated({ id });
  },
  async read(aws, state) {
    const found = await unlessMissing(MISSING, () => aws.clients.apigateway.getResource(keyOf(state)));
    if (found === undefined) return null;
    return { ...state, parent_id: found.parentId ?? "", path_part: found.pathPart ?? "", path: found.path ?? "" };
  },
  async update(aws, prior, planned, changed) {
    const rows = [
      ["path_part", "/pathPart"],
      ["parent_id", "/parentId"],
    ] as const;
    await aws.clients.apigateway.updateResource({ ...keyOf(prior), patchOperations: replacements(rows, planned, changed) });
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteResource(keyOf(state)));
  },
  importId(id) {
    const [rest_api_id = "", resource_id = ""] = importGatewayParts(id, "REST-API-ID/RESOURCE-ID");
    return { id: resource_id, rest_api_id };
  },
};
