import type { LogType } from "@aws-sdk/client-lambda";
import type { NativeDataSource } from "../../resource.ts";
import { enumAt, requiredText, textAt } from "../attribute-map.ts";
import { isJson, oneOf, runChecks } from "../checks.ts";

const CHECKS = [isJson("payload"), oneOf("log_type", ["None", "Tail"])];

/** `aws_lambda_invocation` (ephemeral): an error of the function is its result. Behaviour: `invocation_ephemeral.go` (read 2026-11). */
export const ephemeral: NativeDataSource = {
  type: "aws_lambda_invocation",
  validate: (config) => runChecks(CHECKS, config),
  async read(aws, config) {
    const qualifier = textAt(config, "qualifier");
    const answer = await aws.clients.lambda.invoke({
      FunctionName: requiredText(config, "function_name"),
      InvocationType: "RequestResponse",
      Payload: Buffer.from(requiredText(config, "payload")),
      ClientContext: textAt(config, "client_context"),
      LogType: enumAt<LogType>(config, "log_type"),
      ...(qualifier === undefined ? {} : { Qualifier: qualifier }),
    });
    return {
      executed_version: answer.ExecutedVersion ?? null,
      function_error: answer.FunctionError ?? null,
      log_result: answer.LogResult ?? null,
      result: Buffer.from(answer.Payload ?? []).toString(),
      status_code: answer.StatusCode ?? null,
    };
  },
};
