import type { NativeDataSource } from "../../resource.ts";
import { isTrue, textAt } from "../attribute-map.ts";
import { allPages } from "../pages.ts";
import { rfc3339 } from "../timestamp.ts";

/** `aws_api_gateway_api_keys`. Behaviour: `internal/service/apigateway/api_keys_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_api_gateway_api_keys",
  async read(aws, config) {
    const customerId = textAt(config, "customer_id");
    const includeValues = isTrue(config, "include_values");
    const keys = await allPages(async (position) => {
      const page = await aws.clients.apigateway.getApiKeys({
        includeValues,
        limit: 500,
        ...(customerId === undefined ? {} : { customerId }),
        ...(position === undefined ? {} : { position }),
      });
      return { items: page.items, next: page.position };
    });
    const items = keys.map((key) => ({
      id: key.id ?? null,
      name: key.name ?? null,
      value: key.value ?? null,
      customer_id: key.customerId ?? null,
      description: key.description ?? null,
      enabled: key.enabled ?? false,
      created_date: rfc3339(key.createdDate),
      last_updated_date: rfc3339(key.lastUpdatedDate),
      stage_keys: key.stageKeys ?? null,
      // The real provider leaves them out of the list.
      tags: null,
    }));
    return { ...config, id: aws.region, items };
  },
};
