import type { CreateApiKeyCommandInput } from "@aws-sdk/client-api-gateway";
import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { expand, flag, flatten, requiredText, rowsOf, text, textMapAt } from "../attribute-map.ts";
import { lengthBetween, runChecks } from "../checks.ts";
import { rfc3339 } from "../timestamp.ts";
import { gatewayArn, MISSING, replacements, updateTags } from "./patches.ts";

const row = rowsOf<CreateApiKeyCommandInput>();
export const KEY = [
  row("customer_id", "customerId", text()),
  row("description", "description", text()),
  row("enabled", "enabled", flag()),
  row("name", "name", text()),
  row("value", "value", text()),
];

const PATCHED = [
  ["customer_id", "/customerId"],
  ["description", "/description"],
  ["enabled", "/enabled"],
  ["name", "/name"],
] as const;

const keyOf = (state: ValueObject) => ({ apiKey: requiredText(state, "id") });

/** aws_api_gateway_api_key. Behaviour: `internal/service/apigateway/api_key.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_api_key",
  noun: "API Gateway API Key",
  defaults: { description: "Managed by Terraform", enabled: true },
  forceNew: ["value"],
  updatable: ["name"],
  tagged: true,
  validate: (config) => runChecks([lengthBetween("value", 20, 128)], config),
  async create(aws, planned, onCreated) {
    const tags = textMapAt(planned, "tags_all");
    const { id = "" } = await aws.clients.apigateway.createApiKey({
      ...expand(KEY, planned),
      ...(Object.keys(tags).length > 0 ? { tags } : {}),
    });
    await onCreated({ id });
  },
  async read(aws, state) {
    const key = keyOf(state);
    const found = await unlessMissing(MISSING, () => aws.clients.apigateway.getApiKey({ ...key, includeValue: true }));
    if (found === undefined) return null;
    return {
      ...state,
      ...flatten(KEY, found as Partial<CreateApiKeyCommandInput>),
      arn: gatewayArn(aws, `/apikeys/${key.apiKey}`),
      created_date: rfc3339(found.createdDate),
      last_updated_date: rfc3339(found.lastUpdatedDate),
      tags_all: { ...found.tags },
    };
  },
  async update(aws, prior, planned, changed) {
    const patchOperations = replacements(PATCHED, planned, changed);
    if (patchOperations.length > 0) await aws.clients.apigateway.updateApiKey({ ...keyOf(prior), patchOperations });
    await updateTags(aws, gatewayArn(aws, `/apikeys/${requiredText(prior, "id")}`), prior, planned);
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteApiKey(keyOf(state)));
  },
};
