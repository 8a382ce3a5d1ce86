import type { NativeDataSource } from "../../resource.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { failedRead } from "../not-found.ts";
import { rfc3339 } from "../timestamp.ts";
import { findSecretValue } from "./find.ts";

/** `aws_secretsmanager_secret_version` (ephemeral). Behaviour: `secret_version_ephemeral.go` (read 2026-11). */
export const ephemeral: NativeDataSource = {
  type: "aws_secretsmanager_secret_version",
  async read(aws, config) {
    const secret_id = requiredText(config, "secret_id");
    const [VersionId, VersionStage] = [textAt(config, "version_id"), textAt(config, "version_stage")];
    const found = await findSecretValue(aws, {
      SecretId: secret_id,
      ...(VersionId === undefined ? {} : { VersionId }),
      ...(VersionStage === undefined ? {} : { VersionStage }),
    });
    if (found === undefined) throw failedRead("couldn't find resource");
    return {
      arn: found.ARN ?? "",
      created_date: rfc3339(found.CreatedDate),
      secret_binary: found.SecretBinary === undefined ? null : Buffer.from(found.SecretBinary).toString(),
      secret_string: found.SecretString ?? null,
      version_id: found.VersionId ?? "",
      version_stage: VersionStage ?? null,
      version_stages: found.VersionStages ?? [],
    };
  },
};
