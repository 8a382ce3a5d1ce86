import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import * as lambda from "@aws-sdk/client-lambda";
import * as sqs from "@aws-sdk/client-sqs";
import { seededRandom } from "@dovetail/model";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { oneRole, ROLE, zipOf } from "./testing.ts";

/** What runs functions by itself: asynchronous events, queues, a changed folder. IAM has tests of its own. */
let cloud: Cloud;
let client: lambda.LambdaClient;
let queues: sqs.SQSClient;

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
});
afterEach(() => cloud.stop());

const reason = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: Error) => `${error.name}: ${error.message}`,
  );

async function create(code: string, more: Partial<lambda.CreateFunctionCommandInput> = {}): Promise<string> {
  const FunctionName = more.FunctionName ?? "f";
  const input = {
    FunctionName,
    Role: ROLE,
    Runtime: "nodejs20.x" as const,
    Handler: "index.handler",
    Code: { ZipFile: zipOf({ "index.js": code }) },
  };
  await client.send(new lambda.CreateFunctionCommand({ ...input, ...more }));
  return FunctionName;
}

async function makeQueue(QueueName: string, Attributes: Record<string, string> = {}) {
  const { QueueUrl = "" } = await queues.send(new sqs.CreateQueueCommand({ QueueName, Attributes }));
  return { url: QueueUrl, arn: `arn:aws:sqs:us-east-1:000000000000:${QueueName}` };
}

async function receive(QueueUrl: string, seconds = 5): Promise<sqs.Message[]> {
  const { Messages } = await queues.send(
    new sqs.ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: seconds,
      MessageAttributeNames: ["All"],
    }),
  );
  return Messages ?? [];
}

describe("an asynchronous invocation", () => {
  const failing = "exports.handler = async (e) => { throw new Error('no ' + e.x) }";

  test("that fails is tried twice more on the cloud's clock, then its event goes to the dead letter queue", async () => {
    const queue = await makeQueue("dead");
    const name = await create(failing, { DeadLetterConfig: { TargetArn: queue.arn } });
    const { StatusCode } = await client.send(
      new lambda.InvokeCommand({ FunctionName: name, InvocationType: "Event", Payload: Buffer.from('{"x":1}') }),
    );
    expect(StatusCode).toBe(202);
    await cloud.idle();
    expect(await receive(queue.url, 0)).toEqual([]);
    await cloud.clock.advance(61_000);
    expect(await receive(queue.url, 0)).toEqual([]);
    await cloud.clock.advance(121_000);
    const [message] = await receive(queue.url);
    expect(message?.Body).toBe('{"x":1}');
    expect(message?.MessageAttributes).toMatchObject({
      ErrorCode: { StringValue: "200" },
      ErrorMessage: { StringValue: "no 1" },
    });
  });

  const calling = (rounds: number) => `
    const { LambdaClient, InvokeCommand } = require("@aws-sdk/client-lambda");
    const client = new LambdaClient();
    exports.handler = async ({ n }) => {
      if (n === ${rounds}) return n;
      const Payload = JSON.stringify({ n: n + 1 });
      return client.send(new InvokeCommand({ FunctionName: "f", InvocationType: "Event", Payload }));
    };`;

  test("that calls itself is stopped after 16 rounds; its event goes to the dead letter queue", async () => {
    const queue = await makeQueue("dead");
    const name = await create(calling(100), { DeadLetterConfig: { TargetArn: queue.arn }, Timeout: 30 });
    await client.send(new lambda.InvokeCommand({ FunctionName: name, Payload: Buffer.from('{"n":1}') }));
    let found: sqs.Message[] = [];
    while (found.length === 0) found = await receive(queue.url);
    expect(found[0]?.Body).toBe('{"n":17}');
    expect(found[0]?.MessageAttributes).toMatchObject({
      ErrorMessage: { StringValue: expect.stringContaining("recursive loop") },
    });
    const { Metrics } = await cloud.call<{ Metrics: object[] }>("cloudwatch", "ListMetrics", {
      MetricName: "RecursiveInvocationsDropped",
    });
    expect(Metrics).toContainEqual({
      Namespace: "AWS/Lambda",
      MetricName: "RecursiveInvocationsDropped",
      Dimensions: [{ Name: "FunctionName", Value: name }],
    });
  });

  test("that calls itself goes on where its recursion configuration allows it", async () => {
    const done = await makeQueue("done");
    const name = await create(calling(20), { Timeout: 30 });
    await client.send(new lambda.PutFunctionRecursionConfigCommand({ FunctionName: name, RecursiveLoop: "Allow" }));
    const DestinationConfig = { OnSuccess: { Destination: done.arn } };
    await client.send(new lambda.PutFunctionEventInvokeConfigCommand({ FunctionName: name, DestinationConfig }));
    await client.send(new lambda.InvokeCommand({ FunctionName: name, InvocationType: "Event", Payload: Buffer.from('{"n":1}') }));
    const answers = new Set<unknown>();
    while (!answers.has(20))
      for (const message of await receive(done.url)) answers.add(JSON.parse(message.Body ?? "").responsePayload);
  });

  test("tells its destinations", async () => {
    const good = await makeQueue("good");
    const bad = await makeQueue("bad");
    const name = await create("exports.handler = async (e) => { if (e.fail) throw new Error('x'); return { ok: e.a }; }");
    const DestinationConfig = { OnSuccess: { Destination: good.arn }, OnFailure: { Destination: bad.arn } };
    await client.send(
      new lambda.PutFunctionEventInvokeConfigCommand({ FunctionName: name, MaximumRetryAttempts: 0, DestinationConfig }),
    );
    for (const Payload of ['{"a":1}', '{"fail":1}'])
      await client.send(new lambda.InvokeCommand({ FunctionName: name, InvocationType: "Event", Payload: Buffer.from(Payload) }));
    await cloud.idle();
    expect(JSON.parse((await receive(good.url))[0]?.Body ?? "")).toMatchObject({
      version: "1.0",
      requestContext: {
        condition: "Success",
        approximateInvokeCount: 1,
        functionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}:$LATEST`,
      },
      requestPayload: { a: 1 },
      responseContext: { statusCode: 200, executedVersion: "$LATEST" },
      responsePayload: { ok: 1 },
    });
    expect(JSON.parse((await receive(bad.url))[0]?.Body ?? "")).toMatchObject({
      requestContext: { condition: "RetriesExhausted" },
      responseContext: { functionError: "Unhandled" },
      responsePayload: { errorMessage: "x" },
    });
  });
});

describe("a queue's mapping", () => {
  test("gives messages to the function and deletes what it took, keeps what it names as failed", async () => {
    const source = await makeQueue("source");
    const results = await makeQueue("results");
    const name = await create(
      `const { SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");
       const client = new SQSClient({});
       exports.handler = async (event) => {
         for (const r of event.Records) await client.send(new SendMessageCommand({ QueueUrl: process.env.RESULTS, MessageBody: JSON.stringify([r.body, r.eventSource, r.eventSourceARN, r.messageAttributes.a?.stringValue]) }));
         return { batchItemFailures: event.Records.filter((r) => r.body === "bad").map((r) => ({ itemIdentifier: r.messageId })) };
       };`,
      { Environment: { Variables: { RESULTS: results.url } }, Timeout: 20 },
    );
    const { UUID } = await client.send(
      new lambda.CreateEventSourceMappingCommand({
        FunctionName: name,
        EventSourceArn: source.arn,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        FilterCriteria: { Filters: [{ Pattern: '{"body":["good","bad"]}' }] },
      }),
    );
    for (const MessageBody of ["good", "bad", "ignored"]) {
      await queues.send(
        new sqs.SendMessageCommand({
          QueueUrl: source.url,
          MessageBody,
          MessageAttributes: { a: { DataType: "String", StringValue: "v" } },
        }),
      );
    }
    const seen: string[] = [];
    while (seen.length < 2) seen.push(...(await receive(results.url, 10)).map((message) => message.Body ?? ""));
    expect(seen.sort()).toEqual([
      JSON.stringify(["bad", "aws:sqs", source.arn, "v"]),
      JSON.stringify(["good", "aws:sqs", source.arn, "v"]),
    ]);
    const left = async () => {
      const { Attributes } = await queues.send(
        new sqs.GetQueueAttributesCommand({
          QueueUrl: source.url,
          AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        }),
      );
      return Number(Attributes?.ApproximateNumberOfMessages) + Number(Attributes?.ApproximateNumberOfMessagesNotVisible);
    };
    while ((await left()) > 1) await wait(20);
    expect(await left()).toBe(1);
    const mapping = await client.send(new lambda.GetEventSourceMappingCommand({ UUID }));
    expect(mapping).toMatchObject({ State: "Enabled", BatchSize: 10, EventSourceArn: source.arn });
  });

  test("is refused as AWS refuses it", async () => {
    const name = await create("exports.handler = async () => 1", { Timeout: 60 });
    const source = await makeQueue("short", { VisibilityTimeout: "30" });
    const make = (input: Partial<lambda.CreateEventSourceMappingCommandInput>) =>
      reason(
        client.send(new lambda.CreateEventSourceMappingCommand({ FunctionName: name, EventSourceArn: source.arn, ...input })),
      );
    expect(await make({})).toBe(
      "InvalidParameterValueException: Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds",
    );
    expect(await make({ BatchSize: 100 })).toMatch(/Maximum batch window in seconds must be greater than 0/);
    expect(await make({ EventSourceArn: "arn:aws:sqs:us-east-1:000000000000:none" })).toMatch(
      /The specified queue does not exist/,
    );
    expect(await make({ EventSourceArn: "arn:aws:kinesis:us-east-1:000000000000:stream/x", StartingPosition: "LATEST" })).toMatch(
      /Stream not found/,
    );
  });

  describe("that found its queue empty", () => {
    let source: { url: string; arn: string };
    let results: { url: string; arn: string };

    /** The function tells how long after the sending each message was received, in cloud time. */
    beforeEach(async () => {
      source = await makeQueue("source");
      results = await makeQueue("results");
      await create(
        `const { SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");
         const client = new SQSClient({});
         exports.handler = async ({ Records }) => {
           for (const { body, attributes: a } of Records) {
             const MessageBody = body + " " + (a.ApproximateFirstReceiveTimestamp - a.SentTimestamp);
             await client.send(new SendMessageCommand({ QueueUrl: process.env.RESULTS, MessageBody }));
           }
         };`,
        { Environment: { Variables: { RESULTS: results.url } }, Timeout: 20 },
      );
      await client.send(new lambda.CreateEventSourceMappingCommand({ FunctionName: "f", EventSourceArn: source.arn }));
      await cloud.clock.advance(60_000);
    });

    test("receives at the moment that a message becomes visible while the clock is moved", async () => {
      await queues.send(new sqs.SendMessageCommand({ QueueUrl: source.url, MessageBody: "late", DelaySeconds: 800 }));
      await cloud.clock.advance(3_600_000);
      expect((await receive(results.url)).map(({ Body }) => Body)).toEqual(["late 800000"]);
    });

    test("is counted as if it had asked every twenty seconds", async () => {
      const from = Math.ceil(cloud.clock.now() / 60_000) * 60_000;
      await cloud.clock.advance(2 * 3_600_000);
      const { Datapoints } = await cloud.call<{ Datapoints: { Sum: number }[] }>("cloudwatch", "GetMetricStatistics", {
        Namespace: "AWS/SQS",
        MetricName: "NumberOfEmptyReceives",
        Dimensions: [{ Name: "QueueName", Value: "source" }],
        StartTime: new Date(from),
        EndTime: new Date(from + 3_600_000),
        Period: 3600,
        Statistics: ["Sum"],
      });
      // Once in five minutes it does ask, which falls into a minute already told or not.
      expect(Datapoints[0]?.Sum).toBeGreaterThanOrEqual(150);
      expect(Datapoints[0]?.Sum).toBeLessThanOrEqual(195);
    });

    test("notices that the queue was made anew", async () => {
      await queues.send(new sqs.DeleteQueueCommand({ QueueUrl: source.url }));
      await cloud.clock.advance(61_000);
      await makeQueue("source");
      await queues.send(new sqs.SendMessageCommand({ QueueUrl: source.url, MessageBody: "new" }));
      await cloud.clock.advance(30_000);
      expect((await receive(results.url)).map(({ Body = "" }) => Body.split(" ")[0])).toEqual(["new"]);
    });
  });
});

describe("a table's stream", () => {
  test("calls the function with the changes, in order", async () => {
    const results = await makeQueue("changes");
    const KeySchema = [{ AttributeName: "pk", KeyType: "HASH" }];
    const StreamSpecification = { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" };
    const AttributeDefinitions = [{ AttributeName: "pk", AttributeType: "S" }];
    const table = { TableName: "items", KeySchema, AttributeDefinitions, BillingMode: "PAY_PER_REQUEST", StreamSpecification };
    const { TableDescription } = await cloud.call<{ TableDescription: { LatestStreamArn: string } }>(
      "dynamodb",
      "CreateTable",
      table,
    );
    const name = await create(
      `const { SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");
       const client = new SQSClient({});
       exports.handler = (event) => client.send(new SendMessageCommand({ QueueUrl: process.env.RESULTS, MessageBody: JSON.stringify(event.Records) }));`,
      { Environment: { Variables: { RESULTS: results.url } }, Timeout: 20 },
    );
    await client.send(
      new lambda.CreateEventSourceMappingCommand({
        FunctionName: name,
        EventSourceArn: TableDescription.LatestStreamArn,
        StartingPosition: "TRIM_HORIZON",
      }),
    );
    await cloud.call("dynamodb", "PutItem", { TableName: "items", Item: { pk: { S: "a" }, n: { N: "1" } } });
    await cloud.call("dynamodb", "DeleteItem", { TableName: "items", Key: { pk: { S: "a" } } });
    const records: { eventName: string; eventSource: string; eventSourceARN: string; dynamodb: object }[] = [];
    while (records.length < 2)
      for (const message of await receive(results.url, 10)) records.push(...JSON.parse(message.Body ?? ""));
    expect(records.map((record) => record.eventName)).toEqual(["INSERT", "REMOVE"]);
    expect(records[0]).toMatchObject({
      eventSource: "aws:dynamodb",
      eventSourceARN: TableDescription.LatestStreamArn,
      dynamodb: { Keys: { pk: { S: "a" } }, NewImage: { n: { N: "1" } }, ApproximateCreationDateTime: expect.any(Number) },
    });
  });

  test("that its function fails goes to a bucket, with its records", async () => {
    const { TableDescription } = await cloud.call<{ TableDescription: { LatestStreamArn: string } }>("dynamodb", "CreateTable", {
      TableName: "bad",
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
    });
    await cloud.call("s3", "CreateBucket", { Bucket: "discarded" });
    const name = await create("exports.handler = async () => { throw new Error('no') }");
    const { UUID } = await client.send(
      new lambda.CreateEventSourceMappingCommand({
        FunctionName: name,
        EventSourceArn: TableDescription.LatestStreamArn,
        StartingPosition: "TRIM_HORIZON",
        MaximumRetryAttempts: 1,
        DestinationConfig: { OnFailure: { Destination: "arn:aws:s3:::discarded" } },
      }),
    );
    await cloud.call("dynamodb", "PutItem", { TableName: "bad", Item: { pk: { S: "a" } } });
    let keys: string[] = [];
    while (keys.length === 0) {
      await cloud.clock.advance(1000);
      const { Contents = [] } = await cloud.call<{ Contents?: { Key: string }[] }>("s3", "ListObjectsV2", {
        Bucket: "discarded",
      });
      keys = Contents.map(({ Key }) => Key);
    }
    expect(keys[0]).toMatch(
      new RegExp(
        `^aws/lambda/${UUID}/shardId-[^/]+/\\d{4}/\\d\\d/\\d\\d/\\d{4}-\\d\\d-\\d\\dT\\d\\d\\.\\d\\d\\.\\d\\d-[0-9a-f-]{36}$`,
      ),
    );
    const { Body } = await cloud.call<{ Body: AsyncIterable<Uint8Array> | Uint8Array }>("s3", "GetObject", {
      Bucket: "discarded",
      Key: keys[0],
    });
    const chunks: Uint8Array[] = [];
    if (Body instanceof Uint8Array) chunks.push(Body);
    else for await (const chunk of Body) chunks.push(chunk);
    const record = JSON.parse(Buffer.concat(chunks).toString()) as { payload: string };
    expect(record).toMatchObject({
      requestContext: { condition: "RetryAttemptsExhausted", approximateInvokeCount: 2 },
      DDBStreamBatchInfo: { batchSize: 1, streamArn: TableDescription.LatestStreamArn },
    });
    expect(JSON.parse(record.payload)).toMatchObject({
      Records: [{ eventName: "INSERT", dynamodb: { Keys: { pk: { S: "a" } } } }],
    });
  });
});

describe("hot reload", () => {
  test("serves a changed file by the next calls", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dovetail-hot-"));
    try {
      writeFileSync(join(folder, "index.js"), "exports.handler = async () => 'one'");
      const name = await create("", { Code: { S3Bucket: "hot-reload", S3Key: folder } });
      const call = async () =>
        Buffer.from((await client.send(new lambda.InvokeCommand({ FunctionName: name }))).Payload ?? []).toString();
      expect(await call()).toBe('"one"');
      writeFileSync(join(folder, "index.js"), "exports.handler = async () => 'two'");
      while ((await call()) !== '"two"') await wait(5);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
