/** What holds a table back: throughput with its burst, on-demand maximums, how often settings may change; and its policies. */
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const START_MS = Date.UTC(2026, 0, 1);
const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;
let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(START_MS), random: seededRandom(4), volatile: true, listen: false });
});
afterAll(() => cloud.stop());

const call = <O = Record<string, unknown>>(operation: string, input: object, options?: Parameters<Cloud["call"]>[3]) =>
  cloud.call<O>("dynamodb", operation, input, options);
const units = (read: number, write: number) => ({
  ProvisionedThroughput: { ReadCapacityUnits: read, WriteCapacityUnits: write },
});
const key = (id: string) => ({ id: { S: id } });
const error = (code: string, message: RegExp) => expect.objectContaining({ code, message: expect.stringMatching(message) });

async function table(TableName: string, more: object): Promise<string> {
  const { TableDescription } = await call<{ TableDescription: { TableArn: string } }>("CreateTable", {
    TableName,
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    ...more,
  });
  return TableDescription.TableArn;
}

/** Puts items of one unit until one is refused; answers how many went in, and the refusal. */
async function fill(TableName: string): Promise<{ count: number; refusal: unknown }> {
  for (let count = 0; count < 2000; count++)
    try {
      await call("PutItem", { TableName, Item: key(String(count)) });
    } catch (refusal) {
      return { count, refusal };
    }
  return { count: 2000, refusal: undefined };
}

describe("provisioned throughput", () => {
  it("lets five minutes of it through at once, and refills with the clock", async () => {
    const arn = await table("steady", units(1, 1));
    const { count, refusal } = await fill("steady");
    expect(count).toBe(300);
    expect(refusal).toEqual(
      error("ProvisionedThroughputExceededException", /^The level of configured provisioned throughput for the/),
    );
    expect(refusal).toMatchObject({
      status: 400,
      fields: { ThrottlingReasons: [{ reason: "TableWriteProvisionedThroughputExceeded", resource: arn }] },
    });
    await expect(call("GetItem", { TableName: "steady", Key: key("0") })).resolves.toMatchObject({ Item: key("0") });
    await cloud.clock.advance(2000);
    expect((await fill("steady")).count).toBe(2);
  });

  it("gives back what a batch could not write, and fails one of which nothing went through", async () => {
    await table("batches", units(1, 1));
    const RequestItems = (from: number) => ({
      batches: Array.from({ length: 25 }, (_, i) => ({ PutRequest: { Item: key(String(from + i)) } })),
    });
    for (let from = 0; from < 275; from += 25) await call("BatchWriteItem", { RequestItems: RequestItems(from) });
    await call("PutItem", { TableName: "batches", Item: key("x") });
    const { UnprocessedItems } = await call<{ UnprocessedItems: { batches: object[] } }>("BatchWriteItem", {
      RequestItems: RequestItems(1000),
    });
    expect(UnprocessedItems.batches).toEqual([{ PutRequest: { Item: key("1024") } }]);
    await expect(call("BatchWriteItem", { RequestItems: RequestItems(2000) })).rejects.toEqual(
      error("ProvisionedThroughputExceededException", /throughput for the table/),
    );
    await expect(
      call("TransactWriteItems", { TransactItems: [{ Put: { TableName: "batches", Item: key("t") } }] }),
    ).rejects.toEqual(error("TransactionCanceledException", /\[ProvisionedThroughputExceeded\]$/));
  });

  it("of a global index holds back the writes that reach it", async () => {
    await table("indexed", {
      ...units(10, 10),
      AttributeDefinitions: ["id", "g"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-g",
          KeySchema: [{ AttributeName: "g", KeyType: "HASH" }],
          Projection: { ProjectionType: "KEYS_ONLY" },
          ...units(1, 1),
        },
      ],
    });
    for (let i = 0; i < 300; i++) await call("PutItem", { TableName: "indexed", Item: { ...key(String(i)), g: { S: "g" } } });
    await expect(call("PutItem", { TableName: "indexed", Item: { ...key("x"), g: { S: "g" } } })).rejects.toEqual(
      error("ProvisionedThroughputExceededException", /one or more global secondary indexes of the table/),
    );
    await call("PutItem", { TableName: "indexed", Item: key("x") });
    await call("Query", {
      TableName: "indexed",
      IndexName: "by-g",
      KeyConditionExpression: "g = :g",
      ExpressionAttributeValues: { ":g": { S: "g" } },
    });
    await cloud.idle();
    const sum = async (MetricName: string, index: boolean) => {
      const { Datapoints } = await cloud.call<{ Datapoints: { Sum: number }[] }>("cloudwatch", "GetMetricStatistics", {
        Namespace: "AWS/DynamoDB",
        MetricName,
        Dimensions: [
          { Name: "TableName", Value: "indexed" },
          ...(index ? [{ Name: "GlobalSecondaryIndexName", Value: "by-g" }] : []),
        ],
        StartTime: new Date(START_MS),
        EndTime: new Date(cloud.clock.now() + DAY_MS),
        Period: DAY_MS / 1000,
        Statistics: ["Sum"],
      });
      return Datapoints[0]?.Sum;
    };
    expect([await sum("ConsumedWriteCapacityUnits", true), await sum("ConsumedWriteCapacityUnits", false)]).toEqual([300, 301]);
    expect([await sum("ConsumedReadCapacityUnits", true), await sum("ConsumedReadCapacityUnits", false)]).toEqual([
      0.5,
      undefined,
    ]);
    expect(await sum("WriteThrottleEvents", true)).toBe(1);
  });
});

describe("an on-demand table", () => {
  it("is held back at its maximum only", async () => {
    await table("capped", { BillingMode: "PAY_PER_REQUEST", OnDemandThroughput: { MaxWriteRequestUnits: 1 } });
    const { count, refusal } = await fill("capped");
    expect(count).toBe(300);
    expect(refusal).toEqual(error("ThrottlingException", /^Throughput exceeds the maximum OnDemandThroughput configured/));
    await call("Scan", { TableName: "capped" });
    await call("UpdateTable", { TableName: "capped", OnDemandThroughput: { MaxWriteRequestUnits: -1 } });
    await call("PutItem", { TableName: "capped", Item: key("more") });
  });

  it("takes no provisioned units, nor a provisioned one a maximum", async () => {
    await expect(call("UpdateTable", { TableName: "capped", ...units(1, 1) })).rejects.toEqual(
      error("ValidationException", /when BillingMode is PAY_PER_REQUEST$/),
    );
    await expect(call("UpdateTable", { TableName: "steady", OnDemandThroughput: { MaxReadRequestUnits: 5 } })).rejects.toEqual(
      error("ValidationException", /when BillingMode is PROVISIONED$/),
    );
  });

  it("was switched to at most four times in a day", async () => {
    await table("switching", units(1, 1));
    for (let i = 0; i < 4; i++) {
      await call("UpdateTable", { TableName: "switching", BillingMode: "PAY_PER_REQUEST" });
      await call("UpdateTable", { TableName: "switching", BillingMode: "PROVISIONED", ...units(1, 1) });
    }
    const again = () => call("UpdateTable", { TableName: "switching", BillingMode: "PAY_PER_REQUEST" });
    await expect(again()).rejects.toEqual(
      error("LimitExceededException", /^Subscriber limit exceeded: Update to PayPerRequest mode/),
    );
    await cloud.clock.advance(DAY_MS);
    await again();
  });
});

describe("UpdateTable", () => {
  it("takes four decreases a day, and then one an hour", async () => {
    await table("shrinking", units(100, 100));
    const shrink = (read: number) => call("UpdateTable", { TableName: "shrinking", ...units(read, 100) });
    for (const read of [90, 80, 70, 60]) await shrink(read);
    const { Table } = await call<{ Table: object }>("DescribeTable", { TableName: "shrinking" });
    expect(Table).toMatchObject({ ProvisionedThroughput: { NumberOfDecreasesToday: 4, ReadCapacityUnits: 60 } });
    await expect(shrink(50)).rejects.toEqual(
      error(
        "LimitExceededException",
        /Number of decreases today: 4\. Last decrease at \w+, January 2, 2026 at .* Coordinated Universal Time/,
      ),
    );
    await shrink(200);
    await cloud.clock.advance(HOUR_MS);
    await shrink(50);
    await expect(shrink(40)).rejects.toEqual(error("LimitExceededException", /decreases today: 5/));
    await cloud.clock.advance(DAY_MS);
    await shrink(40);
    await expect(shrink(40)).rejects.toEqual(
      error("ValidationException", /^The provisioned throughput for the table will not change/),
    );
  });

  it("changes a table's class twice in 30 days", async () => {
    await table("classes", { BillingMode: "PAY_PER_REQUEST" });
    const change = (TableClass: string) => call("UpdateTable", { TableName: "classes", TableClass });
    await change("STANDARD_INFREQUENT_ACCESS");
    await change("STANDARD");
    await change("STANDARD");
    await expect(change("STANDARD_INFREQUENT_ACCESS")).rejects.toEqual(
      error("LimitExceededException", /^Subscriber limit exceeded: Updates to TableClass are limited to 2/),
    );
    await cloud.clock.advance(30 * DAY_MS);
    await change("STANDARD_INFREQUENT_ACCESS");
  });
});

describe("a resource policy", () => {
  const OTHER = { account: "111111111111" };
  const allow = (Resource: string, Action: string | string[], more: object = {}) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: "arn:aws:iam::111111111111:root" }, Action, Resource, ...more }],
    });
  const asOther = { as: { kind: "root", accountId: OTHER.account, accessKeyId: "x" }, ...OTHER } as const;

  it("lets another account's root in where it says so, through the table's ARN", async () => {
    const arn = await table("shared", { BillingMode: "PAY_PER_REQUEST" });
    await call("PutItem", { TableName: "shared", Item: key("a") });
    const get = () => call("GetItem", { TableName: arn, Key: key("a") }, asOther);
    await expect(get()).rejects.toEqual(
      error("AccessDeniedException", /no resource-based policy allows the dynamodb:GetItem action$/),
    );
    await call("PutResourcePolicy", { ResourceArn: arn, Policy: allow(arn, ["dynamodb:GetItem", "dynamodb:BatchGetItem"]) });
    await expect(get()).resolves.toMatchObject({ Item: key("a") });
    await expect(call("BatchGetItem", { RequestItems: { [arn]: { Keys: [key("a")] } } }, asOther)).resolves.toMatchObject({
      Responses: { [arn]: [key("a")] },
    });
    await expect(call("PutItem", { TableName: arn, Item: key("b") }, asOther)).rejects.toEqual(
      error("AccessDeniedException", /dynamodb:PutItem/),
    );
  });

  it("keeps its revision when it is put once more, and is changed under the expected revision only", async () => {
    const arn = await table("revised", { BillingMode: "PAY_PER_REQUEST" });
    const put = (more: object) =>
      call<{ RevisionId: string }>("PutResourcePolicy", { ResourceArn: arn, Policy: allow(arn, "dynamodb:GetItem"), ...more });
    const { RevisionId } = await put({ ExpectedRevisionId: "NO_POLICY" });
    expect(await put({})).toEqual({ RevisionId });
    await expect(put({ ExpectedRevisionId: "NO_POLICY" })).rejects.toEqual(error("PolicyNotFoundException", /RevisionId/));
    await expect(call("DeleteResourcePolicy", { ResourceArn: arn, ExpectedRevisionId: "1" })).rejects.toEqual(
      error("PolicyNotFoundException", /RevisionId/),
    );
    expect(await call("DeleteResourcePolicy", { ResourceArn: arn, ExpectedRevisionId: RevisionId })).toEqual({ RevisionId });
    expect(await call("DeleteResourcePolicy", { ResourceArn: arn })).toEqual({});
  });

  it.each<[string, (arn: string) => string, RegExp]>([
    ["text", () => "policy", /Invalid policy document/],
    [
      "an action of the account",
      (arn) => allow(arn, "dynamodb:ListStreams"),
      /action names are invalid: "dynamodb:ListStreams"$/,
    ],
    ["another service's action", (arn) => allow(arn, "s3:GetObject"), /action names are invalid: "s3:GetObject"$/],
    ["nobody", (arn) => allow(arn, "dynamodb:GetItem", { Principal: undefined }), /Missing required field Principal/],
    ["20 KB and more", (arn) => allow(arn, "dynamodb:GetItem", { Sid: "x".repeat(20 * 1024) }), /size/],
    [
      "a deny that keeps its author out",
      (arn) => allow(arn, "dynamodb:*", { Effect: "Deny", Principal: "*" }),
      /will not allow you to update the resource policy in the future/,
    ],
  ])("of %s is refused", async (_, policy, message) => {
    const arn = "arn:aws:dynamodb:us-east-1:000000000000:table/revised";
    await expect(call("PutResourcePolicy", { ResourceArn: arn, Policy: policy(arn) })).rejects.toEqual(
      error("ValidationException", message),
    );
  });

  it("that keeps its author out is taken when that is confirmed", async () => {
    const ResourceArn = "arn:aws:dynamodb:us-east-1:000000000000:table/revised";
    const Policy = allow(ResourceArn, "dynamodb:*", { Effect: "Deny", Principal: "*" });
    await expect(
      call("PutResourcePolicy", { ResourceArn, Policy, ConfirmRemoveSelfResourceAccess: true }),
    ).resolves.toHaveProperty("RevisionId");
  });

  it("of a stream is the stream's own", async () => {
    await table("streamed", {
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
    });
    const { Table } = await call<{ Table: { LatestStreamArn: string; TableArn: string } }>("DescribeTable", {
      TableName: "streamed",
    });
    const { LatestStreamArn: StreamArn } = Table;
    const describe = () => cloud.call("dynamodbstreams", "DescribeStream", { StreamArn }, asOther);
    await expect(describe()).rejects.toEqual(error("AccessDeniedException", /dynamodb:DescribeStream/));
    await call("PutResourcePolicy", { ResourceArn: StreamArn, Policy: allow(StreamArn, "dynamodb:DescribeStream") });
    await expect(describe()).resolves.toMatchObject({ StreamDescription: { TableName: "streamed" } });
    await expect(call("GetResourcePolicy", { ResourceArn: Table.TableArn })).rejects.toEqual(
      error("PolicyNotFoundException", /Resource-based policy not found/),
    );
    await expect(call("GetResourcePolicy", { ResourceArn: `${Table.TableArn}/index/x` })).rejects.toEqual(
      error("ValidationException", /not supported/),
    );
  });
});

describe("change records in Kinesis", () => {
  it("that the stream's shard has no room for are sent later, in order", async () => {
    await cloud.call("kinesis", "CreateStream", { StreamName: "small", ShardCount: 1 });
    const StreamArn = "arn:aws:kinesis:us-east-1:000000000000:stream/small";
    await table("busy", { BillingMode: "PAY_PER_REQUEST" });
    await call("EnableKinesisStreamingDestination", { TableName: "busy", StreamArn });
    const large = "x".repeat(300_000);
    for (let i = 0; i < 6; i++) await call("PutItem", { TableName: "busy", Item: { ...key(String(i)), v: { S: large } } });
    await cloud.idle();
    await cloud.clock.advance(5000);
    const { ShardIterator } = await cloud.call<{ ShardIterator: string }>("kinesis", "GetShardIterator", {
      StreamName: "small",
      ShardId: "shardId-000000000000",
      ShardIteratorType: "TRIM_HORIZON",
    });
    const { Records } = await cloud.call<{ Records: { Data: Uint8Array }[] }>("kinesis", "GetRecords", { ShardIterator });
    const ids = Records.map(({ Data }) => JSON.parse(Buffer.from(Data).toString()) as { dynamodb: { Keys: unknown } });
    expect(ids.map(({ dynamodb }) => dynamodb.Keys)).toEqual(["0", "1", "2", "3", "4", "5"].map(key));
  });
});
