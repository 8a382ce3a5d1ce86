/** Finding a queue by its URL or ARN, and its names. */
import { arn, parseArn } from "../../core/arn.ts";
import { type Ctx, type IamRequest, ServiceError } from "../../core/service.ts";
import { getQueue, type QueueRecord, queueAt } from "./store.ts";

export interface QueueInput {
  readonly QueueUrl: string;
}

export function queueArn(queue: QueueRecord): string {
  return arn("sqs", queue.region, queue.account, queue.name);
}

/** `http://127.0.0.1:4566/000000000000/jobs`; the region is in the signature, as everywhere. */
export function queueUrl(ctx: Ctx, queue: QueueRecord): string {
  return `${ctx.endpoint}/${queue.account}/${queue.name}`;
}

export function noQueue(): ServiceError {
  return new ServiceError("QueueDoesNotExist", 400, "The specified queue does not exist.");
}

interface NamedQueue {
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly name: string;
}

function parseUrl(url: string): NamedQueue {
  const parts = url
    .replace(/^[a-z]+:\/\/[^/]*/i, "")
    .split("/")
    .filter((part) => part !== "");
  const account = parts.at(-2);
  return {
    name: parts.at(-1) ?? "",
    region: parts[0] === "queue" && parts.length === 4 ? parts[1] : undefined,
    account: account !== undefined && /^\d{12}$/.test(account) ? account : undefined,
  };
}

/** Clients name the same few queues in every request. */
const KNOWN_MAX = 1000;
const known = new Map<string, NamedQueue>();

/** Account and name from whatever URL: ours, AWS's, LocalStack's, or just the name. */
export function parseQueueUrl(ctx: Ctx, url: string): { account: string; region: string; name: string } {
  let named = known.get(url);
  if (named === undefined) {
    named = parseUrl(url);
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(url, named);
  }
  return { name: named.name, region: named.region ?? ctx.region, account: named.account ?? ctx.account };
}

export function findQueue(ctx: Ctx, url: string): QueueRecord | undefined {
  const { account, region, name } = parseQueueUrl(ctx, url);
  return queueAt(ctx, account, region, name);
}

/** Throws QueueDoesNotExist. */
export function needQueue(ctx: Ctx, url: string): QueueRecord {
  const queue = findQueue(ctx, url);
  if (queue === undefined) throw noQueue();
  return queue;
}

export function queueByArn(ctx: Ctx, text: string): QueueRecord | undefined {
  const parts = parseArn(text);
  if (parts === undefined || parts.service !== "sqs") return undefined;
  return queueAt(ctx, parts.account, parts.region, parts.resource);
}

/** Every operation on a queue: its ARN, and its own policy. */
export function queueIam(action: string): (ctx: Ctx, input: QueueInput) => IamRequest {
  return (ctx, input) => {
    const queue = findQueue(ctx, input.QueueUrl ?? "");
    const { account, region, name } = parseQueueUrl(ctx, input.QueueUrl ?? "");
    const policy = queue?.attributes.Policy;
    return {
      action: `sqs:${action}`,
      resources: [arn("sqs", region, account, name)],
      ...(policy === undefined ? {} : { resourcePolicy: policy }),
    };
  };
}

export function namedIam(action: string): (ctx: Ctx, input: { readonly QueueName?: string }) => IamRequest {
  return (ctx, input) => {
    const queue = getQueue(ctx, input.QueueName ?? "");
    return {
      action: `sqs:${action}`,
      resources: [arn("sqs", ctx.region, ctx.account, input.QueueName ?? "*")],
      ...(queue?.attributes.Policy === undefined ? {} : { resourcePolicy: queue.attributes.Policy }),
    };
  };
}

export function isFifo(queue: QueueRecord): boolean {
  return queue.attributes.FifoQueue === "true";
}

export function seconds(queue: QueueRecord, attribute: string): number {
  return Number(queue.attributes[attribute] ?? "0");
}
