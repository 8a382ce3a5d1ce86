/** EC2: what regions and zones there are, and the account's attributes. No instances run here. */
import type { Ctx, Operation, ServiceDefinition } from "../../core/service.ts";
import { wouldSucceed } from "./errors.ts";
import { describeAccountAttributes } from "./operations/account.ts";
import { describeRegions } from "./operations/regions.ts";
import { describeAvailabilityZones } from "./operations/zones.ts";

/** A row of the table: `DryRun` ends every operation once IAM has allowed it. */
function on<I extends { readonly DryRun?: boolean | undefined }>(
  handler: (ctx: Ctx, input: I) => unknown,
  more: Omit<Operation, "handler"> = {},
): Operation {
  return {
    ...more,
    handler: (ctx: Ctx, input: I) => {
      if (input.DryRun === true) throw wouldSucceed();
      return handler(ctx, input);
    },
  };
}

const reads = { readonly: true } as const;

export const service: ServiceDefinition = {
  name: "ec2",
  operations: {
    DescribeAccountAttributes: on(describeAccountAttributes, reads),
    DescribeAvailabilityZones: on(describeAvailabilityZones, { ...reads, missing: "Local Zones and Wavelength Zones" }),
    DescribeRegions: on(describeRegions, reads),
  },
};
