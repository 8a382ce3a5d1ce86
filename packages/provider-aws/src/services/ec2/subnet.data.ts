import type { NativeDataSource } from "../../resource.ts";
import { isTrue, textAt } from "../attribute-map.ts";
import { lookUp, lookupFilters, shownTags } from "./lookups.ts";
import { readSubnet } from "./subnet.resource.ts";

/** Not told by the data source. */
const LEFT = ["ipv4_ipam_pool_id", "ipv4_netmask_length", "ipv6_ipam_pool_id", "ipv6_netmask_length", "tags_all"];

/** `aws_subnet`. Behaviour: `internal/service/ec2/vpc_subnet_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_subnet",
  async read(aws, config) {
    const id = textAt(config, "id");
    const subnet = await lookUp("EC2 Subnet", ["InvalidSubnetID.NotFound"], async () => {
      const { Subnets } = await aws.clients.ec2.describeSubnets({
        ...(id === undefined ? {} : { SubnetIds: [id] }),
        ...lookupFilters(config, {
          availabilityZone: textAt(config, "availability_zone"),
          availabilityZoneId: textAt(config, "availability_zone_id"),
          defaultForAz: isTrue(config, "default_for_az") ? "true" : undefined,
          state: textAt(config, "state"),
          "vpc-id": textAt(config, "vpc_id"),
          cidrBlock: textAt(config, "cidr_block"),
          "ipv6-cidr-block-association.ipv6-cidr-block": textAt(config, "ipv6_cidr_block"),
        }),
      });
      return Subnets;
    });
    const found = (await readSubnet(aws, { id: subnet.SubnetId ?? "" })) ?? {};
    return {
      ...Object.fromEntries(Object.entries(found).filter(([name]) => !LEFT.includes(name))),
      available_ip_address_count: subnet.AvailableIpAddressCount ?? 0,
      default_for_az: subnet.DefaultForAz ?? false,
      state: subnet.State ?? "",
      tags: shownTags(aws, subnet.Tags),
    };
  },
};
