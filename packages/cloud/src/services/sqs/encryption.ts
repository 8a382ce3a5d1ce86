/**
 * SSE-KMS: who sends needs kms:GenerateDataKey and kms:Decrypt on the queue's key, who receives kms:Decrypt; AWS services that send
 * (topics, rules, buckets) need them by the key's policy. SQS developer guide, "Key management" and "Configure KMS permissions".
 */
import { type KeyAction, requireKeyOf } from "../../core/key-use.ts";
import type { Ctx } from "../../core/service.ts";
import { queueArn } from "./queues.ts";
import type { QueueRecord } from "./store.ts";

const NAMES = {
  AccessDeniedException: "KmsAccessDenied",
  DisabledException: "KmsDisabled",
  KMSInvalidStateException: "KmsInvalidState",
  InvalidKeyUsageException: "KmsInvalidKeyUsage",
  NotFoundException: "KmsNotFound",
};

function ask(ctx: Ctx, queue: QueueRecord, keyId: string, actions: readonly KeyAction[]): Promise<void> {
  return requireKeyOf(ctx, queue, keyId, actions, { "aws:sqs:arn": queueArn(queue) }, NAMES);
}

/** undefined when there is nothing to ask. Rejects with KmsAccessDenied, KmsDisabled, KmsNotFound, … */
export function askToSend(ctx: Ctx, queue: QueueRecord): Promise<void> | undefined {
  const keyId = queue.attributes.KmsMasterKeyId;
  return keyId === undefined ? undefined : ask(ctx, queue, keyId, ["GenerateDataKey", "Decrypt"]);
}

export function askToReceive(ctx: Ctx, queue: QueueRecord): Promise<void> | undefined {
  const keyId = queue.attributes.KmsMasterKeyId;
  return keyId === undefined ? undefined : ask(ctx, queue, keyId, ["Decrypt"]);
}
