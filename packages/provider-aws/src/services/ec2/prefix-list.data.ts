import type { NativeDataSource } from "../../resource.ts";
import { textAt } from "../attribute-map.ts";
import { lookUp, lookupFilters } from "./lookups.ts";

/** `aws_prefix_list`. Behaviour: `internal/service/ec2/vpc_prefix_list_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_prefix_list",
  async read(aws, config) {
    const id = textAt(config, "prefix_list_id");
    const list = await lookUp("EC2 Prefix List", ["InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound"], async () => {
      const { PrefixLists } = await aws.clients.ec2.describePrefixLists({
        ...(id === undefined ? {} : { PrefixListIds: [id] }),
        ...lookupFilters(config, { "prefix-list-name": textAt(config, "name") }),
      });
      return PrefixLists;
    });
    return {
      id: list.PrefixListId ?? "",
      cidr_blocks: [...(list.Cidrs ?? [])].sort(),
      name: list.PrefixListName ?? "",
      prefix_list_id: config.prefix_list_id ?? null,
    };
  },
};
