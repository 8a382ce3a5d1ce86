import * as K from "@aws-sdk/client-kinesis";
import { manualClock, seededRandom } from "@dovetail/model";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const START_MS = 1_700_000_000_000;
const HOUR_MS = 3_600_000;
const ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
let cloud: Cloud;
let kinesis: K.KinesisClient;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(START_MS), random: seededRandom(1) });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  kinesis = new K.KinesisClient({
    region: "us-east-1",
    endpoint: cloud.endpoint,
    credentials,
    maxAttempts: 1,
    // The client's own default is HTTP/2; the listener speaks HTTP/1.1.
    requestHandler: new NodeHttpHandler(),
  });
});
beforeEach(async () => {
  await cloud.reset();
  await create(2);
});
afterAll(() => cloud.stop());

const create = (ShardCount: number, StreamName = "s") => kinesis.send(new K.CreateStreamCommand({ StreamName, ShardCount }));
const put = (text: string, PartitionKey = "a") =>
  kinesis.send(new K.PutRecordCommand({ StreamName: "s", Data: Buffer.from(text), PartitionKey }));
const shards = async (ShardFilter?: K.ShardFilter) =>
  (await kinesis.send(new K.ListShardsCommand({ StreamName: "s", ShardFilter }))).Shards ?? [];

async function read(ShardId: string | undefined, at: Partial<K.GetShardIteratorCommandInput> = {}) {
  const { ShardIterator } = await kinesis.send(
    new K.GetShardIteratorCommand({ StreamName: "s", ShardId, ShardIteratorType: "TRIM_HORIZON", ...at }),
  );
  return kinesis.send(new K.GetRecordsCommand({ ShardIterator }));
}
const texts = (page: K.GetRecordsCommandOutput) => page.Records?.map((each) => Buffer.from(each.Data ?? []).toString());

test("a record goes to the shard of its key's MD5, or of the hash key given", async () => {
  // MD5("a") begins with 0c, MD5("b") with 92: below and above the middle of the space.
  expect((await put("1", "a")).ShardId).toBe("shardId-000000000000");
  expect((await put("2", "b")).ShardId).toBe("shardId-000000000001");
  const { Records, FailedRecordCount } = await kinesis.send(
    new K.PutRecordsCommand({
      StreamARN: ARN,
      Records: [{ Data: Buffer.from("3"), PartitionKey: "a", ExplicitHashKey: String(2n ** 128n - 1n) }],
    }),
  );
  expect([FailedRecordCount, Records?.[0]?.ShardId]).toEqual([0, "shardId-000000000001"]);
  expect(texts(await read("shardId-000000000001"))).toEqual(["2", "3"]);
  expect((await shards()).map((each) => each.HashKeyRange)).toEqual([
    { StartingHashKey: "0", EndingHashKey: "170141183460469231731687303715884105727" },
    { StartingHashKey: "170141183460469231731687303715884105728", EndingHashKey: "340282366920938463463374607431768211455" },
  ]);
});

test("every kind of iterator begins where it says", async () => {
  const { ShardId, SequenceNumber: first } = await put("1");
  await cloud.clock.advance(1000);
  const { SequenceNumber: second = "" } = await put("2");
  expect([second.length, second > (first ?? "")]).toEqual([56, true]);
  const at = async (more: Partial<K.GetShardIteratorCommandInput>) => texts(await read(ShardId, more));
  expect(await at({})).toEqual(["1", "2"]);
  expect(await at({ ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber: second })).toEqual(["2"]);
  expect(await at({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: first })).toEqual(["2"]);
  expect(await at({ ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(START_MS + 1000) })).toEqual(["2"]);
  const page = await read(ShardId, { ShardIteratorType: "LATEST" });
  expect(texts(page)).toEqual([]);
  await put("3");
  // A shard is read five times a second.
  await cloud.clock.advance(1000);
  expect(texts(await kinesis.send(new K.GetRecordsCommand({ ShardIterator: page.NextShardIterator })))).toEqual(["3"]);
});

test("pages go on where they ended and say how far behind they are", async () => {
  const { ShardId } = await put("1");
  await put("2");
  await cloud.clock.advance(5000);
  const { ShardIterator } = await kinesis.send(
    new K.GetShardIteratorCommand({ StreamName: "s", ShardId, ShardIteratorType: "TRIM_HORIZON" }),
  );
  const one = await kinesis.send(new K.GetRecordsCommand({ ShardIterator, Limit: 1 }));
  expect([texts(one), one.MillisBehindLatest]).toEqual([["1"], 5000]);
  const two = await kinesis.send(new K.GetRecordsCommand({ ShardIterator: one.NextShardIterator }));
  expect([texts(two), two.MillisBehindLatest]).toEqual([["2"], 0]);
});

test("records leave by the clock when their retention ends, and an iterator after five minutes", async () => {
  const { ShardId } = await put("old");
  const page = await read(ShardId);
  await kinesis.send(new K.IncreaseStreamRetentionPeriodCommand({ StreamName: "s", RetentionPeriodHours: 48 }));
  await cloud.clock.advance(25 * HOUR_MS);
  expect(texts(await read(ShardId))).toEqual(["old"]);
  await put("new");
  await cloud.clock.advance(24 * HOUR_MS);
  expect(texts(await read(ShardId))).toEqual(["new"]);
  await expect(kinesis.send(new K.GetRecordsCommand({ ShardIterator: page.NextShardIterator }))).rejects.toMatchObject({
    name: "ExpiredIteratorException",
  });
});

test("a split closes its shard, whose readers end and learn of the children; a merge joins them again", async () => {
  const { ShardId } = await put("1");
  await kinesis.send(new K.SplitShardCommand({ StreamName: "s", ShardToSplit: ShardId, NewStartingHashKey: String(2n ** 126n) }));
  const page = await read(ShardId);
  expect([texts(page), page.NextShardIterator]).toEqual([["1"], undefined]);
  expect(page.ChildShards?.map((each) => each.ShardId)).toEqual(["shardId-000000000002", "shardId-000000000003"]);
  expect((await put("2")).ShardId).toBe("shardId-000000000002");
  await kinesis.send(
    new K.MergeShardsCommand({
      StreamName: "s",
      ShardToMerge: "shardId-000000000002",
      AdjacentShardToMerge: "shardId-000000000003",
    }),
  );
  const open = await shards({ Type: "AT_LATEST" });
  expect(open.map((each) => [each.ShardId, each.ParentShardId, each.AdjacentParentShardId])).toEqual([
    ["shardId-000000000001", undefined, undefined],
    ["shardId-000000000004", "shardId-000000000002", "shardId-000000000003"],
  ]);
  expect((await shards()).length).toBe(5);
  await kinesis.send(new K.UpdateShardCountCommand({ StreamName: "s", TargetShardCount: 4, ScalingType: "UNIFORM_SCALING" }));
  expect((await shards({ Type: "AT_LATEST" })).length).toBe(4);
});

test("consumers are registered once, and keep a stream from being deleted by mistake", async () => {
  const { Consumer } = await kinesis.send(new K.RegisterStreamConsumerCommand({ StreamARN: ARN, ConsumerName: "c" }));
  expect(Consumer?.ConsumerARN).toBe(`${ARN}/consumer/c:${START_MS / 1000}`);
  const again = kinesis.send(new K.RegisterStreamConsumerCommand({ StreamARN: ARN, ConsumerName: "c" }));
  await expect(again).rejects.toMatchObject({ name: "ResourceInUseException" });
  await expect(kinesis.send(new K.DeleteStreamCommand({ StreamName: "s" }))).rejects.toMatchObject({
    name: "ResourceInUseException",
  });
  await kinesis.send(new K.DeregisterStreamConsumerCommand({ ConsumerARN: Consumer?.ConsumerARN }));
  await kinesis.send(new K.DeleteStreamCommand({ StreamName: "s" }));
  expect(await cloud.inventory()).not.toHaveProperty("kinesis streams");
});

test("mappings read a shard as a function's event has it, go on from their place, and are woken", async () => {
  let woken = 0;
  const stop = await cloud.internal<() => void>("kinesis", "subscribe", { streamArn: ARN, wake: () => woken++ });
  const { ShardId: shardId, SequenceNumber } = await put("1");
  await cloud.idle();
  expect(woken).toBe(1);
  stop();
  type Page = { records: { eventID: string; kinesis: { data: string } }[]; after: string };
  const readOn = (more: object) =>
    cloud.internal<Page>("kinesis", "readRecords", { streamArn: ARN, shardId, limit: 10, ...more });
  const page = await readOn({ start: "TRIM_HORIZON" });
  expect(page.records).toMatchObject([{ eventID: `${shardId}:${SequenceNumber}`, kinesis: { data: "MQ==" } }]);
  await put("2");
  for (const after of [page.after, SequenceNumber])
    expect((await readOn({ after })).records).toMatchObject([{ kinesis: { data: "Mg==" } }]);
  expect(woken).toBe(1);
});

const iteratorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");

test.each<[string, () => Promise<unknown>, string]>([
  [
    "a stream that is not there",
    () => kinesis.send(new K.DescribeStreamCommand({ StreamName: "none" })),
    "ResourceNotFoundException",
  ],
  ["a name that is taken", () => create(1), "ResourceInUseException"],
  ["a shard that is not there", () => read("shardId-000000000009"), "ResourceNotFoundException"],
  ["a made-up iterator", () => kinesis.send(new K.GetRecordsCommand({ ShardIterator: "zzzz" })), "InvalidArgumentException"],
  [
    "an iterator that is null",
    () => kinesis.send(new K.GetRecordsCommand({ ShardIterator: iteratorOf(null) })),
    "InvalidArgumentException",
  ],
  [
    "an iterator of other members",
    () => kinesis.send(new K.GetRecordsCommand({ ShardIterator: iteratorOf({ arn: 1 }) })),
    "InvalidArgumentException",
  ],
  ["data above 1 MB", () => put("x".repeat(1024 * 1024 + 1)), "ValidationException"],
  [
    "merging shards of which one is closed",
    () =>
      kinesis
        .send(new K.SplitShardCommand({ StreamName: "s", ShardToSplit: "shardId-000000000000", NewStartingHashKey: "5" }))
        .then(() =>
          kinesis.send(
            new K.MergeShardsCommand({
              StreamName: "s",
              ShardToMerge: "shardId-000000000000",
              AdjacentShardToMerge: "shardId-000000000001",
            }),
          ),
        ),
    "InvalidArgumentException",
  ],
  [
    "a split outside the shard",
    () =>
      kinesis.send(new K.SplitShardCommand({ StreamName: "s", ShardToSplit: "shardId-000000000001", NewStartingHashKey: "5" })),
    "InvalidArgumentException",
  ],
  [
    "a retention of 12 hours",
    () => kinesis.send(new K.DecreaseStreamRetentionPeriodCommand({ StreamName: "s", RetentionPeriodHours: 12 })),
    "InvalidArgumentException",
  ],
])("refuses %s", async (_name, act, name) => {
  await expect(act()).rejects.toMatchObject({ name });
});
