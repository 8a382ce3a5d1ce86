/** Taking messages out: visibility, FIFO groups, dead letters, retention. */
import type { Ctx } from "../../core/service.ts";
import { parseRedrivePolicy } from "./attributes.ts";
import { touch } from "./gauges.ts";
import { attributesMd5, md5, receiptHandle } from "./message.ts";
import { isFifo, queueArn, queueByArn, seconds } from "./queues.ts";
import {
  type AttributeValue,
  getMessage,
  hiddenSequences,
  type MessageRecord,
  messagesAfter,
  nextSequence,
  putMessage,
  type QueueRecord,
  removeMessage,
  visibleSequences,
} from "./store.ts";
import { wake } from "./waiting.ts";

export interface ReceiveOptions {
  /** FIFO: the same id within five minutes gets the same messages again. */
  readonly attemptId?: string | undefined;
  readonly max: number;
  readonly visibilitySeconds: number | undefined;
  readonly systemNames: readonly string[];
  readonly attributeNames: readonly string[];
}

export interface Received {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly MD5OfBody: string;
  readonly Body: string;
  readonly Attributes?: { readonly [name: string]: string };
  readonly MD5OfMessageAttributes?: string;
  readonly MessageAttributes?: { readonly [name: string]: AttributeValue };
}

const FIFO_PAGE = 100;
const SEQUENCE_BASE = 18_800_000_000_000_000_000n;

function systemAttributes(
  queue: QueueRecord,
  message: MessageRecord,
  names: readonly string[],
): Record<string, string> | undefined {
  if (names.length === 0) return undefined;
  const all: Record<string, string | undefined> = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentMs),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedMs ?? message.sentMs),
    MessageGroupId: message.groupId,
    MessageDeduplicationId: message.deduplicationId,
    SequenceNumber: isFifo(queue) ? String(SEQUENCE_BASE + BigInt(message.sequence)) : undefined,
    AWSTraceHeader: message.system?.AWSTraceHeader?.StringValue,
    DeadLetterQueueSourceArn: message.sourceArn,
  };
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(all))
    if (value !== undefined && (names.includes("All") || names.includes(name))) out[name] = value;
  return Object.keys(out).length === 0 ? undefined : out;
}

/** `All`, `.*`, `prefix.*` or a name. */
function chosen(name: string, patterns: readonly string[]): boolean {
  return patterns.some(
    (each) => each === "All" || each === ".*" || each === name || (each.endsWith(".*") && name.startsWith(each.slice(0, -1))),
  );
}

function present(queue: QueueRecord, message: MessageRecord, options: ReceiveOptions): Received {
  const system = systemAttributes(queue, message, options.systemNames);
  const attributes =
    message.attributes === undefined
      ? undefined
      : Object.fromEntries(Object.entries(message.attributes).filter(([name]) => chosen(name, options.attributeNames)));
  const digest = attributesMd5(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle({ queueId: queue.id, sequence: message.sequence, receipt: message.receipt }),
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(system === undefined ? {} : { Attributes: system }),
    ...(digest === undefined || attributes === undefined
      ? {}
      : { MD5OfMessageAttributes: digest, MessageAttributes: attributes }),
  };
}

/** Moves a message that was received too often to its dead-letter queue. False when that queue does not exist (any more). */
function deadLetter(ctx: Ctx, queue: QueueRecord, message: MessageRecord, targetArn: string): boolean {
  const target = queueByArn(ctx, targetArn);
  if (target === undefined) return false;
  removeMessage(ctx, queue.id, message);
  const { firstReceivedMs: _first, ...rest } = message;
  // Retention goes on from the first sending in a standard queue.
  putMessage(ctx, target.id, {
    ...rest,
    sequence: nextSequence(ctx, target.id),
    visibleMs: ctx.now(),
    receives: 0,
    receipt: 0,
    sourceArn: queueArn(queue),
    ...(isFifo(target) ? { sentMs: ctx.now() } : {}),
  });
  touch(ctx, target);
  wake(ctx, target.id);
  return true;
}

/** Groups that have a message in flight give nothing until that is deleted or visible again. */
function blockedGroups(ctx: Ctx, queue: QueueRecord): Set<string> {
  const blocked = new Set<string>();
  const now = ctx.now();
  for (const sequence of hiddenSequences(ctx.store, queue.id, now)) {
    const message = getMessage(ctx.store, queue.id, sequence);
    if (message !== undefined && message.receives > 0 && message.groupId !== undefined) blocked.add(message.groupId);
  }
  return blocked;
}

/** In pages, since what is taken moves to another place of the index; nothing twice, even with no visibility timeout. */
function* visibleInOrder(ctx: Ctx, queueId: string, nowMs: number, page: number): Generator<MessageRecord> {
  const first = [...visibleSequences(ctx.store, queueId, nowMs, page)];
  for (const sequence of first) {
    const message = getMessage(ctx.store, queueId, sequence);
    if (message !== undefined) yield message;
  }
  if (first.length < page) return;
  const seen = new Set(first);
  for (let isProgress = true; isProgress; ) {
    isProgress = false;
    for (const sequence of [...visibleSequences(ctx.store, queueId, nowMs, seen.size + page)]) {
      if (seen.has(sequence)) continue;
      seen.add(sequence);
      isProgress = true;
      const message = getMessage(ctx.store, queueId, sequence);
      if (message !== undefined) yield message;
    }
  }
}

/** So far a fair queue looks for messages of quiet groups. */
const FAIR_LOOKAHEAD = 100;
/** So many messages in flight are looked at to tell which groups are noisy. */
const FAIR_IN_FLIGHT_MAX = 10_000;
const NOISY_FACTOR = 1.5;

/**
 * Messages of a standard queue with a group id: groups that hold more than their share of what is in flight wait behind the others. Without group
 * ids the order is as it is. Developer guide, "Amazon SQS fair queues" (read 2026-11-21); where a share begins to be too large, AWS doesn't say.
 */
function* fairly(ctx: Ctx, queueId: string, inOrder: Generator<MessageRecord>): Generator<MessageRecord> {
  const first: IteratorResult<MessageRecord, void> = inOrder.next();
  if (first.done === true) return;
  if (first.value.groupId === undefined) {
    yield first.value;
    yield* inOrder;
    return;
  }
  const noisy = noisyGroups(ctx, queueId);
  const waiting: MessageRecord[] = [];
  let looked = 0;
  for (
    let each: IteratorResult<MessageRecord, void> = first;
    each.done !== true && looked < FAIR_LOOKAHEAD;
    each = inOrder.next(), looked++
  ) {
    if (noisy.has(each.value.groupId ?? "")) waiting.push(each.value);
    else yield each.value;
  }
  yield* waiting;
  yield* inOrder;
}

/** Groups with clearly more in flight than the mean of those that have any. */
function noisyGroups(ctx: Ctx, queueId: string): ReadonlySet<string> {
  const counts = new Map<string, number>();
  let looked = 0;
  for (const sequence of hiddenSequences(ctx.store, queueId, ctx.now())) {
    if (++looked > FAIR_IN_FLIGHT_MAX) break;
    const message = getMessage(ctx.store, queueId, sequence);
    if (message !== undefined && message.receives > 0) {
      const group = message.groupId ?? "";
      counts.set(group, (counts.get(group) ?? 0) + 1);
    }
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const fair = counts.size === 1 ? 1 : (NOISY_FACTOR * total) / counts.size;
  return new Set([...counts].filter(([, count]) => count > fair).map(([group]) => group));
}

/** FIFO: in order of sending, whatever became visible first. */
function* candidates(ctx: Ctx, queue: QueueRecord, max: number): Generator<MessageRecord> {
  const now = ctx.now();
  if (!isFifo(queue)) {
    yield* fairly(ctx, queue.id, visibleInOrder(ctx, queue.id, now, max));
    return;
  }
  const blocked = blockedGroups(ctx, queue);
  // In pages: what is taken is written while this goes on, and nobody reads a whole queue for ten messages.
  let last = 0;
  for (let page = FIFO_PAGE; page === FIFO_PAGE; ) {
    const messages = [...messagesAfter(ctx.store, queue.id, last, FIFO_PAGE)];
    page = messages.length;
    for (const message of messages) {
      last = message.sequence;
      if (blocked.has(message.groupId ?? "")) continue;
      if (message.visibleMs > now) blocked.add(message.groupId ?? "");
      else yield message;
    }
  }
}

const ATTEMPT_MS = 300_000;

interface Attempt {
  readonly untilMs: number;
  readonly taken: readonly { readonly sequence: number; readonly receipt: number }[];
}

/**
 * What an earlier call with the same attempt id took, its visibility begun anew; undefined when there was none, or a message of it was
 * deleted or has become visible since. SQS API reference, ReceiveMessage, "ReceiveRequestAttemptId".
 */
function againTaken(ctx: Ctx, queue: QueueRecord, options: ReceiveOptions): Received[] | undefined {
  if (options.attemptId === undefined || !isFifo(queue)) return undefined;
  const now = ctx.now();
  const before = ctx.store.get<Attempt>(["attempt", queue.id, options.attemptId]);
  if (before === undefined || before.untilMs <= now) return undefined;
  const messages = before.taken.map(({ sequence, receipt }) => {
    const message = getMessage(ctx.store, queue.id, sequence);
    return message?.receipt === receipt && message.visibleMs > now ? message : undefined;
  });
  if (messages.length === 0 || messages.includes(undefined)) return undefined;
  const visibleMs = now + 1000 * (options.visibilitySeconds ?? seconds(queue, "VisibilityTimeout"));
  return messages.flatMap((message) => {
    if (message === undefined) return [];
    putMessage(ctx, queue.id, { ...message, visibleMs }, message.visibleMs);
    return [present(queue, message, options)];
  });
}

/** One look at the queue, inside a transaction. */
export function takeMessages(ctx: Ctx, queue: QueueRecord, options: ReceiveOptions): Received[] {
  const again = againTaken(ctx, queue, options);
  if (again !== undefined) return again;
  const { out, taken } = takeNew(ctx, queue, options);
  if (options.attemptId !== undefined && isFifo(queue) && out.length > 0)
    ctx.store.put(["attempt", queue.id, options.attemptId], { untilMs: ctx.now() + ATTEMPT_MS, taken } satisfies Attempt);
  return out;
}

function takeNew(ctx: Ctx, queue: QueueRecord, options: ReceiveOptions): { out: Received[]; taken: Attempt["taken"] } {
  const now = ctx.now();
  const redrive = parseRedrivePolicy(queue.attributes.RedrivePolicy);
  const retentionMs = seconds(queue, "MessageRetentionPeriod") * 1000;
  const visibilityMs = 1000 * (options.visibilitySeconds ?? seconds(queue, "VisibilityTimeout"));
  const out: Received[] = [];
  const all: { sequence: number; receipt: number }[] = [];
  for (const message of candidates(ctx, queue, options.max)) {
    if (message.sentMs + retentionMs <= now) {
      removeMessage(ctx, queue.id, message);
      continue;
    }
    if (
      redrive !== undefined &&
      message.receives >= redrive.maxReceiveCount &&
      deadLetter(ctx, queue, message, redrive.deadLetterTargetArn)
    )
      continue;
    const taken: MessageRecord = {
      ...message,
      receives: message.receives + 1,
      receipt: message.receipt + 1,
      firstReceivedMs: message.firstReceivedMs ?? now,
      visibleMs: now + visibilityMs,
    };
    putMessage(ctx, queue.id, taken, message.visibleMs);
    out.push(present(queue, taken, options));
    all.push({ sequence: taken.sequence, receipt: taken.receipt });
    // Asked for one more, `candidates` would look for it.
    if (out.length >= options.max) break;
  }
  touch(ctx, queue);
  if (out.length > 0) ctx.metric("AWS/SQS", "NumberOfMessagesReceived", { QueueName: queue.name }, out.length, "Count");
  return { out, taken: all };
}
