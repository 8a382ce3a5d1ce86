/** SubscribeToShard through the SDK, which speaks HTTP/2 to the cloud. */
import * as K from "@aws-sdk/client-kinesis";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const SHARD = "shardId-000000000000";
const ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
let cloud: Cloud;
let kinesis: K.KinesisClient;
let consumer: string;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(1_700_000_000_000), random: seededRandom(1) });
});
beforeEach(async () => {
  await cloud.reset();
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  kinesis = new K.KinesisClient({ region: "us-east-1", endpoint: cloud.endpoint, credentials, maxAttempts: 1 });
  await kinesis.send(new K.CreateStreamCommand({ StreamName: "s", ShardCount: 1 }));
  const made = await kinesis.send(new K.RegisterStreamConsumerCommand({ StreamARN: ARN, ConsumerName: "c" }));
  consumer = made.Consumer?.ConsumerARN ?? "";
});
afterEach(() => kinesis.destroy());
afterAll(() => cloud.stop());

const put = (text: string) =>
  kinesis.send(new K.PutRecordCommand({ StreamName: "s", PartitionKey: "k", Data: Buffer.from(text) }));

async function subscribe(StartingPosition: K.StartingPosition = { Type: "TRIM_HORIZON" }) {
  const input = { ConsumerARN: consumer, ShardId: SHARD, StartingPosition };
  const { EventStream } = await kinesis.send(new K.SubscribeToShardCommand(input));
  if (EventStream === undefined) throw new Error("no stream");
  const events = EventStream[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await events.next();
    return done === true ? undefined : (value as { SubscribeToShardEvent: K.SubscribeToShardEvent }).SubscribeToShardEvent;
  };
  return { next, close: () => events.return?.() };
}

const texts = (event: K.SubscribeToShardEvent | undefined) =>
  event?.Records?.map(({ Data }) => Buffer.from(Data ?? []).toString());

test("records come as they are written, and from where another subscription ended", async () => {
  await put("a");
  const first = await subscribe();
  const begin = await first.next();
  expect(texts(begin)).toEqual(["a"]);
  expect(begin).toMatchObject({ MillisBehindLatest: 0, Records: [{ PartitionKey: "k" }] });
  const waiting = first.next();
  await put("b");
  expect(texts(await waiting)).toEqual(["b"]);
  await cloud.clock.advance(5_000);
  const { ContinuationSequenceNumber: SequenceNumber } = begin ?? {};
  const second = await subscribe({ Type: "AFTER_SEQUENCE_NUMBER", SequenceNumber });
  expect(texts(await second.next())).toEqual(["b"]);
});

test("without records an event comes every five seconds; after five minutes the subscription ends", async () => {
  const { next } = await subscribe({ Type: "LATEST" });
  expect(texts(await next())).toEqual([]);
  const beat = next();
  await cloud.clock.advance(5_000);
  expect(texts(await beat)).toEqual([]);
  await cloud.clock.advance(5 * 60_000);
  let events = 0;
  while ((await next()) !== undefined) events++;
  expect(events).toBeLessThan(70);
});

test("a second subscription within five seconds is refused, a later one ends the first", async () => {
  const first = await subscribe();
  await first.next();
  await expect(subscribe()).rejects.toMatchObject({ name: "ResourceInUseException" });
  await cloud.clock.advance(5_000);
  const second = await subscribe();
  expect(texts(await second.next())).toEqual([]);
  await put("x");
  expect(texts(await second.next())).toEqual(["x"]);
  let left = await first.next();
  while (left !== undefined) {
    expect(texts(left)).toEqual([]);
    left = await first.next();
  }
});

test("a shard that was split ends with its children", async () => {
  await put("last");
  const { next } = await subscribe();
  expect(texts(await next())).toEqual(["last"]);
  const split = new K.SplitShardCommand({ StreamName: "s", ShardToSplit: SHARD, NewStartingHashKey: String(2n ** 127n) });
  await kinesis.send(split);
  await cloud.clock.advance(5_000);
  expect((await next())?.ChildShards?.map(({ ShardId }) => ShardId)).toEqual(["shardId-000000000001", "shardId-000000000002"]);
  expect(await next()).toBeUndefined();
});

test.each<[string, object, string]>([
  ["a consumer that is not there", { ConsumerARN: `${ARN}/consumer/x:1` }, "ResourceNotFoundException"],
  ["a shard that is not there", { ShardId: "shardId-000000000009" }, "ResourceNotFoundException"],
  ["a time that is missing", { StartingPosition: { Type: "AT_TIMESTAMP" } }, "InvalidArgumentException"],
])("%s is refused", async (_name, more, name) => {
  const input = { ConsumerARN: consumer, ShardId: SHARD, StartingPosition: { Type: "LATEST" as const }, ...more };
  await expect(kinesis.send(new K.SubscribeToShardCommand(input))).rejects.toMatchObject({ name });
});
