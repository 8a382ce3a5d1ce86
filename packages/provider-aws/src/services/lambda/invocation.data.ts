import { createHash } from "node:crypto";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { NativeDataSource } from "../../resource.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { isJson, runChecks } from "../checks.ts";

/** `aws_lambda_invocation` (data source): calls the function at each read. Behaviour: `internal/service/lambda/invocation_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_lambda_invocation",
  validate: (config) => runChecks([isJson("input")], config),
  async read(aws, config) {
    const FunctionName = requiredText(config, "function_name");
    const Qualifier = textAt(config, "qualifier") ?? "$LATEST";
    const tenant = textAt(config, "tenant_id");
    const answer = await aws.clients.lambda.invoke({
      FunctionName,
      Qualifier,
      InvocationType: "RequestResponse",
      Payload: Buffer.from(requiredText(config, "input")),
      ...(tenant === undefined ? {} : { TenantId: tenant }),
    });
    const result = Buffer.from(answer.Payload ?? []).toString();
    if (answer.FunctionError !== undefined) {
      const detail = `invoking Lambda Function (${FunctionName}): ${answer.FunctionError}: ${result}`;
      throw new DiagnosticError(errorDiagnostic("DVT4001", "The function failed", { detail }));
    }
    const hash = createHash("md5").update(result).digest("hex");
    return { id: `${FunctionName}_${Qualifier}_${hash}`, qualifier: Qualifier, result };
  },
};
