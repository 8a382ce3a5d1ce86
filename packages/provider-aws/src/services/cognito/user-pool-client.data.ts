import type { ValueObject } from "@dovetail/model";
import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { findClient, toState } from "./user-pool-client.resource.ts";

/** `aws_cognito_user_pool_client` (data source). Behaviour: `internal/service/cognitoidp/user_pool_client_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_cognito_user_pool_client",
  async read(aws, config) {
    const id = requiredText(config, "client_id");
    const client = await findClient(aws, { id, user_pool_id: requiredText(config, "user_pool_id") });
    if (client === undefined) throw notFound(`Cognito User Pool Client (${id})`);
    // Units are shown wherever the service has some, those that are the default too.
    const shown: ValueObject = { token_validity_units: client.TokenValidityUnits === undefined ? [] : [{}] };
    return { ...toState(client, shown), id, client_id: id };
  },
};
