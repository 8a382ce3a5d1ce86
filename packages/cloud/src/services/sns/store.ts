/** SNS's records: `["topic", account, region, name]`, `["subscription", account, region, topicName, id]`, `["dedup", topicArn, scope, id]`. */
import { arn, parseArn } from "../../core/arn.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";

export interface TopicRecord {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly attributes: { readonly [name: string]: string };
  readonly tags: { readonly [key: string]: string };
  readonly dataProtection?: string;
  readonly sequence: number;
  readonly deleted: number;
}

export interface SubscriptionRecord {
  readonly id: string;
  readonly arn: string;
  readonly topicArn: string;
  readonly owner: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly attributes: { readonly [name: string]: string };
  /** While it waits for confirmation. */
  readonly token?: string;
}

export function invalid(message: string): ServiceError {
  return new ServiceError("InvalidParameterException", 400, `Invalid parameter: ${message}`);
}

export function noTopic(): ServiceError {
  return new ServiceError("NotFoundException", 404, "Topic does not exist");
}

export function topicArn(ctx: Ctx, name: string): string {
  return arn("sns", ctx.region, ctx.account, name);
}

function topicKey(topicArnText: string): readonly string[] {
  const parts = parseArn(topicArnText);
  if (parts === undefined || parts.service !== "sns" || parts.resource === "")
    throw invalid("TopicArn Reason: An ARN must have at least 6 elements, not 1");
  return ["topic", parts.account, parts.region, parts.resource];
}

export function getTopic(ctx: Ctx, text: string): TopicRecord | undefined {
  return ctx.store.get<TopicRecord>(topicKey(text));
}

/** Throws NotFound. */
export function needTopic(ctx: Ctx, text: string): TopicRecord {
  const topic = getTopic(ctx, text);
  if (topic === undefined) throw noTopic();
  return topic;
}

export function putTopic(ctx: Ctx, topic: TopicRecord): void {
  ctx.store.put(topicKey(topic.arn), topic);
}

export function removeTopic(ctx: Ctx, topic: TopicRecord): void {
  ctx.store.remove(topicKey(topic.arn));
  ctx.store.removeRange({ prefix: ["subscription", topic.account, topic.region, topic.name] });
}

export function listTopics(ctx: Ctx): TopicRecord[] {
  return [...ctx.store.range<TopicRecord>({ prefix: ["topic", ctx.account, ctx.region] })].map(({ value }) => value);
}

function subscriptionKey(topic: string, id: string): readonly string[] {
  const parts = parseArn(topic);
  return ["subscription", parts?.account ?? "", parts?.region ?? "", parts?.resource ?? "", id];
}

export function putSubscription(ctx: Ctx, subscription: SubscriptionRecord): void {
  ctx.store.put(subscriptionKey(subscription.topicArn, subscription.id), subscription);
}

export function removeSubscription(ctx: Ctx, subscription: SubscriptionRecord): void {
  ctx.store.remove(subscriptionKey(subscription.topicArn, subscription.id));
}

export function subscriptionsOf(ctx: Ctx, topic: TopicRecord): SubscriptionRecord[] {
  return [...ctx.store.range<SubscriptionRecord>({ prefix: ["subscription", topic.account, topic.region, topic.name] })].map(
    ({ value }) => value,
  );
}

export function allSubscriptions(ctx: Ctx): SubscriptionRecord[] {
  return [...ctx.store.range<SubscriptionRecord>({ prefix: ["subscription", ctx.account, ctx.region] })].map(
    ({ value }) => value,
  );
}

/** `arn:…:topic:uuid`. Throws InvalidParameter for what is no subscription's ARN, NotFound for one that is not there. */
export function needSubscription(ctx: Ctx, text: string): SubscriptionRecord {
  const at = text.lastIndexOf(":");
  if (parseArn(text) === undefined || text.split(":").length !== 7)
    throw invalid("SubscriptionArn Reason: An ARN must have at least 6 elements, not 1");
  const found = ctx.store.get<SubscriptionRecord>(subscriptionKey(text.slice(0, at), text.slice(at + 1)));
  if (found === undefined) throw new ServiceError("NotFoundException", 404, "Subscription does not exist");
  return found;
}
