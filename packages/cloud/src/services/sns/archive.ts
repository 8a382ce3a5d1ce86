/**
 * A FIFO topic's archive, and its replay to one subscription. Developer guide, "Amazon SNS message archiving and replay for FIFO topics"
 * (read 2026-11-21): `["archived", topicArn, ms, sequence]` -> the message.
 */
import type { Ctx } from "../../core/service.ts";
import type { Published } from "./delivery.ts";
import { invalid, type SubscriptionRecord, type TopicRecord } from "./store.ts";

const DAY_MS = 86_400_000;
const DAYS_MAX = 365;

/** Days that an archive keeps; undefined: the topic has none. Throws InvalidParameter. */
export function archiveDays(policy: string | undefined): number | undefined {
  if (policy === undefined || policy === "" || policy === "{}") return undefined;
  const days = Number(member(policy, "ArchivePolicy", "MessageRetentionPeriod"));
  if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX)
    throw invalid(`Attributes Reason: ArchivePolicy: MessageRetentionPeriod must be between 1 and ${DAYS_MAX} days`);
  return days;
}

function member(document: string, attribute: string, name: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(document);
  } catch {
    throw invalid(`Attributes Reason: ${attribute}: failed to parse JSON.`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(`Attributes Reason: ${attribute}`);
  return (value as { readonly [name: string]: unknown })[name];
}

/** Keeps what is published, and lets go what is older than the archive goes back. */
export function archive(ctx: Ctx, topic: TopicRecord, sequence: number, message: Published): void {
  const days = archiveDays(topic.attributes.ArchivePolicy);
  if (days === undefined) return;
  ctx.store.put(["archived", topic.arn, message.atMs, sequence], message);
  ctx.store.removeRange({ prefix: ["archived", topic.arn], end: ["archived", topic.arn, ctx.now() - days * DAY_MS] });
}

export function dropArchive(ctx: Ctx, topic: TopicRecord): void {
  ctx.store.removeRange({ prefix: ["archived", topic.arn] });
}

export interface ReplayRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** From when to when a ReplayPolicy goes; undefined: it asks for nothing. Throws InvalidParameter. */
export function replayRange(ctx: Ctx, topic: TopicRecord, policy: string): ReplayRange | undefined {
  if (policy === "" || policy === "{}") return undefined;
  if (topic.attributes.FifoTopic !== "true") throw invalid("Attributes Reason: ReplayPolicy: only supported for FIFO topics");
  if (archiveDays(topic.attributes.ArchivePolicy) === undefined)
    throw invalid("Attributes Reason: ReplayPolicy: the topic has no active archive policy");
  if (member(policy, "ReplayPolicy", "PointType") !== "Timestamp")
    throw invalid("Attributes Reason: ReplayPolicy: PointType must be Timestamp");
  const point = (name: string, missing: number) => {
    const given = member(policy, "ReplayPolicy", name);
    const ms = given === undefined ? missing : Date.parse(String(given));
    if (Number.isNaN(ms)) throw invalid(`Attributes Reason: ReplayPolicy: ${name} is no timestamp`);
    return ms;
  };
  const range = { fromMs: point("StartingPoint", Number.NaN), toMs: point("EndingPoint", ctx.now()) };
  if (range.fromMs > range.toMs || range.fromMs > ctx.now())
    throw invalid("Attributes Reason: ReplayPolicy: StartingPoint must be before EndingPoint and not in the future");
  return range;
}

/** Archived messages of the range, both ends included, oldest first. */
export function archivedMessages(ctx: Ctx, { topicArn }: SubscriptionRecord, { fromMs, toMs }: ReplayRange): Published[] {
  const prefix = ["archived", topicArn];
  const found = ctx.store.range<Published>({ prefix, start: [...prefix, fromMs], end: [...prefix, toMs + 1] });
  return [...found].map(({ value }) => value);
}
