/**
 * What HTTP APIs integrate with directly, a row each: which parameters an operation takes and which of them it must have. API Gateway developer
 * guide, "Integration subtype reference" (read 2026-11-21).
 */
import type { Integration } from "@aws-sdk/client-apigatewayv2";
import { ServiceError } from "../../core/service.ts";
import { badRequest } from "./store.ts";

/** How a parameter's text becomes the member: as it is, as a number, from JSON, as bytes. */
export type ParameterKind = "text" | "number" | "json" | "bytes";

export interface Subtype {
  readonly service: "sqs" | "events" | "kinesis";
  readonly operation: string;
  readonly required: readonly string[];
  readonly parameters: { readonly [name: string]: ParameterKind };
}

const sqs = (operation: string, required: readonly string[], parameters: Subtype["parameters"] = {}): Subtype => ({
  service: "sqs",
  operation,
  required: ["QueueUrl", ...required],
  parameters: { QueueUrl: "text", ...Object.fromEntries(required.map((name) => [name, "text" as const])), ...parameters },
});

const SUBTYPES: { readonly [name: string]: Subtype } = {
  "EventBridge-PutEvents": {
    service: "events",
    operation: "PutEvents",
    required: ["Detail", "DetailType", "Source"],
    parameters: {
      Detail: "text",
      DetailType: "text",
      Source: "text",
      EventBusName: "text",
      Resources: "json",
      Time: "text",
      TraceHeader: "text",
    },
  },
  "SQS-SendMessage": sqs("SendMessage", ["MessageBody"], {
    DelaySeconds: "number",
    MessageAttributes: "json",
    MessageDeduplicationId: "text",
    MessageGroupId: "text",
    MessageSystemAttributes: "json",
  }),
  "SQS-ReceiveMessage": sqs("ReceiveMessage", [], {
    AttributeNames: "json",
    MaxNumberOfMessages: "number",
    MessageAttributeNames: "json",
    ReceiveRequestAttemptId: "text",
    VisibilityTimeout: "number",
    WaitTimeSeconds: "number",
  }),
  "SQS-DeleteMessage": sqs("DeleteMessage", ["ReceiptHandle"]),
  "SQS-PurgeQueue": sqs("PurgeQueue", []),
  "Kinesis-PutRecord": {
    service: "kinesis",
    operation: "PutRecord",
    required: ["Data", "PartitionKey", "StreamName"],
    parameters: {
      Data: "bytes",
      PartitionKey: "text",
      StreamName: "text",
      ExplicitHashKey: "text",
      SequenceNumberForOrdering: "text",
    },
  },
};

/** AWS has them; this cloud has neither Step Functions nor AppConfig. */
const ELSEWHERE = /^(AppConfig-GetConfiguration|StepFunctions-(StartExecution|StartSyncExecution|StopExecution))$/;

/** By the name without its version (`SQS-SendMessage-1.0` is the same); undefined when AWS has no such subtype. */
export function subtypeOf(name: string): Subtype | undefined {
  const bare = name.replace(/-\d+\.\d+$/, "");
  return Object.hasOwn(SUBTYPES, bare) ? SUBTYPES[bare] : undefined;
}

/** Throws BadRequestException; NotImplemented for the services that this cloud lacks. */
export function checkSubtype(integration: Partial<Integration>): void {
  const { IntegrationSubtype: name = "", RequestParameters: given = {} } = integration;
  if (ELSEWHERE.test(name))
    throw new ServiceError("NotImplemented", 501, `NotImplemented: apigatewayv2.CreateIntegration with subtype ${name}`);
  const subtype = subtypeOf(name);
  if (subtype === undefined) throw badRequest(`Invalid integration subtype: ${name}`);
  if (integration.IntegrationType !== "AWS_PROXY")
    throw badRequest("IntegrationSubtype is only supported for AWS_PROXY integrations");
  if (integration.PayloadFormatVersion !== undefined && integration.PayloadFormatVersion !== "1.0")
    throw badRequest(`Invalid payload format version: ${integration.PayloadFormatVersion}`);
  if (integration.CredentialsArn === undefined) throw badRequest("CredentialsArn is required for integrations with AWS services");
  const missing = subtype.required.filter((each) => given[each] === undefined);
  if (missing.length > 0) throw badRequest(`Missing required request parameters for ${name}: ${missing.join(", ")}`);
  const unknown = Object.keys(given).filter((each) => each !== "Region" && !Object.hasOwn(subtype.parameters, each));
  if (unknown.length > 0) throw badRequest(`Invalid request parameters for ${name}: ${unknown.join(", ")}`);
}
