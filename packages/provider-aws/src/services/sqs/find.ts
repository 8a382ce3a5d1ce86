/** Lookups and waiters that the queue resources share. */
import type { QueueAttributeName } from "@aws-sdk/client-sqs";
import type { AwsContext, WaitRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { sameJson } from "../json-text.ts";

export const QUEUE_MISSING = ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"];

/** All attributes of a queue; undefined when it does not exist. */
export async function findQueueAttributes(aws: AwsContext, url: string): Promise<Record<string, string> | undefined> {
  const answer = await unlessMissing(QUEUE_MISSING, () =>
    aws.clients.sqs.getQueueAttributes({ QueueUrl: url, AttributeNames: ["All"] }),
  );
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer?.Attributes ?? {})) if (value !== undefined) attributes[name] = value;
  return answer === undefined ? undefined : attributes;
}

/** One attribute of a queue; undefined when queue or attribute does not exist. */
export async function findQueueAttribute(aws: AwsContext, url: string, name: QueueAttributeName): Promise<string | undefined> {
  const answer = await unlessMissing(QUEUE_MISSING, () =>
    aws.clients.sqs.getQueueAttributes({ QueueUrl: url, AttributeNames: [name] }),
  );
  const value = answer?.Attributes?.[name];
  return value === "" ? undefined : value;
}

export const PROPAGATION: WaitRow = {
  what: "SQS queue attributes",
  timeoutMs: 180_000,
  source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html: up to 60 seconds",
};

export const DELETION: WaitRow = {
  what: "SQS queue deletion",
  timeoutMs: 180_000,
  source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html: up to 60 seconds",
};

/** Attributes that SQS accepts on a standard queue and does not give back. */
const NOT_GIVEN_BACK = new Set(["ContentBasedDeduplication", "FifoQueue", "KmsDataKeyReusePeriodSeconds"]);

/** Waits until a queue shows the attributes that were sent. */
export async function waitForQueueAttributes(
  aws: AwsContext,
  url: string,
  sent: Record<string, string>,
  row: WaitRow = PROPAGATION,
): Promise<void> {
  await aws.wait(row, async () => {
    const now = await findQueueAttributes(aws, url);
    if (now === undefined) return undefined;
    return Object.entries(sent).every(([name, value]) => isPropagated(name, value, now[name])) ? true : undefined;
  });
}

function isPropagated(name: string, sent: string, now: string | undefined): boolean {
  if (now === undefined || now === "") return sent === "" || NOT_GIVEN_BACK.has(name);
  if (name === "Policy") return sent !== "";
  return now === sent || sameJson(now, sent) || sameRedrive(now, sent);
}

/** SQS gives `maxReceiveCount` back as a number whatever was sent. */
function sameRedrive(a: string, b: string): boolean {
  const asNumbers = (text: string) => text.replace(/"maxReceiveCount"\s*:\s*"(\d+)"/, '"maxReceiveCount":$1');
  return sameJson(asNumbers(a), asNumbers(b));
}

export async function waitForQueueGone(aws: AwsContext, url: string, row: WaitRow = DELETION): Promise<void> {
  await aws.wait(row, async () => ((await findQueueAttributes(aws, url)) === undefined ? true : undefined));
}
