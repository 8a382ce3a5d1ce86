/** From a published message to its subscribers: filters, envelopes, dead letters. Runs after the publishing transaction is kept. */
import { request } from "node:http";
import { parseArn } from "../../core/arn.ts";
import type { Ctx, Principal } from "../../core/service.ts";
import { filterable, type MessageAttribute, matchesFilter, parseFilter } from "./filter.ts";
import { type SubscriptionRecord, subscriptionsOf, type TopicRecord } from "./store.ts";

export interface Published {
  readonly id: string;
  readonly subject?: string;
  /** By protocol; `default` for the rest. */
  readonly bodies: { readonly [protocol: string]: string };
  readonly attributes: { readonly [name: string]: MessageAttribute };
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
  readonly atMs: number;
}

export function bodyFor(message: Published, protocol: string): string {
  return message.bodies[protocol] ?? message.bodies.default ?? "";
}

function attributesOf(message: Published): Record<string, { Type: string; Value: string }> {
  const out: Record<string, { Type: string; Value: string }> = {};
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(message.attributes))
    out[name] = {
      Type: DataType,
      Value: BinaryValue === undefined ? (StringValue ?? "") : Buffer.from(BinaryValue).toString("base64"),
    };
  return out;
}

/** The notification's JSON. Amazon SNS developer guide, "HTTP/HTTPS notification JSON format". */
export function envelope(
  ctx: Ctx,
  topic: TopicRecord,
  subscription: SubscriptionRecord,
  message: Published,
): Record<string, unknown> {
  const attributes = attributesOf(message);
  const fifo = message.sequenceNumber === undefined ? {} : { SequenceNumber: message.sequenceNumber };
  return {
    Type: "Notification",
    MessageId: message.id,
    ...fifo,
    TopicArn: topic.arn,
    ...(message.subject === undefined ? {} : { Subject: message.subject }),
    Message: bodyFor(message, subscription.protocol),
    Timestamp: new Date(message.atMs).toISOString(),
    ...(message.sequenceNumber === undefined
      ? { SignatureVersion: "1", Signature: "UNSIGNED", SigningCertURL: `${ctx.endpoint}/SimpleNotificationService.pem` }
      : {}),
    UnsubscribeURL: `${ctx.endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
    ...(Object.keys(attributes).length === 0 ? {} : { MessageAttributes: attributes }),
  };
}

export function wants(subscription: SubscriptionRecord, message: Published): boolean {
  const text = subscription.attributes.FilterPolicy;
  if (text === undefined || text === "" || text === "{}") return true;
  const scope = subscription.attributes.FilterPolicyScope ?? "MessageAttributes";
  const policy = parseFilter(text, scope);
  if (scope !== "MessageBody") return matchesFilter(policy, filterable(message.attributes));
  try {
    return matchesFilter(policy, JSON.parse(bodyFor(message, subscription.protocol)));
  } catch {
    return false;
  }
}

function asSns(topic: TopicRecord): Principal {
  return {
    kind: "service",
    accountId: topic.account,
    service: "sns.amazonaws.com",
    sourceArn: topic.arn,
    sourceAccount: topic.account,
  };
}

async function toQueue(
  ctx: Ctx,
  topic: TopicRecord,
  queueArn: string,
  body: string,
  message: Published,
  isRaw: boolean,
): Promise<void> {
  const parts = parseArn(queueArn);
  await ctx.call(
    "sqs",
    "SendMessage",
    {
      QueueUrl: `${ctx.endpoint}/${parts?.account}/${parts?.resource}`,
      MessageBody: body,
      ...(isRaw && Object.keys(message.attributes).length > 0 ? { MessageAttributes: message.attributes } : {}),
      ...(message.groupId === undefined ? {} : { MessageGroupId: message.groupId }),
      ...(message.deduplicationId === undefined || parts?.resource.endsWith(".fifo") !== true
        ? {}
        : { MessageDeduplicationId: message.deduplicationId }),
    },
    { as: asSns(topic), account: parts?.account ?? topic.account, region: parts?.region ?? topic.region },
  );
}

async function toFunction(ctx: Ctx, topic: TopicRecord, subscription: SubscriptionRecord, message: Published): Promise<void> {
  const {
    Type,
    MessageId,
    TopicArn,
    Subject = null,
    Message,
    Timestamp,
    MessageAttributes = {},
  } = envelope(ctx, topic, subscription, message);
  const {
    SignatureVersion = "1",
    Signature = "UNSIGNED",
    SigningCertURL = "",
    UnsubscribeURL,
  } = envelope(ctx, topic, subscription, message);
  const Sns = {
    SignatureVersion,
    Timestamp,
    Signature,
    SigningCertUrl: SigningCertURL,
    MessageId,
    Message,
    MessageAttributes,
    Type,
    UnsubscribeUrl: UnsubscribeURL,
    TopicArn,
    Subject,
  };
  const event = { Records: [{ EventVersion: "1.0", EventSubscriptionArn: subscription.arn, EventSource: "aws:sns", Sns }] };
  const parts = parseArn(subscription.endpoint);
  const input = { FunctionName: subscription.endpoint, InvocationType: "Event", Payload: Buffer.from(JSON.stringify(event)) };
  await ctx.call("lambda", "Invoke", input, {
    as: asSns(topic),
    account: parts?.account ?? topic.account,
    region: parts?.region ?? topic.region,
  });
}

const ANSWER_MS_MAX = 15_000;

/** Only to this machine: nothing of the cloud talks to the internet. */
export function post(url: string, headers: { readonly [name: string]: string }, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const target = new URL(url);
    if (target.protocol !== "http:" || !["localhost", "127.0.0.1", "[::1]"].includes(target.hostname)) {
      reject(new Error(`${url} is beyond this machine; only http://localhost and loopback addresses are delivered to`));
      return;
    }
    const sent = request(
      target,
      { method: "POST", headers: { ...headers, "Content-Length": String(Buffer.byteLength(body)) }, timeout: ANSWER_MS_MAX },
      (answer) => {
        answer.resume();
        const status = answer.statusCode ?? 500;
        answer.on("end", () => (status < 300 ? resolve() : reject(new Error(`${url} answered ${status}`))));
      },
    );
    sent.on("timeout", () => sent.destroy(new Error(`${url} did not answer`)));
    sent.on("error", reject);
    sent.end(body);
  });
}

async function toHttp(
  topic: TopicRecord,
  subscription: SubscriptionRecord,
  message: Published,
  body: string,
  isRaw: boolean,
): Promise<void> {
  const headers = {
    "Content-Type": "text/plain; charset=UTF-8",
    "User-Agent": "Amazon Simple Notification Service Agent",
    "x-amz-sns-message-type": "Notification",
    "x-amz-sns-message-id": message.id,
    "x-amz-sns-topic-arn": topic.arn,
    "x-amz-sns-subscription-arn": subscription.arn,
    ...(isRaw ? { "x-amz-sns-rawdelivery": "true" } : {}),
  };
  await post(subscription.endpoint, headers, body);
}

async function deliverOne(ctx: Ctx, topic: TopicRecord, subscription: SubscriptionRecord, message: Published): Promise<void> {
  const { protocol, endpoint } = subscription;
  const isRaw = subscription.attributes.RawMessageDelivery === "true";
  const body = isRaw ? bodyFor(message, protocol) : JSON.stringify(envelope(ctx, topic, subscription, message));
  if (protocol === "sqs") return toQueue(ctx, topic, endpoint, body, message, isRaw);
  if (protocol === "lambda") return toFunction(ctx, topic, subscription, message);
  if (protocol === "http" || protocol === "https") return toHttp(topic, subscription, message, body, isRaw);
  const text = protocol === "email-json" ? body : bodyFor(message, protocol);
  const subject = message.subject ?? "AWS Notification Message";
  const kind = protocol === "sms" ? "sms" : "email";
  const from = topic.attributes.DisplayName ?? "AWS Notifications";
  ctx.mail({
    kind,
    from: kind === "sms" ? from : `${from} <no-reply@sns.amazonaws.com>`,
    to: endpoint,
    ...(kind === "email" ? { subject } : {}),
    body: text,
    service: "sns",
  });
}

async function deadLetter(
  ctx: Ctx,
  topic: TopicRecord,
  subscription: SubscriptionRecord,
  message: Published,
  why: string,
): Promise<void> {
  const text = subscription.attributes.RedrivePolicy;
  const target = text === undefined ? undefined : (JSON.parse(text) as { deadLetterTargetArn?: string }).deadLetterTargetArn;
  ctx.metric("AWS/SNS", "NumberOfNotificationsFailed", { TopicName: topic.name }, 1, "Count");
  ctx.hint(
    `message ${message.id} of ${topic.name} did not reach ${subscription.protocol} ${subscription.endpoint}: ${why}${target === undefined ? "" : "; it goes to the dead-letter queue"}`,
  );
  if (target === undefined) return;
  await toQueue(ctx, topic, target, JSON.stringify(envelope(ctx, topic, subscription, message)), message, false);
  ctx.metric("AWS/SNS", "NumberOfNotificationsRedrivenToDlq", { TopicName: topic.name }, 1, "Count");
}

/** To every confirmed subscriber whose filter lets the message through; one that fails does not stop the others. */
export async function deliver(ctx: Ctx, topic: TopicRecord, message: Published): Promise<void> {
  for (const subscription of subscriptionsOf(ctx, topic)) {
    if (subscription.token !== undefined) continue;
    if (!wants(subscription, message)) {
      ctx.metric("AWS/SNS", "NumberOfNotificationsFilteredOut", { TopicName: topic.name }, 1, "Count");
      continue;
    }
    try {
      await deliverOne(ctx, topic, subscription, message);
      ctx.metric("AWS/SNS", "NumberOfNotificationsDelivered", { TopicName: topic.name }, 1, "Count");
    } catch (error) {
      await deadLetter(ctx, topic, subscription, message, error instanceof Error ? error.message : String(error));
    }
  }
}
