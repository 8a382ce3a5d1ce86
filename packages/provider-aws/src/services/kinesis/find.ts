/** Lookups and waiters that the Kinesis resources share. */
import type { ConsumerDescription, StreamDescriptionSummary, StreamMode } from "@aws-sdk/client-kinesis";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, WaitRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blockAt, enumAt } from "../attribute-map.ts";

export const KINESIS_MISSING = ["ResourceNotFoundException"];

/** A stream by name; undefined when there is none. */
export async function findStream(aws: AwsContext, name: string): Promise<StreamDescriptionSummary | undefined> {
  const answer = await unlessMissing(KINESIS_MISSING, () => aws.clients.kinesis.describeStreamSummary({ StreamName: name }));
  return answer?.StreamDescriptionSummary;
}

/** A consumer by ARN; undefined when there is none. */
export async function findConsumer(aws: AwsContext, arn: string): Promise<ConsumerDescription | undefined> {
  const answer = await unlessMissing(KINESIS_MISSING, () => aws.clients.kinesis.describeStreamConsumer({ ConsumerARN: arn }));
  return answer?.ConsumerDescription;
}

/** A stream's tags. */
export async function findStreamTags(aws: AwsContext, name: string): Promise<Record<string, string>> {
  const tags: Record<string, string> = {};
  let ExclusiveStartTagKey: string | undefined;
  for (;;) {
    const input = { StreamName: name, ExclusiveStartTagKey };
    const answer = await unlessMissing(KINESIS_MISSING, () => aws.clients.kinesis.listTagsForStream(input));
    for (const { Key, Value = "" } of answer?.Tags ?? []) if (Key !== undefined) tags[Key] = Value;
    ExclusiveStartTagKey = answer?.Tags?.at(-1)?.Key;
    if (answer?.HasMoreTags !== true || ExclusiveStartTagKey === undefined) return tags;
  }
}

const MINUTE_MS = 60_000;
const STREAMS = "https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-after-resharding.html";

export const STREAM_CREATION: WaitRow = { what: "Kinesis stream creation", timeoutMs: 5 * MINUTE_MS, source: STREAMS };
export const STREAM_UPDATE: WaitRow = { what: "Kinesis stream update", timeoutMs: 120 * MINUTE_MS, source: STREAMS };
export const STREAM_DELETION: WaitRow = { what: "Kinesis stream deletion", timeoutMs: 120 * MINUTE_MS, source: STREAMS };
export const CONSUMER_CHANGE: WaitRow = {
  what: "Kinesis stream consumer",
  timeoutMs: 5 * MINUTE_MS,
  source: "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RegisterStreamConsumer.html",
};

/** Waits until a stream is ACTIVE and answers it. */
export function waitUntilActive(aws: AwsContext, name: string, row: WaitRow): Promise<StreamDescriptionSummary> {
  return aws.wait(row, async () => {
    const stream = await findStream(aws, name);
    return stream?.StreamStatus === "ACTIVE" ? stream : undefined;
  });
}

/** The mode; a stream without one is provisioned. */
export function streamMode(object: ValueObject): StreamMode {
  return enumAt<StreamMode>(blockAt(object, "stream_mode_details") ?? {}, "stream_mode") ?? "PROVISIONED";
}
