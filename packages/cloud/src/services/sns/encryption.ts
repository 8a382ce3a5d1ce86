/**
 * Encrypted topics: who publishes needs kms:GenerateDataKey and kms:Decrypt on the topic's key; AWS services that publish (alarms, rules,
 * buckets) need them by the key's policy. SNS developer guide, "Managing Amazon SNS encryption keys and costs".
 */
import { KMS_PREFIXED, requireKeyOf } from "../../core/key-use.ts";
import type { Ctx } from "../../core/service.ts";
import type { TopicRecord } from "./store.ts";

function ask(ctx: Ctx, topic: TopicRecord, keyId: string): Promise<void> {
  return requireKeyOf(ctx, topic, keyId, ["GenerateDataKey", "Decrypt"], { "aws:sns:topicArn": topic.arn }, KMS_PREFIXED);
}

/** undefined when there is nothing to ask. Rejects with KMSAccessDenied, KMSDisabled, KMSNotFound, … */
export function askToPublish(ctx: Ctx, topic: TopicRecord | undefined): Promise<void> | undefined {
  const keyId = topic?.attributes.KmsMasterKeyId;
  return topic === undefined || keyId === undefined || keyId === "" ? undefined : ask(ctx, topic, keyId);
}
