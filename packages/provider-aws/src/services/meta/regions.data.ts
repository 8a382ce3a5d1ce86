import type { NativeDataSource } from "../../resource.ts";
import { isTrue } from "../attribute-map.ts";
import { filtersOf } from "../ec2/filters.ts";

/** `aws_regions`: those that the account has switched on, or all. Behaviour: `internal/service/meta/regions_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_regions",
  async read(aws, config) {
    const { Regions = [] } = await aws.clients.ec2.describeRegions({
      AllRegions: isTrue(config, "all_regions") ? true : undefined,
      Filters: filtersOf(config),
    });
    return { id: aws.partition, names: Regions.map(({ RegionName }) => RegionName ?? "") };
  },
};
