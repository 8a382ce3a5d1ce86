import type {
  FilterRule,
  LambdaFunctionConfiguration,
  NotificationConfiguration,
  NotificationConfigurationFilter,
  QueueConfiguration,
  TopicConfiguration,
} from "@aws-sdk/client-s3";
import type { ValueObject } from "@dovetail/model";
import type { RetryRow } from "../../resource.ts";
import { blocksAt, isTrue, textAt, textsAt } from "../attribute-map.ts";
import { bucketPart } from "./bucket-part.ts";

/** S3 tests the destination when the notification is set; its permissions may be seconds old. */
const DESTINATION: RetryRow = {
  codes: ["InvalidArgument"],
  message: /Unable to validate the following destination configurations/,
  timeoutMs: 60_000,
  why: "S3 checks that it may write to the destination, whose policy may not be seen everywhere yet",
  source: "terraform-provider-aws, internal/service/s3/bucket_notification.go (read 2026-11)",
};

type Shared = Pick<QueueConfiguration, "Id" | "Events" | "Filter">;

/** `aws_s3_bucket_notification`. Behaviour: `internal/service/s3/bucket_notification.go` (read 2026-11). */
export const resource = bucketPart({
  type: "aws_s3_bucket_notification",
  defaults: { eventbridge: false },
  async put(aws, target, planned) {
    await aws.retry(DESTINATION, () =>
      aws.clients.s3.putBucketNotificationConfiguration({ ...target, NotificationConfiguration: expandNotification(planned) }),
    );
  },
  async get(aws, target) {
    return flattenNotification(await aws.clients.s3.getBucketNotificationConfiguration(target));
  },
  async remove(aws, target) {
    await aws.clients.s3.putBucketNotificationConfiguration({ ...target, NotificationConfiguration: {} });
  },
});

/** The notifications of a bucket as S3 wants them. */
export function expandNotification(planned: ValueObject): NotificationConfiguration {
  const lambdas = blocksAt(planned, "lambda_function").map((item) => ({
    ...shared(item),
    LambdaFunctionArn: textAt(item, "lambda_function_arn"),
  }));
  const queues = blocksAt(planned, "queue").map((item) => ({ ...shared(item), QueueArn: textAt(item, "queue_arn") }));
  const topics = blocksAt(planned, "topic").map((item) => ({ ...shared(item), TopicArn: textAt(item, "topic_arn") }));
  return {
    ...(isTrue(planned, "eventbridge") ? { EventBridgeConfiguration: {} } : {}),
    ...(lambdas.length > 0 ? { LambdaFunctionConfigurations: lambdas } : {}),
    ...(queues.length > 0 ? { QueueConfigurations: queues } : {}),
    ...(topics.length > 0 ? { TopicConfigurations: topics } : {}),
  };
}

function shared(item: ValueObject): Shared {
  const rules: FilterRule[] = [];
  const prefix = textAt(item, "filter_prefix");
  const suffix = textAt(item, "filter_suffix");
  if (prefix !== undefined) rules.push({ Name: "prefix", Value: prefix });
  if (suffix !== undefined) rules.push({ Name: "suffix", Value: suffix });
  return {
    Id: textAt(item, "id"),
    Events: textsAt(item, "events") as Shared["Events"],
    ...(rules.length > 0 ? { Filter: { Key: { FilterRules: rules } } } : {}),
  };
}

/** The attributes of what S3 answered. */
export function flattenNotification(found: NotificationConfiguration): ValueObject {
  return {
    eventbridge: found.EventBridgeConfiguration !== undefined,
    lambda_function: (found.LambdaFunctionConfigurations ?? []).map((item: LambdaFunctionConfiguration) => ({
      ...flattenShared(item),
      lambda_function_arn: item.LambdaFunctionArn ?? "",
    })),
    queue: (found.QueueConfigurations ?? []).map((item: QueueConfiguration) => ({
      ...flattenShared(item),
      queue_arn: item.QueueArn ?? "",
    })),
    topic: (found.TopicConfigurations ?? []).map((item: TopicConfiguration) => ({
      ...flattenShared(item),
      topic_arn: item.TopicArn ?? "",
    })),
  };
}

function flattenShared(item: Partial<Shared>): ValueObject {
  return {
    id: item.Id ?? "",
    events: item.Events ?? [],
    filter_prefix: filterValue(item.Filter, "prefix"),
    filter_suffix: filterValue(item.Filter, "suffix"),
  };
}

function filterValue(filter: NotificationConfigurationFilter | undefined, name: string): string {
  return filter?.Key?.FilterRules?.find((rule) => rule.Name?.toLowerCase() === name)?.Value ?? "";
}
