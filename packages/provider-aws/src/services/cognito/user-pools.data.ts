import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";

const PAGES_MAX = 1000;

/** `aws_cognito_user_pools`: pools of a name. Behaviour: `internal/service/cognitoidp/user_pools_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_cognito_user_pools",
  async read(aws, config) {
    const name = requiredText(config, "name");
    const ids: string[] = [];
    let NextToken: string | undefined;
    for (let page = 0; page < PAGES_MAX; page++) {
      const answer = await aws.clients.cognito.listUserPools({ MaxResults: 60, ...(NextToken ? { NextToken } : {}) });
      for (const { Id, Name } of answer.UserPools ?? []) if (Id !== undefined && Name === name) ids.push(Id);
      NextToken = answer.NextToken;
      if (NextToken === undefined) break;
    }
    const account = await aws.accountId();
    const arns = ids.map((id) => `arn:${aws.partition}:cognito-idp:${aws.region}:${account}:userpool/${id}`);
    return { id: name, ids, arns };
  },
};
