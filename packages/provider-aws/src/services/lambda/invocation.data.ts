import type { NativeDataSource } from "../../resource.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { isJson, runChecks } from "../checks.ts";
import { invokeFunction, md5 } from "./invoke.ts";

/** `aws_lambda_invocation` (data source): calls the function at each read. Behaviour: `internal/service/lambda/invocation_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_lambda_invocation",
  validate: (config) => runChecks([isJson("input")], config),
  async read(aws, config) {
    const functionName = requiredText(config, "function_name");
    const qualifier = textAt(config, "qualifier") ?? "$LATEST";
    const payload = requiredText(config, "input");
    const result = await invokeFunction(aws, { functionName, qualifier, payload, tenant: textAt(config, "tenant_id") });
    return { id: `${functionName}_${qualifier}_${md5(result)}`, qualifier, result };
  },
};
