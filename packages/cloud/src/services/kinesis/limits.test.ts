import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(1_700_000_000_000), random: seededRandom(1), listen: false });
});
beforeEach(async () => {
  await cloud.reset();
  await call("CreateStream", { StreamName: "s", ShardCount: 1 });
});
afterAll(() => cloud.stop());

const call = <O = Record<string, unknown>>(operation: string, input: object) => cloud.call<O>("kinesis", operation, input);
const record = (bytes: number) => ({ StreamName: "s", Data: Buffer.alloc(bytes), PartitionKey: "p" });

test("a shard takes 1 MiB a second by the cloud's clock", async () => {
  await call("PutRecord", record(1_000_000));
  await expect(call("PutRecord", record(100_000))).rejects.toMatchObject({
    name: "ProvisionedThroughputExceededException",
    message: "Rate exceeded for shard shardId-000000000000 in stream s under account 000000000000.",
  });
  await cloud.clock.advance(1000);
  await call("PutRecord", record(100_000));
});

test("of a batch past 1,000 records a second the rest fails, each by itself", async () => {
  const Records = Array.from({ length: 500 }, () => ({ Data: Buffer.from("x"), PartitionKey: "p" }));
  const put = () =>
    call<{ FailedRecordCount: number; Records: { ErrorCode?: string }[] }>("PutRecords", { StreamName: "s", Records });
  expect((await put()).FailedRecordCount).toBe(0);
  await call("PutRecord", record(1));
  const second = await put();
  expect(second.FailedRecordCount).toBe(1);
  expect(second.Records.at(-1)?.ErrorCode).toBe("ProvisionedThroughputExceededException");
  await call("UpdateStreamMode", { StreamARN: ARN, StreamModeDetails: { StreamMode: "ON_DEMAND" } });
  expect((await put()).FailedRecordCount).toBe(0);
});

async function iterator(): Promise<string> {
  const at = { StreamName: "s", ShardId: "shardId-000000000000", ShardIteratorType: "TRIM_HORIZON" };
  return (await call<{ ShardIterator: string }>("GetShardIterator", at)).ShardIterator;
}

test("a shard is read five times a second, on demand or not", async () => {
  await call("UpdateStreamMode", { StreamARN: ARN, StreamModeDetails: { StreamMode: "ON_DEMAND" } });
  const ShardIterator = await iterator();
  const read = () => call("GetRecords", { ShardIterator });
  for (let n = 0; n < 5; n++) await read();
  await expect(read()).rejects.toMatchObject({
    name: "ProvisionedThroughputExceededException",
    message: "Rate exceeded for shard shardId-000000000000 in stream s under account 000000000000.",
  });
  await cloud.clock.advance(1000);
  await read();
});

test("who reads 10 MB at once waits for five seconds, which is 2 MiB a second", async () => {
  await call("UpdateStreamMode", { StreamARN: ARN, StreamModeDetails: { StreamMode: "ON_DEMAND" } });
  for (let n = 0; n < 10; n++) await call("PutRecord", record(1_000_000));
  const ShardIterator = await iterator();
  const read = () => call<{ Records: object[] }>("GetRecords", { ShardIterator });
  expect((await read()).Records).toHaveLength(10);
  for (let second = 0; second < 5; second++) {
    await expect(read(), `second ${second}`).rejects.toMatchObject({ name: "ProvisionedThroughputExceededException" });
    await cloud.clock.advance(1000);
  }
  await read();
});

test("a consumer has a policy and tags of its own", async () => {
  const { Consumer } = await call<{ Consumer: { ConsumerARN: string } }>("RegisterStreamConsumer", {
    StreamARN: ARN,
    ConsumerName: "c",
    Tags: { a: "1" },
  });
  const ResourceARN = Consumer.ConsumerARN;
  await expect(call("GetResourcePolicy", { ResourceARN })).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  const Principal = { AWS: "arn:aws:iam::111111111111:root" };
  const Statement = [{ Effect: "Deny", Principal, Action: "kinesis:DescribeStreamConsumer", Resource: ResourceARN }];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await call("PutResourcePolicy", { ResourceARN, Policy });
  expect(await call("GetResourcePolicy", { ResourceARN })).toEqual({ Policy });
  await expect(call("GetResourcePolicy", { ResourceARN: ARN })).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  const as = { kind: "root", accountId: "111111111111", accessKeyId: "A" } as const;
  const input = { ConsumerARN: ResourceARN };
  await expect(cloud.call("kinesis", "DescribeStreamConsumer", input, { as, account: "000000000000" })).rejects.toMatchObject({
    message: expect.stringContaining("explicit deny in a resource-based policy"),
  });
  await call("DeleteResourcePolicy", { ResourceARN });
  await call("TagResource", { ResourceARN, Tags: { b: "2" } });
  await call("UntagResource", { ResourceARN, TagKeys: ["a"] });
  expect(await call("ListTagsForResource", { ResourceARN })).toEqual({ Tags: [{ Key: "b", Value: "2" }] });
  expect(await call("ListTagsForResource", { ResourceARN: ARN })).toEqual({ Tags: [] });
  const none = { ResourceARN: `${ARN}/consumer/none:1`, Tags: { a: "1" } };
  await expect(call("TagResource", none)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

test("a stream's policy lets another account's principal write", async () => {
  const as = {
    kind: "user",
    accountId: "111111111111",
    accessKeyId: "A",
    userArn: "arn:aws:iam::111111111111:user/u",
    userId: "U",
  } as const;
  const put = () => cloud.call("kinesis", "PutRecord", { StreamARN: ARN, Data: Buffer.from("x"), PartitionKey: "p" }, { as });
  const missing = call("GetResourcePolicy", { ResourceARN: ARN });
  await expect(missing).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  const Statement = [{ Effect: "Deny", Principal: { AWS: as.userArn }, Action: "kinesis:PutRecord", Resource: ARN }];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await call("PutResourcePolicy", { ResourceARN: ARN, Policy });
  expect(await call("GetResourcePolicy", { ResourceARN: ARN })).toEqual({ Policy });
  await expect(put()).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: expect.stringContaining("explicit deny in a resource-based policy"),
  });
  await call("DeleteResourcePolicy", { ResourceARN: ARN });
  await expect(call("PutResourcePolicy", { ResourceARN: ARN, Policy: "{" })).rejects.toMatchObject({
    name: "InvalidArgumentException",
  });
});

test("limits, metrics by shard, warm throughput and account settings are shown", async () => {
  expect(await call("DescribeLimits", {})).toMatchObject({ OpenShardCount: 1, OnDemandStreamCount: 0 });
  const on = await call("EnableEnhancedMonitoring", { StreamName: "s", ShardLevelMetrics: ["ALL"] });
  expect(on).toMatchObject({ CurrentShardLevelMetrics: [], DesiredShardLevelMetrics: expect.arrayContaining(["IncomingBytes"]) });
  const off = await call("DisableEnhancedMonitoring", { StreamName: "s", ShardLevelMetrics: ["IncomingBytes"] });
  expect(off.DesiredShardLevelMetrics).not.toContain("IncomingBytes");
  await expect(call("UpdateStreamWarmThroughput", { StreamName: "s", WarmThroughputMiBps: 10 })).rejects.toMatchObject({
    name: "ValidationException",
  });
  expect(await call("DescribeAccountSettings", {})).toEqual({ MinimumThroughputBillingCommitment: { Status: "DISABLED" } });
});
