import { textAt } from "../attribute-map.ts";
import { allPages, idsOf, lookupFilters } from "./lookups.ts";

/** `aws_nat_gateways`. */
export const dataSource = idsOf("aws_nat_gateways", async (aws, config) => {
  const { Filters: Filter } = lookupFilters(config, { "vpc-id": textAt(config, "vpc_id") });
  const found = await allPages(async (token) => {
    const { NatGateways, NextToken } = await aws.clients.ec2.describeNatGateways({ Filter, ...token });
    return { items: NatGateways, next: NextToken };
  });
  return found.map(({ NatGatewayId }) => NatGatewayId);
});
