import { allPages, idsOf, lookupFilters } from "./lookups.ts";

/** `aws_subnets`. */
export const dataSource = idsOf("aws_subnets", async (aws, config) => {
  const found = await allPages(async (token) => {
    const { Subnets, NextToken } = await aws.clients.ec2.describeSubnets({ ...lookupFilters(config), ...token });
    return { items: Subnets, next: NextToken };
  });
  return found.map(({ SubnetId }) => SubnetId);
});
