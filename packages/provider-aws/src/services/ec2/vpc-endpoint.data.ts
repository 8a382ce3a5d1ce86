import type { NativeDataSource } from "../../resource.ts";
import { textAt } from "../attribute-map.ts";
import { lookUp, lookupFilters, shownTags } from "./lookups.ts";
import { endpointAttributes } from "./vpc-endpoint.resource.ts";

/** `aws_vpc_endpoint`. Behaviour: `internal/service/ec2/vpc_endpoint_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_vpc_endpoint",
  async read(aws, config) {
    const id = textAt(config, "id");
    const endpoint = await lookUp("EC2 VPC Endpoint", ["InvalidVpcEndpointId.NotFound"], async () => {
      const { VpcEndpoints } = await aws.clients.ec2.describeVpcEndpoints({
        ...(id === undefined ? {} : { VpcEndpointIds: [id] }),
        ...lookupFilters(config, {
          "vpc-endpoint-state": textAt(config, "state"),
          "vpc-id": textAt(config, "vpc_id"),
          "service-name": textAt(config, "service_name"),
        }),
      });
      return VpcEndpoints;
    });
    const { tags_all: _tags, ...attributes } = await endpointAttributes(aws, endpoint);
    return { ...attributes, tags: shownTags(aws, endpoint.Tags) };
  },
};
