/** What an operation is about and which messages it leaves, read off its input and output: for the trace. */
import type { Operation } from "./service.ts";

/** Members that name a resource, the telling ones first. */
const NAMING = [
  "TableName",
  "QueueUrl",
  "Bucket",
  "FunctionName",
  "TopicArn",
  "TargetArn",
  "StreamName",
  "StreamARN",
  "StreamArn",
  "SecretId",
  "KeyId",
  "RoleArn",
  "UserPoolId",
  "EventBusName",
  "logGroupName",
  "ApiId",
  "ConnectionId",
  "UserName",
  "RoleName",
  "PolicyArn",
  "QueueName",
  "Namespace",
  "AlarmName",
  "Name",
  "Path",
  "Rule",
  "ResourceArn",
  "ShardIterator",
];
/** The member that an operation's inputs had last time. */
const known = new WeakMap<Operation, string>();
const TEXT_MAX = 300;

function member(input: Readonly<Record<string, unknown>>, operation: Operation): string | undefined {
  const last = known.get(operation);
  if (last !== undefined && typeof input[last] === "string") return last;
  const found = NAMING.find((name) => typeof input[name] === "string");
  if (found !== undefined) known.set(operation, found);
  return found;
}

/** `orders`, `photos/2026/a.png`; undefined when the input names nothing. */
export function resourceOf(operation: Operation, input: unknown): string | undefined {
  if (typeof input !== "object" || input === null) return undefined;
  const record = input as Readonly<Record<string, unknown>>;
  const name = member(record, operation);
  if (name === undefined) return undefined;
  const value = String(record[name]);
  const text = name === "Bucket" && typeof record.Key === "string" ? `${value}/${record.Key}` : value;
  return text.length > TEXT_MAX ? text.slice(0, TEXT_MAX) : text;
}

interface Sent {
  readonly MessageId?: unknown;
  readonly SequenceNumber?: unknown;
  readonly Successful?: unknown;
  readonly Records?: unknown;
}

const NOTHING: readonly string[] = [];

/** Ids that the operation's effects carry: messages of a queue, records of a stream. */
export function leftKeys(service: string, operation: string, output: unknown): readonly string[] {
  const isMessage = service === "sqs" && operation.startsWith("SendMessage");
  const isRecord = service === "kinesis" && operation.startsWith("PutRecord");
  if ((!isMessage && !isRecord) || typeof output !== "object" || output === null) return NOTHING;
  const { MessageId, SequenceNumber, Successful, Records } = output as Sent;
  if (typeof MessageId === "string" && SequenceNumber === undefined && Successful === undefined) return [MessageId];
  const parts = [
    { MessageId, SequenceNumber },
    ...(Array.isArray(Successful) ? Successful : []),
    ...(Array.isArray(Records) ? Records : []),
  ];
  return parts.flatMap((part: Sent) =>
    [part.MessageId, part.SequenceNumber].filter((id): id is string => typeof id === "string"),
  );
}

const PAYLOAD_BYTES_LOOKED_AT = 16_384;

/** The id of the first message or record in an event that a poller hands to a function. */
export function carriedKey(payload: unknown): string | undefined {
  if (!(payload instanceof Uint8Array) || payload.length === 0) return undefined;
  const text = Buffer.from(payload.buffer, payload.byteOffset, Math.min(payload.length, PAYLOAD_BYTES_LOOKED_AT)).toString(
    "latin1",
  );
  if (!text.startsWith('{"Records":[')) return undefined;
  return /"(?:messageId|sequenceNumber)":"([0-9a-f-]{20,})"/.exec(text)?.[1] ?? /"eventID":"([0-9a-f]{32})"/.exec(text)?.[1];
}

/** What pollers ask all day. */
const POLLS = new Set([
  "ReceiveMessage",
  "GetQueueUrl",
  "GetRecords",
  "GetShardIterator",
  "DescribeStream",
  "ListShards",
  "DeleteMessageBatch",
]);

export function isPoll(operation: string): boolean {
  return POLLS.has(operation);
}
