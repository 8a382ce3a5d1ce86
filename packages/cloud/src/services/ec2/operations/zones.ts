import type { DescribeAvailabilityZonesCommandInput, DescribeAvailabilityZonesCommandOutput } from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { invalidValue } from "../errors.ts";
import { filtered } from "../filters.ts";
import { type Zone, zonesOf } from "../regions.ts";

const FILTERS = [
  "group-long-name",
  "group-name",
  "message",
  "opt-in-status",
  "parent-zone-id",
  "parent-zone-name",
  "region-name",
  "state",
  "zone-id",
  "zone-name",
  "zone-type",
];

/** Zones of the request's region: all are available. Of Local Zones and Wavelength Zones, which have to be switched on, it knows none. */
export function describeAvailabilityZones(
  ctx: Ctx,
  input: DescribeAvailabilityZonesCommandInput,
): Omit<DescribeAvailabilityZonesCommandOutput, "$metadata"> {
  const zones = zonesOf(ctx.region);
  requireKnown(input.ZoneNames, new Set(zones.map(({ name }) => name)), "Invalid availability zone");
  requireKnown(input.ZoneIds, new Set(zones.map(({ id }) => id)), "Invalid availability zone-id");
  const asked = zones.filter(
    ({ name, id }) => (input.ZoneNames ?? [name]).includes(name) && (input.ZoneIds ?? [id]).includes(id),
  );
  return { AvailabilityZones: filtered(asked, input.Filters, FILTERS, filterValues).map(shown) };
}

function requireKnown(given: readonly string[] | undefined, known: ReadonlySet<string>, text: string): void {
  const strange = given?.find((each) => !known.has(each));
  if (strange !== undefined) throw invalidValue(`${text}: [${strange}]`);
}

/** Zone groups of Availability Zones: one a region. */
const groupOf = ({ region }: Zone) => ({ name: `${region.name}-zg-1`, longName: `${region.longName} 1` });

function filterValues(zone: Zone, filter: string): readonly string[] {
  switch (filter) {
    case "group-long-name":
      return [groupOf(zone).longName];
    case "group-name":
      return [groupOf(zone).name];
    case "opt-in-status":
      return ["opt-in-not-required"];
    case "region-name":
      return [zone.region.name];
    case "state":
      return ["available"];
    case "zone-id":
      return [zone.id];
    case "zone-name":
      return [zone.name];
    case "zone-type":
      return ["availability-zone"];
    default:
      return [];
  }
}

function shown(zone: Zone) {
  const { name, longName } = groupOf(zone);
  return {
    OptInStatus: "opt-in-not-required" as const,
    Messages: [],
    RegionName: zone.region.name,
    ZoneName: zone.name,
    ZoneId: zone.id,
    GroupName: name,
    NetworkBorderGroup: zone.region.name,
    ZoneType: "availability-zone",
    GroupLongName: longName,
    State: "available" as const,
  };
}
