import type { NativeDataSource } from "../../resource.ts";
import { notFound } from "../not-found.ts";

/** `aws_iam_account_alias` (data source). Behaviour: `internal/service/iam/account_alias_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_iam_account_alias",
  async read(aws) {
    const { AccountAliases = [] } = await aws.clients.iam.listAccountAliases({});
    const [alias] = AccountAliases;
    if (alias === undefined) throw notFound("IAM Account Alias");
    return { id: alias, account_alias: alias };
  },
};
