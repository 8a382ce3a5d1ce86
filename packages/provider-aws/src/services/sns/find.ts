/** Lookups and waiters that the SNS resources share. */
import type { AwsContext, RetryRow, WaitRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";

export const SNS_MISSING = ["NotFoundException", "NotFound"];

type Attributes = { readonly [name: string]: string | undefined };

/** A topic's attributes; undefined when it does not exist. */
export async function findTopicAttributes(aws: AwsContext, arn: string): Promise<Attributes | undefined> {
  const answer = await unlessMissing(SNS_MISSING, () => aws.clients.sns.getTopicAttributes({ TopicArn: arn }));
  return answer?.Attributes;
}

/** A subscription's attributes; undefined when it does not exist. */
export async function findSubscriptionAttributes(aws: AwsContext, arn: string): Promise<Attributes | undefined> {
  const answer = await unlessMissing(SNS_MISSING, () => aws.clients.sns.getSubscriptionAttributes({ SubscriptionArn: arn }));
  return answer?.Attributes;
}

const INVALID_PRINCIPAL: RetryRow = {
  codes: ["InvalidParameterException", "InvalidParameter"],
  message: /principal|role|queue|endpoint/i,
  timeoutMs: 120_000,
  why: "SNS refuses a policy that names a role or user which IAM has only just made",
  source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html#troubleshoot_general_eventual-consistency",
};

/** Sets one attribute of a topic. */
export async function putTopicAttribute(aws: AwsContext, arn: string, name: string, value: string): Promise<void> {
  const input = { TopicArn: arn, AttributeName: name, AttributeValue: value };
  if (name === "Policy") await aws.retry(INVALID_PRINCIPAL, () => aws.clients.sns.setTopicAttributes(input));
  else await aws.clients.sns.setTopicAttributes(input);
}

/** Waits until a subscription that confirms itself is confirmed. */
export async function waitForConfirmation(aws: AwsContext, arn: string, timeoutMs: number): Promise<void> {
  const row: WaitRow = {
    what: "SNS subscription confirmation",
    timeoutMs,
    source: "https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html",
  };
  await aws.wait(row, async () => {
    const attributes = await findSubscriptionAttributes(aws, arn);
    return attributes?.PendingConfirmation === "false" ? true : undefined;
  });
}

/** Waits until a subscription is gone. */
export async function waitForSubscriptionGone(aws: AwsContext, arn: string): Promise<void> {
  const row: WaitRow = {
    what: "SNS subscription deletion",
    timeoutMs: 120_000,
    source: "https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html",
  };
  await aws.wait(row, async () => ((await findSubscriptionAttributes(aws, arn)) === undefined ? true : undefined));
}
