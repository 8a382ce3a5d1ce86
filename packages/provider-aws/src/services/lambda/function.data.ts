import type { GetFunctionCommandOutput } from "@aws-sdk/client-lambda";
import type { AwsContext, NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { findLatestVersion, invokeArn, LAMBDA_MISSING, responseStreamingInvokeArn } from "./find.ts";
import { functionState } from "./function-map.ts";

/** `aws_lambda_function` (data source): a version of it, the latest published one by default. Behaviour: `internal/service/lambda/function_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_lambda_function",
  async read(aws, config) {
    const name = requiredText(config, "function_name");
    const qualifier = textAt(config, "qualifier") ?? (await latestPublished(aws, name));
    const found = await unlessMissing(LAMBDA_MISSING, () =>
      aws.clients.lambda.getFunction({ FunctionName: name, ...(qualifier === undefined ? {} : { Qualifier: qualifier }) }),
    );
    if (found === undefined) throw notFound(`Lambda Function (${name})`);
    const { Configuration: given = {} } = found;
    const { layers, ...values } = functionState(aws, given);
    return {
      ...values,
      ...arnsOf(aws, given.FunctionArn ?? "", qualifier, given.Version ?? ""),
      id: name,
      function_name: name,
      code_signing_config_arn: await signingConfig(aws, name, found),
      image_uri: found.Code?.ImageUri ?? "",
      layers: layers ?? [],
      reserved_concurrent_executions: found.Concurrency?.ReservedConcurrentExecutions ?? -1,
      source_code_hash: given.CodeSha256 ?? "",
      source_kms_key_arn: found.Code?.SourceKMSKeyArn ?? "",
      tags: { ...found.Tags },
      version: given.Version ?? "",
    };
  },
};

async function latestPublished(aws: AwsContext, name: string): Promise<string | undefined> {
  const latest = await unlessMissing(LAMBDA_MISSING, () => findLatestVersion(aws, name));
  return latest?.Version === "$LATEST" ? undefined : latest?.Version;
}

function arnsOf(aws: AwsContext, arn: string, qualifier: string | undefined, version: string) {
  const isQualified = (qualifier !== undefined && arn.endsWith(`:${qualifier}`)) || arn.endsWith(`:${version}`);
  const qualified = isQualified ? arn : `${arn}:${version}`;
  const plain = qualifier !== undefined && arn.endsWith(`:${qualifier}`) ? arn.slice(0, -qualifier.length - 1) : arn;
  return {
    arn: plain,
    invoke_arn: invokeArn(aws, plain),
    qualified_arn: qualified,
    qualified_invoke_arn: invokeArn(aws, qualified),
    response_streaming_invoke_arn: responseStreamingInvokeArn(aws, plain),
  };
}

/** Only archives are signed. */
async function signingConfig(aws: AwsContext, FunctionName: string, found: GetFunctionCommandOutput): Promise<string> {
  if (aws.partition !== "aws" || found.Configuration?.PackageType === "Image") return "";
  const answer = await aws.clients.lambda.getFunctionCodeSigningConfig({ FunctionName });
  return answer.CodeSigningConfigArn ?? "";
}
