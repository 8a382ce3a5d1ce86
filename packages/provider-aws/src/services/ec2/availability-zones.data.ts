import type { NativeDataSource } from "../../resource.ts";
import { isTrue, textAt, textsAt } from "../attribute-map.ts";
import { oneOf, runChecks } from "../checks.ts";
import { filtersOf } from "./filters.ts";

const STATES = ["available", "information", "impaired", "unavailable", "constrained"];

/** `aws_availability_zones`: names and IDs, in order of the names. Behaviour: `internal/service/ec2/ec2_availability_zones_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_availability_zones",
  validate: (config) => runChecks([oneOf("state", STATES)], config),
  async read(aws, config) {
    const { AvailabilityZones = [] } = await aws.clients.ec2.describeAvailabilityZones({
      AllAvailabilityZones: isTrue(config, "all_availability_zones") ? true : undefined,
      Filters: filtersOf(config, { state: textAt(config, "state") }),
    });
    const [names, ids] = [textsAt(config, "exclude_names"), textsAt(config, "exclude_zone_ids")];
    const zones = AvailabilityZones.filter(
      ({ ZoneName = "", ZoneId = "" }) => !names.includes(ZoneName) && !ids.includes(ZoneId),
    );
    zones.sort((a, b) => ((a.ZoneName ?? "") < (b.ZoneName ?? "") ? -1 : 1));
    return {
      id: aws.region,
      group_names: [...new Set(zones.map(({ GroupName }) => GroupName ?? ""))],
      names: zones.map(({ ZoneName }) => ZoneName ?? ""),
      zone_ids: zones.map(({ ZoneId }) => ZoneId ?? ""),
    };
  },
};
