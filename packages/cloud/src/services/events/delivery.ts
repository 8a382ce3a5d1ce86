import type { Target } from "@aws-sdk/client-eventbridge";
import { randomUuid } from "@dovetail/model";
import { parseArn } from "../../core/arn.ts";
import { type Ctx, type Principal, ServiceError } from "../../core/service.ts";
import { callDestination, waitForRate } from "./api-destination.ts";
import { destinationByArn } from "./connection.ts";
import { call } from "./http.ts";
import { atPath, type RuleEvent, targetInput } from "./input.ts";
import { count, ruleDimensions, tell } from "./metrics.ts";
import { type RuleRecord, ruleArn } from "./store.ts";

/** An event on its way from a rule to a target: the call, its retries, the dead-letter queue. */

export interface Delivery {
  readonly rule: Pick<RuleRecord, "bus" | "name">;
  readonly target: Target;
  readonly event: RuleEvent;
  readonly sinceMs: number;
  readonly attempt: number;
  readonly id: string;
  /** Buses that the event has passed, so that a ring of rules ends. */
  readonly hops: number;
}

const BACKOFF_MAX_MS = 3_600_000;
/** Throttles and failures of the target are worth a retry; what the caller did wrong, or may not do, is for good. */
function isForGood(error: ServiceError): boolean {
  if (/Throttl|TooManyRequests|ProvisionedThroughput|RequestLimit/.test(error.code)) return false;
  return error.status < 500 || error.status === 501;
}

const CODES: readonly (readonly [RegExp, string])[] = [
  [/^(AccessDenied|AuthorizationError|Kms.*AccessDenied|KMSAccessDenied|ConnectionNotAuthorized)/, "NO_PERMISSIONS"],
  [/NotFound|DoesNotExist|NonExistentQueue/, "NO_RESOURCE"],
  [/Throttl|TooManyRequests|ProvisionedThroughput|RequestLimit/, "THROTTLING"],
  [/^(Validation|Invalid|MissingParameter)/, "INVALID_PARAMETER"],
  [/^ConnectionFailure/, "CONNECTION_FAILURE"],
  [/^(SdkClientError|BeyondThisMachine|NotImplemented)/, "SDK_CLIENT_ERROR"],
  [/^InternalError/, "INTERNAL_ERROR"],
];

/** Dead letters' ERROR_CODE. User guide, "Using dead-letter queues to process undelivered events". */
function errorCode(error: ServiceError): string {
  return CODES.find(([pattern]) => pattern.test(error.code))?.[1] ?? "ERROR_FROM_TARGET";
}

export function newDelivery(ctx: Ctx, rule: RuleRecord, target: Target, event: RuleEvent, hops: number): Delivery {
  return {
    rule: { bus: rule.bus, name: rule.name },
    target,
    event,
    sinceMs: ctx.now(),
    attempt: 1,
    id: randomUuid(ctx.random),
    hops,
  };
}

/** A retry's timer. */
export function onRetry(ctx: Ctx, payload: unknown): void {
  if (typeof payload !== "object" || payload === null || !("target" in payload)) return;
  const delivery = payload as Delivery;
  ctx.after((later) => deliver(later, delivery));
}

export async function deliver(ctx: Ctx, delivery: Delivery): Promise<void> {
  const { rule, target } = delivery;
  const dimensions = ruleDimensions(rule);
  const destination = target.Arn?.includes(":api-destination/") === true ? destinationByArn(ctx, target.Arn) : undefined;
  const wait = destination === undefined ? 0 : waitForRate(ctx, destination);
  if (wait > 0) {
    ctx.schedule("retry", delivery.id, ctx.now() + wait, delivery);
    return;
  }
  count(ctx, "Invocations", dimensions);
  count(ctx, "InvocationAttempts", dimensions);
  const sinceIngestionMs = () => Math.max(0, ctx.now() - delivery.sinceMs);
  if (delivery.attempt > 1) count(ctx, "RetryInvocationAttempts", dimensions);
  else tell(ctx, "IngestionToInvocationStartLatency", dimensions, sinceIngestionMs(), "Milliseconds");
  try {
    await callTarget(ctx, delivery);
    count(ctx, "SuccessfulInvocationAttempts", dimensions);
    tell(ctx, "IngestionToInvocationSuccessLatency", dimensions, sinceIngestionMs(), "Milliseconds");
    tell(ctx, "IngestionToInvocationCompleteLatency", dimensions, sinceIngestionMs(), "Milliseconds");
  } catch (cause) {
    const error = cause instanceof ServiceError ? cause : new ServiceError("InternalError", 500, String(cause));
    ctx.hint(`rule ${rule.name}: target ${target.Arn} refused: ${error.code}: ${error.message}`);
    await retryOrGiveUp(ctx, delivery, error, dimensions);
  }
}

async function callTarget(ctx: Ctx, delivery: Delivery): Promise<void> {
  const { rule, target, event } = delivery;
  const ruleName = ruleArn(ctx, rule);
  const input = targetInput(target, event, { ruleArn: ruleName, ruleName: rule.name, ingestionTime: event.time });
  const { service, region, account, resource } = parseArn(target.Arn ?? "") ?? {
    service: "",
    region: "",
    account: "",
    resource: "",
  };
  const as: Principal =
    target.RoleArn === undefined
      ? {
          kind: "service",
          accountId: ctx.account,
          service: "events.amazonaws.com",
          sourceArn: ruleName,
          sourceAccount: ctx.account,
        }
      : {
          kind: "role-session",
          accountId: ctx.account,
          accessKeyId: "",
          roleArn: target.RoleArn,
          roleId: "",
          sessionName: "events",
        };
  const at = { as, region };
  switch (service) {
    case "lambda":
      await ctx.call("lambda", "Invoke", { FunctionName: target.Arn, InvocationType: "Event", Payload: Buffer.from(input) }, at);
      return;
    case "sqs": {
      const group = target.SqsParameters?.MessageGroupId;
      await ctx.call(
        "sqs",
        "SendMessage",
        {
          QueueUrl: queueUrl(ctx, account, resource),
          MessageBody: input,
          ...(group === undefined ? {} : { MessageGroupId: group }),
        },
        at,
      );
      return;
    }
    case "sns":
      await ctx.call("sns", "Publish", { TopicArn: target.Arn, Message: input }, at);
      return;
    case "logs":
      ctx.with({ region }).log(resource.replace(/^log-group:/, "").replace(/:\*$/, ""), delivery.id, [input]);
      return;
    case "events":
      if (resource.startsWith("api-destination/")) {
        ctx.authorize(as, { action: "events:InvokeApiDestination", resource: target.Arn ?? "" });
        await callDestination(ctx, target, input);
        return;
      }
      await ctx
        .with({ account, region })
        .internal("events", "accept", { bus: resource.slice(resource.indexOf("/") + 1), event, hops: delivery.hops + 1 });
      return;
    case "execute-api":
      await callApi(ctx, target, resource, input);
      return;
    case "kinesis": {
      const path = target.KinesisParameters?.PartitionKeyPath;
      const record = {
        StreamARN: target.Arn,
        PartitionKey: path === undefined ? event.id : String(atPath(event, path) ?? event.id),
        Data: Buffer.from(input),
      };
      await ctx.call("kinesis", "PutRecord", record, at);
      return;
    }
    default:
      throw new ServiceError("NotImplemented", 501, `NotImplemented: events target ${service} is not emulated`);
  }
}

/** `<api>/<stage>/<method>/<path>`, with the target's path parameters for each `*`. */
async function callApi(ctx: Ctx, target: Target, resource: string, input: string): Promise<void> {
  const [api = "", stage = "", method = "POST", ...path] = resource.split("/");
  const values = [...(target.HttpParameters?.PathParameterValues ?? [])];
  const steps = path.map((step) => (step === "*" ? encodeURIComponent(values.shift() ?? "") : step)).join("/");
  const url = new URL(`${ctx.endpoint}/_aws/execute-api/${api}/${stage}/${steps}`);
  for (const [name, value] of Object.entries(target.HttpParameters?.QueryStringParameters ?? {}))
    url.searchParams.set(name, value);
  const headers = { "Content-Type": "application/json", ...target.HttpParameters?.HeaderParameters };
  const hasBody = method !== "GET" && method !== "HEAD";
  const answer = await call({ url, method: method === "*" ? "POST" : method, headers, ...(hasBody ? { body: input } : {}) });
  if (answer.status >= 300)
    throw new ServiceError(
      "ErrorFromTarget",
      answer.status >= 500 || answer.status === 429 ? 503 : 400,
      `${url.pathname} answered ${answer.status}`,
    );
}

const queueUrl = (ctx: Ctx, account: string, name: string) => `${ctx.endpoint}/${account}/${name}`;

async function retryOrGiveUp(
  ctx: Ctx,
  delivery: Delivery,
  error: ServiceError,
  dimensions: Readonly<Record<string, string>>,
): Promise<void> {
  const { target, attempt, sinceMs } = delivery;
  const asked = Number(error.fields.retryAfterMs ?? 0);
  const waitMs = Math.max(asked, Math.min(BACKOFF_MAX_MS, 1000 * 2 ** Math.min(attempt, 20)));
  const attemptsMax = target.RetryPolicy?.MaximumRetryAttempts ?? 185;
  const tooOld = ctx.now() + waitMs > sinceMs + (target.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400) * 1000;
  if (!isForGood(error) && !tooOld && attempt <= attemptsMax) {
    ctx.schedule("retry", delivery.id, ctx.now() + waitMs, { ...delivery, attempt: attempt + 1 });
    return;
  }
  count(ctx, "FailedInvocations", dimensions);
  tell(ctx, "IngestionToInvocationCompleteLatency", dimensions, Math.max(0, ctx.now() - sinceMs), "Milliseconds");
  await toDeadLetters(ctx, delivery, error, dimensions, tooOld ? "MaximumEventAgeInSeconds" : "MaximumRetryAttempts");
}

async function toDeadLetters(
  ctx: Ctx,
  delivery: Delivery,
  error: ServiceError,
  dimensions: Readonly<Record<string, string>>,
  condition: string,
): Promise<void> {
  const { target, rule } = delivery;
  const queue = parseArn(target.DeadLetterConfig?.Arn ?? "");
  if (queue === undefined) return;
  const text = (value: string) => ({ DataType: "String", StringValue: value });
  const message = {
    QueueUrl: queueUrl(ctx, queue.account, queue.resource),
    MessageBody: JSON.stringify(delivery.event),
    MessageAttributes: {
      ERROR_CODE: text(errorCode(error)),
      ERROR_MESSAGE: text(error.message),
      RULE_ARN: text(ruleArn(ctx, rule)),
      TARGET_ARN: text(target.Arn ?? ""),
      ...(isForGood(error)
        ? {}
        : { EXHAUSTED_RETRY_CONDITION: text(condition), RETRY_ATTEMPTS: text(String(delivery.attempt - 1)) }),
    },
  };
  const as = {
    kind: "service",
    accountId: ctx.account,
    service: "events.amazonaws.com",
    sourceArn: ruleArn(ctx, rule),
    sourceAccount: ctx.account,
  } as const;
  try {
    await ctx.call("sqs", "SendMessage", message, { region: queue.region, as });
    count(ctx, "InvocationsSentToDlq", dimensions);
  } catch (cause) {
    count(ctx, "InvocationsFailedToBeSentToDlq", dimensions);
    ctx.hint(`rule ${rule.name}: dead-letter queue refused: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
