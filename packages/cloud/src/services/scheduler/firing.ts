import { randomUuid } from "@dovetail/model";
import { arn, parseArn } from "../../core/arn.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";
import type { StoreWrite } from "../../core/store.ts";
import { nextFiring, parseExpression } from "./expression.ts";
import { keys, type ScheduleRecord } from "./store.ts";
import { callTarget, queueUrl } from "./target.ts";

/** When schedules fire, what their targets get, and what happens when a target fails. */

const MINUTE_MS = 60_000;
const BACKOFF_MAX_MS = 3_600_000;

export function scheduleArn(ctx: Ctx, record: Pick<ScheduleRecord, "group" | "name">): string {
  return arn("scheduler", ctx.region, ctx.account, `schedule/${record.group}/${record.name}`);
}

interface FirePayload {
  readonly group: string;
  readonly name: string;
  readonly generation: number;
  /** The time the expression names, before a flexible window's delay. */
  readonly plannedMs: number;
}

const timerId = (record: Pick<ScheduleRecord, "group" | "name">) => `${record.group}/${record.name}`;

/** Arms the schedule's next firing after `afterMs`, or disarms it. False: there is none any more. */
export function arm(ctx: Ctx, record: ScheduleRecord, afterMs: number): boolean {
  const plannedMs = record.settings.State === "DISABLED" ? undefined : nextPlanned(record, afterMs);
  if (plannedMs === undefined) {
    ctx.unschedule("fire", timerId(record));
    return false;
  }
  const payload: FirePayload = { group: record.group, name: record.name, generation: record.generation, plannedMs };
  ctx.schedule("fire", timerId(record), plannedMs + windowDelay(ctx, record), payload);
  return true;
}

export function disarm(ctx: Ctx, record: ScheduleRecord): void {
  ctx.unschedule("fire", timerId(record));
}

/** A rate begins with its start date, or at once; start and end dates don't concern one-time schedules. */
function nextPlanned(record: ScheduleRecord, afterMs: number): number | undefined {
  const { startMs, endMs, ScheduleExpression, ScheduleExpressionTimezone } = record.settings;
  const expression = parseExpression(ScheduleExpression ?? "");
  if (expression === undefined) return undefined;
  const originMs = startMs ?? record.createdMs;
  const from = expression.kind !== "at" && startMs !== undefined ? Math.max(afterMs, startMs - 1) : afterMs;
  const planned = nextFiring(expression, from, originMs, ScheduleExpressionTimezone);
  if (planned === undefined || (expression.kind !== "at" && endMs !== undefined && planned > endMs)) return undefined;
  return planned;
}

function windowDelay(ctx: Ctx, record: ScheduleRecord): number {
  const window = record.settings.FlexibleTimeWindow;
  if (window?.Mode !== "FLEXIBLE") return 0;
  const share = Buffer.from(ctx.random.bytes(4)).readUInt32BE() / 2 ** 32;
  return Math.floor(share * (window.MaximumWindowInMinutes ?? 0) * MINUTE_MS);
}

function isFirePayload(value: unknown): value is FirePayload {
  return typeof value === "object" && value !== null && "generation" in value && "plannedMs" in value;
}

/** A schedule's timer: arms the next one in the same transaction, then calls the target. */
export function onFire(ctx: Ctx, payload: unknown): void {
  if (!isFirePayload(payload)) return;
  const record = ctx.store.get<ScheduleRecord>(keys.schedule(ctx.account, ctx.region, payload.group, payload.name));
  if (record === undefined || record.generation !== payload.generation) return;
  // After a long stop the missed firings are one; a moved clock passes every one of them.
  const goesOn = arm(ctx, record, Math.max(payload.plannedMs, ctx.now() - windowMs(record)));
  const executionId = randomUuid(ctx.random);
  const delivery: Delivery = { record, plannedMs: payload.plannedMs, executionId, attempt: 1, sinceMs: ctx.now(), last: !goesOn };
  ctx.after((later) => deliver(later, delivery));
}

const windowMs = (record: ScheduleRecord) => (record.settings.FlexibleTimeWindow?.MaximumWindowInMinutes ?? 0) * MINUTE_MS;

interface Delivery {
  readonly record: ScheduleRecord;
  readonly plannedMs: number;
  readonly executionId: string;
  readonly attempt: number;
  readonly sinceMs: number;
  /** The schedule has no firing after this one. */
  readonly last: boolean;
}

/** A retry's timer. */
export function onRetry(ctx: Ctx, payload: unknown): void {
  if (typeof payload !== "object" || payload === null || !("record" in payload)) return;
  const delivery = payload as Delivery;
  ctx.after((later) => deliver(later, delivery));
}

const THROTTLED = /Throttl|TooManyRequests|ThroughputExceeded|LimitExceeded|SlowDown/;

/** KMS refusals of encrypted targets end a delivery too: as SQS and SNS word them, and Kinesis. */
const PERMANENT =
  /^(KMS\.?(AccessDenied|Disabled|InvalidState|NotFound|OptInRequired)(Exception)?|KMSOptInRequired|AccessDenied|AccessDeniedException|ValidationException|ResourceNotFoundException|NotFound|NotFoundException|InvalidParameter|InvalidParameterException|QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue|NotImplemented)$/;

async function deliver(ctx: Ctx, delivery: Delivery): Promise<void> {
  const { record } = delivery;
  const target = record.settings.Target;
  if (target === undefined) return;
  const dimensions = { ScheduleGroup: record.group };
  ctx.metric("AWS/Scheduler", "InvocationAttemptCount", dimensions, 1, "Count");
  try {
    await callTarget(ctx, target, inputOf(ctx, delivery));
    finished(ctx, delivery);
  } catch (cause) {
    const error = cause instanceof ServiceError ? cause : new ServiceError("InternalError", 500, String(cause));
    ctx.metric("AWS/Scheduler", "TargetErrorCount", dimensions, 1, "Count");
    if (THROTTLED.test(error.code)) ctx.metric("AWS/Scheduler", "TargetErrorThrottledCount", dimensions, 1, "Count");
    ctx.hint(`schedule ${record.group}/${record.name}: target ${target.Arn} refused: ${error.code}: ${error.message}`);
    await retryOrGiveUp(ctx, delivery, error);
  }
}

async function retryOrGiveUp(ctx: Ctx, delivery: Delivery, error: ServiceError): Promise<void> {
  const { record, attempt, sinceMs } = delivery;
  const policy = record.settings.Target?.RetryPolicy;
  const waitMs = Math.min(BACKOFF_MAX_MS, 1000 * 2 ** Math.min(attempt, 20));
  const tooOld = ctx.now() + waitMs > sinceMs + (policy?.MaximumEventAgeInSeconds ?? 86_400) * 1000;
  if (!PERMANENT.test(error.code) && !tooOld && attempt <= (policy?.MaximumRetryAttempts ?? 185)) {
    ctx.schedule("retry", delivery.executionId, ctx.now() + waitMs, { ...delivery, attempt: attempt + 1 });
    return;
  }
  await toDeadLetters(ctx, delivery, error);
  ctx.metric("AWS/Scheduler", "InvocationDroppedCount", { ScheduleGroup: record.group }, 1, "Count");
  finished(ctx, delivery);
}

async function toDeadLetters(ctx: Ctx, delivery: Delivery, error: ServiceError): Promise<void> {
  const { record } = delivery;
  const target = record.settings.Target;
  const queue = parseArn(target?.DeadLetterConfig?.Arn ?? "");
  if (target === undefined || queue === undefined) return;
  const text = (value: string) => ({ DataType: "String", StringValue: value });
  const attributes = {
    ERROR_CODE: text(error.code),
    ERROR_MESSAGE: text(error.message),
    EXECUTION_ID: text(delivery.executionId),
    EXECUTION_TIME: text(isoSeconds(ctx.now())),
    EXHAUSTED_RETRY_CONDITION: text(PERMANENT.test(error.code) ? "NonRetryableError" : "MaximumRetryAttempts"),
    SCHEDULE_ARN: text(scheduleArn(ctx, record)),
    SCHEDULED_TIME: text(isoSeconds(delivery.plannedMs)),
    TARGET_ARN: text(target.Arn ?? ""),
  };
  const message = {
    QueueUrl: queueUrl(ctx, queue.account, queue.resource),
    MessageBody: inputOf(ctx, delivery),
    MessageAttributes: attributes,
  };
  try {
    const as = {
      kind: "role-session",
      accountId: ctx.account,
      accessKeyId: "",
      roleArn: target.RoleArn ?? "",
      roleId: "",
      sessionName: "scheduler",
    } as const;
    await ctx.call("sqs", "SendMessage", message, { region: queue.region, as });
    ctx.metric("AWS/Scheduler", "InvocationsSentToDeadLetterCount", { ScheduleGroup: record.group }, 1, "Count");
  } catch (cause) {
    ctx.metric("AWS/Scheduler", "InvocationsFailedToBeSentToDeadLetterCount", { ScheduleGroup: record.group }, 1, "Count");
    ctx.hint(
      `schedule ${record.group}/${record.name}: dead-letter queue refused: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}

/** ActionAfterCompletion DELETE: the schedule goes after its last invocation. */
function finished(ctx: Ctx, delivery: Delivery): void {
  if (!delivery.last || delivery.record.settings.ActionAfterCompletion !== "DELETE") return;
  ctx.transact((store) => removeIfSame(ctx, store, delivery.record));
}

function removeIfSame(ctx: Ctx, store: StoreWrite, record: ScheduleRecord): void {
  const key = keys.schedule(ctx.account, ctx.region, record.group, record.name);
  if (store.get<ScheduleRecord>(key)?.generation === record.generation) store.remove(key);
}

const isoSeconds = (ms: number) => new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");

/** The target's input with its context attributes filled in; without one, AWS's default notification. */
function inputOf(ctx: Ctx, delivery: Delivery): string {
  const { record } = delivery;
  const scheduleName = scheduleArn(ctx, record);
  const given = record.settings.Target?.Input;
  if (given === undefined)
    return JSON.stringify({
      version: "0",
      id: delivery.executionId,
      "detail-type": "Scheduled Event",
      source: "aws.scheduler",
      account: ctx.account,
      time: isoSeconds(delivery.plannedMs),
      region: ctx.region,
      resources: [scheduleName],
      detail: "{}",
    });
  return given
    .replaceAll("<aws.scheduler.schedule-arn>", scheduleName)
    .replaceAll("<aws.scheduler.scheduled-time>", isoSeconds(delivery.plannedMs))
    .replaceAll("<aws.scheduler.execution-id>", delivery.executionId)
    .replaceAll("<aws.scheduler.attempt-number>", String(delivery.attempt));
}
