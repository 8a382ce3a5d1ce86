import type { EventSourceMappingConfiguration, UpdateEventSourceMappingCommandInput } from "@aws-sdk/client-lambda";
import { isList, type Value, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, WaitRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blockAt, expand, flatten, isTrue, numberAt, requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { anyOf, atLeast, between, conflicts, each, exactlyOneOf, isArn, lengthBetween, oneOf, runChecks } from "../checks.ts";
import { changedTags } from "../tags.ts";
import { timed } from "../timeouts.ts";
import { isDate, rfc3339 } from "../timestamp.ts";
import { MAPPING, UPDATABLE } from "./event-source-mapping-map.ts";
import { functionNameOf, functionRetry, LAMBDA_MISSING } from "./find.ts";

const ACCESS_TYPES = [
  "BASIC_AUTH",
  "VPC_SUBNET",
  "VPC_SECURITY_GROUP",
  "SASL_SCRAM_512_AUTH",
  "SASL_SCRAM_256_AUTH",
  "VIRTUAL_HOST",
  "CLIENT_CERTIFICATE_TLS_AUTH",
  "SERVER_ROOT_CA_CERTIFICATE",
];

const CHECKS = [
  exactlyOneOf(["event_source_arn", "self_managed_event_source"]),
  isArn("destination_config.on_failure.destination_arn"),
  isArn("kms_key_arn"),
  oneOf("document_db_event_source_config.full_document", ["UpdateLookup", "Default"]),
  lengthBetween("filter_criteria.filter.pattern", 0, 4096),
  oneOf("function_response_types", ["ReportBatchItemFailures"]),
  anyOf(
    each("maximum_record_age_in_seconds", (value, key) =>
      value === -1 ? undefined : `expected ${key} to be one of [-1], got ${String(value)}`,
    ),
    between("maximum_record_age_in_seconds", 60, 604_800),
  ),
  between("maximum_retry_attempts", -1, 10_000),
  oneOf("metrics_config.metrics", ["EventCount", "ErrorCount", "KafkaMetrics"]),
  between("parallelization_factor", 1, 10),
  between("provisioned_poller_config.maximum_pollers", 1, 2000),
  between("provisioned_poller_config.minimum_pollers", 1, 200),
  lengthBetween("queues", 1, 1000),
  atLeast("scaling_config.maximum_concurrency", 2),
  oneOf("source_access_configuration.type", ACCESS_TYPES),
  oneOf("starting_position", ["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"]),
  isDate("starting_position_timestamp"),
  lengthBetween("topics", 1, 249),
  between("tumbling_window_in_seconds", 0, 900),
  conflicts("amazon_managed_kafka_event_source_config", ["self_managed_event_source", "self_managed_kafka_event_source_config"]),
  conflicts("self_managed_kafka_event_source_config", ["event_source_arn", "amazon_managed_kafka_event_source_config"]),
];

const KAFKA = ["amazon_managed_kafka_event_source_config", "self_managed_kafka_event_source_config"];

/** aws_lambda_event_source_mapping. Its id is its UUID. */
export const resource: NativeResource = {
  type: "aws_lambda_event_source_mapping",
  defaults: { enabled: true, "document_db_event_source_config.full_document": "Default" },
  forceNew: [
    "event_source_arn",
    "queues",
    "self_managed_event_source",
    "self_managed_event_source.endpoints",
    "starting_position",
    "starting_position_timestamp",
    "topics",
    ...KAFKA,
    ...KAFKA.map((name) => `${name}.consumer_group_id`),
  ],
  computedBlocks: Object.fromEntries(KAFKA.map((name) => [name, true])),
  tagged: true,
  suppressDiff,
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const tags = textMapAt(planned, "tags_all");
    const input = {
      ...expand(MAPPING, planned),
      Enabled: planned.enabled !== false,
      FunctionName: requiredText(planned, "function_name"),
      ...(Object.keys(tags).length > 0 ? { Tags: tags } : {}),
    };
    const retry = isTrue(planned, "use_resource_timeout_for_propagation")
      ? functionRetry(timed(MAPPING_WAIT, planned, "create").timeoutMs)
      : functionRetry();
    const answer = await aws.retry(retry, () => aws.clients.lambda.createEventSourceMapping(input));
    const id = answer.UUID ?? "";
    await onCreated({ id });
    await waitForRest(aws, id, timed(MAPPING_WAIT, planned, "create"));
  },
  read,
  update,
  async delete(aws, state) {
    const UUID = requiredText(state, "id");
    const retry = {
      codes: ["ResourceInUseException"],
      timeoutMs: 300_000,
      why: "the mapping is still being made or changed",
      source: "https://docs.aws.amazon.com/lambda/latest/api/API_DeleteEventSourceMapping.html",
    };
    const answer = await unlessMissing(LAMBDA_MISSING, () =>
      aws.retry(retry, () => aws.clients.lambda.deleteEventSourceMapping({ UUID })),
    );
    if (answer !== undefined)
      await aws.wait(timed(MAPPING_WAIT, state, "delete"), async () =>
        (await findMapping(aws, UUID)) === undefined ? true : undefined,
      );
  },
  async find(aws, planned) {
    const FunctionName = requiredText(planned, "function_name");
    const EventSourceArn = textAt(planned, "event_source_arn");
    if (EventSourceArn === undefined) return null;
    const answer = await unlessMissing(LAMBDA_MISSING, () =>
      aws.clients.lambda.listEventSourceMappings({ FunctionName, EventSourceArn }),
    );
    // One function takes one source once.
    const [only, ...more] = answer?.EventSourceMappings ?? [];
    return only?.UUID === undefined || more.length > 0 ? null : { id: only.UUID };
  },
};

/** The batch size that Lambda takes where none is given: 100 for streams, Kafka and MQ, 10 for SQS. */
function suppressDiff(path: string, prior: Value, config: Value, objects: { prior: ValueObject; config: ValueObject }): boolean {
  if (path === "function_name")
    return typeof prior === "string" && typeof config === "string" && functionNameOf(prior) === functionNameOf(config);
  if (path === "batch_size" && (config === null || config === 0)) {
    const service =
      textAt(objects.prior, "event_source_arn")?.split(":")[2] ??
      (blockAt(objects.prior, "self_managed_event_source") ? "kafka" : "");
    return prior === (service === "sqs" ? 10 : 100);
  }
  const none = config === null || (isList(config) && config.length === 0);
  return none && (path === "destination_config" || path === "provisioned_poller_config");
}

const MAPPING_WAIT: WaitRow = {
  what: "Lambda Event Source Mapping",
  timeoutMs: 600_000,
  source: "https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html, State",
};

function findMapping(aws: AwsContext, UUID: string): Promise<EventSourceMappingConfiguration | undefined> {
  return unlessMissing(LAMBDA_MISSING, () => aws.clients.lambda.getEventSourceMapping({ UUID }));
}

/** Waits until the mapping is enabled or disabled. */
async function waitForRest(aws: AwsContext, id: string, row: WaitRow): Promise<void> {
  await aws.wait(row, async () => {
    const state = (await findMapping(aws, id))?.State;
    return state === "Enabled" || state === "Disabled" ? true : undefined;
  });
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const mapping = await findMapping(aws, requiredText(state, "id"));
  if (mapping === undefined) return null;
  const arn = mapping.EventSourceMappingArn ?? "";
  const tags = arn === "" ? undefined : await unlessMissing(LAMBDA_MISSING, () => aws.clients.lambda.listTags({ Resource: arn }));
  const values = flatten(MAPPING, mapping);
  if (mapping.DestinationConfig?.OnFailure?.Destination === undefined) values.destination_config = [];
  return {
    ...state,
    ...values,
    id: mapping.UUID ?? "",
    arn,
    enabled: mapping.State === "Enabled" || mapping.State === "Enabling",
    function_arn: mapping.FunctionArn ?? "",
    function_name: mapping.FunctionArn ?? "",
    last_modified: rfc3339(mapping.LastModified),
    last_processing_result: mapping.LastProcessingResult ?? "",
    state: mapping.State ?? "",
    state_transition_reason: mapping.StateTransitionReason ?? "",
    tags_all: { ...tags?.Tags },
    uuid: mapping.UUID ?? "",
  };
}

async function update(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const UUID = requiredText(prior, "id");
  const rows = UPDATABLE.filter((row) => changed(row.attribute));
  if (rows.length > 0 || changed("enabled") || changed("function_name")) {
    const input: UpdateEventSourceMappingCommandInput = { ...expand(rows, planned), UUID };
    if (changed("enabled")) input.Enabled = isTrue(planned, "enabled");
    if (changed("function_name")) input.FunctionName = requiredText(planned, "function_name");
    clearRemoved(input, planned, changed);
    await aws.retry(functionRetry(), () => aws.clients.lambda.updateEventSourceMapping(input));
    await waitForRest(aws, UUID, timed(MAPPING_WAIT, planned, "update"));
  }
  const { removed, added } = changedTags(prior, planned);
  const Resource = textAt(prior, "arn") ?? "";
  if (removed.length > 0) await aws.clients.lambda.untagResource({ Resource, TagKeys: removed });
  if (Object.keys(added).length > 0) await aws.clients.lambda.tagResource({ Resource, Tags: added });
}

/** Lambda keeps a member that is left out: what config no longer has is sent empty. */
function clearRemoved(
  input: UpdateEventSourceMappingCommandInput,
  planned: ValueObject,
  changed: (path: string) => boolean,
): void {
  if (changed("bisect_batch_on_function_error")) input.BisectBatchOnFunctionError ??= false;
  if (changed("filter_criteria")) input.FilterCriteria ??= {};
  if (changed("function_response_types")) input.FunctionResponseTypes ??= [];
  if (changed("kms_key_arn")) input.KMSKeyArn ??= "";
  if (changed("maximum_batching_window_in_seconds")) input.MaximumBatchingWindowInSeconds ??= 0;
  if (changed("metrics_config")) input.MetricsConfig ??= { Metrics: [] };
  if (changed("provisioned_poller_config")) input.ProvisionedPollerConfig ??= {};
  if (changed("scaling_config")) input.ScalingConfig ??= {};
  if (changed("tumbling_window_in_seconds")) input.TumblingWindowInSeconds = numberAt(planned, "tumbling_window_in_seconds") ?? 0;
}
