/** Publish and PublishBatch. */
import { createHash } from "node:crypto";
import { randomUuid } from "@dovetail/model";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { archive } from "../archive.ts";
import { deliver, type Published } from "../delivery.ts";
import { askToPublish } from "../encryption.ts";
import type { MessageAttribute } from "../filter.ts";
import { push } from "../push.ts";
import { invalid, needTopic, putTopic, type TopicRecord } from "../store.ts";
import { checkNumber, senderOf } from "./sms.ts";

const BYTES_MAX = 262_144;
const BATCH_MAX = 10;
const DEDUPLICATION_MS = 300_000;
const SEQUENCE_BASE = 10_000_000_000_000_000_000n;

interface Content {
  readonly Message: string;
  readonly Subject?: string;
  readonly MessageStructure?: string;
  readonly MessageAttributes?: { readonly [name: string]: MessageAttribute };
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

interface PublishInput extends Content {
  readonly TopicArn?: string;
  readonly TargetArn?: string;
  readonly PhoneNumber?: string;
}

interface Sent {
  readonly MessageId: string;
  readonly SequenceNumber?: string;
}

function bodiesOf(content: Content): Record<string, string> {
  if (content.MessageStructure === undefined) return { default: content.Message };
  if (content.MessageStructure !== "json") throw invalid("MessageStructure");
  let value: unknown;
  try {
    value = JSON.parse(content.Message);
  } catch {
    throw invalid("Message Structure - JSON message body failed to parse");
  }
  if (typeof value !== "object" || value === null || typeof (value as { default?: unknown }).default !== "string")
    throw invalid("Message Structure - No default entry in JSON message body");
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** Developer guide, "Amazon SNS message attributes": letters, digits, `_`, `-` and single dots inside; 256 characters. */
function checkAttributeName(name: string): void {
  if (name.length > 256) throw invalid("Length of message attribute name must be less than 256 bytes.");
  if (/^\.|\.$/.test(name)) throw invalid("Invalid message attribute name starting or ending with character '.' was found.");
  if (name.includes("..")) throw invalid("Message attribute name can not have successive '.' character.");
  if (!/^[A-Za-z0-9_.-]+$/.test(name))
    throw invalid(
      "Invalid non-alphanumeric character '#x20' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.",
    );
}

function checkContent(content: Content): void {
  if (content.Message === undefined || content.Message === "") throw invalid("Empty message");
  const { Subject } = content;
  if (Subject !== undefined && (Subject === "" || Subject.length > 100 || !/^[\x20-\x7e]+$/.test(Subject)))
    throw invalid("Subject");
  let bytes = Buffer.byteLength(content.Message);
  for (const [name, value] of Object.entries(content.MessageAttributes ?? {})) {
    checkAttributeName(name);
    bytes += name.length + value.DataType.length + (value.BinaryValue?.length ?? Buffer.byteLength(value.StringValue ?? ""));
    if (!/^(String|Number|Binary|String\.Array)(\..+)?$/.test(value.DataType))
      throw new ServiceError(
        "ParameterValueInvalid",
        400,
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    if (value.StringValue === undefined && value.BinaryValue === undefined)
      throw new ServiceError(
        "ParameterValueInvalid",
        400,
        `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${value.DataType}'.`,
      );
  }
  if (bytes > BYTES_MAX) throw invalid("Message too long");
}

interface Remembered {
  readonly sent: Sent;
  readonly untilMs: number;
}

function deduplication(topic: TopicRecord, content: Content): string | undefined {
  if (topic.attributes.FifoTopic !== "true") {
    if (content.MessageDeduplicationId === undefined) return undefined;
    throw invalid(
      "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type",
    );
  }
  if (content.MessageGroupId === undefined) throw invalid("The MessageGroupId parameter is required for FIFO topics");
  if (content.MessageDeduplicationId !== undefined) return content.MessageDeduplicationId;
  if (topic.attributes.ContentBasedDeduplication === "true") return createHash("sha256").update(content.Message).digest("hex");
  throw invalid("The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
}

function publishOne(ctx: Ctx, topicArn: string, content: Content): Sent {
  const topic = needTopic(ctx, topicArn);
  checkContent(content);
  const bodies = bodiesOf(content);
  const deduplicationId = deduplication(topic, content);
  const now = ctx.now();
  const scope = topic.attributes.FifoThroughputScope === "MessageGroup" ? [content.MessageGroupId ?? ""] : [];
  const key = deduplicationId === undefined ? undefined : ["dedup", topic.arn, ...scope, deduplicationId];
  const before = key === undefined ? undefined : ctx.store.get<Remembered>(key);
  if (before !== undefined && before.untilMs > now) return before.sent;
  const sequence = topic.sequence + 1;
  const sent: Sent = {
    MessageId: randomUuid(ctx.random),
    ...(deduplicationId === undefined ? {} : { SequenceNumber: String(SEQUENCE_BASE + BigInt(sequence)) }),
  };
  if (key !== undefined) {
    putTopic(ctx, { ...topic, sequence });
    ctx.store.put(key, { sent, untilMs: now + DEDUPLICATION_MS });
  }
  const message: Published = {
    id: sent.MessageId,
    bodies,
    attributes: content.MessageAttributes ?? {},
    atMs: now,
    ...(content.Subject === undefined ? {} : { subject: content.Subject }),
    ...(content.MessageGroupId === undefined ? {} : { groupId: content.MessageGroupId }),
    ...(deduplicationId === undefined ? {} : { deduplicationId }),
    ...(sent.SequenceNumber === undefined ? {} : { sequenceNumber: sent.SequenceNumber }),
  };
  archive(ctx, topic, sequence, message);
  ctx.metric("AWS/SNS", "NumberOfMessagesPublished", { TopicName: topic.name }, 1, "Count");
  ctx.metric("AWS/SNS", "PublishSize", { TopicName: topic.name }, Buffer.byteLength(content.Message), "Bytes");
  ctx.after((later) => deliver(later, topic, message));
  return sent;
}

export function publish(ctx: Ctx, input: PublishInput): Sent | Promise<Sent> {
  if (input.PhoneNumber !== undefined) {
    checkContent(input);
    checkNumber(input.PhoneNumber);
    const from = senderOf(ctx, input.MessageAttributes?.["AWS.SNS.SMS.SenderID"]?.StringValue);
    ctx.mail({
      kind: "sms",
      from,
      to: input.PhoneNumber,
      body: bodiesOf(input).sms ?? bodiesOf(input).default ?? "",
      service: "sns",
    });
    return { MessageId: randomUuid(ctx.random) };
  }
  const target = input.TopicArn ?? input.TargetArn;
  if (target === undefined) throw invalid("TopicArn or TargetArn Reason: no value for required parameter");
  if (/^arn:[^:]*:sns:[^:]*:\d*:endpoint\//.test(target)) {
    checkContent(input);
    push(ctx, target, bodiesOf(input), input.Subject);
    return { MessageId: randomUuid(ctx.random) };
  }
  return asked(ctx, target, () => publishOne(ctx, target, input));
}

/** In one transaction, once the topic's key allows it. */
function asked<T>(ctx: Ctx, target: string, work: () => T): T | Promise<T> {
  const run = () => ctx.transact(work);
  const key = askToPublish(ctx, needTopic(ctx, target));
  return key === undefined ? run() : key.then(run);
}

interface BatchEntry extends Content {
  readonly Id: string;
}

export function publishBatch(
  ctx: Ctx,
  input: { readonly TopicArn: string; readonly PublishBatchRequestEntries: readonly BatchEntry[] },
) {
  const entries = input.PublishBatchRequestEntries;
  if (entries.length === 0)
    throw new ServiceError("EmptyBatchRequestException", 400, "The batch request doesn't contain any entries.");
  if (entries.length > BATCH_MAX)
    throw new ServiceError(
      "TooManyEntriesInBatchRequestException",
      400,
      `The batch request contains more entries than permissible (more than ${BATCH_MAX}).`,
    );
  if (new Set(entries.map((entry) => entry.Id)).size < entries.length)
    throw new ServiceError(
      "BatchEntryIdsNotDistinctException",
      400,
      "Two or more batch entries in the request have the same Id.",
    );
  if (entries.reduce((sum, entry) => sum + Buffer.byteLength(entry.Message ?? ""), 0) > BYTES_MAX)
    throw new ServiceError(
      "BatchRequestTooLongException",
      400,
      "The length of all the batch messages put together is more than the limit.",
    );
  return asked(ctx, input.TopicArn, () => publishEntries(ctx, input.TopicArn, entries));
}

function publishEntries(ctx: Ctx, topicArn: string, entries: readonly BatchEntry[]) {
  const Successful: (Sent & { Id: string })[] = [];
  const Failed: { Id: string; Code: string; Message: string; SenderFault: boolean }[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...publishOne(ctx, topicArn, entry) });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Failed.push({ Id: entry.Id, Code: error.code.replace(/Exception$/, ""), Message: error.message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}
