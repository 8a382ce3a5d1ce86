/** Where events go: streams, logical destinations, buckets; and what single events and groups show. */
import { gunzipSync } from "node:zlib";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const START = 1_700_000_000_000;
const ROLE = "arn:aws:iam::000000000000:role/logs";
const GROUP = { logGroupName: "/app" };
let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(START), random: seededRandom(1), listen: false });
});
beforeEach(async () => {
  await cloud.reset();
  const document = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [Statement] });
  await cloud.call("iam", "CreateRole", {
    RoleName: "logs",
    AssumeRolePolicyDocument: document({
      Effect: "Allow",
      Principal: { Service: "logs.amazonaws.com" },
      Action: "sts:AssumeRole",
    }),
  });
  const PolicyDocument = document({ Effect: "Allow", Action: "kinesis:PutRecord", Resource: "*" });
  await cloud.call("iam", "PutRolePolicy", { RoleName: "logs", PolicyName: "p", PolicyDocument });
  await call("CreateLogGroup", GROUP);
  await call("CreateLogStream", { ...GROUP, logStreamName: "one" });
});
afterAll(() => cloud.stop());

const call = <O = Record<string, unknown>>(operation: string, input: object) => cloud.call<O>("logs", operation, input);

async function put(...messages: string[]): Promise<void> {
  const logEvents = messages.map((message, at) => ({ timestamp: cloud.clock.now() + at, message }));
  await call("PutLogEvents", { ...GROUP, logStreamName: "one", logEvents });
  await cloud.idle();
}

async function stream(): Promise<string> {
  await cloud.call("kinesis", "CreateStream", { StreamName: "s", ShardCount: 1 });
  return "arn:aws:kinesis:us-east-1:000000000000:stream/s";
}

async function delivered(): Promise<{ messageType: string; subscriptionFilters: string[]; logEvents: { message: string }[] }[]> {
  const { ShardIterator } = await cloud.call<{ ShardIterator: string }>("kinesis", "GetShardIterator", {
    StreamName: "s",
    ShardId: "shardId-000000000000",
    ShardIteratorType: "TRIM_HORIZON",
  });
  const { Records } = await cloud.call<{ Records: { Data: Uint8Array }[] }>("kinesis", "GetRecords", { ShardIterator });
  return Records.map(({ Data }) => JSON.parse(gunzipSync(Data).toString()));
}

test("a filter sends what matches to a stream, as gzip, with a control message first", async () => {
  const destinationArn = await stream();
  await call("PutSubscriptionFilter", { ...GROUP, filterName: "f", filterPattern: "ERROR", destinationArn, roleArn: ROLE });
  await put("ERROR one", "fine", "ERROR two");
  expect(await delivered()).toMatchObject([
    { messageType: "CONTROL_MESSAGE" },
    { messageType: "DATA_MESSAGE", subscriptionFilters: ["f"], logEvents: [{ message: "ERROR one" }, { message: "ERROR two" }] },
  ]);
});

test("a destination is open to another account as far as its access policy says", async () => {
  const targetArn = await stream();
  const made = await call<{ destination: { arn: string } }>("PutDestination", { destinationName: "d", targetArn, roleArn: ROLE });
  const destinationArn = made.destination.arn;
  const account = "111111111111";
  const asOther = { as: { kind: "root", accountId: account, accessKeyId: "x" }, account } as const;
  await cloud.call("logs", "CreateLogGroup", { logGroupName: "/theirs" }, asOther);
  const filter = { logGroupName: "/theirs", filterName: "f", filterPattern: "", destinationArn };
  const subscribe = () => cloud.call("logs", "PutSubscriptionFilter", filter, asOther);
  await expect(subscribe()).rejects.toThrow(
    /not authorized to perform: logs:PutSubscriptionFilter on resource: .*:destination:d /,
  );
  const Statement = [
    { Effect: "Allow", Principal: { AWS: account }, Action: "logs:PutSubscriptionFilter", Resource: destinationArn },
  ];
  const accessPolicy = JSON.stringify({ Version: "2012-10-17", Statement });
  await call("PutDestinationPolicy", { destinationName: "d", accessPolicy });
  await subscribe();
});

test("a logical destination passes on to its stream", async () => {
  const targetArn = await stream();
  const made = await call<{ destination: { arn: string } }>("PutDestination", { destinationName: "d", targetArn, roleArn: ROLE });
  const destinationArn = made.destination.arn;
  await call("PutSubscriptionFilter", { ...GROUP, filterName: "f", filterPattern: "", destinationArn });
  await put("x");
  expect((await delivered()).map((each) => each.messageType)).toEqual(["CONTROL_MESSAGE", "DATA_MESSAGE"]);
  await call("DeleteDestination", { destinationName: "d" });
  await expect(call("DeleteDestination", { destinationName: "d" })).rejects.toThrow("The specified destination does not exist.");
});

test.each<[string, object, RegExp]>([
  [
    "a stream without role",
    { destinationArn: "arn:aws:kinesis:us-east-1:000000000000:stream/s" },
    /cannot be used without roleArn/,
  ],
  [
    "a stream that is not there",
    { destinationArn: "arn:aws:kinesis:us-east-1:000000000000:stream/s", roleArn: ROLE },
    /Could not deliver test message/,
  ],
  [
    "a destination that is not there",
    { destinationArn: "arn:aws:logs:us-east-1:000000000000:destination:none" },
    /does not exist/,
  ],
  ["Firehose", { destinationArn: "arn:aws:firehose:us-east-1:000000000000:deliverystream/x", roleArn: ROLE }, /NotImplemented/],
])("a filter to %s is refused", async (_name, more, wanted) => {
  await expect(call("PutSubscriptionFilter", { ...GROUP, filterName: "f", filterPattern: "", ...more })).rejects.toThrow(wanted);
});

test("an export lies in the bucket as one gzip a stream, once the bucket lets CloudWatch Logs", async () => {
  await cloud.call("s3", "CreateBucket", { Bucket: "exports" });
  await put("a", "b");
  const task = { ...GROUP, from: START - 1000, to: START + 1000, destination: "exports" };
  await expect(call("CreateExportTask", task)).rejects.toThrow(/PutObject call on the given bucket failed/);
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "logs.us-east-1.amazonaws.com" }, Action: "s3:*", Resource: "*" }],
  });
  await cloud.call("s3", "PutBucketPolicy", { Bucket: "exports", Policy });
  const { taskId } = await call<{ taskId: string }>("CreateExportTask", task);
  await cloud.idle();
  expect(await call("DescribeExportTasks", { taskId })).toMatchObject({ exportTasks: [{ status: { code: "COMPLETED" } }] });
  const { Contents } = await cloud.call<{ Contents: { Key: string }[] }>("s3", "ListObjectsV2", { Bucket: "exports" });
  expect(Contents.map(({ Key }) => Key)).toEqual(
    ["exportedlogs/aws-logs-write-test", `exportedlogs/${taskId}/one/000000.gz`].sort(),
  );
  await expect(call("CancelExportTask", { taskId })).rejects.toMatchObject({ name: "InvalidOperationException" });
});

async function query(queryString: string): Promise<Record<string, string>[]> {
  const range = { startTime: START / 1000 - 60, endTime: START / 1000 + 60 };
  const { queryId } = await call<{ queryId: string }>("StartQuery", { ...GROUP, ...range, queryString });
  const { results } = await call<{ results: { field: string; value: string }[][] }>("GetQueryResults", { queryId });
  return results.map((row) => Object.fromEntries(row.map(({ field, value }) => [field, value])));
}

test("a record is found by its pointer, fields of a group by their share", async () => {
  await put('{"level":"INFO","user":"a"}', '{"level":"WARN"}');
  const [newest] = await query("fields @message | limit 1");
  const { logRecord } = await call<{ logRecord: object }>("GetLogRecord", { logRecordPointer: newest?.["@ptr"] });
  expect(logRecord).toMatchObject({ level: "WARN", "@logStream": "one" });
  await expect(call("GetLogRecord", { logRecordPointer: "AAAA" })).rejects.toThrow(/logRecordPointer is invalid/);
  const { logGroupFields } = await call<{ logGroupFields: { name: string; percent: number }[] }>("GetLogGroupFields", GROUP);
  expect(logGroupFields).toContainEqual({ name: "level", percent: 100 });
  expect(logGroupFields).toContainEqual({ name: "user", percent: 50 });
});

test("pattern counts events by form, unnest takes lists apart", async () => {
  await put("user 1 took 20 ms", "user 2 took 3.5 ms", "ERROR at 10.0.0.1", '{"items":[{"id":"a"},{"id":"b"}]}');
  expect((await query("pattern @message")).slice(0, 1)).toEqual([
    { "@pattern": "user <Number-1> took <Number-2> ms", "@ratio": "0.5", "@sampleCount": "2", "@severityLabel": "NONE" },
  ]);
  const items = await query("unnest items into item | stats count(*) as n by item.id | sort item.id asc");
  expect(items).toEqual([
    { "item.id": "a", n: "1" },
    { "item.id": "b", n: "1" },
  ]);
});

test.each<[string, string, object]>([
  ['{ $.level = "ERROR" && $.user.id = * }', '{"level":"ERROR","user":{"id":7}}', { "$.level": "ERROR", "$.user.id": "7" }],
  ["[ip, status = 5*, ...]", "10.0.0.1 503 x y", { $ip: "10.0.0.1", $status: "503" }],
  ["ERROR", "an ERROR", {}],
])("TestMetricFilter %s extracts values", async (filterPattern, message, extractedValues) => {
  const found = await call("TestMetricFilter", { filterPattern, logEventMessages: [message] });
  expect(found).toEqual({ matches: [{ eventNumber: 1, eventMessage: message, extractedValues }] });
});
