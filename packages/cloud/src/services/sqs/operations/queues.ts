/** CreateQueue, DeleteQueue, GetQueueUrl, ListQueues, PurgeQueue, tags. */
import { randomHex } from "@dovetail/model";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { checkAttributes, defaults, merge } from "../attributes.ts";
import { invalid } from "../message.ts";
import { needQueue, noQueue, type QueueInput, queueArn, queueUrl } from "../queues.ts";
import { listQueues as allQueues, getQueue, putQueue, removeMessages, removeQueue } from "../store.ts";
import { wake } from "../waiting.ts";

const NAME = /^[A-Za-z0-9_-]{1,80}$/;
const PURGE_EVERY_MS = 60_000;
const TAGS_MAX = 50;
const LIST_MAX = 1000;

function checkName(name: string, fifo: boolean): void {
  const base = name.endsWith(".fifo") ? name.slice(0, -5) : name;
  if (name.length > 80 || !NAME.test(base))
    throw invalid("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
  if (fifo !== name.endsWith(".fifo"))
    throw invalid(
      fifo
        ? "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length."
        : "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    );
}

interface CreateQueueInput {
  readonly QueueName: string;
  readonly Attributes?: { readonly [name: string]: string };
  readonly tags?: { readonly [key: string]: string };
}

/** The same name with the same attributes is the same queue; with other ones an error. */
export function createQueue(ctx: Ctx, input: CreateQueueInput): { QueueUrl: string } {
  const given = input.Attributes ?? {};
  const fifo = given.FifoQueue === "true";
  checkName(input.QueueName, fifo);
  checkAttributes(given, fifo);
  const existing = getQueue(ctx, input.QueueName);
  if (existing !== undefined) {
    const wanted = merge(existing.attributes, given);
    const differing = Object.keys(given).find((name) => wanted[name] !== existing.attributes[name]);
    if (differing !== undefined)
      throw new ServiceError(
        "QueueNameExists",
        400,
        `A queue already exists with the same name and a different value for attribute ${differing}`,
      );
    return { QueueUrl: queueUrl(ctx, existing) };
  }
  const now = ctx.now();
  const queue = {
    id: randomHex(ctx.random, 16),
    name: input.QueueName,
    account: ctx.account,
    region: ctx.region,
    attributes: merge(defaults(fifo), given),
    tags: input.tags ?? {},
    createdMs: now,
    modifiedMs: now,
  };
  putQueue(ctx, queue);
  return { QueueUrl: queueUrl(ctx, queue) };
}

export function deleteQueue(ctx: Ctx, input: QueueInput): void {
  const queue = needQueue(ctx, input.QueueUrl);
  removeMessages(ctx, queue.id);
  ctx.store.remove(["sequence", queue.id]);
  ctx.store.removeRange({ prefix: ["task", queueArn(queue)] });
  removeQueue(ctx, queue);
  wake(ctx, queue.id);
}

export function getQueueUrl(
  ctx: Ctx,
  input: { readonly QueueName: string; readonly QueueOwnerAWSAccountId?: string },
): { QueueUrl: string } {
  const queue = getQueue(ctx, input.QueueName, input.QueueOwnerAWSAccountId ?? ctx.account);
  if (queue === undefined) throw noQueue();
  return { QueueUrl: queueUrl(ctx, queue) };
}

interface ListQueuesInput {
  readonly QueueNamePrefix?: string;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

export function listQueues(ctx: Ctx, input: ListQueuesInput): { QueueUrls?: string[]; NextToken?: string } {
  const limit = input.MaxResults ?? LIST_MAX;
  if (limit < 1 || limit > LIST_MAX)
    throw invalid("Value for parameter MaxResults is invalid. Reason: Must be an integer from 1 to 1000.");
  const after = input.NextToken === undefined ? "" : Buffer.from(input.NextToken, "base64").toString("utf8");
  const found = allQueues(ctx).filter((queue) => queue.name.startsWith(input.QueueNamePrefix ?? "") && queue.name > after);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    ...(page.length === 0 ? {} : { QueueUrls: page.map((queue) => queueUrl(ctx, queue)) }),
    ...(input.MaxResults !== undefined && found.length > limit && last !== undefined
      ? { NextToken: Buffer.from(last.name).toString("base64") }
      : {}),
  };
}

export function purgeQueue(ctx: Ctx, input: QueueInput): void {
  const queue = needQueue(ctx, input.QueueUrl);
  if (queue.purgedMs !== undefined && ctx.now() - queue.purgedMs < PURGE_EVERY_MS)
    throw new ServiceError(
      "PurgeQueueInProgress",
      403,
      `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
    );
  removeMessages(ctx, queue.id);
  putQueue(ctx, { ...queue, purgedMs: ctx.now() });
}

export function tagQueue(ctx: Ctx, input: QueueInput & { readonly Tags: { readonly [key: string]: string } }): void {
  const queue = needQueue(ctx, input.QueueUrl);
  const tags = { ...queue.tags, ...input.Tags };
  if (Object.keys(tags).length > TAGS_MAX) throw invalid(`Too many tags added for queue ${queue.name}.`);
  putQueue(ctx, { ...queue, tags });
}

export function untagQueue(ctx: Ctx, input: QueueInput & { readonly TagKeys: readonly string[] }): void {
  const queue = needQueue(ctx, input.QueueUrl);
  const tags = Object.fromEntries(Object.entries(queue.tags).filter(([key]) => !input.TagKeys.includes(key)));
  putQueue(ctx, { ...queue, tags });
}

export function listQueueTags(ctx: Ctx, input: QueueInput): { Tags?: { readonly [key: string]: string } } {
  const { tags } = needQueue(ctx, input.QueueUrl);
  return Object.keys(tags).length === 0 ? {} : { Tags: tags };
}

interface SourcesInput extends QueueInput {
  readonly NextToken?: string;
  readonly MaxResults?: number;
}

/** Pages only where MaxResults asks for them, as on AWS. */
export function listDeadLetterSourceQueues(ctx: Ctx, input: SourcesInput): { queueUrls: string[]; NextToken?: string } {
  const queue = needQueue(ctx, input.QueueUrl);
  const wanted = queueArn(queue);
  const sources = allQueues(ctx).filter((each) => each.attributes.RedrivePolicy?.includes(`"${wanted}"`) === true);
  const limit = input.MaxResults ?? 1000;
  if (limit < 1 || limit > 1000)
    throw invalid(
      `Value ${limit} for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and 1000.`,
    );
  const after = input.NextToken === undefined ? "" : Buffer.from(input.NextToken, "base64").toString();
  const rest = sources.filter((each) => each.name > after);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return {
    queueUrls: shown.map((each) => queueUrl(ctx, each)),
    ...(input.MaxResults !== undefined && rest.length > limit && last !== undefined
      ? { NextToken: Buffer.from(last.name).toString("base64") }
      : {}),
  };
}

interface PermissionInput extends QueueInput {
  readonly Label: string;
}

interface PolicyDocument {
  Version: string;
  Id?: string;
  Statement: { Sid?: string; [key: string]: unknown }[];
}

function policyOf(text: string | undefined, arn: string): PolicyDocument {
  return text === undefined
    ? { Version: "2012-10-17", Id: `${arn}/SQSDefaultPolicy`, Statement: [] }
    : (JSON.parse(text) as PolicyDocument);
}

export function addPermission(
  ctx: Ctx,
  input: PermissionInput & { readonly AWSAccountIds: readonly string[]; readonly Actions: readonly string[] },
): void {
  const queue = needQueue(ctx, input.QueueUrl);
  const policy = policyOf(queue.attributes.Policy, queueArn(queue));
  if (policy.Statement.some((each) => each.Sid === input.Label))
    throw invalid(`Value ${input.Label} for parameter Label is invalid. Reason: Already exists.`);
  policy.Statement.push({
    Sid: input.Label,
    Effect: "Allow",
    Principal: { AWS: input.AWSAccountIds.map((id) => `arn:aws:iam::${id}:root`) },
    Action: input.Actions.map((action) => `SQS:${action}`),
    Resource: queueArn(queue),
  });
  putQueue(ctx, { ...queue, attributes: { ...queue.attributes, Policy: JSON.stringify(policy) }, modifiedMs: ctx.now() });
}

export function removePermission(ctx: Ctx, input: PermissionInput): void {
  const queue = needQueue(ctx, input.QueueUrl);
  const policy = policyOf(queue.attributes.Policy, queueArn(queue));
  const Statement = policy.Statement.filter((each) => each.Sid !== input.Label);
  if (Statement.length === policy.Statement.length)
    throw invalid(`Value ${input.Label} for parameter Label is invalid. Reason: can't find label on existing policy.`);
  putQueue(ctx, {
    ...queue,
    attributes: merge(queue.attributes, { Policy: Statement.length === 0 ? "" : JSON.stringify({ ...policy, Statement }) }),
  });
}
