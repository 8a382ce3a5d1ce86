import type { LogGroup } from "@aws-sdk/client-cloudwatch-logs";
import type { NativeDataSource } from "../../resource.ts";
import { textAt } from "../attribute-map.ts";
import { allPages } from "../pages.ts";
import { withoutWildcard } from "./log-group.data.ts";

/** aws_cloudwatch_log_groups (data source): ARNs and names of those with a prefix. */
export const dataSource: NativeDataSource = {
  type: "aws_cloudwatch_log_groups",
  async read(aws, config) {
    const logGroupNamePrefix = textAt(config, "log_group_name_prefix");
    const groups = await allPages<LogGroup>(async (nextToken) => {
      const answer = await aws.clients.logs.describeLogGroups({ logGroupNamePrefix, nextToken });
      return { items: answer.logGroups, next: answer.nextToken };
    });
    return {
      id: aws.region,
      arns: groups.map(({ arn = "" }) => withoutWildcard(arn)),
      log_group_names: groups.map(({ logGroupName = "" }) => logGroupName),
    };
  },
};
