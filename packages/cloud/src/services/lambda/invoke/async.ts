import { randomUuid } from "@dovetail/model";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { RECURSIVE, recursive } from "../errors.ts";
import { type FunctionRef, functionArn } from "../names.ts";
import { executionRole } from "../role.ts";
import { drawOf, findTarget, type InvokeConfigRecord, keys, type Target } from "../store.ts";
import { type Delivery, sendToDestination } from "./destinations.ts";
import { type RunResult, runFunction } from "./run.ts";

/**
 * Asynchronous invocation: a queue on the cloud's clock. A failing function is tried again after one and two minutes, a throttled one
 * with growing waits until the event is too old; then the event goes to the dead letter queue or a destination.
 * AWS developer guide, "Invoking a Lambda function asynchronously" (read 2026-11-21).
 */
export interface AsyncEvent {
  readonly requestId: string;
  readonly ref: FunctionRef;
  readonly payload: string;
  readonly clientContext?: string;
  readonly enqueuedMs: number;
  /** Runs of the handler so far. */
  readonly attempts: number;
  readonly throttles: number;
}

export const ASYNC_TIMER = "async-event";
const RETRY_WAITS_MS = [60_000, 120_000];
const EVENT_AGE_SECONDS = 21_600;
const THROTTLE_WAIT_MS_MAX = 300_000;
/** A destination's record gives it as its condition; AWS documents no word for it. */
const LOOP = "RecursiveInvocation";

export function enqueue(ctx: Ctx, ref: FunctionRef, payload: Uint8Array, clientContext: string | undefined): void {
  const event: AsyncEvent = {
    requestId: ctx.requestId,
    ref,
    payload: Buffer.from(payload).toString("utf8"),
    enqueuedMs: ctx.now(),
    attempts: 0,
    throttles: 0,
    ...(clientContext === undefined ? {} : { clientContext }),
  };
  ctx.schedule(ASYNC_TIMER, `${event.requestId}:${randomUuid(ctx.random)}`, ctx.now(), event);
  ctx.metric("AWS/Lambda", "AsyncEventsReceived", { FunctionName: ref.name }, 1, "Count");
}

export async function runAsyncEvent(ctx: Ctx, payload: unknown): Promise<void> {
  const event = payload as AsyncEvent;
  const found = ctx.snapshot((store) => find(store, event.ref, drawOf(ctx)));
  if (found === undefined) return;
  const { target, config } = found;
  const maxAgeMs = (config?.MaximumEventAgeInSeconds ?? EVENT_AGE_SECONDS) * 1000;
  if (event.attempts + event.throttles > 0 && ctx.now() - event.enqueuedMs >= maxAgeMs) {
    await giveUp(ctx, event, found, "EventAgeExceeded", undefined);
    return;
  }
  let result: RunResult;
  ctx.metric("AWS/Lambda", "AsyncEventAge", { FunctionName: event.ref.name }, ctx.now() - event.enqueuedMs, "Milliseconds");
  try {
    result = await runFunction(ctx, { ref: event.ref, target, payload: Buffer.from(event.payload), requestId: event.requestId });
  } catch (error) {
    if (error instanceof ServiceError && error.code === RECURSIVE) await giveUp(ctx, event, found, LOOP, undefined);
    else retryThrottled(ctx, event, error);
    return;
  }
  if (result.functionError === undefined) {
    await deliver(ctx, config?.DestinationConfig?.OnSuccess?.Destination, event, found, "Success", result);
    return;
  }
  const attempts = event.attempts + 1;
  if (attempts <= (config?.MaximumRetryAttempts ?? 2)) {
    again(ctx, { ...event, attempts }, RETRY_WAITS_MS[attempts - 1] ?? 120_000);
  } else await giveUp(ctx, { ...event, attempts }, found, "RetriesExhausted", result);
}

interface Found {
  readonly target: Target;
  readonly config?: InvokeConfigRecord["config"];
}

function find(store: Parameters<typeof findTarget>[0], ref: FunctionRef, draw: () => number): Found | undefined {
  try {
    const target = findTarget(store, ref, draw);
    const config = store.get<InvokeConfigRecord>(keys.invokeConfig(ref, ref.name, ref.qualifier ?? "$LATEST"))?.config;
    return { target, ...(config === undefined ? {} : { config }) };
  } catch {
    // The function is gone: so are its events.
    return undefined;
  }
}

function retryThrottled(ctx: Ctx, event: AsyncEvent, error: unknown): void {
  const isTemporary =
    error instanceof ServiceError && (error.status === 429 || error.status >= 500) && error.code !== "NotImplemented";
  if (!isTemporary) throw error;
  const waitMs = Math.min(THROTTLE_WAIT_MS_MAX, 1000 * 2 ** Math.min(event.throttles, 20));
  again(ctx, { ...event, throttles: event.throttles + 1 }, waitMs);
}

function again(ctx: Ctx, event: AsyncEvent, waitMs: number): void {
  ctx.schedule(ASYNC_TIMER, `${event.requestId}:${randomUuid(ctx.random)}`, ctx.now() + waitMs, event);
}

async function giveUp(
  ctx: Ctx,
  event: AsyncEvent,
  found: Found,
  condition: string,
  result: RunResult | undefined,
): Promise<void> {
  ctx.metric("AWS/Lambda", "AsyncEventsDropped", { FunctionName: event.ref.name }, 1, "Count");
  const deadLetter = found.target.config.DeadLetterConfig?.TargetArn;
  if (deadLetter !== undefined) await sendDeadLetter(ctx, deadLetter, event, found, { result, condition });
  await deliver(ctx, found.config?.DestinationConfig?.OnFailure?.Destination, event, found, condition, result);
}

async function sendDeadLetter(
  ctx: Ctx,
  arn: string,
  event: AsyncEvent,
  found: Found,
  end: { readonly result: RunResult | undefined; readonly condition: string },
): Promise<void> {
  const [code, message] = reasonOf(end.result, end.condition);
  const attributes: Record<string, { DataType: string; StringValue: string }> = {
    RequestID: { DataType: "String", StringValue: event.requestId },
    ErrorCode: { DataType: "Number", StringValue: code },
    ErrorMessage: { DataType: "String", StringValue: message.slice(0, 1024) },
  };
  await send(ctx, arn, event.payload, event, found, { attributes, failureMetric: "DeadLetterErrors" });
}

function reasonOf(result: RunResult | undefined, condition: string): readonly [code: string, message: string] {
  if (result !== undefined) return ["200", errorMessage(result)];
  return condition === LOOP ? ["400", recursive().message] : ["429", "Rate Exceeded."];
}

function errorMessage(result: RunResult): string {
  try {
    return String(JSON.parse(result.payload.toString("utf8")).errorMessage ?? "");
  } catch {
    return "";
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text === "" ? null : text;
  }
};

async function deliver(
  ctx: Ctx,
  arn: string | undefined,
  event: AsyncEvent,
  found: Found,
  condition: string,
  result: RunResult | undefined,
): Promise<void> {
  if (arn === undefined) return;
  const record = {
    version: "1.0",
    timestamp: new Date(ctx.now()).toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: functionArn({ ...event.ref, qualifier: event.ref.qualifier ?? "$LATEST" }),
      condition,
      approximateInvokeCount: condition === "Success" ? event.attempts + 1 : event.attempts,
    },
    requestPayload: parsed(event.payload === "" ? "{}" : event.payload),
    ...(result === undefined
      ? {}
      : {
          responseContext: {
            statusCode: 200,
            executedVersion: result.version,
            ...(result.functionError === undefined ? {} : { functionError: result.functionError }),
          },
          responsePayload: parsed(result.payload.toString("utf8")),
        }),
  };
  await send(ctx, arn, JSON.stringify(record), event, found, { failureMetric: "DestinationDeliveryFailures" });
}

function send(
  ctx: Ctx,
  arn: string,
  body: string,
  event: AsyncEvent,
  found: Found,
  rest: Pick<Delivery, "attributes" | "failureMetric">,
): Promise<void> {
  const { name, account } = event.ref;
  return sendToDestination(ctx, {
    arn,
    body,
    as: executionRole(account, found.target.config.Role ?? "", name),
    functionName: name,
    objectPrefix: `aws/lambda/async/${name}`,
    busEntry: busEntry(arn, body, event),
    ...rest,
  });
}

function busEntry(arn: string, body: string, event: AsyncEvent): object {
  const isFailure = !body.includes('"condition":"Success"');
  return {
    EventBusName: arn,
    Source: "lambda",
    DetailType: `Lambda Function Invocation Result - ${isFailure ? "Failure" : "Success"}`,
    Detail: body,
    Resources: [arn, functionArn({ ...event.ref, qualifier: event.ref.qualifier ?? "$LATEST" })],
  };
}
