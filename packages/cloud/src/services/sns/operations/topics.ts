/** Topics: create, attributes, tags, permissions. */
import { type Ctx, type IamRequest, ServiceError } from "../../../core/service.ts";
import { archiveDays, dropArchive } from "../archive.ts";
import { checkDeliveryPolicy, HTTP_DEFAULT } from "../retry.ts";
import {
  listTopics as allTopics,
  getTopic,
  invalid,
  needTopic,
  putTopic,
  removeTopic,
  subscriptionsOf,
  type TopicRecord,
  topicArn,
} from "../store.ts";

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface TopicInput {
  readonly TopicArn: string;
}

const PAGE = 100;
const SETTABLE =
  /^(Policy|DisplayName|DeliveryPolicy|KmsMasterKeyId|TracingConfig|SignatureVersion|ContentBasedDeduplication|FifoThroughputScope|ArchivePolicy|(HTTP|Firehose|Lambda|Application|SQS)(Success|Failure)Feedback(RoleArn|SampleRate))$/;
const ACTIONS = [
  "GetTopicAttributes",
  "SetTopicAttributes",
  "AddPermission",
  "RemovePermission",
  "DeleteTopic",
  "Subscribe",
  "ListSubscriptionsByTopic",
  "Publish",
];

function defaultPolicy(ctx: Ctx, arn: string): string {
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: ACTIONS.map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": ctx.account } },
      },
    ],
  });
}

export function topicIam(
  action: string,
): (ctx: Ctx, input: { readonly TopicArn?: string; readonly ResourceArn?: string; readonly TargetArn?: string }) => IamRequest {
  return (ctx, input) => {
    const arn = input.TopicArn ?? input.ResourceArn ?? input.TargetArn;
    const policy = arn === undefined ? undefined : getTopic(ctx, arn)?.attributes.Policy;
    return { action: `sns:${action}`, resources: [arn ?? "*"], ...(policy === undefined ? {} : { resourcePolicy: policy }) };
  };
}

function checkAttribute(name: string, value: string): void {
  if (!SETTABLE.test(name)) throw invalid("AttributeName");
  if (name === "SignatureVersion" && !["1", "2"].includes(value)) throw invalid("SignatureVersion");
  if (name === "TracingConfig" && !["PassThrough", "Active"].includes(value)) throw invalid("TracingConfig");
  if (name === "FifoThroughputScope" && !["Topic", "MessageGroup"].includes(value)) throw invalid("FifoThroughputScope");
  if (name === "DisplayName" && value.length > 100) throw invalid("DisplayName Reason: must be at most 100 characters");
  if (name.endsWith("SampleRate") && !(/^\d{1,3}$/.test(value) && Number(value) <= 100)) throw invalid(name);
  if (name === "DeliveryPolicy") checkDeliveryPolicy(value, true);
  if (name === "ArchivePolicy") archiveDays(value);
  if ((name === "Policy" || name === "DeliveryPolicy" || name === "ArchivePolicy") && value !== "") {
    try {
      JSON.parse(value);
    } catch {
      throw invalid(name === "Policy" ? "Policy Error: null" : `${name}: failed to parse JSON.`);
    }
  }
}

const TAG_KEY_MAX = 128;
const TAG_VALUE_MAX = 256;
const TAGS_MAX = 50;

/** Tags by key, within the limits of the API reference ("Tag"). */
function readTags(tags: readonly Tag[]): { readonly [key: string]: string } {
  for (const { Key, Value } of tags)
    if (Key.length < 1 || Key.length > TAG_KEY_MAX || Value.length > TAG_VALUE_MAX) throw invalid("Tags");
  if (tags.length > TAGS_MAX)
    throw new ServiceError("TagLimitExceeded", 400, "Could not complete request: tag quota of per resource exceeded");
  return Object.fromEntries(tags.map((tag) => [tag.Key, tag.Value]));
}

interface CreateInput {
  readonly Name: string;
  readonly Attributes?: { readonly [name: string]: string };
  readonly Tags?: readonly Tag[];
  readonly DataProtectionPolicy?: string;
}

function checkDataProtection(text: string): void {
  try {
    const { Statement, Version } = JSON.parse(text) as { Statement?: unknown; Version?: unknown };
    if (Array.isArray(Statement) && Statement.length > 0 && Version === "2021-06-01") return;
  } catch {
    // Said below.
  }
  throw invalid("DataProtectionPolicy Reason: the policy is not a valid data protection policy");
}

interface OnResource {
  readonly ResourceArn: string;
}

/** Kept and shown; messages are not looked through for personal data. */
export function putDataProtectionPolicy(ctx: Ctx, input: OnResource & { readonly DataProtectionPolicy: string }): void {
  const topic = needTopic(ctx, input.ResourceArn);
  if (input.DataProtectionPolicy !== "") checkDataProtection(input.DataProtectionPolicy);
  putTopic(ctx, { ...topic, dataProtection: input.DataProtectionPolicy });
}

export function getDataProtectionPolicy(ctx: Ctx, input: OnResource): object {
  return { DataProtectionPolicy: needTopic(ctx, input.ResourceArn).dataProtection ?? "" };
}

/** `2026-11-21T12:00:00Z`. */
const archiveTime = (ctx: Ctx) => `${new Date(ctx.now()).toISOString().slice(0, 19)}Z`;

export function createTopic(ctx: Ctx, input: CreateInput): { TopicArn: string } {
  const { FifoTopic, ...given } = input.Attributes ?? {};
  const isFifo = FifoTopic === "true";
  const base = isFifo && input.Name.endsWith(".fifo") ? input.Name.slice(0, -5) : input.Name;
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(base) || (isFifo && base === input.Name))
    throw invalid(
      isFifo
        ? "Topic Name Reason: Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long."
        : "Topic Name",
    );
  for (const [name, value] of Object.entries(given)) checkAttribute(name, value);
  if (!isFifo && given.ArchivePolicy !== undefined)
    throw invalid("Attributes Reason: ArchivePolicy: only supported for FIFO topics");
  if (input.DataProtectionPolicy !== undefined) checkDataProtection(input.DataProtectionPolicy);
  const arn = topicArn(ctx, input.Name);
  const tags = readTags(input.Tags ?? []);
  const existing = getTopic(ctx, arn);
  if (existing !== undefined) {
    const differing = Object.entries(given).some(([name, value]) => (existing.attributes[name] ?? "") !== value);
    if (differing) throw invalid("Attributes Reason: Topic already exists with different attributes");
    if (input.Tags !== undefined && JSON.stringify(tags) !== JSON.stringify(existing.tags))
      throw invalid("Tags Reason: Topic already exists with different tags");
    return { TopicArn: arn };
  }
  putTopic(ctx, {
    name: input.Name,
    arn,
    account: ctx.account,
    region: ctx.region,
    attributes: {
      Policy: defaultPolicy(ctx, arn),
      ...(isFifo ? { FifoTopic: "true", ContentBasedDeduplication: "false" } : {}),
      ...given,
      ...(archiveDays(given.ArchivePolicy) === undefined ? {} : { BeginningArchiveTime: archiveTime(ctx) }),
    },
    tags,
    ...(input.DataProtectionPolicy === undefined ? {} : { dataProtection: input.DataProtectionPolicy }),
    sequence: 0,
    deleted: 0,
  });
  return { TopicArn: arn };
}

export function deleteTopic(ctx: Ctx, input: TopicInput): void {
  const topic = getTopic(ctx, input.TopicArn);
  if (topic === undefined) return;
  if (archiveDays(topic.attributes.ArchivePolicy) !== undefined)
    throw invalid("TopicArn Reason: a topic with an active message archive policy can't be deleted");
  removeTopic(ctx, topic);
}

const EFFECTIVE = JSON.stringify({
  http: {
    defaultHealthyRetryPolicy: HTTP_DEFAULT,
    disableSubscriptionOverrides: false,
    defaultRequestPolicy: { headerContentType: "text/plain; charset=UTF-8" },
  },
});

export function getTopicAttributes(ctx: Ctx, input: TopicInput): { Attributes: Record<string, string> } {
  const topic = needTopic(ctx, input.TopicArn);
  const subscriptions = subscriptionsOf(ctx, topic);
  const pending = subscriptions.filter((each) => each.token !== undefined).length;
  return {
    Attributes: {
      TopicArn: topic.arn,
      Owner: topic.account,
      DisplayName: "",
      EffectiveDeliveryPolicy: topic.attributes.DeliveryPolicy ?? EFFECTIVE,
      SubscriptionsConfirmed: String(subscriptions.length - pending),
      SubscriptionsPending: String(pending),
      SubscriptionsDeleted: String(topic.deleted),
      ...topic.attributes,
    },
  };
}

/** A topic that archives says since when; one that doesn't any more has no archive. */
function changeArchive(ctx: Ctx, topic: TopicRecord, attributes: Record<string, string>): void {
  const isOn = archiveDays(attributes.ArchivePolicy) !== undefined;
  if (isOn && topic.attributes.FifoTopic !== "true")
    throw invalid("Attributes Reason: ArchivePolicy: only supported for FIFO topics");
  if (isOn) attributes.BeginningArchiveTime ??= archiveTime(ctx);
  else {
    delete attributes.BeginningArchiveTime;
    dropArchive(ctx, topic);
  }
}

export function setTopicAttributes(
  ctx: Ctx,
  input: TopicInput & { readonly AttributeName: string; readonly AttributeValue?: string },
): void {
  const topic = needTopic(ctx, input.TopicArn);
  const value = input.AttributeValue ?? "";
  checkAttribute(input.AttributeName, value);
  const attributes: Record<string, string> = { ...topic.attributes, [input.AttributeName]: value };
  if (value === "") delete attributes[input.AttributeName];
  if (input.AttributeName === "ArchivePolicy") changeArchive(ctx, topic, attributes);
  attributes.Policy ??= defaultPolicy(ctx, topic.arn);
  putTopic(ctx, { ...topic, attributes });
}

export function page<T>(items: readonly T[], token: string | undefined): { shown: T[]; rest: { NextToken?: string } } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, "base64").toString("utf8"));
  if (!Number.isInteger(start) || start < 0) throw invalid("NextToken");
  const next = start + PAGE;
  return {
    shown: items.slice(start, next),
    rest: next < items.length ? { NextToken: Buffer.from(String(next)).toString("base64") } : {},
  };
}

export function listTopics(ctx: Ctx, input: { readonly NextToken?: string }) {
  const { shown, rest } = page(allTopics(ctx), input.NextToken);
  return { Topics: shown.map((topic) => ({ TopicArn: topic.arn })), ...rest };
}

interface ResourceInput {
  readonly ResourceArn: string;
}

function tagged(ctx: Ctx, arn: string): TopicRecord {
  const topic = getTopic(ctx, arn);
  if (topic === undefined) throw new ServiceError("ResourceNotFoundException", 404, "Resource does not exist");
  return topic;
}

export function tagResource(ctx: Ctx, input: ResourceInput & { readonly Tags: readonly Tag[] }): object {
  const topic = tagged(ctx, input.ResourceArn);
  putTopic(ctx, { ...topic, tags: { ...topic.tags, ...readTags(input.Tags) } });
  return {};
}

export function untagResource(ctx: Ctx, input: ResourceInput & { readonly TagKeys: readonly string[] }): object {
  const topic = tagged(ctx, input.ResourceArn);
  putTopic(ctx, {
    ...topic,
    tags: Object.fromEntries(Object.entries(topic.tags).filter(([key]) => !input.TagKeys.includes(key))),
  });
  return {};
}

export function listTagsForResource(ctx: Ctx, input: ResourceInput): { Tags: Tag[] } {
  return { Tags: Object.entries(tagged(ctx, input.ResourceArn).tags).map(([Key, Value]) => ({ Key, Value })) };
}

interface PolicyDocument {
  Statement: { Sid?: string; [key: string]: unknown }[];
}

interface PermissionInput extends TopicInput {
  readonly Label: string;
}

export function addPermission(
  ctx: Ctx,
  input: PermissionInput & { readonly AWSAccountId: readonly string[]; readonly ActionName: readonly string[] },
): void {
  const topic = needTopic(ctx, input.TopicArn);
  const policy = JSON.parse(topic.attributes.Policy ?? "{}") as PolicyDocument;
  if (policy.Statement.some((each) => each.Sid === input.Label)) throw invalid("Statement already exists");
  policy.Statement.push({
    Sid: input.Label,
    Effect: "Allow",
    Principal: { AWS: input.AWSAccountId.map((id) => `arn:aws:iam::${id}:root`) },
    Action: input.ActionName.map((name) => `SNS:${name}`),
    Resource: topic.arn,
  });
  putTopic(ctx, { ...topic, attributes: { ...topic.attributes, Policy: JSON.stringify(policy) } });
}

export function removePermission(ctx: Ctx, input: PermissionInput): void {
  const topic = needTopic(ctx, input.TopicArn);
  const policy = JSON.parse(topic.attributes.Policy ?? "{}") as PolicyDocument;
  const Statement = policy.Statement.filter((each) => each.Sid !== input.Label);
  putTopic(ctx, { ...topic, attributes: { ...topic.attributes, Policy: JSON.stringify({ ...policy, Statement }) } });
}
