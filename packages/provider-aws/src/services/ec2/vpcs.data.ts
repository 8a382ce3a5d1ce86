import { allPages, idsOf, lookupFilters } from "./lookups.ts";

/** `aws_vpcs`. */
export const dataSource = idsOf("aws_vpcs", async (aws, config) => {
  const found = await allPages(async (token) => {
    const { Vpcs, NextToken } = await aws.clients.ec2.describeVpcs({ ...lookupFilters(config), ...token });
    return { items: Vpcs, next: NextToken };
  });
  return found.map(({ VpcId }) => VpcId);
});
