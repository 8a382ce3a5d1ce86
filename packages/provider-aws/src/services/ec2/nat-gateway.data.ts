import type { NativeDataSource } from "../../resource.ts";
import { textAt } from "../attribute-map.ts";
import { lookUp, lookupFilters, shownTags } from "./lookups.ts";

/** `aws_nat_gateway`. Behaviour: `internal/service/ec2/vpc_nat_gateway_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_nat_gateway",
  async read(aws, config) {
    const id = textAt(config, "id");
    const gateway = await lookUp("EC2 NAT Gateway", ["NatGatewayNotFound"], async () => {
      const { Filters: Filter } = lookupFilters(config, {
        state: textAt(config, "state"),
        "subnet-id": textAt(config, "subnet_id"),
        "vpc-id": textAt(config, "vpc_id"),
      });
      return (await aws.clients.ec2.describeNatGateways({ Filter, ...(id === undefined ? {} : { NatGatewayIds: [id] }) }))
        .NatGateways;
    });
    const addresses = gateway.NatGatewayAddresses ?? [];
    const address = addresses.find(({ IsPrimary }) => IsPrimary === true) ?? addresses[0];
    const others = addresses.filter((each) => each !== address);
    return {
      id: gateway.NatGatewayId ?? "",
      allocation_id: address?.AllocationId ?? "",
      association_id: address?.AssociationId ?? "",
      connectivity_type: gateway.ConnectivityType ?? "",
      network_interface_id: address?.NetworkInterfaceId ?? "",
      private_ip: address?.PrivateIp ?? "",
      public_ip: address?.PublicIp ?? "",
      secondary_allocation_ids: others.flatMap(({ AllocationId }) => AllocationId ?? []),
      secondary_private_ip_address_count: others.length,
      secondary_private_ip_addresses: others.flatMap(({ PrivateIp }) => PrivateIp ?? []),
      state: gateway.State ?? "",
      subnet_id: gateway.SubnetId ?? "",
      tags: shownTags(aws, gateway.Tags),
      vpc_id: gateway.VpcId ?? "",
    };
  },
};
