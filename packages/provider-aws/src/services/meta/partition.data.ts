import { partitionOf } from "../../partitions.ts";
import type { NativeDataSource } from "../../resource.ts";

/** `aws_partition`: the partition of the provider's region. */
export const dataSource: NativeDataSource = {
  type: "aws_partition",
  async read(aws) {
    const { id, dnsSuffix, reverseDnsPrefix } = partitionOf(aws.region);
    return { id, partition: id, dns_suffix: dnsSuffix, reverse_dns_prefix: reverseDnsPrefix };
  },
};
