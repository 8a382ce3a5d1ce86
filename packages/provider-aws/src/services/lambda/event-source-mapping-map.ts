/** The attribute map of an event source mapping. */
import type {
  AmazonManagedKafkaEventSourceConfig,
  CreateEventSourceMappingCommandInput,
  DestinationConfig,
  DocumentDBEventSourceConfig,
  EventSourceMappingMetricsConfig,
  Filter,
  FilterCriteria,
  KafkaSchemaRegistryAccessConfig,
  KafkaSchemaRegistryConfig,
  KafkaSchemaValidationConfig,
  OnFailure,
  ProvisionedPollerConfig,
  ScalingConfig,
  SelfManagedEventSource,
  SelfManagedKafkaEventSourceConfig,
  SourceAccessConfiguration,
} from "@aws-sdk/client-lambda";
import { isList, isObject } from "@dovetail/model";
import { block, blocks, type Codec, flag, nonZero, rowsOf, stringsOf, text, texts, whole } from "../attribute-map.ts";
import { time } from "../timestamp.ts";

const row = rowsOf<CreateEventSourceMappingCommandInput>();
const registry = rowsOf<KafkaSchemaRegistryConfig>();
const access = rowsOf<KafkaSchemaRegistryAccessConfig>();
const source = rowsOf<SourceAccessConfiguration>();
const poller = rowsOf<ProvisionedPollerConfig>();
const documentDb = rowsOf<DocumentDBEventSourceConfig>();
const managed = rowsOf<AmazonManagedKafkaEventSourceConfig>();
const selfManaged = rowsOf<SelfManagedKafkaEventSourceConfig>();

const REGISTRY = block([
  registry("access_config", "AccessConfigs", blocks([access("type", "Type", text()), access("uri", "URI", text())])),
  registry("event_record_format", "EventRecordFormat", text()),
  registry("schema_registry_uri", "SchemaRegistryURI", text()),
  registry(
    "schema_validation_config",
    "SchemaValidationConfigs",
    blocks([rowsOf<KafkaSchemaValidationConfig>()("attribute", "Attribute", text())]),
  ),
]);

/** Endpoints are one text with commas here, a list there. */
const selfManagedSource: Codec<SelfManagedEventSource> = {
  expand: (value) => {
    const [item] = isList(value) ? value : [];
    const endpoints = isObject(item) ? (item.endpoints ?? null) : null;
    if (!isObject(endpoints)) return undefined;
    return { Endpoints: Object.fromEntries(Object.entries(stringsOf(endpoints)).map(([type, list]) => [type, list.split(",")])) };
  },
  flatten: (member) =>
    member === undefined
      ? []
      : [
          {
            endpoints: Object.fromEntries(
              Object.entries(member.Endpoints ?? {}).map(([type, list]) => [type, [...(list ?? [])].sort().join(",")]),
            ),
          },
        ],
};

/** Members that a mapping keeps for its life. */
const FIXED = [
  row(
    "amazon_managed_kafka_event_source_config",
    "AmazonManagedKafkaEventSourceConfig",
    block([
      managed("consumer_group_id", "ConsumerGroupId", text()),
      managed("schema_registry_config", "SchemaRegistryConfig", REGISTRY),
    ]),
  ),
  row("event_source_arn", "EventSourceArn", text()),
  row("queues", "Queues", texts()),
  row("self_managed_event_source", "SelfManagedEventSource", selfManagedSource),
  row(
    "self_managed_kafka_event_source_config",
    "SelfManagedKafkaEventSourceConfig",
    block([
      selfManaged("consumer_group_id", "ConsumerGroupId", text()),
      selfManaged("schema_registry_config", "SchemaRegistryConfig", REGISTRY),
    ]),
  ),
  row("starting_position", "StartingPosition", text()),
  row("starting_position_timestamp", "StartingPositionTimestamp", time()),
  row("topics", "Topics", texts()),
];

/** Members that UpdateEventSourceMapping takes too. */
export const UPDATABLE = [
  row("batch_size", "BatchSize", nonZero()),
  row("bisect_batch_on_function_error", "BisectBatchOnFunctionError", flag()),
  row(
    "destination_config",
    "DestinationConfig",
    block([
      rowsOf<DestinationConfig>()(
        "on_failure",
        "OnFailure",
        block([rowsOf<OnFailure>()("destination_arn", "Destination", text())]),
      ),
    ]),
  ),
  row(
    "document_db_event_source_config",
    "DocumentDBEventSourceConfig",
    block([
      documentDb("collection_name", "CollectionName", text()),
      documentDb("database_name", "DatabaseName", text()),
      documentDb("full_document", "FullDocument", text()),
    ]),
  ),
  row(
    "filter_criteria",
    "FilterCriteria",
    block([rowsOf<FilterCriteria>()("filter", "Filters", blocks([rowsOf<Filter>()("pattern", "Pattern", text())]))]),
  ),
  row("function_response_types", "FunctionResponseTypes", texts()),
  row("kms_key_arn", "KMSKeyArn", text()),
  row("maximum_batching_window_in_seconds", "MaximumBatchingWindowInSeconds", nonZero()),
  row("maximum_record_age_in_seconds", "MaximumRecordAgeInSeconds", nonZero()),
  row("maximum_retry_attempts", "MaximumRetryAttempts", whole()),
  row("metrics_config", "MetricsConfig", block([rowsOf<EventSourceMappingMetricsConfig>()("metrics", "Metrics", texts())])),
  row("parallelization_factor", "ParallelizationFactor", nonZero()),
  row(
    "provisioned_poller_config",
    "ProvisionedPollerConfig",
    block([
      poller("maximum_pollers", "MaximumPollers", nonZero()),
      poller("minimum_pollers", "MinimumPollers", nonZero()),
      poller("poller_group_name", "PollerGroupName", text()),
    ]),
  ),
  row(
    "scaling_config",
    "ScalingConfig",
    block([rowsOf<ScalingConfig>()("maximum_concurrency", "MaximumConcurrency", nonZero())]),
  ),
  row(
    "source_access_configuration",
    "SourceAccessConfigurations",
    blocks([source("type", "Type", text()), source("uri", "URI", text())]),
  ),
  row("tumbling_window_in_seconds", "TumblingWindowInSeconds", nonZero()),
];

export const MAPPING = [...FIXED, ...UPDATABLE];
