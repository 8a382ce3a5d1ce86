import type { NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { attributesOf } from "../member-names.ts";
import { notFound } from "../not-found.ts";
import { COGNITO_MISSING } from "./user-pool.resource.ts";

/** `aws_cognito_user_pool` (data source): named as the API names things. Behaviour: `internal/service/cognitoidp/user_pool_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_cognito_user_pool",
  async read(aws, config) {
    const id = requiredText(config, "user_pool_id");
    const pool = (await unlessMissing(COGNITO_MISSING, () => aws.clients.cognito.describeUserPool({ UserPoolId: id })))?.UserPool;
    if (pool === undefined) throw notFound(`Cognito User Pool (${id})`);
    const { UserPoolTags: tags = {}, ...members } = pool;
    return { ...attributesOf(members), id, tags, user_pool_tags: tags };
  },
};
