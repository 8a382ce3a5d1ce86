import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(1_700_000_000_000), random: seededRandom(1), listen: false });
});
beforeEach(() => cloud.reset());
afterAll(() => cloud.stop());

const call = <O>(operation: string, input: object) => cloud.call<O>("sqs", operation, input);

async function fifo(): Promise<string> {
  const Attributes = { FifoQueue: "true", ContentBasedDeduplication: "true", VisibilityTimeout: "30" };
  const { QueueUrl } = await call<{ QueueUrl: string }>("CreateQueue", { QueueName: "q.fifo", Attributes });
  for (const MessageBody of ["a", "b", "c"]) await call("SendMessage", { QueueUrl, MessageBody, MessageGroupId: MessageBody });
  return QueueUrl;
}

async function receive(QueueUrl: string, ReceiveRequestAttemptId?: string) {
  const input = {
    QueueUrl,
    MaxNumberOfMessages: 2,
    ...(ReceiveRequestAttemptId === undefined ? {} : { ReceiveRequestAttemptId }),
  };
  const { Messages = [] } = await call<{ Messages?: { Body: string; ReceiptHandle: string }[] }>("ReceiveMessage", input);
  return Messages;
}

test("the same attempt gets the same messages and handles, with their visibility begun anew", async () => {
  const QueueUrl = await fifo();
  const first = await receive(QueueUrl, "one");
  await cloud.clock.advance(20_000);
  expect(await receive(QueueUrl, "one")).toEqual(first);
  await cloud.clock.advance(20_000);
  expect((await receive(QueueUrl)).map(({ Body }) => Body)).toEqual(["c"]);
});

test("an attempt whose messages were deleted, or are visible again, takes anew", async () => {
  const QueueUrl = await fifo();
  const [first] = await receive(QueueUrl, "one");
  await call("DeleteMessage", { QueueUrl, ReceiptHandle: first?.ReceiptHandle });
  expect((await receive(QueueUrl, "one")).map(({ Body }) => Body)).toEqual(["c"]);
  await cloud.clock.advance(31_000);
  expect((await receive(QueueUrl, "one")).map(({ Body }) => Body)).toEqual(["b", "c"]);
});

test("an attempt id that is none is refused", async () => {
  const QueueUrl = await fifo();
  await expect(receive(QueueUrl, "a b")).rejects.toThrow(/ReceiveRequestAttemptId/);
});

test("dead-letter sources come in pages where that is asked for", async () => {
  const { QueueUrl } = await call<{ QueueUrl: string }>("CreateQueue", { QueueName: "dead" });
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:dead", maxReceiveCount: 3 });
  for (const QueueName of ["a", "b", "c"]) await call("CreateQueue", { QueueName, Attributes: { RedrivePolicy } });
  type Page = { queueUrls: string[]; NextToken?: string };
  const names = (page: Page) => page.queueUrls.map((url) => url.split("/").at(-1));
  const first = await call<Page>("ListDeadLetterSourceQueues", { QueueUrl, MaxResults: 2 });
  const second = await call<Page>("ListDeadLetterSourceQueues", { QueueUrl, MaxResults: 2, NextToken: first.NextToken });
  expect([names(first), names(second), second.NextToken]).toEqual([["a", "b"], ["c"], undefined]);
});
