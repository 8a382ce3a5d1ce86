import type { NativeDataSource } from "../../resource.ts";
import { lookupFilters } from "./lookups.ts";

/** `aws_eips`. */
export const dataSource: NativeDataSource = {
  type: "aws_eips",
  async read(aws, config) {
    const { Addresses = [] } = await aws.clients.ec2.describeAddresses(lookupFilters(config));
    return {
      id: aws.region,
      allocation_ids: Addresses.flatMap(({ AllocationId }) => AllocationId ?? []),
      public_ips: Addresses.flatMap(({ PublicIp }) => PublicIp ?? []),
      tags: config.tags ?? null,
    };
  },
};
