import type { DescribeRegionsCommandInput, DescribeRegionsCommandOutput } from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { invalidValue } from "../errors.ts";
import { filtered } from "../filters.ts";
import { type Region, regionsBeside } from "../regions.ts";

const FILTERS = ["endpoint", "opt-in-status", "region-name"];

/** Regions that the account has switched on; with `AllRegions`, all. A region that somebody works in counts as switched on. */
export function describeRegions(ctx: Ctx, input: DescribeRegionsCommandInput): Omit<DescribeRegionsCommandOutput, "$metadata"> {
  const regions = regionsBeside(ctx.region);
  const strange = input.RegionNames?.find((asked) => !regions.some(({ name }) => name === asked));
  if (strange !== undefined) throw invalidValue(`Invalid region provided: ${strange}`);
  const status = (region: Region) =>
    region.isOptIn !== true ? "opt-in-not-required" : region.name === ctx.region ? "opted-in" : "not-opted-in";
  const shown = (region: Region) => ({
    OptInStatus: status(region),
    RegionName: region.name,
    Endpoint: `ec2.${region.name}.amazonaws.com${region.name.startsWith("cn-") ? ".cn" : ""}`,
  });
  const asked = regions
    .map(shown)
    .filter(({ RegionName }) => (input.RegionNames ?? [RegionName]).includes(RegionName))
    .filter(({ OptInStatus }) => input.AllRegions === true || OptInStatus !== "not-opted-in");
  const found = filtered(asked, input.Filters, FILTERS, (region, filter) =>
    filter === "endpoint" ? [region.Endpoint] : [filter === "region-name" ? region.RegionName : region.OptInStatus],
  );
  return { Regions: [...found] };
}
