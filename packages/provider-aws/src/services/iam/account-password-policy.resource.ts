import type { PasswordPolicy, UpdateAccountPasswordPolicyCommandInput } from "@aws-sdk/client-iam";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { expand, flag, flatten, nonZero, rowsOf } from "../attribute-map.ts";
import { IAM_MISSING } from "./paging.ts";

const ID = "iam-account-password-policy";

const row = rowsOf<UpdateAccountPasswordPolicyCommandInput & PasswordPolicy>();
const ROWS = [
  row("allow_users_to_change_password", "AllowUsersToChangePassword", flag()),
  row("hard_expiry", "HardExpiry", flag()),
  row("max_password_age", "MaxPasswordAge", nonZero()),
  row("minimum_password_length", "MinimumPasswordLength", nonZero()),
  row("password_reuse_prevention", "PasswordReusePrevention", nonZero()),
  row("require_lowercase_characters", "RequireLowercaseCharacters", flag()),
  row("require_numbers", "RequireNumbers", flag()),
  row("require_symbols", "RequireSymbols", flag()),
  row("require_uppercase_characters", "RequireUppercaseCharacters", flag()),
];

/** `aws_iam_account_password_policy`: one an account. Behaviour: `internal/service/iam/account_password_policy.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_iam_account_password_policy",
  defaults: { allow_users_to_change_password: true, minimum_password_length: 6 },
  async create(aws, planned, onCreated) {
    await put(aws, planned);
    await onCreated({ id: ID });
  },
  async read(aws) {
    const found = (await unlessMissing(IAM_MISSING, () => aws.clients.iam.getAccountPasswordPolicy({})))?.PasswordPolicy;
    return found === undefined ? null : { id: ID, ...flatten(ROWS, found), expire_passwords: found.ExpirePasswords ?? false };
  },
  update: (aws, _prior, planned) => put(aws, planned),
  async delete(aws) {
    await unlessMissing(IAM_MISSING, () => aws.clients.iam.deleteAccountPasswordPolicy({}));
  },
  importId: () => ({ id: ID }),
  find: async () => ({ id: ID }),
};

async function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  await aws.clients.iam.updateAccountPasswordPolicy(expand<UpdateAccountPasswordPolicyCommandInput>(ROWS, planned));
}
