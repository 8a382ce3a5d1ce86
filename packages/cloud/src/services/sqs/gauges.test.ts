/** What a queue tells CloudWatch of itself. SQS developer guide, "Available CloudWatch metrics for Amazon SQS". */
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const START = 1_700_000_000_000 - (1_700_000_000_000 % 60_000);
const MINUTE_MS = 60_000;
let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(START), random: seededRandom(1), listen: false });
});
beforeEach(() => cloud.reset());
afterAll(() => cloud.stop());

async function queue(QueueName: string, Attributes: Record<string, string> = {}): Promise<string> {
  return (await cloud.call<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName, Attributes })).QueueUrl;
}

async function statistic(MetricName: string, QueueName: string, Stat = "Maximum"): Promise<Record<string, unknown>[]> {
  const { Datapoints } = await cloud.call<{ Datapoints: Record<string, unknown>[] }>("cloudwatch", "GetMetricStatistics", {
    Namespace: "AWS/SQS",
    MetricName,
    Dimensions: [{ Name: "QueueName", Value: QueueName }],
    StartTime: new Date(cloud.clock.now() - 86_400_000 * 10),
    EndTime: new Date(cloud.clock.now() + MINUTE_MS),
    Period: 86_400 * 20,
    Statistics: [Stat],
  });
  return Datapoints;
}

test("messages are counted each minute: waiting, in flight, delayed, and the oldest's age", async () => {
  const QueueUrl = await queue("q");
  for (const MessageBody of ["a", "b", "c"]) await cloud.call("sqs", "SendMessage", { QueueUrl, MessageBody });
  await cloud.call("sqs", "SendMessage", { QueueUrl, MessageBody: "later", DelaySeconds: 900 });
  await cloud.call("sqs", "ReceiveMessage", { QueueUrl, VisibilityTimeout: 600 });
  await cloud.clock.advance(2 * MINUTE_MS);
  expect(await statistic("ApproximateNumberOfMessagesVisible", "q")).toMatchObject([{ Maximum: 2, Unit: "Count" }]);
  expect(await statistic("ApproximateNumberOfMessagesNotVisible", "q")).toMatchObject([{ Maximum: 1 }]);
  expect(await statistic("ApproximateNumberOfMessagesDelayed", "q")).toMatchObject([{ Maximum: 1 }]);
  expect(await statistic("ApproximateAgeOfOldestMessage", "q")).toMatchObject([{ Maximum: 120, Unit: "Seconds" }]);
  expect(await statistic("NumberOfMessagesSent", "q", "Sum")).toMatchObject([{ Sum: 4 }]);
});

test("an alarm on a dead-letter queue hears of its first message", async () => {
  const dead = await queue("dead");
  await cloud.call("cloudwatch", "PutMetricAlarm", {
    AlarmName: "dead",
    Namespace: "AWS/SQS",
    MetricName: "ApproximateNumberOfMessagesVisible",
    Dimensions: [{ Name: "QueueName", Value: "dead" }],
    Statistic: "Maximum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: "GreaterThanThreshold",
  });
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:dead", maxReceiveCount: 1 });
  const QueueUrl = await queue("main", { RedrivePolicy, VisibilityTimeout: "1" });
  await cloud.call("sqs", "SendMessage", { QueueUrl, MessageBody: "poison" });
  await cloud.call("sqs", "ReceiveMessage", { QueueUrl });
  await cloud.clock.advance(2000);
  await cloud.call("sqs", "ReceiveMessage", { QueueUrl });
  for (let minute = 0; minute < 4; minute++) await cloud.clock.advance(MINUTE_MS);
  expect(await cloud.call("cloudwatch", "DescribeAlarms", { AlarmNames: ["dead"] })).toMatchObject({
    MetricAlarms: [{ StateValue: "ALARM" }],
  });
  await cloud.call("sqs", "PurgeQueue", { QueueUrl: dead });
  for (let minute = 0; minute < 4; minute++) await cloud.clock.advance(MINUTE_MS);
  expect(await cloud.call("cloudwatch", "DescribeAlarms", { AlarmNames: ["dead"] })).toMatchObject({
    MetricAlarms: [{ StateValue: "OK" }],
  });
});

test("a queue that nobody uses tells zeros for six hours, then nothing", async () => {
  const QueueUrl = await queue("idle");
  await cloud.call("sqs", "ReceiveMessage", { QueueUrl });
  await cloud.clock.advance(5 * 86_400_000);
  const [told] = await statistic("ApproximateNumberOfMessagesVisible", "idle", "SampleCount");
  expect(told).toMatchObject({ SampleCount: 360 });
});

test("FIFO queues tell their groups in flight and what they deduplicated", async () => {
  const QueueUrl = await queue("f.fifo", { FifoQueue: "true" });
  for (const MessageGroupId of ["a", "b", "a"])
    await cloud.call("sqs", "SendMessage", {
      QueueUrl,
      MessageBody: "x",
      MessageGroupId,
      MessageDeduplicationId: MessageGroupId,
    });
  await cloud.call("sqs", "ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 1, VisibilityTimeout: 600 });
  await cloud.clock.advance(MINUTE_MS);
  expect(await statistic("ApproximateNumberOfGroupsWithInflightMessages", "f.fifo")).toMatchObject([{ Maximum: 1 }]);
  expect(await statistic("NumberOfDeduplicatedSentMessages", "f.fifo", "Sum")).toMatchObject([{ Sum: 1 }]);
});

test("a long poll that ends empty counts as one empty receive", async () => {
  const QueueUrl = await queue("polled");
  const polling = cloud.call("sqs", "ReceiveMessage", { QueueUrl, WaitTimeSeconds: 20 });
  await cloud.clock.advance(MINUTE_MS);
  expect(await polling).toEqual({});
  expect(await statistic("NumberOfEmptyReceives", "polled", "Sum")).toMatchObject([{ Sum: 1 }]);
});

test("a long poll at a blocked group waits until it is free", async () => {
  const QueueUrl = await queue("blocked.fifo", { FifoQueue: "true", ContentBasedDeduplication: "true" });
  for (const MessageBody of ["a", "b"]) await cloud.call("sqs", "SendMessage", { QueueUrl, MessageGroupId: "g", MessageBody });
  await cloud.call("sqs", "ReceiveMessage", { QueueUrl, VisibilityTimeout: 10 });
  const polling = cloud.call("sqs", "ReceiveMessage", { QueueUrl, WaitTimeSeconds: 20, MaxNumberOfMessages: 10 });
  await cloud.clock.set(START + 9999);
  expect(await Promise.race([polling, "waits"])).toBe("waits");
  await cloud.clock.set(START + 10_000);
  expect(await polling).toMatchObject({ Messages: [{ Body: "a" }, { Body: "b" }] });
});
