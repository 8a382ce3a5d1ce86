import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { importGatewayParts, MISSING } from "./patches.ts";

const keyOf = (state: ValueObject) => ({
  usagePlanId: requiredText(state, "usage_plan_id"),
  keyId: requiredText(state, "key_id"),
});

/** aws_api_gateway_usage_plan_key; its id is the key's. Behaviour: `internal/service/apigateway/usage_plan_key.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_usage_plan_key",
  noun: "API Gateway Usage Plan Key",
  forceNew: ["key_id", "key_type", "usage_plan_id"],
  async create(aws, planned, onCreated) {
    const keyType = requiredText(planned, "key_type");
    const { id = "" } = await aws.clients.apigateway.createUsagePlanKey({ ...keyOf(planned), keyType });
    await onCreated({ id });
  },
  async read(aws, state) {
    const found = await unlessMissing(MISSING, () => aws.clients.apigateway.getUsagePlanKey(keyOf(state)));
    if (found === undefined) return null;
    return { ...state, key_type: found.type ?? "", name: found.name ?? "", value: found.value ?? "" };
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteUsagePlanKey(keyOf(state)));
  },
  importId(id) {
    const [usage_plan_id = "", key_id = ""] = importGatewayParts(id, "USAGE-PLAN-ID/USAGE-PLAN-KEY-ID");
    return { id: key_id, usage_plan_id, key_id };
  },
};
