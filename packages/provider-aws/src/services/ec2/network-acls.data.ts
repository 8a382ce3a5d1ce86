import { textAt } from "../attribute-map.ts";
import { allPages, idsOf, lookupFilters } from "./lookups.ts";

/** `aws_network_acls`. */
export const dataSource = idsOf("aws_network_acls", async (aws, config) => {
  const filters = lookupFilters(config, { "vpc-id": textAt(config, "vpc_id") });
  const found = await allPages(async (token) => {
    const { NetworkAcls, NextToken } = await aws.clients.ec2.describeNetworkAcls({ ...filters, ...token });
    return { items: NetworkAcls, next: NextToken };
  });
  return found.map(({ NetworkAclId }) => NetworkAclId);
});
