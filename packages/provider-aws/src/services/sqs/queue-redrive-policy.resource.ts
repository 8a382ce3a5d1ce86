import { queueAttributeResource } from "./queue-attribute.ts";

/** aws_sqs_queue_redrive_policy. */
export const resource = queueAttributeResource("aws_sqs_queue_redrive_policy", "redrive_policy", "RedrivePolicy", "json");
