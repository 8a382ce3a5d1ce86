/** Archives of FIFO topics and their replay. */
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const START = 1_700_000_000_000;
const TOPIC = "arn:aws:sns:us-east-1:000000000000:t.fifo";
let cloud: Cloud;
let QueueUrl = "";

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(START), random: seededRandom(1), listen: false });
});
afterAll(() => cloud.stop());
const call = <O = Record<string, unknown>>(service: string, operation: string, input: object) =>
  cloud.call<O>(service, operation, input);

beforeEach(async () => {
  await cloud.reset();
  const Attributes = { FifoTopic: "true", ArchivePolicy: '{"MessageRetentionPeriod":"30"}' };
  await call("sns", "CreateTopic", { Name: "t.fifo", Attributes });
  const Statement = [{ Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" }];
  const queue = { FifoQueue: "true", Policy: JSON.stringify({ Version: "2012-10-17", Statement }) };
  ({ QueueUrl } = await call<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: "q.fifo", Attributes: queue }));
});

let published = 0;
const publish = (Message: string) =>
  call("sns", "Publish", { TopicArn: TOPIC, Message, MessageGroupId: "g", MessageDeduplicationId: `d${published++}` });
const subscribe = (Attributes: object) =>
  call<{ SubscriptionArn: string }>("sns", "Subscribe", {
    TopicArn: TOPIC,
    Protocol: "sqs",
    Endpoint: "arn:aws:sqs:us-east-1:000000000000:q.fifo",
    Attributes: { RawMessageDelivery: "true", ...Attributes },
  });
const policy = (from: number, more: object = {}) =>
  JSON.stringify({ PointType: "Timestamp", StartingPoint: new Date(from).toISOString(), ...more });
async function received(): Promise<string[]> {
  await cloud.idle();
  const { Messages = [] } = await call<{ Messages?: { Body: string; ReceiptHandle: string }[] }>("sqs", "ReceiveMessage", {
    QueueUrl,
    MaxNumberOfMessages: 10,
  });
  for (const { ReceiptHandle } of Messages) await call("sqs", "DeleteMessage", { QueueUrl, ReceiptHandle });
  return Messages.map(({ Body }) => Body);
}
const attributesOf = async (SubscriptionArn: string) =>
  (await call<{ Attributes: Record<string, string> }>("sns", "GetSubscriptionAttributes", { SubscriptionArn })).Attributes;
const set = (AttributeName: string, AttributeValue: string) =>
  call("sns", "SetTopicAttributes", { TopicArn: TOPIC, AttributeName, AttributeValue });

test("what was published before is replayed to a later subscriber, from one time to another, in order", async () => {
  for (const message of ["1", "2", "3"]) {
    await publish(message);
    await cloud.clock.advance(60_000);
  }
  const ReplayPolicy = policy(START + 60_000, { EndingPoint: new Date(START + 120_000).toISOString() });
  const { SubscriptionArn } = await subscribe({ ReplayPolicy });
  expect(await received()).toEqual(["2", "3"]);
  expect(await attributesOf(SubscriptionArn)).toMatchObject({ ReplayPolicy, ReplayStatus: "Completed" });
  await publish("4");
  expect(await received()).toEqual(["4"]);
});

test("a subscription asks for a replay later, through its filter", async () => {
  const { SubscriptionArn } = await subscribe({ FilterPolicy: '{"n":[1]}', FilterPolicyScope: "MessageBody" });
  await publish('{"n":1}');
  await publish('{"n":2}');
  expect(await received()).toEqual(['{"n":1}']);
  await cloud.clock.advance(6 * 60_000);
  const replay = { SubscriptionArn, AttributeName: "ReplayPolicy", AttributeValue: policy(START) };
  await call("sns", "SetSubscriptionAttributes", replay);
  expect(await received()).toEqual(['{"n":1}']);
});

test("the archive keeps for its days, goes when it is turned off, and holds its topic", async () => {
  const { Attributes } = await call<{ Attributes: object }>("sns", "GetTopicAttributes", { TopicArn: TOPIC });
  expect(Attributes).toMatchObject({ BeginningArchiveTime: "2023-11-14T22:13:20Z" });
  await publish("old");
  await cloud.clock.advance(31 * 86_400_000);
  await publish("new");
  await subscribe({ ReplayPolicy: policy(START) });
  expect(await received()).toEqual(["new"]);
  await expect(call("sns", "DeleteTopic", { TopicArn: TOPIC })).rejects.toMatchObject({
    code: expect.stringMatching(/^InvalidParameter/),
  });
  await set("ArchivePolicy", "{}");
  await call("sns", "DeleteTopic", { TopicArn: TOPIC });
});

test.each([
  ["an archive of no days", () => set("ArchivePolicy", '{"MessageRetentionPeriod":0}')],
  ["an archive of a text", () => set("ArchivePolicy", "[")],
  [
    "an archive of a standard topic",
    () => call("sns", "CreateTopic", { Name: "s", Attributes: { ArchivePolicy: '{"MessageRetentionPeriod":1}' } }),
  ],
  ["a replay from no time", () => subscribe({ ReplayPolicy: '{"PointType":"Timestamp","StartingPoint":"soon"}' })],
  ["a replay of another kind", () => subscribe({ ReplayPolicy: '{"PointType":"Sequence"}' })],
  ["a replay from the future", () => subscribe({ ReplayPolicy: policy(START + 86_400_000) })],
  ["a replay that is no JSON", () => subscribe({ ReplayPolicy: "{" })],
])("%s is refused", async (_name, ask) => {
  await expect(ask()).rejects.toMatchObject({ code: expect.stringMatching(/^InvalidParameter/) });
});

test("a replay without an archive is refused", async () => {
  await set("ArchivePolicy", "{}");
  await expect(subscribe({ ReplayPolicy: policy(START) })).rejects.toThrow(/no active archive policy/);
});
