import type { NativeDataSource } from "../../resource.ts";
import { arnOf } from "./arn.ts";
import { allPages, lookupFilters } from "./lookups.ts";

/** `aws_security_groups`. Behaviour: `internal/service/ec2/vpc_security_groups_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_security_groups",
  async read(aws, config) {
    const groups = await allPages(async (token) => {
      const { SecurityGroups, NextToken } = await aws.clients.ec2.describeSecurityGroups({ ...lookupFilters(config), ...token });
      return { items: SecurityGroups, next: NextToken };
    });
    return {
      id: aws.region,
      arns: groups.map(({ GroupId, OwnerId }) => arnOf(aws, OwnerId, `security-group/${GroupId}`)),
      ids: groups.map(({ GroupId = "" }) => GroupId),
      vpc_ids: groups.map(({ VpcId = "" }) => VpcId),
    };
  },
};
