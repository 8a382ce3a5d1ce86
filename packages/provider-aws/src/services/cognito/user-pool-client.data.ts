import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { resource } from "./user-pool-client.resource.ts";

/** `aws_cognito_user_pool_client` (data source): what the resource reads. Behaviour: `internal/service/cognitoidp/user_pool_client_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_cognito_user_pool_client",
  async read(aws, config) {
    const id = requiredText(config, "client_id");
    const client = await resource.read(aws, { id, user_pool_id: requiredText(config, "user_pool_id") });
    if (client === null) throw notFound(`Cognito User Pool Client (${id})`);
    return { ...client, id, client_id: id };
  },
};
