/** Subscribe, confirmation, attributes, lists. */
import { randomHex, randomUuid } from "@dovetail/model";
import { parseArn } from "../../../core/arn.ts";
import { type Ctx, type IamRequest, ServiceError } from "../../../core/service.ts";
import { archivedMessages, type ReplayRange, replayRange } from "../archive.ts";
import { deliverTo, post } from "../delivery.ts";
import { parseFilter } from "../filter.ts";
import { checkDeliveryPolicy } from "../retry.ts";
import { signatureOf } from "../signing.ts";
import {
  allSubscriptions,
  getTopic,
  invalid,
  needSubscription,
  needTopic,
  noTopic,
  putSubscription,
  putTopic,
  removeSubscription,
  type SubscriptionRecord,
  subscriptionsOf,
  type TopicRecord,
} from "../store.ts";
import { page, type TopicInput } from "./topics.ts";

const PROTOCOLS: { readonly [protocol: string]: (endpoint: string) => boolean } = {
  sqs: (endpoint) => parseArn(endpoint)?.service === "sqs",
  lambda: (endpoint) => parseArn(endpoint)?.service === "lambda",
  http: (endpoint) => endpoint.startsWith("http://"),
  https: (endpoint) => endpoint.startsWith("https://"),
  email: (endpoint) => endpoint.includes("@"),
  "email-json": (endpoint) => endpoint.includes("@"),
  application: (endpoint) => /^arn:[^:]*:sns:[^:]*:\d{12}:endpoint\//.test(endpoint),
  sms: (endpoint) => /^\+?[\d -]{4,20}$/.test(endpoint),
};
const SETTABLE = [
  "FilterPolicy",
  "FilterPolicyScope",
  "RawMessageDelivery",
  "RedrivePolicy",
  "DeliveryPolicy",
  "SubscriptionRoleArn",
  "ReplayPolicy",
];

function checkAttributes(protocol: string, attributes: { readonly [name: string]: string }): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!SETTABLE.includes(name)) throw invalid("AttributeName");
    if (name === "RawMessageDelivery" && !["true", "false"].includes(value.toLowerCase()))
      throw invalid(`Attributes Reason: RawMessageDelivery: Invalid value [${value}]. Must be true or false.`);
    if (name === "RawMessageDelivery" && value === "true" && !["sqs", "http", "https"].includes(protocol))
      throw invalid(`Attributes Reason: Delivery protocol [${protocol}] does not support raw message delivery.`);
    if (name === "FilterPolicyScope" && !["MessageAttributes", "MessageBody"].includes(value))
      throw invalid(`Attributes Reason: FilterPolicyScope: Invalid value [${value}].`);
    if (name === "FilterPolicy" && value !== "") parseFilter(value, attributes.FilterPolicyScope ?? "MessageAttributes");
    if (name === "DeliveryPolicy" && value !== "") checkDeliveryPolicy(value, false);
    if (name === "RedrivePolicy" && value !== "") checkRedrive(value);
  }
}

function checkRedrive(text: string): void {
  try {
    const target = (JSON.parse(text) as { deadLetterTargetArn?: unknown }).deadLetterTargetArn;
    if (typeof target === "string" && parseArn(target)?.service === "sqs") return;
  } catch {
    throw invalid("RedrivePolicy: failed to parse JSON.");
  }
  throw invalid("RedrivePolicy: deadLetterTargetArn is an invalid arn");
}

interface SubscribeInput extends TopicInput {
  readonly Protocol: string;
  readonly Endpoint?: string;
  readonly Attributes?: { readonly [name: string]: string };
  readonly ReturnSubscriptionArn?: boolean;
}

/** SQS and Lambda of the own account are confirmed at once; e-mail and HTTP wait for their token. */
function needsConfirmation(protocol: string): boolean {
  return ["http", "https", "email", "email-json"].includes(protocol);
}

function askToConfirm(ctx: Ctx, topic: TopicRecord, subscription: SubscriptionRecord): void {
  const url = `${ctx.endpoint}/?Action=ConfirmSubscription&Version=2010-03-31&TopicArn=${topic.arn}&Token=${subscription.token}`;
  const text = `You have chosen to subscribe to the topic ${topic.arn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`;
  if (subscription.protocol.startsWith("email")) {
    ctx.mail({
      kind: "email",
      from: "AWS Notifications <no-reply@sns.amazonaws.com>",
      to: subscription.endpoint,
      subject: "AWS Notification - Subscription Confirmation",
      body: `${text}\n${url}`,
      service: "sns",
    });
    return;
  }
  const message = {
    Type: "SubscriptionConfirmation",
    MessageId: randomUuid(ctx.random),
    Token: subscription.token,
    TopicArn: topic.arn,
    Message: text,
    SubscribeURL: url,
    Timestamp: new Date(ctx.now()).toISOString(),
  };
  ctx.after((later) => postSigned(later, topic, subscription.endpoint, message));
}

async function postSigned(
  ctx: Ctx,
  topic: TopicRecord,
  url: string,
  message: { readonly Type: string; readonly MessageId: string },
): Promise<void> {
  const headers = {
    "Content-Type": "text/plain; charset=UTF-8",
    "User-Agent": "Amazon Simple Notification Service Agent",
    "x-amz-sns-message-type": message.Type,
    "x-amz-sns-message-id": message.MessageId,
    "x-amz-sns-topic-arn": topic.arn,
  };
  const signature = await signatureOf(ctx, topic.attributes.SignatureVersion, message);
  await post(url, headers, JSON.stringify({ ...message, ...signature })).catch((error: unknown) =>
    ctx.hint(`${message.Type} did not reach ${url}: ${String(error)}`),
  );
}

const RESTORE_MS = 2 * 86_400_000;

/** An HTTP endpoint is told that it gets no more, with a link that takes it back. */
function tellUnsubscribed(ctx: Ctx, topic: TopicRecord, subscription: SubscriptionRecord): void {
  const token = randomHex(ctx.random, 128);
  const url = `${ctx.endpoint}/?Action=ConfirmSubscription&Version=2010-03-31&TopicArn=${topic.arn}&Token=${token}`;
  ctx.store.put(["unsubscribed", token], { subscription, untilMs: ctx.now() + RESTORE_MS });
  const message = {
    Type: "UnsubscribeConfirmation",
    MessageId: randomUuid(ctx.random),
    Token: token,
    TopicArn: topic.arn,
    Message: `You have chosen to deactivate subscription ${subscription.arn}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`,
    SubscribeURL: url,
    Timestamp: new Date(ctx.now()).toISOString(),
  };
  ctx.after((later) => postSigned(later, topic, subscription.endpoint, message));
}

export function subscribe(ctx: Ctx, input: SubscribeInput): { SubscriptionArn: string } {
  const topic = needTopic(ctx, input.TopicArn);
  const valid = Object.hasOwn(PROTOCOLS, input.Protocol) ? PROTOCOLS[input.Protocol] : undefined;
  if (valid === undefined) {
    if (input.Protocol === "firehose")
      throw new ServiceError(
        "NotImplemented",
        501,
        `NotImplemented: sns.Subscribe with protocol ${input.Protocol} is not emulated by this cloud`,
      );
    throw invalid(`Amazon SNS does not support this protocol string: ${input.Protocol}`);
  }
  const endpoint = input.Endpoint ?? "";
  if (!valid(endpoint))
    throw invalid(
      input.Protocol === "sqs"
        ? "SQS endpoint ARN"
        : `Endpoint Reason: Please double check and ensure that the endpoint matches the ${input.Protocol} protocol`,
    );
  if (topic.attributes.FifoTopic !== "true" && input.Protocol === "sqs" && endpoint.endsWith(".fifo"))
    throw invalid("Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics");
  checkAttributes(input.Protocol, input.Attributes ?? {});
  const existing = subscriptionsOf(ctx, topic).find((each) => each.protocol === input.Protocol && each.endpoint === endpoint);
  if (existing !== undefined) {
    const differing = Object.entries(input.Attributes ?? {}).some(([name, value]) => (existing.attributes[name] ?? "") !== value);
    if (differing) throw invalid("Attributes Reason: Subscription already exists with different attributes");
    return {
      SubscriptionArn:
        existing.token === undefined || input.ReturnSubscriptionArn === true ? existing.arn : "pending confirmation",
    };
  }
  const id = randomUuid(ctx.random);
  const pending = needsConfirmation(input.Protocol);
  const subscription: SubscriptionRecord = {
    id,
    arn: `${topic.arn}:${id}`,
    topicArn: topic.arn,
    owner: ctx.account,
    protocol: input.Protocol,
    endpoint,
    attributes: { ...(input.Attributes ?? {}) },
    ...(pending ? { token: randomHex(ctx.random, 128) } : {}),
  };
  const asked = replayRange(ctx, topic, subscription.attributes.ReplayPolicy ?? "");
  putSubscription(ctx, subscription);
  if (asked !== undefined) startReplay(ctx, topic, subscription, asked);
  if (pending) askToConfirm(ctx, topic, subscription);
  return { SubscriptionArn: pending && input.ReturnSubscriptionArn !== true ? "pending confirmation" : subscription.arn };
}

/** The link of an UnsubscribeConfirmation. */
function restore(ctx: Ctx, token: string): { SubscriptionArn: string } {
  const gone = ctx.store.get<{ readonly subscription: SubscriptionRecord; readonly untilMs: number }>(["unsubscribed", token]);
  if (gone === undefined || gone.untilMs < ctx.now()) throw invalid("Token");
  ctx.store.remove(["unsubscribed", token]);
  putSubscription(ctx, gone.subscription);
  return { SubscriptionArn: gone.subscription.arn };
}

export function confirmSubscription(ctx: Ctx, input: TopicInput & { readonly Token: string }): { SubscriptionArn: string } {
  const topic = needTopic(ctx, input.TopicArn);
  const subscription = subscriptionsOf(ctx, topic).find((each) => each.token === input.Token);
  if (subscription === undefined) return restore(ctx, input.Token);
  const { token: _used, ...confirmed } = subscription;
  putSubscription(ctx, confirmed);
  return { SubscriptionArn: subscription.arn };
}

interface SubscriptionInput {
  readonly SubscriptionArn: string;
}

export function unsubscribe(ctx: Ctx, input: SubscriptionInput): void {
  let subscription: SubscriptionRecord;
  try {
    subscription = needSubscription(ctx, input.SubscriptionArn);
  } catch (error) {
    // Gone already is as good.
    if (error instanceof ServiceError && error.code === "NotFoundException") return;
    throw error;
  }
  removeSubscription(ctx, subscription);
  const topic = getTopic(ctx, subscription.topicArn);
  if (topic === undefined) return;
  putTopic(ctx, { ...topic, deleted: topic.deleted + 1 });
  const isHttp = subscription.protocol === "http" || subscription.protocol === "https";
  if (isHttp && subscription.token === undefined) tellUnsubscribed(ctx, topic, subscription);
}

export function getSubscriptionAttributes(ctx: Ctx, input: SubscriptionInput): { Attributes: Record<string, string> } {
  const subscription = needSubscription(ctx, input.SubscriptionArn);
  return {
    Attributes: {
      SubscriptionArn: subscription.arn,
      TopicArn: subscription.topicArn,
      Owner: subscription.owner,
      Protocol: subscription.protocol,
      Endpoint: subscription.endpoint,
      RawMessageDelivery: "false",
      ConfirmationWasAuthenticated: String(subscription.token === undefined),
      PendingConfirmation: String(subscription.token !== undefined),
      SubscriptionPrincipal: `arn:aws:iam::${subscription.owner}:root`,
      ...(subscription.attributes.FilterPolicy === undefined ? {} : { FilterPolicyScope: "MessageAttributes" }),
      ...subscription.attributes,
    },
  };
}

export function setSubscriptionAttributes(
  ctx: Ctx,
  input: SubscriptionInput & { readonly AttributeName: string; readonly AttributeValue?: string },
): void {
  const subscription = needSubscription(ctx, input.SubscriptionArn);
  const value = input.AttributeValue ?? "";
  const scope = subscription.attributes.FilterPolicyScope;
  checkAttributes(subscription.protocol, {
    ...(input.AttributeName === "FilterPolicy" && scope !== undefined ? { FilterPolicyScope: scope } : {}),
    [input.AttributeName]: value,
  });
  const topic = needTopic(ctx, subscription.topicArn);
  const asked = input.AttributeName === "ReplayPolicy" ? replayRange(ctx, topic, value) : undefined;
  const attributes: Record<string, string> = { ...subscription.attributes, [input.AttributeName]: value };
  if (value === "") delete attributes[input.AttributeName];
  const changed = { ...subscription, attributes };
  putSubscription(ctx, changed);
  if (asked !== undefined) startReplay(ctx, topic, changed, asked);
}

/** What was archived goes to the subscription once more, as it is now; ReplayStatus says when that is over. */
function startReplay(ctx: Ctx, topic: TopicRecord, subscription: SubscriptionRecord, asked: ReplayRange): void {
  const status = (at: Ctx, ReplayStatus: string) =>
    at.transact(() => {
      const now = subscriptionsOf(at, topic).find((each) => each.arn === subscription.arn);
      if (now !== undefined) putSubscription(at, { ...now, attributes: { ...now.attributes, ReplayStatus } });
    });
  status(ctx, "In progress");
  ctx.after(async (later) => {
    await deliverTo(later, topic, subscription, archivedMessages(later, subscription, asked));
    status(later, "Completed");
  });
}

function shown(subscription: SubscriptionRecord) {
  return {
    SubscriptionArn: subscription.token === undefined ? subscription.arn : "PendingConfirmation",
    Owner: subscription.owner,
    Protocol: subscription.protocol,
    Endpoint: subscription.endpoint,
    TopicArn: subscription.topicArn,
  };
}

export function listSubscriptions(ctx: Ctx, input: { readonly NextToken?: string }) {
  const { shown: items, rest } = page(allSubscriptions(ctx), input.NextToken);
  return { Subscriptions: items.map(shown), ...rest };
}

export function listSubscriptionsByTopic(ctx: Ctx, input: TopicInput & { readonly NextToken?: string }) {
  const topic = getTopic(ctx, input.TopicArn);
  if (topic === undefined) throw noTopic();
  const { shown: items, rest } = page(subscriptionsOf(ctx, topic), input.NextToken);
  return { Subscriptions: items.map(shown), ...rest };
}

export function subscriptionIam(action: string): (ctx: Ctx, input: SubscriptionInput) => IamRequest {
  return (_ctx, input) => ({
    action: `sns:${action}`,
    resources: [input.SubscriptionArn.slice(0, input.SubscriptionArn.lastIndexOf(":")) || "*"],
  });
}
