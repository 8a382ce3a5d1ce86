import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

let cloud: Cloud;
let sqs: SQSClient;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(1_700_000_000_000), random: seededRandom(1) });
  sqs = new SQSClient({
    region: "us-east-1",
    endpoint: cloud.endpoint,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});
beforeEach(() => cloud.reset());
afterAll(() => cloud.stop());

async function queue(name: string, Attributes: Record<string, string> = {}): Promise<string> {
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  return QueueUrl;
}
const receive = (QueueUrl: string, more: object = {}) =>
  sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
      ...more,
    }),
  );
const bodies = async (url: string) => ((await receive(url)).Messages ?? []).map((message) => message.Body);

describe("fair queues", () => {
  const send = (url: string, MessageBody: string, MessageGroupId?: string) =>
    sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody, ...(MessageGroupId === undefined ? {} : { MessageGroupId }) }));
  const take = async (url: string, count: number) =>
    ((await receive(url, { MaxNumberOfMessages: count })).Messages ?? []).map(({ Body }) => Body);

  test("a group with more than its share in flight waits behind the others, and is not forgotten", async () => {
    const url = await queue("fair");
    for (let n = 0; n < 6; n++) await send(url, `noisy ${n}`, "a");
    expect(await take(url, 3)).toEqual(["noisy 0", "noisy 1", "noisy 2"]);
    await send(url, "quiet", "b");
    expect(await take(url, 1)).toEqual(["quiet"]);
    expect(await take(url, 10)).toEqual(["noisy 3", "noisy 4", "noisy 5"]);
  });

  test("groups with equal shares, and messages without one, keep the order of sending", async () => {
    const url = await queue("even");
    for (const [body, group] of [
      ["1", "a"],
      ["2", "b"],
      ["3", "a"],
      ["4", "b"],
    ] as const)
      await send(url, body, group);
    expect([...(await take(url, 2)), ...(await take(url, 2))]).toEqual(["1", "2", "3", "4"]);
    const plain = await queue("plain");
    for (const body of ["1", "2", "3"]) await send(plain, body);
    expect([...(await take(plain, 1)), ...(await take(plain, 2))]).toEqual(["1", "2", "3"]);
  });
});

describe("standard queues", () => {
  test("a message is received once, with its attributes, until its visibility timeout is over", async () => {
    const url = await queue("jobs");
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: url,
        MessageBody: "héllo",
        MessageAttributes: {
          n: { DataType: "Number", StringValue: "7" },
          b: { DataType: "Binary", BinaryValue: Uint8Array.of(1, 2) },
        },
      }),
    );
    const [first] = (await receive(url)).Messages ?? [];
    expect(first?.Body).toBe("héllo");
    expect(first?.MessageAttributes?.b?.BinaryValue).toEqual(Uint8Array.of(1, 2));
    expect(first?.Attributes).toMatchObject({ ApproximateReceiveCount: "1", SentTimestamp: "1700000000000" });
    expect(await bodies(url)).toEqual([]);
    await cloud.clock.advance(30_000);
    expect(await bodies(url)).toEqual(["héllo"]);
  });

  test("a deleted message does not come back; an old receipt deletes nothing", async () => {
    const url = await queue("jobs");
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x" }));
    const [first] = (await receive(url, { VisibilityTimeout: 0 })).Messages ?? [];
    const [second] = (await receive(url)).Messages ?? [];
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }));
    await cloud.clock.advance(30_000);
    const [third] = (await receive(url)).Messages ?? [];
    expect(third?.MessageId).toBe(second?.MessageId);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: third?.ReceiptHandle }));
    await cloud.clock.advance(60_000);
    expect(await bodies(url)).toEqual([]);
  });

  test("delays and changed visibility follow the clock", async () => {
    const url = await queue("jobs", { DelaySeconds: "5" });
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x" }));
    expect(await bodies(url)).toEqual([]);
    await cloud.clock.advance(5_000);
    const [message] = (await receive(url)).Messages ?? [];
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 2 }),
    );
    await cloud.clock.advance(2_000);
    expect(await bodies(url)).toEqual(["x"]);
  });

  test("a long poll ends with the message that is sent meanwhile, or empty when its time is over", async () => {
    const url = await queue("jobs");
    const waiting = receive(url, { WaitTimeSeconds: 20 });
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "now" }));
    expect((await waiting).Messages?.[0]?.Body).toBe("now");
    const empty = cloud.call("sqs", "ReceiveMessage", { QueueUrl: url, WaitTimeSeconds: 20 });
    await cloud.idle();
    await cloud.clock.advance(20_000);
    expect(await empty).toEqual({});
  });

  test("retention ends a message", async () => {
    const url = await queue("jobs", { MessageRetentionPeriod: "60" });
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x" }));
    await cloud.clock.advance(60_000);
    expect(await bodies(url)).toEqual([]);
  });
});

describe("dead letters", () => {
  test("a message received too often moves, and a move task brings it back", async () => {
    const dlq = await queue("dead");
    const arn = "arn:aws:sqs:us-east-1:000000000000:dead";
    const url = await queue("jobs", {
      VisibilityTimeout: "0",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 2 }),
    });
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "bad" }));
    expect(await bodies(url)).toEqual(["bad"]);
    expect(await bodies(url)).toEqual(["bad"]);
    expect(await bodies(url)).toEqual([]);
    const [dead] = (await receive(dlq, { VisibilityTimeout: 0 })).Messages ?? [];
    expect(dead?.Attributes?.DeadLetterQueueSourceArn).toBe("arn:aws:sqs:us-east-1:000000000000:jobs");
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn }));
    await cloud.clock.advance(1_000);
    expect(await bodies(url)).toEqual(["bad"]);
    const { Results } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arn }));
    expect(Results?.[0]).toMatchObject({ Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 1 });
  });
});

describe("FIFO queues", () => {
  test("keep order in a group, block it while a message is in flight, and drop duplicates", async () => {
    const url = await queue("jobs.fifo", { FifoQueue: "true" });
    const send = (body: string, group: string, id: string) =>
      sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, MessageGroupId: group, MessageDeduplicationId: id }));
    await send("a1", "a", "1");
    await send("a2", "a", "2");
    await send("b1", "b", "3");
    await send("again", "a", "1");
    const [first] = (await receive(url, { MaxNumberOfMessages: 1 })).Messages ?? [];
    expect(first?.Body).toBe("a1");
    expect(await bodies(url)).toEqual(["b1"]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }));
    expect(await bodies(url)).toEqual(["a2"]);
  });
});

describe("refusals", () => {
  test.each<[string, () => Promise<unknown>, string, number]>([
    ["a queue that does not exist", () => receive(`${cloud.endpoint}/000000000000/none`), "QueueDoesNotExist", 400],
    ["a bad name", () => queue("no spaces"), "InvalidParameterValue", 400],
    ["an unknown attribute", () => queue("q", { Nope: "1" }), "InvalidAttributeName", 400],
    ["an attribute out of range", () => queue("q", { VisibilityTimeout: "43201" }), "InvalidAttributeValue", 400],
    [
      "a name in use with other attributes",
      () => queue("q").then(() => queue("q", { DelaySeconds: "9" })),
      "QueueNameExists",
      400,
    ],
    [
      "a delay above 900 s",
      async () => sqs.send(new SendMessageCommand({ QueueUrl: await queue("q"), MessageBody: "x", DelaySeconds: 901 })),
      "InvalidParameterValue",
      400,
    ],
    [
      "an empty body",
      async () => sqs.send(new SendMessageCommand({ QueueUrl: await queue("q"), MessageBody: "" })),
      "MissingParameter",
      400,
    ],
    [
      "a control character",
      async () => sqs.send(new SendMessageCommand({ QueueUrl: await queue("q"), MessageBody: "\u0001" })),
      "InvalidMessageContents",
      400,
    ],
    [
      "entries with the same id",
      async () =>
        sqs.send(
          new SendMessageBatchCommand({
            QueueUrl: await queue("q"),
            Entries: [
              { Id: "a", MessageBody: "1" },
              { Id: "a", MessageBody: "2" },
            ],
          }),
        ),
      "BatchEntryIdsNotDistinct",
      400,
    ],
    [
      "a purge within a minute of the last",
      async () => {
        const QueueUrl = await queue("q");
        await sqs.send(new PurgeQueueCommand({ QueueUrl }));
        return sqs.send(new PurgeQueueCommand({ QueueUrl }));
      },
      "PurgeQueueInProgress",
      403,
    ],
  ])("%s", async (_name, act, name, status) => {
    await expect(act()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
  });

  test("one bad entry of a batch fails by itself", async () => {
    const QueueUrl = await queue("q");
    const { Successful, Failed } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: "good", MessageBody: "1" },
          { Id: "bad", MessageBody: "2", DelaySeconds: 1000 },
        ],
      }),
    );
    expect(Successful?.map((each) => each.Id)).toEqual(["good"]);
    expect(Failed).toMatchObject([{ Id: "bad", Code: "InvalidParameterValue", SenderFault: true }]);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
    );
    expect(Attributes).toEqual({ ApproximateNumberOfMessages: "1" });
  });
});

describe("the query protocol", () => {
  const query = async (parameters: Record<string, string>, path = "/") => {
    const answer = await fetch(cloud.endpoint + path, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        authorization: "AWS4-HMAC-SHA256 Credential=test/20231114/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0",
      },
      body: new URLSearchParams({ Version: "2012-11-05", ...parameters }),
    });
    return { status: answer.status, text: await answer.text() };
  };

  test("carries the same operations as XML", async () => {
    const made = await query({
      Action: "CreateQueue",
      QueueName: "old",
      "Attribute.1.Name": "DelaySeconds",
      "Attribute.1.Value": "0",
    });
    expect(made.text).toContain(`<CreateQueueResult><QueueUrl>${cloud.endpoint}/000000000000/old</QueueUrl></CreateQueueResult>`);
    await query({ Action: "SendMessage", MessageBody: "<x>" }, "/000000000000/old");
    const got = await query({ Action: "ReceiveMessage", "AttributeName.1": "All" }, "/000000000000/old");
    expect(got.text).toContain("<Body>&lt;x&gt;</Body>");
    expect(got.text).toContain("<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>");
  });

  test("names errors as it always did", async () => {
    const { status, text } = await query({ Action: "GetQueueUrl", QueueName: "none" });
    expect(status).toBe(400);
    expect(text).toContain("<Code>AWS.SimpleQueueService.NonExistentQueue</Code>");
  });
});
