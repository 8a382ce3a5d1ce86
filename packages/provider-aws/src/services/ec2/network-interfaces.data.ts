import { allPages, idsOf, lookupFilters } from "./lookups.ts";

/** `aws_network_interfaces`. */
export const dataSource = idsOf("aws_network_interfaces", async (aws, config) => {
  const found = await allPages(async (token) => {
    const { NetworkInterfaces, NextToken } = await aws.clients.ec2.describeNetworkInterfaces({
      ...lookupFilters(config),
      ...token,
    });
    return { items: NetworkInterfaces, next: NextToken };
  });
  return found.map(({ NetworkInterfaceId }) => NetworkInterfaceId);
});
