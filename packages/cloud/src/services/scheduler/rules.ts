import type { CreateScheduleCommandInput, Target } from "@aws-sdk/client-scheduler";
import { parseArn } from "../../core/arn.ts";
import { ServiceError } from "../../core/service.ts";
import { parseExpression } from "./expression.ts";
import type { ScheduleSettings } from "./store.ts";
import { isTimeZone } from "./zone.ts";

/** What Scheduler accepts as a schedule, and the errors that it gives. Pure. */

export const validation = (message: string) => new ServiceError("ValidationException", 400, message);
export const notFound = (message: string) => new ServiceError("ResourceNotFoundException", 404, message);
export const conflict = (message: string) => new ServiceError("ConflictException", 409, message);

const LATE_START_MS = 5 * 60_000;

/** The settings of a create or update request with AWS's defaults. Throws ValidationException. */
export function settingsOf(input: CreateScheduleCommandInput, nowMs: number): ScheduleSettings {
  const expression = input.ScheduleExpression ?? "";
  if (parseExpression(expression) === undefined) throw validation(`Invalid Schedule Expression ${expression}.`);
  const zone = input.ScheduleExpressionTimezone ?? "UTC";
  if (!isTimeZone(zone)) throw validation(`Invalid ScheduleExpressionTimezone ${zone}.`);
  checkWindow(input);
  const startMs = input.StartDate?.getTime();
  const endMs = input.EndDate?.getTime();
  if (startMs !== undefined && startMs < nowMs - LATE_START_MS)
    throw validation("The StartDate you specify cannot be earlier than 5 minutes ago.");
  if (endMs !== undefined && endMs < nowMs) throw validation("The EndDate you specify must be in the future.");
  if (startMs !== undefined && endMs !== undefined && startMs >= endMs)
    throw validation("The EndDate must come after the StartDate.");
  checkTarget(input.Target);
  return {
    ScheduleExpression: expression,
    ScheduleExpressionTimezone: zone,
    ...(startMs === undefined ? {} : { startMs }),
    ...(endMs === undefined ? {} : { endMs }),
    ...(input.Description === undefined ? {} : { Description: input.Description }),
    State: input.State ?? "ENABLED",
    ...(input.KmsKeyArn === undefined ? {} : { KmsKeyArn: input.KmsKeyArn }),
    Target: withRetryPolicy(input.Target),
    FlexibleTimeWindow: input.FlexibleTimeWindow,
    ActionAfterCompletion: input.ActionAfterCompletion ?? "NONE",
  };
}

function withRetryPolicy(target: Target | undefined): Target | undefined {
  if (target === undefined) return undefined;
  return {
    ...target,
    RetryPolicy: {
      MaximumEventAgeInSeconds: target.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400,
      MaximumRetryAttempts: target.RetryPolicy?.MaximumRetryAttempts ?? 185,
    },
  };
}

function checkWindow(input: CreateScheduleCommandInput): void {
  const window = input.FlexibleTimeWindow;
  if (window?.Mode === "FLEXIBLE" && window.MaximumWindowInMinutes === undefined)
    throw validation("MaximumWindowInMinutes must be provided when FlexibleTimeWindow Mode is FLEXIBLE.");
  if (window?.Mode === "OFF" && window.MaximumWindowInMinutes !== undefined)
    throw validation("MaximumWindowInMinutes must not be provided when FlexibleTimeWindow Mode is OFF.");
}

/** Services with a target form of their own; anything else goes through `aws-sdk:`. */
const TEMPLATED = new Set([
  "lambda",
  "sqs",
  "sns",
  "events",
  "kinesis",
  "firehose",
  "states",
  "ecs",
  "sagemaker",
  "codebuild",
  "codepipeline",
  "inspector",
]);

function checkTarget(target: Target | undefined): void {
  const arn = target?.Arn ?? "";
  const parts = parseArn(arn);
  const universal = universalTarget(arn) !== undefined;
  if (parts === undefined || (!universal && !TEMPLATED.has(parts.service)))
    throw validation(`Provided Arn is not in correct format.`);
  const roleArn = parseArn(target?.RoleArn ?? "");
  if (roleArn?.service !== "iam" || !roleArn.resource.startsWith("role/"))
    throw validation("Provided role ARN is not in correct format.");
  if (universal && target?.Input === undefined) throw validation("Input is required for universal targets.");
  if (parts.service === "events" && !universal && target?.EventBridgeParameters === undefined)
    throw validation("EventBridgeParameters is required for an EventBridge target.");
  if (parts.service === "kinesis" && target?.KinesisParameters === undefined)
    throw validation("KinesisParameters is required for a Kinesis target.");
  if (parts.service === "sqs" && !universal && arn.endsWith(".fifo") && target?.SqsParameters?.MessageGroupId === undefined)
    throw validation("SqsParameters.MessageGroupId is required for a FIFO queue target.");
  if (/^(lambda|events|sns|states)$/.test(parts.service) && !universal && target?.Input !== undefined) checkJson(target.Input);
  const queue = target?.DeadLetterConfig?.Arn;
  if (queue !== undefined && parseArn(queue)?.service !== "sqs")
    throw validation("The dead-letter queue must be an Amazon SQS queue.");
}

/** Context attributes are written into the input as they are, so a stand-in takes their place for the check. */
function checkJson(input: string): void {
  try {
    JSON.parse(input.replace(/<aws\.scheduler\.[a-z-]{1,20}>/g, "0"));
  } catch {
    throw validation("Invalid Input: the value is not valid JSON.");
  }
}

/** `arn:aws:scheduler:::aws-sdk:sqs:sendMessage` as its service and operation. */
export function universalTarget(arn: string): { readonly service: string; readonly operation: string } | undefined {
  const match = /^arn:aws[a-z-]*:scheduler:::aws-sdk:([a-z0-9]{1,64}):([a-z][A-Za-z0-9]{1,128})$/.exec(arn);
  const [, service = "", action = ""] = match ?? [];
  return match === null ? undefined : { service, operation: action.charAt(0).toUpperCase() + action.slice(1) };
}
