import type { Target } from "@aws-sdk/client-scheduler";
import { parseArn } from "../../core/arn.ts";
import { type Ctx, type Principal, ServiceError } from "../../core/service.ts";
import { universalTarget } from "./rules.ts";

/** Calls a schedule's target with the schedule's role, so that the role's policies decide as on AWS. */

/** Names of services in `aws-sdk:` ARNs where they differ from the cloud's. */
const SDK_NAMES: { readonly [name: string]: string } = {
  cloudwatchlogs: "logs",
  cognitoidentityprovider: "cognito-idp",
  eventbridge: "events",
  sfn: "states",
};

/** Members of universal inputs that are bytes on the wire, by operation: the input has them as text. */
const BLOBS: { readonly [operation: string]: readonly string[] } = {
  "lambda.Invoke": ["Payload"],
  "kinesis.PutRecord": ["Data"],
};

/** Throws ServiceError when the target refuses. */
export async function callTarget(ctx: Ctx, target: Target, input: string): Promise<void> {
  const as = roleSession(ctx, target.RoleArn ?? "");
  const arn = target.Arn ?? "";
  const universal = universalTarget(arn);
  if (universal !== undefined) return callUniversal(ctx, universal, input, as);
  const { service, resource, region, account } = parseArn(arn) ?? { service: "", resource: "", region: "", account: "" };
  const at = { as, ...(region === "" ? {} : { region }) };
  switch (service) {
    case "lambda":
      await ctx.call("lambda", "Invoke", { FunctionName: arn, InvocationType: "Event", Payload: Buffer.from(input) }, at);
      return;
    case "sqs": {
      const group = target.SqsParameters?.MessageGroupId;
      const message = {
        QueueUrl: queueUrl(ctx, account, resource),
        MessageBody: input,
        ...(group === undefined ? {} : { MessageGroupId: group }),
      };
      await ctx.call("sqs", "SendMessage", message, at);
      return;
    }
    case "sns":
      await ctx.call("sns", "Publish", { TopicArn: arn, Message: input }, at);
      return;
    case "events": {
      const entry = { EventBusName: arn, ...target.EventBridgeParameters, Detail: input };
      await ctx.call("events", "PutEvents", { Entries: [entry] }, at);
      return;
    }
    case "kinesis": {
      const record = { StreamARN: arn, PartitionKey: target.KinesisParameters?.PartitionKey, Data: Buffer.from(input) };
      await ctx.call("kinesis", "PutRecord", record, at);
      return;
    }
    default:
      throw new ServiceError("NotImplemented", 501, `NotImplemented: scheduler target ${service} is not emulated`);
  }
}

export function queueUrl(ctx: Ctx, account: string, name: string): string {
  return `${ctx.endpoint}/${account}/${name}`;
}

function roleSession(ctx: Ctx, roleArn: string): Principal {
  return { kind: "role-session", accountId: ctx.account, accessKeyId: "", roleArn, roleId: "", sessionName: "scheduler" };
}

async function callUniversal(
  ctx: Ctx,
  target: { service: string; operation: string },
  input: string,
  as: Principal,
): Promise<void> {
  const service = SDK_NAMES[target.service] ?? target.service;
  const parameters: unknown = JSON.parse(input);
  if (typeof parameters !== "object" || parameters === null)
    throw new ServiceError("ValidationException", 400, "Input is not a JSON object");
  const converted: Record<string, unknown> = { ...parameters };
  for (const name of BLOBS[`${service}.${target.operation}`] ?? [])
    if (typeof converted[name] === "string") converted[name] = Buffer.from(converted[name]);
  await ctx.call(service, target.operation, converted, { as });
}
