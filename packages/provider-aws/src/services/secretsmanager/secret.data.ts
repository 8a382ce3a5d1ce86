import type { MutableValueObject, ValueObject } from "@dovetail/model";
import type { NativeDataSource } from "../../resource.ts";
import { textAt } from "../attribute-map.ts";
import { exactlyOneOf, isArn, runChecks } from "../checks.ts";
import { normalizeJson } from "../json-text.ts";
import { notFound } from "../not-found.ts";
import { tagMap } from "../tags.ts";
import { rfc3339 } from "../timestamp.ts";
import { findSecret, findSecretPolicy } from "./find.ts";

const CHECKS = [isArn("arn"), exactlyOneOf(["arn", "name"])];

/** aws_secretsmanager_secret (data source), by ARN or name. */
export const dataSource: NativeDataSource = {
  type: "aws_secretsmanager_secret",
  validate: (config) => runChecks(CHECKS, config),
  async read(aws, config): Promise<ValueObject> {
    const id = textAt(config, "arn") ?? textAt(config, "name") ?? "";
    const secret = await findSecret(aws, id);
    if (secret === undefined) throw notFound(`Secrets Manager Secret (${id})`);
    const arn = secret.ARN ?? "";
    const values: MutableValueObject = {
      id: arn,
      arn,
      created_date: rfc3339(secret.CreatedDate),
      description: secret.Description ?? "",
      kms_key_id: secret.KmsKeyId ?? "",
      last_changed_date: rfc3339(secret.LastChangedDate),
      name: secret.Name ?? "",
      policy: normalizeJson((await findSecretPolicy(aws, arn)) ?? ""),
      tags: tagMap(secret.Tags),
    };
    if (aws.edition !== "5.100.0") values.type = secret.Type ?? "";
    return values;
  },
};
