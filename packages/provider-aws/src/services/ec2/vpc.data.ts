import type { NativeDataSource } from "../../resource.ts";
import { isTrue, requiredText, textAt } from "../attribute-map.ts";
import { lookUp, lookupFilters, shownTags } from "./lookups.ts";
import { readVpc } from "./vpc.resource.ts";

/** `aws_vpc`. Behaviour: `internal/service/ec2/vpc_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_vpc",
  async read(aws, config) {
    const id = textAt(config, "id");
    const vpc = await lookUp("EC2 VPC", ["InvalidVpcID.NotFound"], async () => {
      const { Vpcs } = await aws.clients.ec2.describeVpcs({
        ...(id === undefined ? {} : { VpcIds: [id] }),
        ...lookupFilters(config, {
          cidr: textAt(config, "cidr_block"),
          "dhcp-options-id": textAt(config, "dhcp_options_id"),
          isDefault: isTrue(config, "default") ? "true" : undefined,
          state: textAt(config, "state"),
        }),
      });
      return Vpcs;
    });
    const found = (await readVpc(aws, { id: vpc.VpcId ?? "" })) ?? {};
    const names = ["arn", "cidr_block", "dhcp_options_id", "instance_tenancy", "main_route_table_id", "owner_id"];
    const switches = ["enable_dns_hostnames", "enable_dns_support", "enable_network_address_usage_metrics"];
    const [ipv6] = vpc.Ipv6CidrBlockAssociationSet ?? [];
    return {
      ...Object.fromEntries([...names, ...switches].map((name) => [name, found[name] ?? null])),
      id: requiredText(found, "id"),
      cidr_block_associations: (vpc.CidrBlockAssociationSet ?? []).map((each) => ({
        association_id: each.AssociationId ?? "",
        cidr_block: each.CidrBlock ?? "",
        state: each.CidrBlockState?.State ?? "",
      })),
      default: vpc.IsDefault ?? false,
      ipv6_association_id: ipv6?.AssociationId ?? null,
      ipv6_cidr_block: ipv6?.Ipv6CidrBlock ?? null,
      state: config.state ?? null,
      tags: shownTags(aws, vpc.Tags),
    };
  },
};
