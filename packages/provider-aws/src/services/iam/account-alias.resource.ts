import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { each, lengthBetween, matches, runChecks } from "../checks.ts";
import { IAM_MISSING } from "./paging.ts";

/** `aws_iam_account_alias`; id is the alias. Behaviour: `internal/service/iam/account_alias.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_iam_account_alias",
  forceNew: ["account_alias"],
  validate: (config) =>
    runChecks(
      [
        lengthBetween("account_alias", 3, 63),
        matches("account_alias", /^[0-9a-z][0-9a-z-]*$/, FORM),
        each("account_alias", (value, key) => problem(String(value), key)),
      ],
      config,
    ),
  async create(aws, planned, onCreated) {
    const alias = requiredText(planned, "account_alias");
    await aws.clients.iam.createAccountAlias({ AccountAlias: alias });
    await onCreated({ id: alias });
  },
  async read(aws) {
    const { AccountAliases = [] } = await aws.clients.iam.listAccountAliases({});
    const [alias] = AccountAliases;
    return alias === undefined ? null : { id: alias, account_alias: alias };
  },
  async delete(aws, state) {
    await unlessMissing(IAM_MISSING, () => aws.clients.iam.deleteAccountAlias({ AccountAlias: requiredText(state, "id") }));
  },
  async find(aws, planned) {
    const { AccountAliases = [] } = await aws.clients.iam.listAccountAliases({});
    const alias = textAt(planned, "account_alias");
    return alias !== undefined && AccountAliases.includes(alias) ? { id: alias } : null;
  },
};

const FORM = "must start with an alphanumeric character and only contain lowercase alphanumeric characters and hyphens";

function problem(value: string, key: string): string | undefined {
  if (value.includes("--")) return `"${key}" must not contain consecutive hyphens`;
  return value.endsWith("-") ? `"${key}" must not end in a hyphen` : undefined;
}
