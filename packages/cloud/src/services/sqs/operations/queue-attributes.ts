import { type Ctx, ServiceError } from "../../../core/service.ts";
import { checkAttributes, merge } from "../attributes.ts";
import { isFifo, needQueue, type QueueInput, queueArn } from "../queues.ts";
import { messagesOf, putQueue, type QueueRecord } from "../store.ts";

const COUNTS = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"];
const TIMES = ["CreatedTimestamp", "LastModifiedTimestamp", "QueueArn"];
/** Set later or not at all: names that may be asked for without the queue having them. */
const OPTIONAL = [
  "Policy",
  "RedrivePolicy",
  "RedriveAllowPolicy",
  "KmsMasterKeyId",
  "KmsDataKeyReusePeriodSeconds",
  "SqsManagedSseEnabled",
  "FifoQueue",
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "FifoThroughputLimit",
  "DelaySeconds",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "ReceiveMessageWaitTimeSeconds",
  "VisibilityTimeout",
];

export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly oldestMs: number | undefined;
  /** Groups of a FIFO queue with a message in flight. */
  readonly groupsInFlight: number;
}

export function countMessages(ctx: Ctx, queue: QueueRecord): QueueCounts {
  let visible = 0;
  let inFlight = 0;
  let delayed = 0;
  let oldestMs: number | undefined;
  const groups = new Set<string>();
  const now = ctx.now();
  const retentionMs = Number(queue.attributes.MessageRetentionPeriod) * 1000;
  for (const message of messagesOf(ctx.store, queue.id)) {
    if (message.sentMs + retentionMs <= now) continue;
    oldestMs = Math.min(oldestMs ?? message.sentMs, message.sentMs);
    if (message.visibleMs <= now) visible++;
    else if (message.receives > 0) {
      inFlight++;
      if (message.groupId !== undefined) groups.add(message.groupId);
    } else delayed++;
  }
  return { visible, inFlight, delayed, oldestMs, groupsInFlight: groups.size };
}

function everything(ctx: Ctx, queue: QueueRecord, counted: boolean): Record<string, string> {
  const counts = counted ? countMessages(ctx, queue) : undefined;
  return {
    ...queue.attributes,
    QueueArn: queueArn(queue),
    CreatedTimestamp: String(Math.floor(queue.createdMs / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.modifiedMs / 1000)),
    ...(counts === undefined
      ? {}
      : {
          ApproximateNumberOfMessages: String(counts.visible),
          ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
          ApproximateNumberOfMessagesDelayed: String(counts.delayed),
        }),
  };
}

export function getQueueAttributes(
  ctx: Ctx,
  input: QueueInput & { readonly AttributeNames?: readonly string[] },
): { Attributes?: Record<string, string> } {
  const queue = needQueue(ctx, input.QueueUrl);
  const names = input.AttributeNames ?? [];
  const known = [...COUNTS, ...TIMES, ...OPTIONAL, "All"];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new ServiceError("InvalidAttributeName", 400, `Unknown Attribute ${unknown}.`);
  const all = names.includes("All");
  const values = everything(ctx, queue, all || names.some((name) => COUNTS.includes(name)));
  const Attributes = all ? values : Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
  return Object.keys(Attributes).length === 0 ? {} : { Attributes };
}

export function setQueueAttributes(
  ctx: Ctx,
  input: QueueInput & { readonly Attributes: { readonly [name: string]: string } },
): void {
  const queue = needQueue(ctx, input.QueueUrl);
  const fifo = isFifo(queue);
  checkAttributes({ ...input.Attributes }, fifo);
  if (input.Attributes.FifoQueue !== undefined && !fifo)
    throw new ServiceError("InvalidAttributeName", 400, "Unknown Attribute FifoQueue.");
  putQueue(ctx, { ...queue, attributes: merge(queue.attributes, input.Attributes), modifiedMs: ctx.now() });
}
