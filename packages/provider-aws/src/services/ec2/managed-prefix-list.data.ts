import type { NativeDataSource } from "../../resource.ts";
import { textAt } from "../attribute-map.ts";
import { allPages, lookUp, lookupFilters, shownTags } from "./lookups.ts";

/** `aws_ec2_managed_prefix_list`. Behaviour: `internal/service/ec2/vpc_managed_prefix_list_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_ec2_managed_prefix_list",
  async read(aws, config) {
    const asked = textAt(config, "id");
    const list = await lookUp("EC2 Managed Prefix List", ["InvalidPrefixListID.NotFound"], async () => {
      const { PrefixLists } = await aws.clients.ec2.describeManagedPrefixLists({
        ...(asked === undefined ? {} : { PrefixListIds: [asked] }),
        ...lookupFilters(config, { "prefix-list-name": textAt(config, "name") }),
      });
      return PrefixLists;
    });
    const { PrefixListId } = list;
    const entries = await allPages(async (token) => {
      const { Entries, NextToken } = await aws.clients.ec2.getManagedPrefixListEntries({ PrefixListId, ...token });
      return { items: Entries, next: NextToken };
    });
    return {
      id: PrefixListId ?? "",
      address_family: list.AddressFamily ?? "",
      arn: list.PrefixListArn ?? "",
      entries: entries.map(({ Cidr = "", Description = "" }) => ({ cidr: Cidr, description: Description })),
      max_entries: list.MaxEntries ?? 0,
      name: list.PrefixListName ?? "",
      owner_id: list.OwnerId ?? "",
      tags: shownTags(aws, list.Tags),
      version: list.Version ?? 0,
    };
  },
};
