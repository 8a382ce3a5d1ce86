import type { NativeDataSource } from "../../resource.ts";
import { textAt } from "../attribute-map.ts";
import { arnOf } from "./arn.ts";
import { lookUp, lookupFilters, shownTags } from "./lookups.ts";

/** `aws_internet_gateway`. Behaviour: `internal/service/ec2/vpc_internet_gateway_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_internet_gateway",
  async read(aws, config) {
    const gateway = await lookUp("EC2 Internet Gateway", ["InvalidInternetGatewayID.NotFound"], async () => {
      const filters = lookupFilters(config, { "internet-gateway-id": textAt(config, "internet_gateway_id") });
      return (await aws.clients.ec2.describeInternetGateways(filters)).InternetGateways;
    });
    const id = gateway.InternetGatewayId ?? "";
    return {
      id,
      arn: arnOf(aws, gateway.OwnerId, `internet-gateway/${id}`),
      attachments: (gateway.Attachments ?? []).map(({ State = "", VpcId = "" }) => ({ state: State, vpc_id: VpcId })),
      internet_gateway_id: id,
      owner_id: gateway.OwnerId ?? "",
      tags: shownTags(aws, gateway.Tags),
    };
  },
};
