import { seededRandom, systemClock } from "@dovetail/model";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import type { Ctx, ServiceDefinition } from "../../core/service.ts";

interface Sent {
  readonly QueueUrl: string;
  readonly MessageBody: string;
}

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:jobs";
let sent: unknown[] = [];
let emitted: unknown[] = [];
let principals: unknown[] = [];
let cloud: Cloud;

/** Only what S3 needs of its neighbours: they have tests of their own. */
const sqs: ServiceDefinition = {
  name: "sqs",
  operations: {
    GetQueueUrl: { handler: (_ctx: Ctx, input: { QueueName: string }) => ({ QueueUrl: `http://queue/${input.QueueName}` }) },
    SendMessage: {
      handler: (ctx: Ctx, input: Sent) => {
        principals.push(ctx.principal);
        sent.push(JSON.parse(input.MessageBody));
        return { MessageId: "1" };
      },
      iam: () => ({
        resources: [QUEUE],
        resourcePolicy: JSON.stringify({
          Statement: [
            { Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sqs:SendMessage", Resource: QUEUE },
          ],
        }),
      }),
    },
  },
};
const events: ServiceDefinition = {
  name: "events",
  operations: {},
  internal: { emit: (_ctx: Ctx, event: object) => emitted.push(event) },
};

beforeEach(async () => {
  [sent, emitted, principals] = [[], [], []];
  cloud = await startCloud({ clock: systemClock(), random: seededRandom(3), listen: false, services: { sqs, events } });
  await cloud.call("s3", "CreateBucket", { Bucket: "watched" });
});
afterEach(() => cloud.stop());

function configure(NotificationConfiguration: object) {
  return cloud.call("s3", "PutBucketNotificationConfiguration", { Bucket: "watched", NotificationConfiguration });
}

describe("notifications", () => {
  it("a queue gets the test event, then only what its filter lets through", async () => {
    const Filter = { Key: { FilterRules: [{ Name: "prefix", Value: "in/" }] } };
    await configure({ QueueConfigurations: [{ Id: "jobs", QueueArn: QUEUE, Events: ["s3:ObjectCreated:*"], Filter }] });
    await cloud.call("s3", "PutObject", { Bucket: "watched", Key: "in/a b.txt", Body: "hello" });
    await cloud.call("s3", "PutObject", { Bucket: "watched", Key: "out/c", Body: "" });
    await cloud.call("s3", "DeleteObject", { Bucket: "watched", Key: "in/a b.txt" });
    await cloud.idle();
    expect(sent).toMatchObject([
      { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "watched" },
      {
        Records: [
          {
            eventVersion: "2.1",
            eventSource: "aws:s3",
            eventName: "ObjectCreated:Put",
            s3: {
              configurationId: "jobs",
              bucket: { name: "watched", arn: "arn:aws:s3:::watched" },
              object: { key: "in/a+b.txt", size: 5, eTag: "5d41402abc4b2a76b9719d911017c592" },
            },
          },
        ],
      },
    ]);
    expect(principals[1]).toMatchObject({ kind: "service", service: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::watched" });
  });

  it("EventBridge gets every event of a bucket that is turned on for it", async () => {
    await configure({ EventBridgeConfiguration: {} });
    await cloud.call("s3", "PutObject", { Bucket: "watched", Key: "x", Body: "1" });
    await cloud.call("s3", "DeleteObject", { Bucket: "watched", Key: "x" });
    await cloud.idle();
    expect(emitted).toMatchObject([
      {
        source: "aws.s3",
        detailType: "Object Created",
        detail: { bucket: { name: "watched" }, object: { key: "x", size: 1 }, reason: "PutObject" },
      },
      { detailType: "Object Deleted", detail: { reason: "DeleteObject", "deletion-type": "Permanently Deleted" } },
    ]);
  });

  it("refuses a queue's ARN that is none", async () => {
    await expect(
      configure({ QueueConfigurations: [{ QueueArn: "nonsense", Events: ["s3:ObjectCreated:*"] }] }),
    ).rejects.toMatchObject({ code: "InvalidArgument" });
  });
});

describe("an event that no rule lets through", () => {
  const hints = () => cloud.hints.filter(({ service }) => service === "s3").map(({ message }) => message);
  const rule = (Events: string[], prefix: string) => ({
    QueueConfigurations: [
      { Id: "jobs", QueueArn: QUEUE, Events, Filter: { Key: { FilterRules: [{ Name: "prefix", Value: prefix }] } } },
    ],
  });

  it("is told with the rules that wait for its kind, by key and by event", async () => {
    await configure(rule(["s3:ObjectCreated:Post"], "photos/"));
    await cloud.call("s3", "PutObject", { Bucket: "watched", Key: "photos/a.jpg", Body: "x" });
    await configure(rule(["s3:ObjectCreated:*"], "photos/"));
    await cloud.call("s3", "PutObject", { Bucket: "watched", Key: "Photos/a.jpg", Body: "x" });
    expect(hints()).toEqual([
      'ObjectCreated:Put of watched/photos/a.jpg: no notification rule matches. The bucket has: s3:ObjectCreated:Post with prefix "photos/"',
      'ObjectCreated:Put of watched/Photos/a.jpg: no notification rule matches. The bucket has: s3:ObjectCreated:* with prefix "photos/"',
    ]);
  });

  it("is not told where no rule waits for its kind, where one matches, or where EventBridge gets all", async () => {
    await configure(rule(["s3:ObjectCreated:*"], "photos/"));
    await cloud.call("s3", "PutObject", { Bucket: "watched", Key: "photos/a.jpg", Body: "x" });
    await cloud.call("s3", "DeleteObject", { Bucket: "watched", Key: "photos/a.jpg" });
    await configure({});
    await cloud.call("s3", "PutObject", { Bucket: "watched", Key: "b", Body: "x" });
    await configure({ EventBridgeConfiguration: {} });
    await cloud.call("s3", "PutObject", { Bucket: "watched", Key: "b", Body: "x" });
    expect(hints()).toEqual([]);
  });
});
