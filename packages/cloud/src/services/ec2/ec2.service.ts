/** EC2: regions and zones, the account's attributes, and the network: VPCs and what is in them. No instances run here. */
import type { ServiceDefinition } from "../../core/service.ts";
import { on, reads } from "./dry-run.ts";
import { ADDRESS, ENDPOINT, NAT_GATEWAY, SECURITY_GROUP, SUBNET, VPC } from "./kinds.ts";
import { NETWORK } from "./network.ts";
import { describeAccountAttributes } from "./operations/account.ts";
import { describeRegions } from "./operations/regions.ts";
import { describeAvailabilityZones } from "./operations/zones.ts";
import { count } from "./records.ts";

export const service: ServiceDefinition = {
  name: "ec2",
  operations: {
    DescribeAccountAttributes: on(describeAccountAttributes, reads),
    DescribeAvailabilityZones: on(describeAvailabilityZones, { ...reads, missing: "Local Zones and Wavelength Zones" }),
    DescribeRegions: on(describeRegions, reads),
    ...NETWORK,
  },
  inventory: (ctx) => ({
    vpcs: count(ctx, VPC, ({ IsDefault }) => IsDefault !== true),
    subnets: count(ctx, SUBNET, ({ DefaultForAz }) => DefaultForAz !== true),
    natGateways: count(ctx, NAT_GATEWAY),
    endpoints: count(ctx, ENDPOINT),
    addresses: count(ctx, ADDRESS),
    securityGroups: count(ctx, SECURITY_GROUP, ({ GroupName }) => GroupName !== "default"),
  }),
};
