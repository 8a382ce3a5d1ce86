import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { allPages } from "../pages.ts";

/** `aws_cognito_user_groups`: a pool's. Behaviour: `internal/service/cognitoidp/user_groups_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_cognito_user_groups",
  async read(aws, config) {
    const UserPoolId = requiredText(config, "user_pool_id");
    const found = await allPages(async (NextToken) => {
      const answer = await aws.clients.cognito.listGroups({ UserPoolId, NextToken });
      return { items: answer.Groups, next: answer.NextToken };
    });
    const groups = found.map(({ Description, GroupName, Precedence, RoleArn }) => ({
      description: Description ?? null,
      group_name: GroupName ?? null,
      precedence: Precedence ?? null,
      role_arn: RoleArn ?? null,
    }));
    return { id: UserPoolId, groups };
  },
};
