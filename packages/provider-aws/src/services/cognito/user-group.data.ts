import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { resource } from "./user-group.resource.ts";

/** `aws_cognito_user_group` (data source). Behaviour: `internal/service/cognitoidp/user_group_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_cognito_user_group",
  async read(aws, config) {
    const [name, user_pool_id] = [requiredText(config, "name"), requiredText(config, "user_pool_id")];
    const id = `${user_pool_id}/${name}`;
    const group = await resource.read(aws, { id, name, user_pool_id });
    if (group === null) throw notFound(`Cognito User Group (${name})`);
    return { ...group, id };
  },
};
