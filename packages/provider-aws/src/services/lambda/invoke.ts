import { createHash } from "node:crypto";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { AwsContext } from "../../resource.ts";

/** One call of a function, as the resource and the data source make it. */
export interface Invocation {
  readonly functionName: string;
  readonly qualifier: string;
  readonly payload: string;
  readonly tenant: string | undefined;
}

/** What the function answers. Throws its own error where it fails. */
export async function invokeFunction(aws: AwsContext, { functionName, qualifier, payload, tenant }: Invocation): Promise<string> {
  const answer = await aws.clients.lambda.invoke({
    FunctionName: functionName,
    Qualifier: qualifier,
    InvocationType: "RequestResponse",
    Payload: Buffer.from(payload),
    ...(tenant === undefined ? {} : { TenantId: tenant }),
  });
  const result = Buffer.from(answer.Payload ?? []).toString();
  if (answer.FunctionError === undefined) return result;
  const detail = `invoking Lambda Function (${functionName}): ${answer.FunctionError}: ${result}`;
  throw new DiagnosticError(errorDiagnostic("DVT4001", "The function failed", { detail }));
}

export function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
