/** Lookups, waiters and names that the Lambda resources share. */
import type { FunctionConfiguration, GetFunctionCommandOutput } from "@aws-sdk/client-lambda";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { AwsContext, RetryRow, WaitRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";

export const LAMBDA_MISSING = ["ResourceNotFoundException"];

/** Function names and ARNs, with or without qualifier (API_CreateFunction, FunctionName). */
export const FUNCTION =
  /^(arn:[\w-]+:lambda:)?([a-z]{2}-(?:[a-z]+-){1,2}\d{1}:)?(\d{12}:)?(function:)?([0-9A-Za-z_-]+)(:(\$LATEST|[0-9A-Za-z_-]+))?$/;

export function functionNameOf(nameOrArn: string): string {
  return FUNCTION.exec(nameOrArn)?.[5] ?? nameOrArn;
}

export function qualifierOf(nameOrArn: string): string {
  return FUNCTION.exec(nameOrArn)?.[7] ?? "";
}

/** What API Gateway takes as a Lambda integration's URI. */
export function invokeArn(aws: AwsContext, functionArn: string): string {
  return `arn:${aws.partition}:apigateway:${aws.region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
}

export function responseStreamingInvokeArn(aws: AwsContext, functionArn: string): string {
  return `arn:${aws.partition}:apigateway:${aws.region}:lambda:path/2021-11-15/functions/${functionArn}/response-streaming-invocations`;
}

export function findFunction(aws: AwsContext, name: string): Promise<GetFunctionCommandOutput | undefined> {
  return unlessMissing(LAMBDA_MISSING, () => aws.clients.lambda.getFunction({ FunctionName: name }));
}

const PAGES_MAX = 1000;

/** The newest published version, `$LATEST` where none is published: the list goes from oldest to newest and starts with `$LATEST`. */
export async function findLatestVersion(aws: AwsContext, name: string): Promise<FunctionConfiguration | undefined> {
  let latest: FunctionConfiguration | undefined;
  let Marker: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await aws.clients.lambda.listVersionsByFunction({ FunctionName: name, ...(Marker ? { Marker } : {}) });
    latest = answer.Versions?.at(-1) ?? latest;
    Marker = answer.NextMarker;
    if (Marker === undefined || Marker === "") return latest;
  }
  return latest;
}

const STATES_PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html";
export const CREATED: WaitRow = { what: "Lambda Function create", timeoutMs: 600_000, source: STATES_PAGE };
export const UPDATED: WaitRow = { what: "Lambda Function update", timeoutMs: 600_000, source: STATES_PAGE };
export const DELETED: WaitRow = { what: "Lambda Function delete", timeoutMs: 600_000, source: STATES_PAGE };

/** Waits until a new function can be invoked; throws Lambda's reason where it fails. */
export async function waitForActive(aws: AwsContext, name: string, row: WaitRow = CREATED): Promise<void> {
  await aws.wait(row, async () => {
    const configuration = (await findFunction(aws, name))?.Configuration;
    if (configuration?.State === "Failed") throw failed("Failed", configuration.StateReasonCode, configuration.StateReason);
    return configuration?.State === undefined || configuration.State === "Pending" ? undefined : true;
  });
}

/** Waits until an update of a function (or of a version of it) is done. */
export async function waitForUpdate(aws: AwsContext, name: string, row: WaitRow = UPDATED, qualifier?: string): Promise<void> {
  await aws.wait(row, async () => {
    const input = { FunctionName: name, ...(qualifier ? { Qualifier: qualifier } : {}) };
    const configuration = await aws.clients.lambda.getFunctionConfiguration(input);
    const { LastUpdateStatus: status } = configuration;
    if (status === "Failed")
      throw failed("Failed", configuration.LastUpdateStatusReasonCode, configuration.LastUpdateStatusReason);
    return status === "Successful" ? true : undefined;
  });
}

export async function waitForFunctionGone(aws: AwsContext, name: string, row: WaitRow = DELETED): Promise<void> {
  await aws.wait(row, async () => ((await findFunction(aws, name)) === undefined ? true : undefined));
}

function failed(state: string, code: string | undefined, reason: string | undefined): DiagnosticError {
  const detail = `unexpected state '${state}', wanted target 'Active'. last error: ${code ?? ""}: ${reason ?? ""}`;
  return new DiagnosticError(errorDiagnostic("DVT4001", "Provider operation failed", { detail }));
}

/** IAM's word of a new role reaches Lambda late, and one change of a function must be done before the next. */
export function functionRetry(timeoutMs = 300_000): RetryRow {
  return {
    codes: ["InvalidParameterValueException", "ResourceConflictException"],
    message:
      /cannot be assumed by Lambda|execution role does not have permissions|throttled by EC2|invalid for CreateGrant|in progress|is currently in the following state|ensure the role can perform/,
    timeoutMs,
    why: "a role that has only just been made is not yet known to Lambda, or an update of the function is still running",
    source: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
  };
}
