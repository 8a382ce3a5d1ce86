/** Redrive: StartMessageMoveTask moves messages of a dead-letter queue back, as fast as it was asked to, by the cloud's clock. */
import { randomUuid } from "@dovetail/model";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { invalid } from "../message.ts";
import { queueArn, queueByArn } from "../queues.ts";
import {
  listQueues,
  type MessageRecord,
  messagesOf,
  nextSequence,
  putMessage,
  type QueueRecord,
  removeMessage,
} from "../store.ts";
import { wake } from "../waiting.ts";

interface TaskRecord {
  readonly handle: string;
  readonly id: string;
  readonly status: "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED";
  readonly sourceArn: string;
  readonly destinationArn?: string;
  readonly rate?: number;
  readonly moved: number;
  readonly toMove: number;
  readonly startedMs: number;
  readonly failure?: string;
}

const RATE_MAX = 500;
const TICK_MS = 1_000;
const LISTED_MAX = 10;

function notFound(what: string): ServiceError {
  return new ServiceError("ResourceNotFoundException", 404, what);
}

function isDeadLetterQueue(ctx: Ctx, arn: string): boolean {
  return listQueues(ctx).some((queue) => queue.attributes.RedrivePolicy?.includes(`"${arn}"`) === true);
}

interface StartInput {
  readonly SourceArn: string;
  readonly DestinationArn?: string;
  readonly MaxNumberOfMessagesPerSecond?: number;
}

export function startMessageMoveTask(ctx: Ctx, input: StartInput): { TaskHandle: string } {
  const source = queueByArn(ctx, input.SourceArn);
  if (source === undefined) throw notFound("The resource that you specified for the SourceArn parameter doesn't exist.");
  if (!isDeadLetterQueue(ctx, input.SourceArn)) throw invalid("Source queue must be configured as a Dead Letter Queue.");
  if (input.DestinationArn !== undefined && queueByArn(ctx, input.DestinationArn) === undefined)
    throw notFound("The resource that you specified for the DestinationArn parameter doesn't exist.");
  const rate = input.MaxNumberOfMessagesPerSecond;
  if (rate !== undefined && (rate < 1 || rate > RATE_MAX))
    throw invalid(`MaxNumberOfMessagesPerSecond must be between 1 and ${RATE_MAX}.`);
  if (tasks(ctx, input.SourceArn).some((task) => task.status === "RUNNING"))
    throw new ServiceError(
      "UnsupportedOperation",
      400,
      "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
    );
  const id = randomUuid(ctx.random);
  const handle = Buffer.from(JSON.stringify({ taskId: id, sourceArn: input.SourceArn })).toString("base64");
  const task: TaskRecord = {
    handle,
    id,
    status: "RUNNING",
    sourceArn: input.SourceArn,
    ...(input.DestinationArn === undefined ? {} : { destinationArn: input.DestinationArn }),
    ...(rate === undefined ? {} : { rate }),
    moved: 0,
    toMove: [...messagesOf(ctx.store, source.id)].length,
    startedMs: ctx.now(),
  };
  put(ctx, task);
  ctx.schedule("move", id, ctx.now(), { sourceArn: input.SourceArn, startedMs: task.startedMs, id });
  return { TaskHandle: handle };
}

function put(ctx: Ctx, task: TaskRecord): void {
  ctx.store.put(["task", task.sourceArn, task.startedMs, task.id], task);
}

/** Newest first. */
function tasks(ctx: Ctx, sourceArn: string): TaskRecord[] {
  return [...ctx.store.range<TaskRecord>({ prefix: ["task", sourceArn], reverse: true })].map(({ value }) => value);
}

function destinationOf(ctx: Ctx, task: TaskRecord, message: MessageRecord): QueueRecord | undefined {
  const arn = task.destinationArn ?? message.sourceArn;
  return arn === undefined ? undefined : queueByArn(ctx, arn);
}

function moveOne(ctx: Ctx, source: QueueRecord, target: QueueRecord, message: MessageRecord): void {
  removeMessage(ctx, source.id, message);
  const { firstReceivedMs: _first, sourceArn: _source, ...rest } = message;
  const now = ctx.now();
  putMessage(ctx, target.id, {
    ...rest,
    sequence: nextSequence(ctx, target.id),
    sentMs: now,
    visibleMs: now,
    receives: 0,
    receipt: 0,
  });
  wake(ctx, target.id);
}

/** Timer `move`: one second's worth of messages. */
export function moveSome(ctx: Ctx, payload: unknown): void {
  const { sourceArn, startedMs, id } = payload as { sourceArn: string; startedMs: number; id: string };
  const task = ctx.store.get<TaskRecord>(["task", sourceArn, startedMs, id]);
  const source = queueByArn(ctx, sourceArn);
  if (task === undefined || task.status !== "RUNNING" || source === undefined) return;
  let moved = 0;
  for (const message of [...messagesOf(ctx.store, source.id)]) {
    if (message.visibleMs > ctx.now()) continue;
    if (moved >= (task.rate ?? RATE_MAX)) {
      put(ctx, { ...task, moved: task.moved + moved });
      ctx.schedule("move", id, ctx.now() + TICK_MS, payload);
      return;
    }
    const target = destinationOf(ctx, task, message);
    if (target === undefined) {
      put(ctx, { ...task, moved: task.moved + moved, status: "FAILED", failure: "CouldNotDetermineMessageSource" });
      return;
    }
    moveOne(ctx, source, target, message);
    moved++;
  }
  put(ctx, { ...task, moved: task.moved + moved, status: "COMPLETED" });
}

export function listMessageMoveTasks(ctx: Ctx, input: { readonly SourceArn: string; readonly MaxResults?: number }) {
  const source = queueByArn(ctx, input.SourceArn);
  if (source === undefined) throw notFound("The resource that you specified for the SourceArn parameter doesn't exist.");
  const limit = input.MaxResults ?? 1;
  if (limit < 1 || limit > LISTED_MAX)
    throw invalid(`Value ${limit} for parameter MaxResults is invalid. Reason: Must be between 1 and ${LISTED_MAX}.`);
  const Results = tasks(ctx, queueArn(source))
    .slice(0, limit)
    .map((task) => ({
      ...(task.status === "RUNNING" ? { TaskHandle: task.handle } : {}),
      Status: task.status,
      SourceArn: task.sourceArn,
      ...(task.destinationArn === undefined ? {} : { DestinationArn: task.destinationArn }),
      ...(task.rate === undefined ? {} : { MaxNumberOfMessagesPerSecond: task.rate }),
      ApproximateNumberOfMessagesMoved: task.moved,
      ApproximateNumberOfMessagesToMove: task.toMove,
      ...(task.failure === undefined ? {} : { FailureReason: task.failure }),
      StartedTimestamp: task.startedMs,
    }));
  return { Results };
}

export function cancelMessageMoveTask(
  ctx: Ctx,
  input: { readonly TaskHandle: string },
): { ApproximateNumberOfMessagesMoved: number } {
  let sourceArn: unknown;
  try {
    sourceArn = (JSON.parse(Buffer.from(input.TaskHandle, "base64").toString("utf8")) as { sourceArn?: unknown }).sourceArn;
  } catch {
    throw invalid("Value for parameter TaskHandle is invalid.");
  }
  const task = tasks(ctx, String(sourceArn)).find((each) => each.handle === input.TaskHandle);
  if (task === undefined) throw notFound("Task does not exist.");
  if (task.status !== "RUNNING") throw new ServiceError("UnsupportedOperation", 400, "Only active tasks can be cancelled.");
  ctx.unschedule("move", task.id);
  put(ctx, { ...task, status: "CANCELLED" });
  return { ApproximateNumberOfMessagesMoved: task.moved };
}
