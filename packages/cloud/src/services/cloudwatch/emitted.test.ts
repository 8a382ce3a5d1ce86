/** The metrics that services emit themselves: namespace, name, dimensions and unit as each service's user guide lists them. */
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const START = 1_700_000_000_000;
const ROLE = "arn:aws:iam::000000000000:role/r";
let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(START), random: seededRandom(1), listen: false });
});
beforeEach(() => cloud.reset());
afterAll(() => cloud.stop());

const call = <O = Record<string, unknown>>(service: string, operation: string, input: object) =>
  cloud.call<O>(service, operation, input);

/** Sum of a metric since the start, and its unit; undefined when it was never emitted. */
async function emitted(Namespace: string, MetricName: string, dimensions: Record<string, string>) {
  const { Datapoints } = await call<{ Datapoints: { Sum: number; Unit: string }[] }>("cloudwatch", "GetMetricStatistics", {
    Namespace,
    MetricName,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    StartTime: new Date(START - 60_000),
    EndTime: new Date(cloud.clock.now() + 60_000),
    Period: 86_400,
    Statistics: ["Sum"],
  });
  const [first] = Datapoints;
  return first === undefined ? undefined : [first.Sum, first.Unit];
}

type Row = readonly [metric: string, dimensions: Record<string, string>, wanted: readonly [number, string]];

async function expectAll(namespace: string, rows: readonly Row[]): Promise<void> {
  await cloud.idle();
  for (const [metric, dimensions, wanted] of rows)
    expect.soft([metric, await emitted(namespace, metric, dimensions)]).toEqual([metric, wanted]);
}

describe("metrics of", () => {
  test("CloudWatch Logs", async () => {
    await call("logs", "CreateLogGroup", { logGroupName: "/g" });
    await call("logs", "CreateLogStream", { logGroupName: "/g", logStreamName: "s" });
    const logEvents = ["one", "two"].map((message) => ({ message, timestamp: START }));
    await call("logs", "PutLogEvents", { logGroupName: "/g", logStreamName: "s", logEvents });
    await expectAll("AWS/Logs", [
      ["IncomingLogEvents", { LogGroupName: "/g" }, [2, "Count"]],
      ["IncomingBytes", { LogGroupName: "/g" }, [6 + 2 * 26, "Bytes"]],
      ["IncomingLogEvents", {}, [2, "Count"]],
    ]);
  });

  test("EventBridge", async () => {
    await call("sqs", "CreateQueue", { QueueName: "q" });
    await call("events", "PutRule", { Name: "r", EventPattern: '{"source":["app"]}' });
    await call("events", "PutTargets", { Rule: "r", Targets: [{ Id: "q", Arn: "arn:aws:sqs:us-east-1:000000000000:q" }] });
    const Policy = JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" }] });
    const QueueUrl = (await call<{ QueueUrl: string }>("sqs", "GetQueueUrl", { QueueName: "q" })).QueueUrl;
    await call("sqs", "SetQueueAttributes", { QueueUrl, Attributes: { Policy } });
    const entry = { Source: "app", DetailType: "t", Detail: "{}" };
    await call("events", "PutEvents", { Entries: [entry, { ...entry, Detail: "no" }] });
    await expectAll("AWS/Events", [
      ["PutEventsApproximateCallCount", {}, [1, "Count"]],
      ["PutEventsApproximateSuccessCount", {}, [1, "Count"]],
      ["PutEventsEntriesCount", {}, [2, "Count"]],
      ["PutEventsFailedEntriesCount", {}, [1, "Count"]],
      ["MatchedEvents", { RuleName: "r" }, [1, "Count"]],
      ["TriggeredRules", { RuleName: "r" }, [1, "Count"]],
      ["Invocations", { RuleName: "r" }, [1, "Count"]],
      ["InvocationAttempts", { RuleName: "r" }, [1, "Count"]],
      ["SuccessfulInvocationAttempts", { RuleName: "r" }, [1, "Count"]],
    ]);
  });

  test("Kinesis", async () => {
    const StreamName = "s";
    await call("kinesis", "CreateStream", { StreamName, ShardCount: 1 });
    await call("kinesis", "PutRecord", { StreamName, PartitionKey: "k", Data: Buffer.from("abc") });
    await call("kinesis", "PutRecords", { StreamName, Records: [{ PartitionKey: "k", Data: Buffer.from("ab") }] });
    const at = { StreamName, ShardId: "shardId-000000000000", ShardIteratorType: "TRIM_HORIZON" };
    const { ShardIterator } = await call<{ ShardIterator: string }>("kinesis", "GetShardIterator", at);
    await call("kinesis", "GetRecords", { ShardIterator });
    await expectAll("AWS/Kinesis", [
      ["IncomingRecords", { StreamName }, [2, "Count"]],
      ["IncomingBytes", { StreamName }, [7, "Bytes"]],
      ["PutRecord.Success", { StreamName }, [1, "Count"]],
      ["PutRecord.Bytes", { StreamName }, [4, "Bytes"]],
      ["PutRecords.TotalRecords", { StreamName }, [1, "Count"]],
      ["PutRecords.SuccessfulRecords", { StreamName }, [1, "Count"]],
      ["PutRecords.ThrottledRecords", { StreamName }, [0, "Count"]],
      ["GetRecords.Records", { StreamName }, [2, "Count"]],
      ["GetRecords.Bytes", { StreamName }, [5, "Bytes"]],
      ["GetRecords.IteratorAgeMilliseconds", { StreamName }, [0, "Milliseconds"]],
    ]);
  });

  test("SNS", async () => {
    const { TopicArn } = await call<{ TopicArn: string }>("sns", "CreateTopic", { Name: "t" });
    const subscription = { TopicArn, Protocol: "sqs", Endpoint: "arn:aws:sqs:us-east-1:000000000000:none" };
    await call("sns", "Subscribe", { ...subscription, Attributes: { FilterPolicy: '{"a":["b"]}' } });
    await call("sns", "Publish", { TopicArn, Message: "hello" });
    await expectAll("AWS/SNS", [
      ["NumberOfMessagesPublished", { TopicName: "t" }, [1, "Count"]],
      ["PublishSize", { TopicName: "t" }, [5, "Bytes"]],
      ["NumberOfNotificationsFilteredOut", { TopicName: "t" }, [1, "Count"]],
    ]);
  });

  test("DynamoDB", async () => {
    await call("dynamodb", "CreateTable", {
      TableName: "table",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    });
    await cloud.clock.advance(60_000);
    const put = { TableName: "table", Item: { id: { S: "a" } } };
    await call("dynamodb", "PutItem", put);
    await call("dynamodb", "PutItem", { ...put, ConditionExpression: "attribute_not_exists(id)" }).catch(() => undefined);
    await call("dynamodb", "Scan", { TableName: "table" });
    await expectAll("AWS/DynamoDB", [
      ["ConditionalCheckFailedRequests", { TableName: "table" }, [1, "Count"]],
      ["ReturnedItemCount", { TableName: "table", Operation: "Scan" }, [1, "Count"]],
      ["ConsumedReadCapacityUnits", { TableName: "table" }, [0.5, "Count"]],
    ]);
  });

  test("Scheduler", async () => {
    const document = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [Statement] });
    const AssumeRolePolicyDocument = document({
      Effect: "Allow",
      Principal: { Service: "scheduler.amazonaws.com" },
      Action: "sts:AssumeRole",
    });
    await call("iam", "CreateRole", { RoleName: "r", AssumeRolePolicyDocument });
    await call("scheduler", "CreateSchedule", {
      Name: "s",
      ScheduleExpression: "at(2023-11-15T00:00:00)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: "arn:aws:sqs:us-east-1:000000000000:none", RoleArn: ROLE },
    });
    await cloud.clock.advance(86_400_000);
    await expectAll("AWS/Scheduler", [
      ["InvocationAttemptCount", { ScheduleGroup: "default" }, [1, "Count"]],
      ["TargetErrorCount", { ScheduleGroup: "default" }, [1, "Count"]],
      ["InvocationDroppedCount", { ScheduleGroup: "default" }, [1, "Count"]],
    ]);
  });
});

test("an alarm is looked at while requests go on, each minute's data handed over just before it", async () => {
  await call("sns", "CreateTopic", { Name: "t" });
  await call("cloudwatch", "PutMetricAlarm", {
    AlarmName: "busy",
    Namespace: "AWS/SNS",
    MetricName: "NumberOfMessagesPublished",
    Dimensions: [{ Name: "TopicName", Value: "t" }],
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 2,
    Threshold: 2,
    ComparisonOperator: "GreaterThanThreshold",
  });
  await cloud.clock.set(Math.ceil(cloud.clock.now() / 60_000) * 60_000);
  for (let minute = 0; minute < 4; minute++) {
    for (const Message of ["a", "b", "c"])
      await call("sns", "Publish", { TopicArn: "arn:aws:sns:us-east-1:000000000000:t", Message });
    await cloud.clock.advance(60_000);
  }
  const { MetricAlarms } = await call<{ MetricAlarms: { StateValue: string }[] }>("cloudwatch", "DescribeAlarms", {});
  expect(MetricAlarms.map(({ StateValue }) => StateValue)).toEqual(["ALARM"]);
});
