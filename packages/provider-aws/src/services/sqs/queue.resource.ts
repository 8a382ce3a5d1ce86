import { errorDiagnostic, type MutableValueObject, type ValueObject } from "@dovetail/model";
import type { AwsContext, CustomPlan, NativeResource } from "../../resource.ts";
import { hasCode, unlessMissing } from "../api-error.ts";
import { isTrue, requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { between, configError, conflicts, isJson, oneOf, runChecks } from "../checks.ts";
import { withNormalizedJson } from "../json-text.ts";
import { prefixOfName } from "../name-prefix.ts";
import { changedTags } from "../tags.ts";
import { attributesToCreate, attributesToState, attributesToUpdate, type TextAttribute } from "../text-attributes.ts";
import { timed } from "../timeouts.ts";
import { DELETION, findQueueAttributes, PROPAGATION, QUEUE_MISSING, waitForQueueAttributes, waitForQueueGone } from "./find.ts";

const ATTRIBUTES: readonly TextAttribute[] = [
  { attribute: "arn", member: "QueueArn", kind: "text", readOnly: true },
  { attribute: "content_based_deduplication", member: "ContentBasedDeduplication", kind: "flag" },
  { attribute: "deduplication_scope", member: "DeduplicationScope", kind: "text" },
  { attribute: "delay_seconds", member: "DelaySeconds", kind: "number" },
  { attribute: "fifo_queue", member: "FifoQueue", kind: "flag" },
  { attribute: "fifo_throughput_limit", member: "FifoThroughputLimit", kind: "text" },
  { attribute: "kms_data_key_reuse_period_seconds", member: "KmsDataKeyReusePeriodSeconds", kind: "number" },
  { attribute: "kms_master_key_id", member: "KmsMasterKeyId", kind: "text" },
  { attribute: "max_message_size", member: "MaximumMessageSize", kind: "number" },
  { attribute: "message_retention_seconds", member: "MessageRetentionPeriod", kind: "number" },
  { attribute: "policy", member: "Policy", kind: "policy" },
  { attribute: "receive_wait_time_seconds", member: "ReceiveMessageWaitTimeSeconds", kind: "number" },
  { attribute: "redrive_allow_policy", member: "RedriveAllowPolicy", kind: "json" },
  { attribute: "redrive_policy", member: "RedrivePolicy", kind: "json" },
  { attribute: "sqs_managed_sse_enabled", member: "SqsManagedSseEnabled", kind: "flag" },
  { attribute: "visibility_timeout_seconds", member: "VisibilityTimeout", kind: "number" },
];

const CHECKS = [
  oneOf("deduplication_scope", ["messageGroup", "queue"]),
  between("delay_seconds", 0, 900),
  oneOf("fifo_throughput_limit", ["perQueue", "perMessageGroupId"]),
  between("kms_data_key_reuse_period_seconds", 60, 86_400),
  conflicts("kms_master_key_id", ["sqs_managed_sse_enabled"]),
  conflicts("sqs_managed_sse_enabled", ["kms_master_key_id"]),
  // 262,144 until 6.x raised it with the service (1 MiB since 2025-08); the newer limit is AWS's own.
  between("max_message_size", 1024, 1_048_576),
  between("message_retention_seconds", 60, 1_209_600),
  conflicts("name", ["name_prefix"]),
  conflicts("name_prefix", ["name"]),
  isJson("policy"),
  isJson("redrive_allow_policy"),
  isJson("redrive_policy"),
  between("visibility_timeout_seconds", 0, 43_200),
];

const DEFAULT_KMS_REUSE_SECONDS = 300;

/** aws_sqs_queue. Its id is the queue's URL. */
export const resource: NativeResource = {
  type: "aws_sqs_queue",
  defaults: {
    content_based_deduplication: false,
    delay_seconds: 0,
    fifo_queue: false,
    max_message_size: 262_144,
    message_retention_seconds: 345_600,
    receive_wait_time_seconds: 0,
    visibility_timeout_seconds: 30,
  },
  forceNew: ["fifo_queue", "name", "name_prefix"],
  equivalence: { policy: "policy", redrive_policy: "json", redrive_allow_policy: "json" },
  naming: { attribute: "name", prefix: "name_prefix", maxLength: 80 },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  customizePlan,
  create,
  read,
  update,
  delete: remove,
  find: async (aws, planned) => {
    if (textAt(planned, "name") === undefined) return null;
    const QueueName = queueName(planned);
    const answer = await unlessMissing(QUEUE_MISSING, () => aws.clients.sqs.getQueueUrl({ QueueName }));
    return answer?.QueueUrl === undefined ? null : { id: answer.QueueUrl };
  },
};

function customizePlan(prior: ValueObject | null, planned: ValueObject): CustomPlan {
  const fifo = isTrue(planned, "fifo_queue");
  const next: MutableValueObject = { ...withNormalizedJson(planned, ["policy", "redrive_policy", "redrive_allow_policy"]) };
  // With SQS's own encryption there is no key to reuse: the real provider plans 0 for a new queue.
  if (prior === null && isTrue(planned, "sqs_managed_sse_enabled")) next.kms_data_key_reuse_period_seconds = 0;
  const diagnostics = [];
  const name = textAt(planned, "name");
  const pattern = fifo ? /^[0-9A-Za-z_-]{1,75}\.fifo$/ : /^[0-9A-Za-z_-]{1,80}$/;
  if (prior === null && name !== undefined && !pattern.test(name)) {
    const fix = fifo
      ? "A FIFO queue's name ends in .fifo and has at most 80 letters, digits, - and _."
      : "A queue's name has at most 80 letters, digits, - and _.";
    diagnostics.push(configError(`invalid queue name: ${name}`, "name", { code: "DVT3007", fix }));
  }
  if (planned.fifo_queue === false && isTrue(planned, "content_based_deduplication")) {
    const detail = "content-based deduplication can only be set for FIFO queue";
    diagnostics.push(errorDiagnostic("DVT3001", "Invalid configuration", { detail, attribute: "content_based_deduplication" }));
  }
  return { planned: next, diagnostics };
}

function queueName(planned: ValueObject): string {
  const name = requiredText(planned, "name");
  return isTrue(planned, "fifo_queue") && !name.endsWith(".fifo") ? `${name}.fifo` : name;
}

async function create(aws: AwsContext, planned: ValueObject, onCreated: (partial: ValueObject) => Promise<void>): Promise<void> {
  const attributes = attributesToCreate(ATTRIBUTES, planned);
  if (planned.sqs_managed_sse_enabled === false) attributes.SqsManagedSseEnabled = "false";
  const tags = textMapAt(planned, "tags_all");
  const retry = {
    codes: ["QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently"],
    timeoutMs: 90_000,
    why: "a queue's name is free again 60 seconds after the queue of that name was deleted",
    source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html",
  };
  const answer = await aws.retry(retry, () =>
    aws.clients.sqs.createQueue({
      QueueName: queueName(planned),
      Attributes: attributes,
      ...(Object.keys(tags).length > 0 ? { tags } : {}),
    }),
  );
  const url = answer.QueueUrl ?? "";
  await onCreated({ id: url });
  await waitForQueueAttributes(aws, url, attributes, timed(PROPAGATION, planned, "create"));
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const url = requiredText(state, "id");
  const attributes = await findQueueAttributes(aws, url);
  if (attributes === undefined) return null;
  const values = attributesToState(ATTRIBUTES, attributes);
  if (values.kms_data_key_reuse_period_seconds === 0) values.kms_data_key_reuse_period_seconds = DEFAULT_KMS_REUSE_SECONDS;
  const name = url.slice(url.lastIndexOf("/") + 1);
  const tags = (await unlessMissing(QUEUE_MISSING, () => aws.clients.sqs.listQueueTags({ QueueUrl: url })))?.Tags ?? {};
  return {
    ...state,
    ...values,
    id: url,
    url,
    name,
    name_prefix: prefixOfName(name, values.fifo_queue === true ? ".fifo" : ""),
    tags_all: tags,
  };
}

async function update(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const url = requiredText(prior, "id");
  const attributes = attributesToUpdate(ATTRIBUTES, planned, changed);
  if (Object.keys(attributes).length > 0) {
    await aws.clients.sqs.setQueueAttributes({ QueueUrl: url, Attributes: attributes });
    await waitForQueueAttributes(aws, url, attributes, timed(PROPAGATION, planned, "update"));
  }
  const { removed, added } = changedTags(prior, planned);
  if (removed.length > 0) await aws.clients.sqs.untagQueue({ QueueUrl: url, TagKeys: removed });
  if (Object.keys(added).length > 0) await aws.clients.sqs.tagQueue({ QueueUrl: url, Tags: added });
}

async function remove(aws: AwsContext, state: ValueObject): Promise<void> {
  const url = requiredText(state, "id");
  try {
    await aws.clients.sqs.deleteQueue({ QueueUrl: url });
  } catch (error) {
    if (hasCode(error, ...QUEUE_MISSING)) return;
    throw error;
  }
  await waitForQueueGone(aws, url, timed(DELETION, state, "delete"));
}
