import type { ValueObject } from "@dovetail/model";
import { queueAttributeResource } from "./queue-attribute.ts";

/** aws_sqs_queue_policy. */
export const resource = {
  ...queueAttributeResource("aws_sqs_queue_policy", "policy", "Policy", "policy"),
  upgrades: { 0: (state: ValueObject) => state },
};
