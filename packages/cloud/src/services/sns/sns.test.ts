import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { matchesFilter, parseFilter } from "./filter.ts";

let cloud: Cloud;
let sns: SNSClient;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(1_700_000_000_000), random: seededRandom(1) });
  sns = new SNSClient({
    region: "us-east-1",
    endpoint: cloud.endpoint,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});
beforeEach(() => cloud.reset());
afterAll(() => cloud.stop());

const queueArn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const policy = (name: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage", Resource: queueArn(name) },
    ],
  });

async function topic(name = "news", Attributes: Record<string, string> = {}): Promise<string> {
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: name, Attributes }));
  return TopicArn;
}

async function queue(name: string, Attributes: Record<string, string> = { Policy: policy(name) }): Promise<string> {
  const { QueueUrl } = await cloud.call<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: name, Attributes });
  return QueueUrl;
}

async function bodies(QueueUrl: string): Promise<string[]> {
  await cloud.idle();
  const { Messages = [] } = await cloud.call<{ Messages?: { Body: string }[] }>("sqs", "ReceiveMessage", {
    QueueUrl,
    MaxNumberOfMessages: 10,
  });
  return Messages.map(({ Body }) => Body);
}

const subscribe = (TopicArn: string, Protocol: string, Endpoint: string, Attributes: Record<string, string> = {}) =>
  sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, Attributes }));

describe("delivery", () => {
  test("a queue gets the envelope, or the message itself with raw delivery", async () => {
    const arn = await topic();
    const [wrapped, raw] = [await queue("wrapped"), await queue("raw")];
    await subscribe(arn, "sqs", queueArn("wrapped"));
    await subscribe(arn, "sqs", queueArn("raw"), { RawMessageDelivery: "true" });
    await sns.send(
      new PublishCommand({
        TopicArn: arn,
        Message: "hello",
        Subject: "s",
        MessageAttributes: { a: { DataType: "String", StringValue: "1" } },
      }),
    );
    expect(JSON.parse((await bodies(wrapped))[0] ?? "")).toMatchObject({
      Type: "Notification",
      TopicArn: arn,
      Subject: "s",
      Message: "hello",
      MessageAttributes: { a: { Type: "String", Value: "1" } },
      Timestamp: "2023-11-14T22:13:20.000Z",
    });
    expect(await bodies(raw)).toEqual(["hello"]);
  });

  test("a queue whose policy does not let SNS in gets nothing; the message goes to the dead-letter queue", async () => {
    const arn = await topic();
    const closed = await queue("closed", {});
    const dead = await queue("dead");
    await subscribe(arn, "sqs", queueArn("closed"), { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn("dead") }) });
    await sns.send(new PublishCommand({ TopicArn: arn, Message: "x" }));
    expect(await bodies(closed)).toEqual([]);
    expect(JSON.parse((await bodies(dead))[0] ?? "")).toMatchObject({ Message: "x" });
    expect(cloud.hints.at(-1)?.message).toContain("not authorized to perform: sqs:SendMessage");
  });

  test("MessageStructure json gives each protocol its own text", async () => {
    const arn = await topic();
    const url = await queue("q");
    await subscribe(arn, "sqs", queueArn("q"), { RawMessageDelivery: "true" });
    await sns.send(
      new PublishCommand({ TopicArn: arn, MessageStructure: "json", Message: JSON.stringify({ default: "d", sqs: "for sqs" }) }),
    );
    expect(await bodies(url)).toEqual(["for sqs"]);
  });

  test("filters choose by attributes and by body", async () => {
    const arn = await topic();
    const [byAttribute, byBody] = [await queue("by-attribute"), await queue("by-body")];
    await subscribe(arn, "sqs", queueArn("by-attribute"), {
      RawMessageDelivery: "true",
      FilterPolicy: JSON.stringify({ kind: ["a"] }),
    });
    await subscribe(arn, "sqs", queueArn("by-body"), {
      RawMessageDelivery: "true",
      FilterPolicyScope: "MessageBody",
      FilterPolicy: JSON.stringify({ order: { total: [{ numeric: [">", 10] }] } }),
    });
    await sns.send(new PublishCommand({ TopicArn: arn, Message: '{"order":{"total":11}}' }));
    await sns.send(
      new PublishCommand({
        TopicArn: arn,
        Message: "plain",
        MessageAttributes: { kind: { DataType: "String", StringValue: "a" } },
      }),
    );
    expect(await bodies(byAttribute)).toEqual(["plain"]);
    expect(await bodies(byBody)).toEqual(['{"order":{"total":11}}']);
  });

  test("an e-mail address must confirm before it gets mail", async () => {
    const arn = await topic();
    expect((await subscribe(arn, "email", "me@example.com")).SubscriptionArn).toBe("pending confirmation");
    await sns.send(new PublishCommand({ TopicArn: arn, Message: "early" }));
    await cloud.idle();
    const [confirmation, ...none] = cloud.mailbox.list({ to: "me@example.com" });
    expect(none).toEqual([]);
    const Token = /Token=(\w+)/.exec(confirmation?.body ?? "")?.[1];
    await sns.send(new ConfirmSubscriptionCommand({ TopicArn: arn, Token }));
    await sns.send(new PublishCommand({ TopicArn: arn, Message: "late", Subject: "hi" }));
    await cloud.idle();
    expect(cloud.mailbox.list({ to: "me@example.com" }).at(-1)).toMatchObject({ kind: "email", subject: "hi", body: "late" });
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: arn }));
    expect(Subscriptions?.[0]?.SubscriptionArn).toMatch(/^arn:/);
  });

  test("FIFO topics keep a duplicate back and hand groups on", async () => {
    const arn = await topic("news.fifo", { FifoTopic: "true", ContentBasedDeduplication: "true" });
    const url = await queue("q.fifo", { FifoQueue: "true", Policy: policy("q.fifo") });
    await subscribe(arn, "sqs", queueArn("q.fifo"), { RawMessageDelivery: "true" });
    for (const Message of ["a", "a", "b"]) await sns.send(new PublishCommand({ TopicArn: arn, Message, MessageGroupId: "g" }));
    expect(await bodies(url)).toEqual(["a", "b"]);
  });

  test("a batch answers for each entry, text messages land in the mailbox", async () => {
    const TopicArn = await topic();
    const { Successful, Failed } = await sns.send(
      new PublishBatchCommand({
        TopicArn,
        PublishBatchRequestEntries: [
          { Id: "1", Message: "x" },
          { Id: "2", Message: "" },
        ],
      }),
    );
    expect([Successful?.length, Failed?.[0]?.Code]).toEqual([1, "InvalidParameter"]);
    await sns.send(new PublishCommand({ PhoneNumber: "+4915112345678", Message: "code 1" }));
    expect(cloud.mailbox.list({ kind: "sms" })).toMatchObject([{ to: "+4915112345678", body: "code 1" }]);
  });
});

test.each<[string, () => Promise<unknown>, string, string]>([
  [
    "a topic that is missing",
    () => sns.send(new GetTopicAttributesCommand({ TopicArn: "arn:aws:sns:us-east-1:000000000000:no" })),
    "NotFoundException",
    "Topic does not exist",
  ],
  ["a bad name", () => topic("a b"), "InvalidParameterException", "Invalid parameter: Topic Name"],
  [
    "no default in a JSON message",
    async () => sns.send(new PublishCommand({ TopicArn: await topic(), MessageStructure: "json", Message: "{}" })),
    "InvalidParameterException",
    "Invalid parameter: Message Structure - No default entry in JSON message body",
  ],
  [
    "an unknown protocol",
    async () => subscribe(await topic(), "pigeon", "x"),
    "InvalidParameterException",
    "Invalid parameter: Amazon SNS does not support this protocol string: pigeon",
  ],
  [
    "a wrong filter policy",
    async () => subscribe(await topic(), "sqs", queueArn("q"), { FilterPolicy: '{"a":1}' }),
    "InvalidParameterException",
    'Invalid parameter: Attributes Reason: FilterPolicy: "a" must be an object or an array',
  ],
])("refuses %s", async (_name, act, name, message) => {
  await expect(act()).rejects.toMatchObject({ name, message });
});

test.each([
  [{ a: ["x"] }, { a: "x" }, true],
  [{ a: ["x"] }, { a: ["y", "x"] }, true],
  [{ a: ["x"] }, {}, false],
  [{ a: [{ exists: false }] }, {}, true],
  [{ a: [{ exists: true }] }, { a: null }, true],
  [{ a: [{ prefix: "ab" }] }, { a: "abc" }, true],
  [{ a: [{ suffix: "bc" }] }, { a: "abc" }, true],
  [{ a: [{ "anything-but": ["x", "y"] }] }, { a: "z" }, true],
  [{ a: [{ "anything-but": { prefix: "x" } }] }, { a: "xz" }, false],
  [{ a: [{ numeric: [">=", 1, "<", 5] }] }, { a: 5 }, false],
  [{ a: [{ cidr: "10.0.0.0/8" }] }, { a: "10.1.2.3" }, true],
  [{ a: [{ wildcard: "a*c*e" }] }, { a: "abcde" }, true],
  [{ $or: [{ a: ["1"] }, { b: ["2"] }] }, { b: "2" }, true],
  [{ a: { b: ["x"] } }, { a: [{ b: "y" }, { b: "x" }] }, true],
])("filter %j on %j: %s", (filter, data, wanted) => {
  expect(matchesFilter(parseFilter(JSON.stringify(filter), "MessageBody"), data)).toBe(wanted);
});
