/** SendMessage, ReceiveMessage, DeleteMessage, ChangeMessageVisibility and their batch forms. */
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { askToReceive, askToSend } from "../encryption.ts";
import { invalid, messageBytes, parseReceipt } from "../message.ts";
import { isFifo, needQueue, type QueueInput, seconds } from "../queues.ts";
import { type Received, takeMessages } from "../receive.ts";
import { type SendInput, type Sent, storeMessage } from "../send.ts";
import { getMessage, type MessageRecord, putMessage, type QueueRecord, removeMessage } from "../store.ts";
import { isStopped, waitForMessage, wake } from "../waiting.ts";

const BATCH_MAX = 10;
const BATCH_BYTES_MAX = 1_048_576;
const VISIBILITY_SECONDS_MAX = 43_200;
const IN_FLIGHT_MS_MAX = VISIBILITY_SECONDS_MAX * 1000;

export function sendMessage(ctx: Ctx, input: QueueInput & SendInput): Sent | Promise<Sent> {
  const queue = needQueue(ctx, input.QueueUrl);
  const store = (to: QueueRecord) => ctx.transact(() => storeMessage(ctx, to, input));
  const key = askToSend(ctx, queue);
  return key === undefined ? store(queue) : key.then(() => store(needQueue(ctx, input.QueueUrl)));
}

interface ReceiveInput extends QueueInput {
  readonly AttributeNames?: readonly string[];
  readonly MessageSystemAttributeNames?: readonly string[];
  readonly MessageAttributeNames?: readonly string[];
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly WaitTimeSeconds?: number;
  readonly ReceiveRequestAttemptId?: string;
}

function checkRange(name: string, value: number | undefined, min: number, max: number): void {
  if (value !== undefined && (!Number.isInteger(value) || value < min || value > max))
    throw invalid(`Value ${value} for parameter ${name} is invalid. Reason: Must be between ${min} and ${max}, if provided.`);
}

/** Waits up to `WaitTimeSeconds` for the first message. */
export async function receiveMessage(ctx: Ctx, input: ReceiveInput): Promise<{ Messages?: Received[] }> {
  checkRange("MaxNumberOfMessages", input.MaxNumberOfMessages, 1, BATCH_MAX);
  checkRange("VisibilityTimeout", input.VisibilityTimeout, 0, VISIBILITY_SECONDS_MAX);
  checkRange("WaitTimeSeconds", input.WaitTimeSeconds, 0, 20);
  const options = {
    attemptId: input.ReceiveRequestAttemptId,
    max: input.MaxNumberOfMessages ?? 1,
    visibilitySeconds: input.VisibilityTimeout,
    systemNames: [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])],
    attributeNames: input.MessageAttributeNames ?? [],
  };
  const first = needQueue(ctx, input.QueueUrl);
  const attempt = input.ReceiveRequestAttemptId;
  if (attempt !== undefined && !/^[!-~]{1,128}$/.test(attempt))
    throw invalid(
      "Value for parameter ReceiveRequestAttemptId is invalid. Reason: ReceiveRequestAttemptId can only include alphanumeric and punctuation characters. 1 to 128 in length.",
    );
  await askToReceive(ctx, first);
  const untilMs = ctx.now() + 1000 * (input.WaitTimeSeconds ?? seconds(first, "ReceiveMessageWaitTimeSeconds"));
  for (;;) {
    const lookedMs = ctx.now();
    const Messages = ctx.transact(() => takeMessages(ctx, needQueue(ctx, input.QueueUrl), options));
    if (Messages.length > 0) return { Messages };
    if (ctx.now() >= untilMs || isStopped(ctx)) {
      ctx.metric("AWS/SQS", "NumberOfEmptyReceives", { QueueName: first.name }, 1, "Count");
      return {};
    }
    await waitForMessage(ctx, first.id, { lookedMs, untilMs });
  }
}

interface ReceiptInput {
  readonly ReceiptHandle: string;
}

function badReceipt(handle: string): ServiceError {
  return new ServiceError("ReceiptHandleIsInvalid", 404, `The input receipt handle "${handle}" is not a valid receipt handle.`);
}

/** The message behind a handle; undefined when it is gone. Throws for what is no handle of this queue. */
function byReceipt(ctx: Ctx, queue: QueueRecord, handle: string): { message: MessageRecord; isLatest: boolean } | undefined {
  const receipt = parseReceipt(handle ?? "");
  if (receipt === undefined || receipt.queueId !== queue.id) throw badReceipt(handle);
  const message = getMessage(ctx.store, queue.id, receipt.sequence);
  return message === undefined ? undefined : { message, isLatest: message.receipt === receipt.receipt };
}

function deleteOne(ctx: Ctx, queue: QueueRecord, handle: string): void {
  const found = byReceipt(ctx, queue, handle);
  if (found === undefined) return;
  // A standard queue takes an older handle without deleting; a FIFO queue refuses one whose visibility has ended.
  if (isFifo(queue) && found.message.visibleMs <= ctx.now())
    throw invalid(`Value ${handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`);
  if (!found.isLatest) return;
  removeMessage(ctx, queue.id, found.message);
  ctx.metric("AWS/SQS", "NumberOfMessagesDeleted", { QueueName: queue.name }, 1, "Count");
  if (isFifo(queue)) wake(ctx, queue.id);
}

export function deleteMessage(ctx: Ctx, input: QueueInput & ReceiptInput): void {
  deleteOne(ctx, needQueue(ctx, input.QueueUrl), input.ReceiptHandle);
}

function changeOne(ctx: Ctx, queue: QueueRecord, handle: string, timeoutSeconds: number): void {
  if (!Number.isInteger(timeoutSeconds) || timeoutSeconds < 0 || timeoutSeconds > VISIBILITY_SECONDS_MAX)
    throw invalid(
      `Value ${timeoutSeconds} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer between 0 and 43200.`,
    );
  const found = byReceipt(ctx, queue, handle);
  const now = ctx.now();
  if (found === undefined || found.message.visibleMs <= now)
    throw invalid(
      `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    );
  const { message } = found;
  if (now + timeoutSeconds * 1000 > (message.firstReceivedMs ?? now) + IN_FLIGHT_MS_MAX + 999)
    throw invalid(
      `Value ${timeoutSeconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds].`,
    );
  putMessage(ctx, queue.id, { ...message, visibleMs: now + timeoutSeconds * 1000 }, message.visibleMs);
  wake(ctx, queue.id);
}

export function changeMessageVisibility(
  ctx: Ctx,
  input: QueueInput & ReceiptInput & { readonly VisibilityTimeout: number },
): void {
  changeOne(ctx, needQueue(ctx, input.QueueUrl), input.ReceiptHandle, input.VisibilityTimeout);
}

interface Entry {
  readonly Id: string;
}

interface BatchFailure {
  readonly Id: string;
  readonly SenderFault: boolean;
  readonly Code: string;
  readonly Message: string;
}

function checkEntries(entries: readonly Entry[]): void {
  if (entries.length === 0)
    throw new ServiceError("EmptyBatchRequest", 400, "There should be at least one SendMessageBatchRequestEntry in the request.");
  if (entries.length > BATCH_MAX)
    throw new ServiceError(
      "TooManyEntriesInBatchRequest",
      400,
      `Maximum number of entries per request are ${BATCH_MAX}. You have sent ${entries.length}.`,
    );
  const seen = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(Id ?? ""))
      throw new ServiceError(
        "InvalidBatchEntryId",
        400,
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
      );
    if (seen.has(Id)) throw new ServiceError("BatchEntryIdsNotDistinct", 400, `Id ${Id} repeated.`);
    seen.add(Id);
  }
}

/** Each entry by itself: one that is refused does not stop the others. */
function batch<E extends Entry, R extends object>(
  entries: readonly E[],
  run: (entry: E) => R,
): { Successful: (R & Entry)[]; Failed?: BatchFailure[] } {
  checkEntries(entries);
  const Successful: (R & Entry)[] = [];
  const Failed: BatchFailure[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: error.status < 500, Code: error.code, Message: error.message });
    }
  }
  return { Successful, ...(Failed.length === 0 ? {} : { Failed }) };
}

export function sendMessageBatch(ctx: Ctx, input: QueueInput & { readonly Entries: readonly (Entry & SendInput)[] }) {
  const queue = needQueue(ctx, input.QueueUrl);
  const bytes = input.Entries.reduce((sum, each) => sum + messageBytes(each.MessageBody ?? "", each.MessageAttributes), 0);
  checkEntries(input.Entries);
  if (bytes > BATCH_BYTES_MAX)
    throw new ServiceError(
      "BatchRequestTooLong",
      400,
      `Batch requests cannot be longer than ${BATCH_BYTES_MAX} bytes. You have sent ${bytes} bytes.`,
    );
  const store = () => ctx.transact(() => batch(input.Entries, (entry) => storeMessage(ctx, queue, entry)));
  const key = askToSend(ctx, queue);
  return key === undefined ? store() : key.then(store);
}

export function deleteMessageBatch(ctx: Ctx, input: QueueInput & { readonly Entries: readonly (Entry & ReceiptInput)[] }) {
  const queue = needQueue(ctx, input.QueueUrl);
  return batch(input.Entries, (entry) => {
    deleteOne(ctx, queue, entry.ReceiptHandle);
    return {};
  });
}

export function changeMessageVisibilityBatch(
  ctx: Ctx,
  input: QueueInput & { readonly Entries: readonly (Entry & ReceiptInput & { readonly VisibilityTimeout?: number })[] },
) {
  const queue = needQueue(ctx, input.QueueUrl);
  return batch(input.Entries, (entry) => {
    changeOne(ctx, queue, entry.ReceiptHandle, entry.VisibilityTimeout ?? 0);
    return {};
  });
}
