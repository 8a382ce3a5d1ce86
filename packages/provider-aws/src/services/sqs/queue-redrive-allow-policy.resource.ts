import { queueAttributeResource } from "./queue-attribute.ts";

/** aws_sqs_queue_redrive_allow_policy. */
export const resource = queueAttributeResource(
  "aws_sqs_queue_redrive_allow_policy",
  "redrive_allow_policy",
  "RedriveAllowPolicy",
  "json",
);
