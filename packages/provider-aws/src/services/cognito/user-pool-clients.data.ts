import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { listClients } from "./user-pool-client.resource.ts";

/** `aws_cognito_user_pool_clients`. Behaviour: `internal/service/cognitoidp/user_pool_clients_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_cognito_user_pool_clients",
  async read(aws, config) {
    const id = requiredText(config, "user_pool_id");
    const found = await listClients(aws, id);
    return {
      id,
      client_ids: found.map(({ ClientId = "" }) => ClientId),
      client_names: found.map(({ ClientName = "" }) => ClientName),
    };
  },
};
