import type { CreateApiKeyCommandInput } from "@aws-sdk/client-api-gateway";
import type { NativeDataSource } from "../../resource.ts";
import { flatten, requiredText } from "../attribute-map.ts";
import { rfc3339 } from "../timestamp.ts";
import { KEY } from "./api-key.resource.ts";
import { gatewayArn } from "./patches.ts";

/** `aws_api_gateway_api_key`: with its value. Behaviour: `internal/service/apigateway/api_key_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_api_gateway_api_key",
  async read(aws, config) {
    const id = requiredText(config, "id");
    const key = await aws.clients.apigateway.getApiKey({ apiKey: id, includeValue: true });
    return {
      ...flatten(KEY, key as Partial<CreateApiKeyCommandInput>),
      id,
      arn: gatewayArn(aws, `/apikeys/${id}`),
      created_date: rfc3339(key.createdDate),
      last_updated_date: rfc3339(key.lastUpdatedDate),
      tags: { ...key.tags },
    };
  },
};
