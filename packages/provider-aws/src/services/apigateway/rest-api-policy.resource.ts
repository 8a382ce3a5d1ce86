import type { PatchOperation } from "@aws-sdk/client-api-gateway";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { isJson, runChecks } from "../checks.ts";
import { normalizeJson, sameJson } from "../json-text.ts";
import { MISSING, withNormalText } from "./patches.ts";
import { policyText } from "./rest-api.resource.ts";

async function setPolicy(aws: AwsContext, restApiId: string, policy: string): Promise<void> {
  const patchOperations: PatchOperation[] = [{ op: "replace", path: "/policy", value: policy }];
  await aws.clients.apigateway.updateRestApi({ restApiId, patchOperations });
}

/** aws_api_gateway_rest_api_policy; its id is the API's. Behaviour: `internal/service/apigateway/rest_api_policy.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_rest_api_policy",
  noun: "API Gateway REST API Policy",
  forceNew: ["rest_api_id"],
  equivalence: { policy: "policy" },
  validate: (config) => runChecks([isJson("policy")], config),
  customizePlan: (prior, planned) => ({ planned: withNormalText("policy", prior, planned) }),
  async create(aws, planned, onCreated) {
    const id = requiredText(planned, "rest_api_id");
    await setPolicy(aws, id, normalizeJson(requiredText(planned, "policy")));
    await onCreated({ id });
  },
  async read(aws, state): Promise<ValueObject | null> {
    const id = requiredText(state, "id");
    const api = await unlessMissing(MISSING, () => aws.clients.apigateway.getRestApi({ restApiId: id }));
    const policy = policyText(api?.policy);
    if (api === undefined || policy === "") return null;
    const before = textAt(state, "policy");
    return { ...state, rest_api_id: id, policy: before !== undefined && sameJson(before, policy) ? before : policy };
  },
  async update(aws, prior, planned) {
    await setPolicy(aws, requiredText(prior, "id"), normalizeJson(requiredText(planned, "policy")));
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => setPolicy(aws, requiredText(state, "id"), ""));
  },
  importId: (id) => ({ id, rest_api_id: id }),
};
