import type { NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { invokeArn, LAMBDA_MISSING } from "./find.ts";

/** `aws_lambda_alias` (data source). Behaviour: `internal/service/lambda/alias_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_lambda_alias",
  async read(aws, config) {
    const [FunctionName, Name] = [requiredText(config, "function_name"), requiredText(config, "name")];
    const found = await unlessMissing(LAMBDA_MISSING, () => aws.clients.lambda.getAlias({ FunctionName, Name }));
    if (found === undefined) throw notFound(`Lambda Alias (${Name})`);
    const arn = found.AliasArn ?? "";
    return {
      id: arn,
      arn,
      description: found.Description ?? "",
      function_version: found.FunctionVersion ?? "",
      invoke_arn: invokeArn(aws, arn),
    };
  },
};
