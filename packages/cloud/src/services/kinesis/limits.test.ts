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
