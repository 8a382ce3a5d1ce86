/**
 * SQS's records. `["queue", account, region, name]` -> QueueRecord. A queue's messages hang below its id, which a queue of the same
 * name made later does not share: `["message", id, sequence]` -> MessageRecord; `["visible", id, atMs, sequence]` orders them by when they
 * can be received. FIFO: `["dedup", id, scope, deduplicationId]`.
 */
import type { Ctx } from "../../core/service.ts";
import type { StoreRead } from "../../core/store.ts";
import { memory, type QueueRecord, type Sequences } from "./memory.ts";

export type { QueueRecord };

export interface AttributeValue {
  /** In SQS's model, and refused, as on AWS. */
  readonly StringListValues?: readonly string[];
  readonly BinaryListValues?: readonly Uint8Array[];
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

export interface MessageRecord {
  readonly id: string;
  readonly sequence: number;
  readonly body: string;
  readonly attributes?: { readonly [name: string]: AttributeValue };
  readonly system?: { readonly [name: string]: AttributeValue };
  readonly sentMs: number;
  readonly senderId: string;
  /** When it can be received (again). */
  readonly visibleMs: number;
  readonly receives: number;
  readonly firstReceivedMs?: number;
  /** Changes with every receive: what a receipt handle must carry to be the latest. */
  readonly receipt: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** The queue it was dead-lettered from, for redrive. */
  readonly sourceArn?: string;
}

export function queueKey(account: string, region: string, name: string): readonly string[] {
  return ["queue", account, region, name];
}

const QUEUES_KNOWN_MAX = 1000;
const knownName = (account: string, region: string, name: string) => `${account}/${region}/${name}`;

export function queueAt(ctx: Ctx, account: string, region: string, name: string): QueueRecord | undefined {
  const { queues } = memory(ctx);
  const known = queues.get(knownName(account, region, name));
  if (known !== undefined) return known;
  const queue = ctx.store.get<QueueRecord>(queueKey(account, region, name));
  if (queue === undefined) return undefined;
  if (queues.size >= QUEUES_KNOWN_MAX) queues.clear();
  queues.set(knownName(account, region, name), queue);
  return queue;
}

export function getQueue(ctx: Ctx, name: string, account = ctx.account): QueueRecord | undefined {
  return queueAt(ctx, account, ctx.region, name);
}

/** The last thing a handler does with a queue, so that what is in memory is what is kept. */
export function putQueue(ctx: Ctx, queue: QueueRecord): void {
  memory(ctx).queues.delete(knownName(queue.account, queue.region, queue.name));
  ctx.store.put(queueKey(queue.account, queue.region, queue.name), queue);
}

export function removeQueue(ctx: Ctx, queue: QueueRecord): void {
  memory(ctx).sequences.delete(queue.id);
  memory(ctx).queues.delete(knownName(queue.account, queue.region, queue.name));
  ctx.store.remove(queueKey(queue.account, queue.region, queue.name));
}

export function listQueues(ctx: Ctx): QueueRecord[] {
  return [...ctx.store.range<QueueRecord>({ prefix: ["queue", ctx.account, ctx.region] })].map(({ value }) => value);
}

/** Sequences are reserved in the store so many at a time; those that a stopped cloud had left are never given. */
const SEQUENCES_RESERVED = 256;

export function nextSequence(ctx: Ctx, queueId: string): number {
  const { sequences } = memory(ctx);
  let known = sequences.get(queueId);
  if (known === undefined) {
    const last = ctx.store.get<number>(["sequence", queueId]) ?? 0;
    known = { last, reserved: last };
    if (sequences.size >= QUEUES_KNOWN_MAX) sequences.clear();
    sequences.set(queueId, known);
  }
  const next = ++known.last;
  if (next > known.reserved) reserve(ctx, queueId, known, next + SEQUENCES_RESERVED);
  return next;
}

/** Counts as reserved once the transaction is kept. */
function reserve(ctx: Ctx, queueId: string, known: Sequences, upTo: number): void {
  ctx.store.put(["sequence", queueId], upTo);
  ctx.after(() => {
    known.reserved = Math.max(known.reserved, upTo);
  });
}

export function putMessage(ctx: Ctx, queueId: string, message: MessageRecord, previousVisibleMs?: number): void {
  if (previousVisibleMs !== undefined) ctx.store.remove(["visible", queueId, previousVisibleMs, message.sequence]);
  ctx.store.put(["message", queueId, message.sequence], message);
  ctx.store.put(["visible", queueId, message.visibleMs, message.sequence], message.sequence);
}

export function getMessage(store: StoreRead, queueId: string, sequence: number): MessageRecord | undefined {
  return store.get<MessageRecord>(["message", queueId, sequence]);
}

export function removeMessage(ctx: Ctx, queueId: string, message: MessageRecord): void {
  ctx.store.remove(["message", queueId, message.sequence]);
  ctx.store.remove(["visible", queueId, message.visibleMs, message.sequence]);
}

export function removeMessages(ctx: Ctx, queueId: string): void {
  for (const collection of ["message", "visible", "dedup", "attempt"]) ctx.store.removeRange({ prefix: [collection, queueId] });
}

/** Messages in order of sending. */
export function* messagesOf(store: StoreRead, queueId: string): Generator<MessageRecord> {
  for (const { value } of store.range<MessageRecord>({ prefix: ["message", queueId] })) yield value;
}

/** A queue's messages in order of sending, at most `limit` of those after the sequence. */
export function* messagesAfter(store: StoreRead, queueId: string, sequence: number, limit: number): Generator<MessageRecord> {
  const range = { prefix: ["message", queueId], start: ["message", queueId, sequence + 1], limit };
  for (const { value } of store.range<MessageRecord>(range)) yield value;
}

/** Sequences of messages that become visible only after `nowMs`: in flight, or delayed. */
export function* hiddenSequences(store: StoreRead, queueId: string, nowMs: number): Generator<number> {
  const range = { prefix: ["visible", queueId], start: ["visible", queueId, nowMs + 1] };
  for (const { value } of store.range<number>(range)) yield value;
}

/** Sequences of messages that are visible at `nowMs`, longest visible first. */
export function* visibleSequences(store: StoreRead, queueId: string, nowMs: number, limit: number): Generator<number> {
  const range = { prefix: ["visible", queueId], end: ["visible", queueId, nowMs + 1], limit };
  for (const { value } of store.range<number>(range)) yield value;
}

/** When the first message becomes visible that is not at `afterMs`; without it, when the first became or becomes so. */
export function nextVisibleMs(store: StoreRead, queueId: string, afterMs = 0): number | undefined {
  const range = { prefix: ["visible", queueId], start: ["visible", queueId, afterMs + 1], limit: 1 };
  for (const key of store.keys(range)) return Number(key[2]);
  return undefined;
}
