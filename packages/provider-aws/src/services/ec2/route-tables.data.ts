import { textAt } from "../attribute-map.ts";
import { allPages, idsOf, lookupFilters } from "./lookups.ts";

/** `aws_route_tables`. */
export const dataSource = idsOf("aws_route_tables", async (aws, config) => {
  const filters = lookupFilters(config, { "vpc-id": textAt(config, "vpc_id") });
  const found = await allPages(async (token) => {
    const { RouteTables, NextToken } = await aws.clients.ec2.describeRouteTables({ ...filters, ...token });
    return { items: RouteTables, next: NextToken };
  });
  return found.map(({ RouteTableId }) => RouteTableId);
});
