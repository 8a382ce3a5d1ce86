import type { NativeDataSource } from "../../resource.ts";
import { textAt } from "../attribute-map.ts";
import { lookUp, lookupFilters, shownTags } from "./lookups.ts";
import { dhcpAttributes } from "./vpc-dhcp-options.resource.ts";

/** `aws_vpc_dhcp_options`. Behaviour: `internal/service/ec2/vpc_dhcp_options_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_vpc_dhcp_options",
  async read(aws, config) {
    const id = textAt(config, "dhcp_options_id");
    const options = await lookUp("EC2 DHCP Options Set", ["InvalidDhcpOptionID.NotFound"], async () => {
      const { DhcpOptions } = await aws.clients.ec2.describeDhcpOptions({
        ...(id === undefined ? {} : { DhcpOptionsIds: [id] }),
        ...lookupFilters(config),
      });
      return DhcpOptions;
    });
    const { tags_all: _tags, ...attributes } = dhcpAttributes(aws, options);
    return { ...attributes, dhcp_options_id: options.DhcpOptionsId ?? "", tags: shownTags(aws, options.Tags) };
  },
};
