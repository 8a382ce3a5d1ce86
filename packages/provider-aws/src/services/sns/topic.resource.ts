import { type Diagnostic, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { AwsContext, CustomPlan, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { isTrue, requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { between, configError, conflicts, isArn, isJson, oneOf, runChecks } from "../checks.ts";
import { withNormalizedJson } from "../json-text.ts";
import { prefixOfName } from "../name-prefix.ts";
import { changedTags, tagList, tagMap } from "../tags.ts";
import { attributesToCreate, attributesToState, attributesToUpdate, type TextAttribute } from "../text-attributes.ts";
import { findTopicAttributes, putTopicAttribute, SNS_MISSING } from "./find.ts";

const PROTOCOLS = [
  ["application", "Application"],
  ["firehose", "Firehose"],
  ["http", "HTTP"],
  ["lambda", "Lambda"],
  ["sqs", "SQS"],
] as const;

const FEEDBACK: readonly TextAttribute[] = PROTOCOLS.flatMap(([name, member]): TextAttribute[] => [
  { attribute: `${name}_failure_feedback_role_arn`, member: `${member}FailureFeedbackRoleArn`, kind: "text" },
  { attribute: `${name}_success_feedback_role_arn`, member: `${member}SuccessFeedbackRoleArn`, kind: "text" },
  { attribute: `${name}_success_feedback_sample_rate`, member: `${member}SuccessFeedbackSampleRate`, kind: "number" },
]);

const ATTRIBUTES: readonly TextAttribute[] = [
  ...FEEDBACK,
  { attribute: "archive_policy", member: "ArchivePolicy", kind: "json" },
  { attribute: "arn", member: "TopicArn", kind: "text", readOnly: true },
  { attribute: "beginning_archive_time", member: "BeginningArchiveTime", kind: "text", readOnly: true },
  { attribute: "content_based_deduplication", member: "ContentBasedDeduplication", kind: "flag" },
  { attribute: "delivery_policy", member: "DeliveryPolicy", kind: "json" },
  { attribute: "display_name", member: "DisplayName", kind: "text" },
  { attribute: "fifo_throughput_scope", member: "FifoThroughputScope", kind: "text" },
  { attribute: "fifo_topic", member: "FifoTopic", kind: "flag" },
  { attribute: "kms_master_key_id", member: "KmsMasterKeyId", kind: "text" },
  { attribute: "owner", member: "Owner", kind: "text", readOnly: true },
  { attribute: "policy", member: "Policy", kind: "policy" },
  { attribute: "signature_version", member: "SignatureVersion", kind: "number" },
  { attribute: "tracing_config", member: "TracingConfig", kind: "text" },
];

const JSON_ATTRIBUTES = ["archive_policy", "delivery_policy", "policy"];

const CHECKS = [
  ...FEEDBACK.map(({ attribute, kind }) => (kind === "number" ? between(attribute, 0, 100) : isArn(attribute))),
  ...JSON_ATTRIBUTES.map(isJson),
  conflicts("name", ["name_prefix"]),
  conflicts("name_prefix", ["name"]),
  oneOf("fifo_throughput_scope", ["Topic", "MessageGroup"]),
  between("signature_version", 1, 2),
  oneOf("tracing_config", ["Active", "PassThrough"]),
];

/** aws_sns_topic. Its id is its ARN. */
export const resource: NativeResource = {
  type: "aws_sns_topic",
  defaults: { content_based_deduplication: false, fifo_topic: false },
  forceNew: ["fifo_topic", "name", "name_prefix"],
  equivalence: { archive_policy: "json", delivery_policy: "json", policy: "policy" },
  naming: { attribute: "name", prefix: "name_prefix", maxLength: 256 },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  customizePlan,
  create,
  read,
  update,
  async delete(aws, state) {
    await unlessMissing(SNS_MISSING, () => aws.clients.sns.deleteTopic({ TopicArn: requiredText(state, "id") }));
  },
  async find(aws, planned) {
    if (textAt(planned, "name") === undefined) return null;
    const arn = `arn:${aws.partition}:sns:${aws.region}:${await aws.accountId()}:${topicName(planned)}`;
    return (await findTopicAttributes(aws, arn)) === undefined ? null : { id: arn };
  },
};

function customizePlan(prior: ValueObject | null, planned: ValueObject): CustomPlan {
  const diagnostics: Diagnostic[] = [];
  const fifo = isTrue(planned, "fifo_topic");
  const name = textAt(planned, "name");
  const pattern = fifo ? /^[0-9A-Za-z_-]{1,251}\.fifo$/ : /^[0-9A-Za-z_-]{1,256}$/;
  if (prior === null && name !== undefined && !pattern.test(name)) {
    const fix = `A ${fifo ? "FIFO topic's name ends in .fifo and" : "topic's name"} has at most 256 letters, digits, - and _.`;
    diagnostics.push(configError(`invalid topic name: ${name}`, "name", { code: "DVT3007", fix }));
  }
  const onlyFifo = [
    [textAt(planned, "archive_policy") !== undefined, "archive_policy", "message archive policy can only be set for FIFO topics"],
    [
      textAt(planned, "fifo_throughput_scope") !== undefined,
      "fifo_throughput_scope",
      "FIFO throughput scope can only be set for FIFO topics",
    ],
    [
      isTrue(planned, "content_based_deduplication"),
      "content_based_deduplication",
      "content-based deduplication can only be set for FIFO topics",
    ],
  ] as const;
  // The first is told, as the real provider does.
  const wrong = planned.fifo_topic === false ? onlyFifo.find(([isSet]) => isSet) : undefined;
  if (wrong !== undefined)
    diagnostics.push(errorDiagnostic("DVT3001", "Invalid configuration", { detail: wrong[2], attribute: wrong[1] }));
  return { planned: withNormalizedJson(planned, JSON_ATTRIBUTES), diagnostics };
}

function topicName(planned: ValueObject): string {
  const name = requiredText(planned, "name");
  return isTrue(planned, "fifo_topic") && !name.endsWith(".fifo") ? `${name}.fifo` : name;
}

/** Attributes that CreateTopic itself takes; the others are set one by one afterwards. */
const WITH_CREATE = ["FifoTopic", "FifoThroughputScope"];

async function create(aws: AwsContext, planned: ValueObject, onCreated: (partial: ValueObject) => Promise<void>): Promise<void> {
  const attributes = attributesToCreate(ATTRIBUTES, planned);
  const first = Object.fromEntries(Object.entries(attributes).filter(([name]) => WITH_CREATE.includes(name)));
  const tags = tagList(textMapAt(planned, "tags_all"));
  const answer = await aws.clients.sns.createTopic({
    Name: topicName(planned),
    ...(Object.keys(first).length > 0 ? { Attributes: first } : {}),
    ...(tags.length > 0 ? { Tags: tags } : {}),
  });
  const arn = answer.TopicArn ?? "";
  await onCreated({ id: arn });
  for (const [name, value] of Object.entries(attributes)) {
    if (!WITH_CREATE.includes(name)) await putTopicAttribute(aws, arn, name, value);
  }
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const arn = requiredText(state, "id");
  const attributes = await findTopicAttributes(aws, arn);
  if (attributes === undefined) return null;
  const values = attributesToState(ATTRIBUTES, attributes);
  const name = arn.slice(arn.lastIndexOf(":") + 1);
  const tags = await unlessMissing(["ResourceNotFoundException", "ResourceNotFound"], () =>
    aws.clients.sns.listTagsForResource({ ResourceArn: arn }),
  );
  return {
    ...state,
    ...values,
    id: arn,
    name,
    name_prefix: prefixOfName(name, values.fifo_topic === true ? ".fifo" : ""),
    tags_all: tagMap(tags?.Tags),
  };
}

async function update(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const arn = requiredText(prior, "id");
  for (const [name, value] of Object.entries(attributesToUpdate(ATTRIBUTES, planned, changed))) {
    if (name === "Policy" && value === "") continue;
    await putTopicAttribute(aws, arn, name, value);
  }
  const { removed, added } = changedTags(prior, planned);
  if (removed.length > 0) await aws.clients.sns.untagResource({ ResourceArn: arn, TagKeys: removed });
  if (Object.keys(added).length > 0) await aws.clients.sns.tagResource({ ResourceArn: arn, Tags: tagList(added) });
}
