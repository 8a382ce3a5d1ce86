import type { NativeDataSource } from "../../resource.ts";

/** `aws_caller_identity`: whose credentials these are. */
export const dataSource: NativeDataSource = {
  type: "aws_caller_identity",
  async read(aws) {
    const { Account = "", Arn = "", UserId = "" } = await aws.clients.sts.getCallerIdentity({});
    return { id: Account, account_id: Account, arn: Arn, user_id: UserId };
  },
};
