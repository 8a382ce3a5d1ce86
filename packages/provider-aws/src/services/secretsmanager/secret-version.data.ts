import type { MutableValueObject, ValueObject } from "@dovetail/model";
import type { NativeDataSource } from "../../resource.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { rfc3339 } from "../timestamp.ts";
import { findSecretValue } from "./find.ts";

const DEFAULT_STAGE = "AWSCURRENT";

/** aws_secretsmanager_secret_version (data source): by version, or by stage. */
export const dataSource: NativeDataSource = {
  type: "aws_secretsmanager_secret_version",
  async read(aws, config): Promise<ValueObject> {
    const SecretId = requiredText(config, "secret_id");
    const VersionId = textAt(config, "version_id");
    const stage = textAt(config, "version_stage") ?? DEFAULT_STAGE;
    const asked = VersionId ?? stage;
    const value = await findSecretValue(aws, {
      SecretId,
      ...(VersionId === undefined ? { VersionStage: stage } : { VersionId }),
    });
    if (value === undefined) throw notFound(`Secrets Manager Secret Version (${SecretId}|${asked})`);
    const values: MutableValueObject = {
      id: `${SecretId}|${asked}`,
      arn: value.ARN ?? "",
      created_date: rfc3339(value.CreatedDate),
      secret_id: SecretId,
      secret_binary: value.SecretBinary === undefined ? "" : Buffer.from(value.SecretBinary).toString(),
      secret_string: value.SecretString ?? "",
      version_id: value.VersionId ?? "",
      version_stage: stage,
      version_stages: value.VersionStages ?? [],
    };
    if (aws.edition !== "5.100.0") values.secret_arn = value.ARN ?? "";
    return values;
  },
};
