import type { ValueObject } from "@dovetail/model";
import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { allPages } from "../pages.ts";
import { resource } from "./identity-pool.resource.ts";

const PAGE_POOLS = 60;

/** `aws_cognito_identity_pool` (data source): by name. Behaviour: `identity_pool_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_cognito_identity_pool",
  async read(aws, config): Promise<ValueObject> {
    const name = requiredText(config, "identity_pool_name");
    const pools = await allPages(async (NextToken) => {
      const answer = await aws.clients.cognitoidentity.listIdentityPools({ MaxResults: PAGE_POOLS, NextToken });
      return { items: answer.IdentityPools, next: answer.NextToken };
    });
    const id = pools.find(({ IdentityPoolName }) => IdentityPoolName === name)?.IdentityPoolId;
    const found = id === undefined ? null : await resource.read(aws, { id });
    if (found === null) throw notFound(`Cognito Identity Pool (${name})`);
    const { tags_all: tags = {}, ...shown } = found;
    return { ...shown, tags };
  },
};
