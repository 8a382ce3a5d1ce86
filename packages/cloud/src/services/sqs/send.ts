/** Putting messages into a queue: checks, deduplication, delay. Pure of wire; used by SendMessage, its batch form, redrive and dead-lettering. */

import { createHash } from "node:crypto";
import { randomUuid } from "@dovetail/model";
import { principalUserId } from "../../core/principal.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";
import { touch } from "./gauges.ts";
import { attributesMd5, checkAttributes, checkBody, invalid, md5, messageBytes } from "./message.ts";
import { isFifo, seconds } from "./queues.ts";
import { type AttributeValue, nextSequence, putMessage, type QueueRecord } from "./store.ts";
import { wake } from "./waiting.ts";

export interface SendInput {
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
  readonly MessageAttributes?: { readonly [name: string]: AttributeValue };
  readonly MessageSystemAttributes?: { readonly [name: string]: AttributeValue };
  readonly MessageDeduplicationId?: string;
  readonly MessageGroupId?: string;
}

export interface Sent {
  readonly MessageId: string;
  readonly MD5OfMessageBody: string;
  readonly MD5OfMessageAttributes?: string;
  readonly MD5OfMessageSystemAttributes?: string;
  readonly SequenceNumber?: string;
}

const DEDUPLICATION_MS = 300_000;
const FIFO_ID = /^[A-Za-z0-9!-/:-@[-`{-~]{1,128}$/;
/** Sequence numbers of FIFO queues have twenty digits. */
const SEQUENCE_BASE = 18_800_000_000_000_000_000n;

function checkFifo(input: SendInput): void {
  if (input.MessageGroupId === undefined)
    throw new ServiceError("MissingParameter", 400, "The request must contain the parameter MessageGroupId.");
  if (input.DelaySeconds !== undefined && input.DelaySeconds !== 0)
    throw invalid(
      `Value ${input.DelaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
}

function checkIds(queue: QueueRecord, input: SendInput): void {
  for (const [name, value] of [
    ["MessageGroupId", input.MessageGroupId],
    ["MessageDeduplicationId", input.MessageDeduplicationId],
  ] as const) {
    if (value !== undefined && !FIFO_ID.test(value))
      throw invalid(
        `Value ${value} for parameter ${name} is invalid. Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
      );
  }
  if (isFifo(queue)) checkFifo(input);
  else if (input.MessageDeduplicationId !== undefined)
    throw invalid(
      `Value ${input.MessageDeduplicationId} for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
}

/** Throws InvalidParameterValue, InvalidMessageContents, MissingParameter. */
export function checkMessage(queue: QueueRecord, input: SendInput): void {
  checkBody(input.MessageBody ?? "");
  checkAttributes(input.MessageAttributes);
  const delay = input.DelaySeconds;
  if (delay !== undefined && (!Number.isInteger(delay) || delay < 0 || delay > 900))
    throw invalid(`Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`);
  const limit = Number(queue.attributes.MaximumMessageSize);
  if (messageBytes(input.MessageBody, input.MessageAttributes) > limit)
    throw invalid(`One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`);
  for (const name of Object.keys(input.MessageSystemAttributes ?? {}))
    if (name !== "AWSTraceHeader") throw invalid(`Message system attribute name '${name}' is invalid.`);
  checkIds(queue, input);
}

interface Remembered {
  readonly sent: Sent;
  readonly untilMs: number;
}

function deduplicationKey(queue: QueueRecord, input: SendInput): readonly string[] | undefined {
  if (!isFifo(queue)) return undefined;
  const byContent = queue.attributes.ContentBasedDeduplication === "true";
  const id =
    input.MessageDeduplicationId ?? (byContent ? createHash("sha256").update(input.MessageBody).digest("hex") : undefined);
  if (id === undefined)
    throw invalid("The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
  const scope = queue.attributes.DeduplicationScope === "messageGroup" ? (input.MessageGroupId ?? "") : "";
  return ["dedup", queue.id, scope, id];
}

function delayMs(queue: QueueRecord, input: SendInput): number {
  return 1000 * (isFifo(queue) ? seconds(queue, "DelaySeconds") : (input.DelaySeconds ?? seconds(queue, "DelaySeconds")));
}

function digests(input: SendInput) {
  const attributes = attributesMd5(input.MessageAttributes);
  const system = attributesMd5(input.MessageSystemAttributes);
  return {
    MD5OfMessageBody: md5(input.MessageBody),
    ...(attributes === undefined ? {} : { MD5OfMessageAttributes: attributes }),
    ...(system === undefined ? {} : { MD5OfMessageSystemAttributes: system }),
  };
}

/** Stores one message; the same FIFO deduplication id within five minutes answers as the first time and stores nothing. */
export function storeMessage(ctx: Ctx, queue: QueueRecord, input: SendInput): Sent {
  checkMessage(queue, input);
  const now = ctx.now();
  const key = deduplicationKey(queue, input);
  if (key !== undefined) {
    const before = ctx.store.get<Remembered>(key);
    // Its identity is the first one's, its digests are of what was sent now: clients compare them.
    if (before !== undefined && before.untilMs > now) {
      ctx.metric("AWS/SQS", "NumberOfDeduplicatedSentMessages", { QueueName: queue.name }, 1, "Count");
      return { ...before.sent, ...digests(input) };
    }
  }
  const sequence = nextSequence(ctx, queue.id);
  const sent: Sent = {
    MessageId: randomUuid(ctx.random),
    ...digests(input),
    ...(isFifo(queue) ? { SequenceNumber: String(SEQUENCE_BASE + BigInt(sequence)) } : {}),
  };
  const visibleMs = now + delayMs(queue, input);
  const deduplicationId = key?.[3];
  putMessage(ctx, queue.id, {
    id: sent.MessageId,
    sequence,
    body: input.MessageBody,
    ...(input.MessageAttributes === undefined ? {} : { attributes: input.MessageAttributes }),
    ...(input.MessageSystemAttributes === undefined ? {} : { system: input.MessageSystemAttributes }),
    sentMs: now,
    senderId: principalUserId(ctx.principal),
    visibleMs,
    receives: 0,
    receipt: 0,
    ...(input.MessageGroupId === undefined ? {} : { groupId: input.MessageGroupId }),
    ...(deduplicationId === undefined ? {} : { deduplicationId }),
  });
  if (key !== undefined) ctx.store.put(key, { sent, untilMs: now + DEDUPLICATION_MS });
  ctx.metric("AWS/SQS", "NumberOfMessagesSent", { QueueName: queue.name }, 1, "Count");
  ctx.metric(
    "AWS/SQS",
    "SentMessageSize",
    { QueueName: queue.name },
    messageBytes(input.MessageBody, input.MessageAttributes),
    "Bytes",
  );
  touch(ctx, queue);
  wake(ctx, queue.id);
  return sent;
}
