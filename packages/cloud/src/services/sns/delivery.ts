/** From a published message to its subscribers: filters, envelopes, dead letters. Runs after the publishing transaction is kept. */
import { createHash } from "node:crypto";
import { request } from "node:http";
import { randomUuid } from "@dovetail/model";
import { parseArn } from "../../core/arn.ts";
import { type Ctx, type Principal, ServiceError } from "../../core/service.ts";
import { filterable, type MessageAttribute, matchesFilter, parseFilter } from "./filter.ts";
import { push } from "./push.ts";
import { delayMs, policyFor } from "./retry.ts";
import { type Signature, signatureOf } from "./signing.ts";
import { getTopic, type SubscriptionRecord, subscriptionsOf, type TopicRecord } from "./store.ts";

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

/** Signatures of one message by what they are over: they say nothing of the subscription. */
type Signatures = Map<string, Promise<Signature>>;

/** The notification's JSON. Amazon SNS developer guide, "HTTP/HTTPS notification JSON format". FIFO topics' are not signed. */
export async function envelope(
  ctx: Ctx,
  topic: TopicRecord,
  subscription: SubscriptionRecord,
  message: Published,
  signatures: Signatures = new Map(),
): Promise<Record<string, unknown>> {
  const attributes = attributesOf(message);
  const signed = {
    Type: "Notification",
    MessageId: message.id,
    ...(message.sequenceNumber === undefined ? {} : { SequenceNumber: message.sequenceNumber }),
    TopicArn: topic.arn,
    ...(message.subject === undefined ? {} : { Subject: message.subject }),
    Message: bodyFor(message, subscription.protocol),
    Timestamp: new Date(message.atMs).toISOString(),
  };
  let signature: Promise<Signature> | undefined;
  if (message.sequenceNumber === undefined) {
    signature = signatures.get(signed.Message) ?? signatureOf(ctx, topic.attributes.SignatureVersion, signed);
    signatures.set(signed.Message, signature);
  }
  return {
    ...signed,
    ...(await signature),
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

async function toFunction(
  ctx: Ctx,
  topic: TopicRecord,
  subscription: SubscriptionRecord,
  message: Published,
  signatures: Signatures,
): Promise<void> {
  const { SigningCertURL, UnsubscribeURL, ...rest } = await envelope(ctx, topic, subscription, message, signatures);
  const Sns = {
    ...rest,
    ...(SigningCertURL === undefined ? {} : { SigningCertUrl: SigningCertURL }),
    UnsubscribeUrl: UnsubscribeURL,
    Subject: rest.Subject ?? null,
    MessageAttributes: rest.MessageAttributes ?? {},
  };
  const event = { Records: [{ EventSource: "aws:sns", EventVersion: "1.0", EventSubscriptionArn: subscription.arn, Sns }] };
  const parts = parseArn(subscription.endpoint);
  const input = { FunctionName: subscription.endpoint, InvocationType: "Event", Payload: Buffer.from(JSON.stringify(event)) };
  await ctx.call("lambda", "Invoke", input, {
    as: asSns(topic),
    account: parts?.account ?? topic.account,
    region: parts?.region ?? topic.region,
  });
}

const ANSWER_MS_MAX = 15_000;

/** An endpoint that answered with something else than success. */
export class HttpFailure extends Error {
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Only to this machine: nothing of the cloud talks to the internet. */
export function post(url: string, headers: { readonly [name: string]: string }, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const target = new URL(url);
    if (target.protocol !== "http:" || !["localhost", "127.0.0.1", "[::1]"].includes(target.hostname)) {
      reject(
        new HttpFailure(`${url} is beyond this machine; only http://localhost and loopback addresses are delivered to`, 400),
      );
      return;
    }
    const sent = request(
      target,
      { method: "POST", headers: { ...headers, "Content-Length": String(Buffer.byteLength(body)) }, timeout: ANSWER_MS_MAX },
      (answer) => {
        answer.resume();
        const status = answer.statusCode ?? 500;
        answer.on("end", () => (status < 300 ? resolve() : reject(new HttpFailure(`${url} answered ${status}`, status))));
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

async function deliverOne(
  ctx: Ctx,
  topic: TopicRecord,
  subscription: SubscriptionRecord,
  message: Published,
  signatures: Signatures,
): Promise<void> {
  const { protocol, endpoint } = subscription;
  if (protocol === "lambda") return toFunction(ctx, topic, subscription, message, signatures);
  if (protocol === "application") return push(ctx, endpoint, message.bodies, message.subject);
  const isRaw = subscription.attributes.RawMessageDelivery === "true";
  const isPlain = isRaw || protocol === "sms" || protocol === "email";
  const body = isPlain
    ? bodyFor(message, protocol)
    : JSON.stringify(await envelope(ctx, topic, subscription, message, signatures));
  if (protocol === "sqs") return toQueue(ctx, topic, endpoint, body, message, isRaw);
  if (protocol === "http" || protocol === "https") return toHttp(topic, subscription, message, body, isRaw);
  const kind = protocol === "sms" ? "sms" : "email";
  const from = topic.attributes.DisplayName ?? "AWS Notifications";
  ctx.mail({
    kind,
    from: kind === "sms" ? from : `${from} <no-reply@sns.amazonaws.com>`,
    to: endpoint,
    ...(kind === "email" ? { subject: message.subject ?? "AWS Notification Message" } : {}),
    body,
    service: "sns",
  });
}

/** A client's error is for good; a server's, a throttle and a connection that fails are tried again. */
function isForGood(error: unknown): boolean {
  if (error instanceof ServiceError) return error.status < 500 || error.status === 501;
  return error instanceof HttpFailure && error.status < 500 && error.status !== 429;
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
  const dimensions = { TopicName: topic.name };
  ctx.metric("AWS/SNS", "NumberOfNotificationsFailed", dimensions, 1, "Count");
  ctx.hint(
    `message ${message.id} of ${topic.name} did not reach ${subscription.protocol} ${subscription.endpoint}: ${why}${target === undefined ? "" : "; it goes to the dead-letter queue"}`,
  );
  if (target === undefined) return;
  const isRaw = subscription.attributes.RawMessageDelivery === "true";
  const body = isRaw
    ? bodyFor(message, subscription.protocol)
    : JSON.stringify(await envelope(ctx, topic, subscription, message));
  try {
    await toQueue(ctx, topic, target, body, message, isRaw);
    ctx.metric("AWS/SNS", "NumberOfNotificationsRedrivenToDlq", dimensions, 1, "Count");
  } catch (error) {
    ctx.metric("AWS/SNS", "NumberOfNotificationsFailedToRedriveToDlq", dimensions, 1, "Count");
    ctx.hint(`dead-letter queue ${target} refused message ${message.id} of ${topic.name}: ${String(error)}`);
  }
}

interface Attempt {
  readonly topicArn: string;
  readonly subscriptionArn: string;
  readonly message: Published;
  readonly number: number;
}

const NAMES: { readonly [protocol: string]: string } = {
  sqs: "SQS",
  lambda: "Lambda",
  http: "HTTP",
  https: "HTTP",
  application: "Application",
};

/** Delivery status logging. Developer guide, "Amazon SNS message delivery status". */
function logStatus(
  ctx: Ctx,
  topic: TopicRecord,
  subscription: SubscriptionRecord,
  attempt: Attempt,
  failure: string | undefined,
): void {
  const name = NAMES[subscription.protocol];
  const kind = failure === undefined ? "Success" : "Failure";
  if (name === undefined || topic.attributes[`${name}${kind}FeedbackRoleArn`] === undefined) return;
  const rate = Number(topic.attributes[`${name}SuccessFeedbackSampleRate`] ?? "0");
  if (failure === undefined && ((ctx.random.bytes(1)[0] ?? 0) * 100) / 256 >= rate) return;
  const { message, number } = attempt;
  const entry = {
    notification: {
      messageMD5Sum: createHash("md5").update(bodyFor(message, subscription.protocol)).digest("hex"),
      messageId: message.id,
      topicArn: topic.arn,
      timestamp: new Date(message.atMs).toISOString().replace("T", " ").replace("Z", ""),
    },
    delivery: {
      deliveryId: randomUuid(ctx.random),
      destination: subscription.endpoint,
      providerResponse: failure ?? "",
      dwellTimeMs: ctx.now() - message.atMs,
      attempts: number,
      statusCode: failure === undefined ? 200 : 400,
    },
    status: kind === "Success" ? "SUCCESS" : "FAILURE",
  };
  const group = `sns/${topic.region}/${topic.account}/${topic.name}${failure === undefined ? "" : "/Failure"}`;
  ctx.log(group, randomUuid(ctx.random), [JSON.stringify(entry)]);
}

async function attemptOne(
  ctx: Ctx,
  topic: TopicRecord,
  subscription: SubscriptionRecord,
  attempt: Attempt,
  signatures: Signatures = new Map(),
): Promise<void> {
  const { message, number } = attempt;
  try {
    await deliverOne(ctx, topic, subscription, message, signatures);
    ctx.metric("AWS/SNS", "NumberOfNotificationsDelivered", { TopicName: topic.name }, 1, "Count");
    logStatus(ctx, topic, subscription, attempt, undefined);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const policy = policyFor(subscription.protocol, subscription.attributes.DeliveryPolicy, topic.attributes.DeliveryPolicy);
    const wait = isForGood(error) ? undefined : delayMs(policy, number);
    if (wait !== undefined) {
      ctx.schedule("deliver", `${message.id} ${subscription.id}`, ctx.now() + wait, { ...attempt, number: number + 1 });
      return;
    }
    logStatus(ctx, topic, subscription, attempt, why);
    await deadLetter(ctx, topic, subscription, message, why);
  }
}

/** A retry's timer: the topic and the subscription may be gone by now. */
export function onRetry(ctx: Ctx, payload: unknown): void {
  const attempt = payload as Attempt;
  const topic = getTopic(ctx, attempt.topicArn);
  const subscription = topic && subscriptionsOf(ctx, topic).find((each) => each.arn === attempt.subscriptionArn);
  if (topic !== undefined && subscription !== undefined) ctx.after((later) => attemptOne(later, topic, subscription, attempt));
}

/** Messages once more, to one subscriber whose filter lets them through. */
export async function deliverTo(
  ctx: Ctx,
  topic: TopicRecord,
  subscription: SubscriptionRecord,
  messages: readonly Published[],
): Promise<void> {
  for (const message of messages) {
    if (!wants(subscription, message)) continue;
    await attemptOne(ctx, topic, subscription, { topicArn: topic.arn, subscriptionArn: subscription.arn, message, number: 1 });
  }
}

/** To every confirmed subscriber whose filter lets the message through; one that fails does not stop the others. */
export async function deliver(ctx: Ctx, topic: TopicRecord, message: Published): Promise<void> {
  const signatures: Signatures = new Map();
  for (const subscription of subscriptionsOf(ctx, topic)) {
    if (subscription.token !== undefined) continue;
    if (!wants(subscription, message)) {
      const scope = subscription.attributes.FilterPolicyScope === "MessageBody" ? "-MessageBody" : "-MessageAttributes";
      ctx.metric("AWS/SNS", "NumberOfNotificationsFilteredOut", { TopicName: topic.name }, 1, "Count");
      ctx.metric("AWS/SNS", `NumberOfNotificationsFilteredOut${scope}`, { TopicName: topic.name }, 1, "Count");
      continue;
    }
    const attempt = { topicArn: topic.arn, subscriptionArn: subscription.arn, message, number: 1 };
    await attemptOne(ctx, topic, subscription, attempt, signatures);
  }
}
