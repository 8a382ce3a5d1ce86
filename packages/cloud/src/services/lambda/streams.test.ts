import * as kinesis from "@aws-sdk/client-kinesis";
import * as lambda from "@aws-sdk/client-lambda";
import * as sqs from "@aws-sdk/client-sqs";
import { seededRandom } from "@dovetail/model";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { oneRole, ROLE, zipOf } from "./testing.ts";

/** Mappings of streams, over Kinesis: order, retries, splitting, destinations, windows. What DynamoDB's streams add is in events.test.ts. */
let cloud: Cloud;
let client: lambda.LambdaClient;
let queues: sqs.SQSClient;
let streams: kinesis.KinesisClient;
let results: string;
let dead: { url: string; arn: string };

beforeEach(async () => {
  cloud = await startCloud({ random: seededRandom(1), services: { iam: oneRole }, enforceIam: false });
  const options = {
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  client = new lambda.LambdaClient(options);
  queues = new sqs.SQSClient(options);
  streams = new kinesis.KinesisClient({ ...options, requestHandler: new NodeHttpHandler() });
  results = (await makeQueue("results")).url;
  dead = await makeQueue("dead");
});
afterEach(() => cloud.stop());

async function makeQueue(QueueName: string) {
  const { QueueUrl = "" } = await queues.send(new sqs.CreateQueueCommand({ QueueName }));
  return { url: QueueUrl, arn: `arn:aws:sqs:us-east-1:000000000000:${QueueName}` };
}

async function receive(QueueUrl: string, seconds = 10): Promise<string[]> {
  const { Messages = [] } = await queues.send(
    new sqs.ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: seconds }),
  );
  for (const { ReceiptHandle } of Messages) await queues.send(new sqs.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages.map(({ Body = "" }) => Body);
}

/** As many messages as are wanted, in whatever batches they come. */
async function gather(url: string, count: number): Promise<string[]> {
  const seen: string[] = [];
  while (seen.length < count) seen.push(...(await receive(url)));
  return seen;
}

const STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/s";

async function makeStream(ShardCount = 1) {
  await streams.send(new kinesis.CreateStreamCommand({ StreamName: "s", ShardCount }));
}

async function put(...bodies: string[]) {
  for (const body of bodies)
    await streams.send(
      new kinesis.PutRecordCommand({ StreamName: "s", PartitionKey: body.slice(0, 1), Data: Buffer.from(body) }),
    );
}

/** `body`: what the handler does with `datas`, `event` and `send(text)`. */
async function makeFunction(body: string): Promise<string> {
  const code = `const { SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");
    const client = new SQSClient({});
    const send = (value) => client.send(new SendMessageCommand({ QueueUrl: process.env.RESULTS, MessageBody: typeof value === "string" ? value : JSON.stringify(value) }));
    exports.handler = async (event) => {
      const datas = event.Records.map((r) => Buffer.from(r.kinesis.data, "base64").toString());
      ${body}
    };`;
  await client.send(
    new lambda.CreateFunctionCommand({
      FunctionName: "f",
      Role: ROLE,
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Timeout: 20,
      Code: { ZipFile: zipOf({ "index.js": code }) },
      Environment: { Variables: { RESULTS: results } },
    }),
  );
  return "f";
}

async function map(more: Partial<lambda.CreateEventSourceMappingCommandInput> = {}) {
  const { UUID = "" } = await client.send(
    new lambda.CreateEventSourceMappingCommand({
      FunctionName: "f",
      EventSourceArn: STREAM,
      StartingPosition: "TRIM_HORIZON",
      ...more,
    }),
  );
  return UUID;
}

describe("a Kinesis stream's mapping", () => {
  test("calls the function with the records in order, in AWS's form", async () => {
    await makeStream();
    await makeFunction("await send(event.Records);");
    await put("a1", "a2");
    const UUID = await map();
    const records = (await gather(results, 1)).flatMap((text) => JSON.parse(text));
    expect(records).toHaveLength(2);
    expect(records[0]).toEqual({
      kinesis: {
        kinesisSchemaVersion: "1.0",
        partitionKey: "a",
        sequenceNumber: expect.stringMatching(/^49\d+$/),
        data: "YTE=",
        approximateArrivalTimestamp: expect.any(Number),
      },
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventID: `shardId-000000000000:${records[0].kinesis.sequenceNumber}`,
      eventName: "aws:kinesis:record",
      invokeIdentityArn: ROLE,
      awsRegion: "us-east-1",
      eventSourceARN: STREAM,
    });
    await put("a3");
    expect((await gather(results, 1)).flatMap((text) => JSON.parse(text))).toMatchObject([{ kinesis: { data: "YTM=" } }]);
    const mapping = await client.send(new lambda.GetEventSourceMappingCommand({ UUID }));
    expect(mapping).toMatchObject({
      BatchSize: 100,
      ParallelizationFactor: 1,
      MaximumRetryAttempts: -1,
      StartingPosition: "TRIM_HORIZON",
      LastProcessingResult: "OK",
    });
  });

  test("LATEST leaves out what was there before, filters what doesn't match", async () => {
    await makeStream();
    await makeFunction("for (const d of datas) await send(d);");
    await put('{"n":1}');
    await map({ StartingPosition: "LATEST", FilterCriteria: { Filters: [{ Pattern: '{"data":{"n":[{"numeric":["<",3]}]}}' }] } });
    // The first look at the stream makes LATEST a place.
    await cloud.clock.advance(6000);
    await put('{"n":2}', '{"n":5}', "no json", '{"n":0}');
    expect(await gather(results, 2)).toEqual(['{"n":2}', '{"n":0}']);
  });

  test("splits a failing batch until the bad record is alone, and sends its place to the queue", async () => {
    await makeStream();
    await makeFunction("if (datas.includes('bad')) throw new Error('no'); await send(datas.join(','));");
    await put("a1", "a2", "bad", "a3");
    await map({
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: dead.arn } },
    });
    await cloud.idle();
    const seen: string[] = [];
    while (seen.join(",").length < 8) {
      await cloud.clock.advance(1000);
      seen.push(...(await receive(results, 0)));
    }
    expect(seen.join(",")).toBe("a1,a2,a3");
    const record = JSON.parse((await gather(dead.url, 1))[0] ?? "");
    expect(record).toMatchObject({
      requestContext: {
        functionArn: "arn:aws:lambda:us-east-1:000000000000:function:f",
        condition: "RetryAttemptsExhausted",
        approximateInvokeCount: 3,
      },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      version: "1.0",
      KinesisBatchInfo: { shardId: "shardId-000000000000", batchSize: 1, streamArn: STREAM },
    });
    expect(record.KinesisBatchInfo.startSequenceNumber).toBe(record.KinesisBatchInfo.endSequenceNumber);
  });

  test("tries again as often as it may, from the record that was reported", async () => {
    await makeStream();
    await makeFunction(
      "await send(datas.join(',')); const i = datas.indexOf('bad'); return { batchItemFailures: i < 0 ? [] : [{ itemIdentifier: event.Records[i].kinesis.sequenceNumber }] };",
    );
    await put("a1", "bad", "a2");
    await map({
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: dead.arn } },
    });
    const seen: string[] = [];
    while (seen.length < 2) {
      await cloud.clock.advance(500);
      seen.push(...(await receive(results, 0)));
    }
    expect(seen).toEqual(["a1,bad,a2", "bad,a2"]);
    expect(JSON.parse((await gather(dead.url, 1))[0] ?? "").KinesisBatchInfo.batchSize).toBe(2);
  });

  test("gives up records that are too old before the function sees them", async () => {
    await makeStream();
    await makeFunction("await send(datas.join(','));");
    await put("old");
    await cloud.clock.advance(120_000);
    await put("new");
    await map({ MaximumRecordAgeInSeconds: 60, DestinationConfig: { OnFailure: { Destination: dead.arn } } });
    expect(await gather(results, 1)).toEqual(["new"]);
    const record = JSON.parse((await gather(dead.url, 1))[0] ?? "");
    expect(record).toMatchObject({ requestContext: { condition: "RecordAgeExceeded" }, KinesisBatchInfo: { batchSize: 1 } });
    expect(record).not.toHaveProperty("responseContext");
  });

  test("reads a split shard's children after it", async () => {
    await makeStream();
    await makeFunction("for (const d of datas) await send(d);");
    await put("a1", "b1");
    const ShardToSplit = "shardId-000000000000";
    const NewStartingHashKey = String(2n ** 127n);
    await streams.send(new kinesis.SplitShardCommand({ StreamName: "s", ShardToSplit, NewStartingHashKey }));
    await put("a2", "b2");
    await map({ BatchSize: 1 });
    const seen = await gather(results, 4);
    expect(seen.slice(0, 2)).toEqual(["a1", "b1"]);
    expect(seen.slice(2).sort()).toEqual(["a2", "b2"]);
  });

  test("keeps the order of a key when a shard is worked on in parallel", async () => {
    await makeStream();
    await makeFunction("for (const d of datas) await send(d);");
    const all = ["a", "b", "c"].flatMap((key) => [1, 2, 3].map((n) => `${key}${n}`));
    await put(...all);
    await map({ BatchSize: 1, ParallelizationFactor: 3 });
    const seen = await gather(results, 9);
    for (const key of ["a", "b", "c"])
      expect(seen.filter((text) => text.startsWith(key))).toEqual([`${key}1`, `${key}2`, `${key}3`]);
  });

  test("waits for its batching window by the cloud's clock", async () => {
    await makeStream();
    await makeFunction("await send(datas.join(','));");
    await put("a1");
    await map({ MaximumBatchingWindowInSeconds: 60 });
    await cloud.clock.advance(30_000);
    await put("a2");
    expect(await receive(results, 0)).toEqual([]);
    await cloud.clock.advance(40_000);
    expect(await gather(results, 1)).toEqual(["a1,a2"]);
  });

  test("carries a tumbling window's state to its last invocation", async () => {
    await makeStream();
    await makeFunction(
      "const sum = (event.state.sum ?? 0) + datas.reduce((a, d) => a + Number(d), 0); if (event.isFinalInvokeForWindow) await send({ sum, window: event.window, shardId: event.shardId }); return { state: { sum } };",
    );
    await cloud.clock.set(Math.ceil(Date.now() / 60_000) * 60_000 + 1000);
    await put("1", "2");
    await map({ TumblingWindowInSeconds: 60 });
    await cloud.clock.advance(5000);
    await put("4");
    await cloud.clock.advance(5000);
    expect(await receive(results, 0)).toEqual([]);
    await cloud.clock.advance(60_000);
    const [final = ""] = await gather(results, 1);
    expect(JSON.parse(final)).toMatchObject({
      sum: 7,
      shardId: "shardId-000000000000",
      window: { start: expect.stringMatching(/:00Z$/), end: expect.stringMatching(/:00Z$/) },
    });
  });

  test.each<[string, Partial<lambda.CreateEventSourceMappingCommandInput>, RegExp]>([
    ["a stream that isn't there", { EventSourceArn: `${STREAM}x` }, /Stream not found/],
    ["no starting position", { StartingPosition: undefined }, /'startingPosition' failed to satisfy constraint/],
    ["AT_TIMESTAMP without one", { StartingPosition: "AT_TIMESTAMP" }, /StartingPositionTimestamp/],
    ["an age below a minute", { MaximumRecordAgeInSeconds: 10 }, /either -1 or between 60 and 604800/],
    [
      "a destination of another kind",
      { DestinationConfig: { OnFailure: { Destination: "arn:aws:lambda:us-east-1:000000000000:function:f" } } },
      /destination ARN/,
    ],
    ["a filter that is no pattern", { FilterCriteria: { Filters: [{ Pattern: "[" }] } }, /Invalid filter pattern/],
    ["eleven lanes", { ParallelizationFactor: 11 }, /less than or equal to 10/],
    ["a limit of concurrency", { ScalingConfig: { MaximumConcurrency: 2 } }, /ScalingConfig/],
  ])("is refused with %s", async (_what, input, message) => {
    await makeStream();
    await makeFunction("");
    await expect(map(input)).rejects.toThrow(message);
  });
});
