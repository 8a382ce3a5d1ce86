import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";

const PAGES_MAX = 1000;

/** `aws_cognito_user_pool_clients`. Behaviour: `internal/service/cognitoidp/user_pool_clients_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_cognito_user_pool_clients",
  async read(aws, config) {
    const UserPoolId = requiredText(config, "user_pool_id");
    const found: { readonly id: string; readonly name: string }[] = [];
    let NextToken: string | undefined;
    for (let page = 0; page < PAGES_MAX; page++) {
      const token = NextToken === undefined ? {} : { NextToken };
      const answer = await aws.clients.cognito.listUserPoolClients({ UserPoolId, MaxResults: 60, ...token });
      for (const { ClientId = "", ClientName = "" } of answer.UserPoolClients ?? [])
        found.push({ id: ClientId, name: ClientName });
      NextToken = answer.NextToken;
      if (NextToken === undefined) break;
    }
    return { id: UserPoolId, client_ids: found.map(({ id }) => id), client_names: found.map(({ name }) => name) };
  },
};
