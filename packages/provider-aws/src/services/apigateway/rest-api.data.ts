import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { theOneFound } from "../not-found.ts";
import { allPages } from "../pages.ts";
import { executionArn, gatewayArn } from "./patches.ts";
import { rootResourceId } from "./rest-api.resource.ts";

/** `aws_api_gateway_rest_api`: the only API of a name. Behaviour: `internal/service/apigateway/rest_api_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_api_gateway_rest_api",
  async read(aws, config) {
    const name = requiredText(config, "name");
    const apis = await allPages(async (position) => {
      const page = await aws.clients.apigateway.getRestApis({ limit: 500, ...(position === undefined ? {} : { position }) });
      return { items: page.items, next: page.position };
    });
    const api = theOneFound(
      apis.filter((each) => each.name === name),
      "API Gateway REST API",
    );
    const id = api.id ?? "";
    const { types = [], ipAddressType = "", vpcEndpointIds = [] } = api.endpointConfiguration ?? {};
    return {
      ...config,
      id,
      api_key_source: api.apiKeySource ?? "",
      arn: gatewayArn(aws, `/restapis/${id}`),
      binary_media_types: api.binaryMediaTypes ?? [],
      description: api.description ?? "",
      endpoint_configuration: [{ types, ip_address_type: ipAddressType, vpc_endpoint_ids: vpcEndpointIds }],
      execution_arn: await executionArn(aws, id),
      minimum_compression_size: api.minimumCompressionSize === undefined ? "" : String(api.minimumCompressionSize),
      policy: api.policy ?? "",
      root_resource_id: await rootResourceId(aws, api),
      tags: { ...api.tags },
    };
  },
};
