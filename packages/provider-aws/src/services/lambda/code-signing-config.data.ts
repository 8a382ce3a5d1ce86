import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { resource } from "./code-signing-config.resource.ts";

/** `aws_lambda_code_signing_config` (data source). Behaviour: `code_signing_config_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_lambda_code_signing_config",
  async read(aws, config) {
    const id = requiredText(config, "arn");
    const found = await resource.read(aws, { id });
    if (found === null) throw notFound(`Lambda Code Signing Config (${id})`);
    const { tags_all: _tags, ...shown } = found;
    return shown;
  },
};
