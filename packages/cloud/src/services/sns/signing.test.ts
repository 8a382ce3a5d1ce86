/** What HTTP subscribers see: signatures that verify, retries by the clock, confirmations. */
import { createPublicKey, verify, X509Certificate } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { delayMs, HTTP_DEFAULT, policyFor } from "./retry.ts";

interface Message {
  readonly [name: string]: string;
}

let cloud: Cloud;
let server: Server;
let url: string;
let received: Message[];
let status: number;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(1_700_000_000_000), random: seededRandom(1) });
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += String(part);
    });
    request.on("end", () => {
      received.push({ type: String(request.headers["x-amz-sns-message-type"]), ...(JSON.parse(body) as Message) });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`;
});
beforeEach(async () => {
  await cloud.reset();
  received = [];
  status = 200;
});
afterAll(async () => {
  await cloud.stop();
  server.close();
});

async function subscribed(Attributes: Record<string, string> = {}, more: Record<string, string> = {}): Promise<string> {
  const { TopicArn } = await cloud.call<{ TopicArn: string }>("sns", "CreateTopic", { Name: "news", Attributes });
  await cloud.call("sns", "Subscribe", { TopicArn, Protocol: "http", Endpoint: url, Attributes: more });
  await cloud.idle();
  await fetch(received[0]?.SubscribeURL ?? "");
  return TopicArn;
}

/** As AWS's guide tells validators to do it. */
async function isSigned(message: Message): Promise<boolean> {
  const names = ["Message", "MessageId", "SubscribeURL", "Subject", "Timestamp", "Token", "TopicArn", "Type"];
  const text = names.flatMap((name) => (message[name] === undefined ? [] : [`${name}\n${message[name]}\n`])).join("");
  const pem = await (await fetch(message.SigningCertURL ?? "")).text();
  const key = createPublicKey(pem);
  const algorithm = message.SignatureVersion === "2" ? "sha256" : "sha1";
  return verify(algorithm, Buffer.from(text), key, Buffer.from(message.Signature ?? "", "base64"));
}

test.each([["1"], ["2"]])("confirmation and notification verify with signature version %s", async (SignatureVersion) => {
  const TopicArn = await subscribed({ SignatureVersion });
  await cloud.call("sns", "Publish", { TopicArn, Message: "hello", Subject: "s" });
  await cloud.idle();
  expect(received.map((each) => [each.type, each.SignatureVersion])).toEqual([
    ["SubscriptionConfirmation", SignatureVersion],
    ["Notification", SignatureVersion],
  ]);
  for (const message of received) {
    expect(await isSigned(message)).toBe(true);
    expect(await isSigned({ ...message, Message: "other" })).toBe(false);
  }
});

test("the certificate is one that OpenSSL reads, signed by its own key", async () => {
  await subscribed();
  const certificate = new X509Certificate(await (await fetch(received[0]?.SigningCertURL ?? "")).text());
  expect(certificate.subject).toBe("CN=sns.amazonaws.com");
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect((await fetch(`${cloud.endpoint}/_aws/sns/SimpleNotificationService-0.pem`)).status).toBe(404);
});

test("an endpoint that fails is tried three more times, 20 seconds apart, then its dead-letter queue gets the message", async () => {
  const { QueueUrl } = await cloud.call<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: "dead" });
  const deadLetterTargetArn = "arn:aws:sqs:us-east-1:000000000000:dead";
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage", Resource: "*" }],
  });
  await cloud.call("sqs", "SetQueueAttributes", { QueueUrl, Attributes: { Policy } });
  const TopicArn = await subscribed({}, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn }) });
  status = 503;
  await cloud.call("sns", "Publish", { TopicArn, Message: "m" });
  await cloud.idle();
  await cloud.clock.advance(39_000);
  expect(received.filter((each) => each.type === "Notification").length).toBe(2);
  await cloud.clock.advance(60_000);
  expect(received.filter((each) => each.type === "Notification").length).toBe(4);
  const { Messages = [] } = await cloud.call<{ Messages?: { Body: string }[] }>("sqs", "ReceiveMessage", { QueueUrl });
  expect(Messages.map(({ Body }) => JSON.parse(Body))).toMatchObject([{ Message: "m" }]);
});

test("an endpoint that says no is not tried again", async () => {
  const TopicArn = await subscribed();
  status = 403;
  await cloud.call("sns", "Publish", { TopicArn, Message: "m" });
  await cloud.idle();
  await cloud.clock.advance(600_000);
  expect(received.filter((each) => each.type === "Notification").length).toBe(1);
});

test("who unsubscribes is told, and can take it back", async () => {
  const TopicArn = await subscribed();
  const { Subscriptions } = await cloud.call<{ Subscriptions: { SubscriptionArn: string }[] }>("sns", "ListSubscriptions", {});
  await cloud.call("sns", "Unsubscribe", { SubscriptionArn: Subscriptions[0]?.SubscriptionArn ?? "" });
  await cloud.idle();
  expect(received[1]).toMatchObject({ Type: "UnsubscribeConfirmation" });
  await fetch(received[1]?.SubscribeURL ?? "");
  const left = await cloud.call<{ Subscriptions: object[] }>("sns", "ListSubscriptionsByTopic", { TopicArn });
  expect(left.Subscriptions.length).toBe(1);
});

test("delays follow the policy: none, least, growing, most", () => {
  const policy = {
    ...HTTP_DEFAULT,
    numRetries: 8,
    numNoDelayRetries: 1,
    numMinDelayRetries: 1,
    numMaxDelayRetries: 2,
    minDelayTarget: 1,
    maxDelayTarget: 10,
  };
  expect([1, 2, 3, 4, 5, 6, 7, 8, 9].map((retry) => delayMs(policy, retry))).toEqual([
    0,
    1000,
    1000,
    4000,
    7000,
    10_000,
    10_000,
    10_000,
    undefined,
  ]);
  const managed = policyFor("sqs", undefined, undefined);
  expect([1, 3, 4, 5, 6, 15, 16, 100_015, 100_016].map((retry) => delayMs(managed, retry))).toEqual([
    0,
    0,
    1000,
    1000,
    1000,
    20_000,
    20_000,
    20_000,
    undefined,
  ]);
});
