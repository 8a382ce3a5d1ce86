import type { NativeDataSource } from "../../resource.ts";
import { isTrue, textAt } from "../attribute-map.ts";
import { theOneFound } from "../not-found.ts";
import { filtersOf } from "./filters.ts";

/** `aws_availability_zone`: the one that matches. Behaviour: `internal/service/ec2/ec2_availability_zone_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_availability_zone",
  async read(aws, config) {
    const [name, zoneId] = [textAt(config, "name"), textAt(config, "zone_id")];
    const { AvailabilityZones = [] } = await aws.clients.ec2.describeAvailabilityZones({
      AllAvailabilityZones: isTrue(config, "all_availability_zones") ? true : undefined,
      Filters: filtersOf(config, { state: textAt(config, "state") }),
      ...(name === undefined ? {} : { ZoneNames: [name] }),
      ...(zoneId === undefined ? {} : { ZoneIds: [zoneId] }),
    });
    const zone = theOneFound(AvailabilityZones, "EC2 Availability Zone");
    const region = zone.RegionName ?? "";
    return {
      id: zone.ZoneName ?? "",
      group_long_name: zone.GroupLongName ?? "",
      group_name: zone.GroupName ?? "",
      name: zone.ZoneName ?? "",
      // Of Local and Wavelength Zones without the hyphen.
      name_suffix: (zone.ZoneName ?? "").slice(region.length).replace(/^-+/, ""),
      network_border_group: zone.NetworkBorderGroup ?? "",
      opt_in_status: zone.OptInStatus ?? "",
      parent_zone_id: zone.ParentZoneId ?? "",
      parent_zone_name: zone.ParentZoneName ?? "",
      region,
      state: zone.State ?? "",
      zone_id: zone.ZoneId ?? "",
      zone_type: zone.ZoneType ?? "",
    };
  },
};
