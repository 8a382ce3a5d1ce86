import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { each, runChecks } from "../checks.ts";
import { notFound } from "../not-found.ts";
import { findAlias } from "./alias.resource.ts";

const CHECKS = [
  each("name", (value, key) =>
    typeof value === "string" && !/^alias\/[0-9A-Za-z_/-]+$/.test(value)
      ? `"${key}" must begin with 'alias/' and be comprised of only [0-9A-Za-z_/-]`
      : undefined,
  ),
];

/** aws_kms_alias (data source). An alias without a key is described all the same. */
export const dataSource: NativeDataSource = {
  type: "aws_kms_alias",
  validate: (config) => runChecks(CHECKS, config),
  async read(aws, config) {
    const name = requiredText(config, "name");
    const alias = await findAlias(aws, name);
    if (alias === undefined) throw notFound(`KMS Alias (${name})`, "empty result");
    // AWS's own aliases may have no key until they are first used: describing them makes it.
    const { KeyMetadata } = await aws.clients.kms.describeKey({ KeyId: name });
    return {
      id: alias.AliasArn ?? "",
      arn: alias.AliasArn ?? "",
      name: alias.AliasName ?? name,
      target_key_arn: KeyMetadata?.Arn ?? "",
      target_key_id: KeyMetadata?.KeyId ?? "",
    };
  },
};
