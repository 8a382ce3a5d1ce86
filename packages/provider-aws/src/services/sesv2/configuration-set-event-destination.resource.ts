import type { DimensionValueSource, EventDestination, EventDestinationDefinition, EventType } from "@aws-sdk/client-sesv2";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blockAt, blocksAt, enumAt, isTrue, requiredText, textAt, textsAt } from "../attribute-map.ts";
import { exactlyOneOf, isArn, lengthBetween, oneOf, runChecks, within } from "../checks.ts";
import { refusedImport } from "../import-id.ts";

const MISSING = ["NotFoundException"];
const BLOCK = "event_destination";
const DIMENSION = `${BLOCK}.cloud_watch_destination.dimension_configuration`;
const DESTINATIONS = ["cloud_watch", "event_bridge", "kinesis_firehose", "pinpoint", "sns"].map(
  (name) => `${BLOCK}.0.${name}_destination`,
);
const TYPES = [
  "SEND",
  "REJECT",
  "BOUNCE",
  "COMPLAINT",
  "DELIVERY",
  "OPEN",
  "CLICK",
  "RENDERING_FAILURE",
  "DELIVERY_DELAY",
  "SUBSCRIPTION",
];

const CHECKS = [
  within(`${BLOCK}.0`, exactlyOneOf(DESTINATIONS)),
  lengthBetween(`${DIMENSION}.default_dimension_value`, 1, 256),
  lengthBetween(`${DIMENSION}.dimension_name`, 1, 256),
  oneOf(`${DIMENSION}.dimension_value_source`, ["MESSAGE_TAG", "EMAIL_HEADER", "LINK_TAG"]),
  isArn(`${BLOCK}.event_bridge_destination.event_bus_arn`),
  isArn(`${BLOCK}.kinesis_firehose_destination.delivery_stream_arn`),
  isArn(`${BLOCK}.kinesis_firehose_destination.iam_role_arn`),
  oneOf(`${BLOCK}.matching_event_types`, TYPES),
  isArn(`${BLOCK}.pinpoint_destination.application_arn`),
  isArn(`${BLOCK}.sns_destination.topic_arn`),
];

/** aws_sesv2_configuration_set_event_destination. Its id is `set|destination`. */
export const resource: NativeResource = {
  type: "aws_sesv2_configuration_set_event_destination",
  forceNew: ["configuration_set_name", "event_destination_name"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const [set, name] = [requiredText(planned, "configuration_set_name"), requiredText(planned, "event_destination_name")];
    await aws.clients.sesv2.createConfigurationSetEventDestination({
      ConfigurationSetName: set,
      EventDestinationName: name,
      EventDestination: definitionOf(planned),
    });
    await onCreated({ id: `${set}|${name}` });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const [set, name] = partsOf(id);
    const found = await find(aws, set, name);
    if (found === undefined) return null;
    return { ...state, id, configuration_set_name: set, event_destination_name: found.Name ?? name, [BLOCK]: [flatten(found)] };
  },
  async update(aws, prior, planned) {
    const [ConfigurationSetName, EventDestinationName] = partsOf(requiredText(prior, "id"));
    const EventDestination = definitionOf(planned);
    await aws.clients.sesv2.updateConfigurationSetEventDestination({
      ConfigurationSetName,
      EventDestinationName,
      EventDestination,
    });
  },
  async delete(aws, state) {
    const [ConfigurationSetName, EventDestinationName] = partsOf(requiredText(state, "id"));
    await unlessMissing(MISSING, () =>
      aws.clients.sesv2.deleteConfigurationSetEventDestination({ ConfigurationSetName, EventDestinationName }),
    );
  },
  async find(aws, planned) {
    const [set, name] = [requiredText(planned, "configuration_set_name"), requiredText(planned, "event_destination_name")];
    return (await find(aws, set, name)) === undefined ? null : { id: `${set}|${name}` };
  },
};

function partsOf(id: string): [set: string, name: string] {
  const [set = "", name = "", ...more] = id.split("|");
  if (set === "" || name === "" || more.length > 0)
    throw refusedImport(`unexpected format of ID (${id}), expected CONFIGURATION_SET_NAME|EVENT_DESTINATION_NAME`);
  return [set, name];
}

async function find(aws: AwsContext, ConfigurationSetName: string, name: string): Promise<EventDestination | undefined> {
  const answer = await unlessMissing(MISSING, () =>
    aws.clients.sesv2.getConfigurationSetEventDestinations({ ConfigurationSetName }),
  );
  return answer?.EventDestinations?.find(({ Name }) => Name === name);
}

function definitionOf(planned: ValueObject): EventDestinationDefinition {
  const block = blockAt(planned, BLOCK) ?? {};
  const at = (name: string) => blockAt(block, `${name}_destination`);
  const [watch, bridge, firehose] = [at("cloud_watch"), at("event_bridge"), at("kinesis_firehose")];
  const [pinpoint, topic] = [at("pinpoint"), at("sns")];
  return {
    Enabled: isTrue(block, "enabled"),
    MatchingEventTypes: textsAt(block, "matching_event_types") as EventType[],
    CloudWatchDestination: watch && {
      DimensionConfigurations: blocksAt(watch, "dimension_configuration").map((dimension) => ({
        DefaultDimensionValue: textAt(dimension, "default_dimension_value"),
        DimensionName: textAt(dimension, "dimension_name"),
        DimensionValueSource: enumAt<DimensionValueSource>(dimension, "dimension_value_source"),
      })),
    },
    EventBridgeDestination: bridge && { EventBusArn: textAt(bridge, "event_bus_arn") },
    KinesisFirehoseDestination: firehose && {
      DeliveryStreamArn: textAt(firehose, "delivery_stream_arn"),
      IamRoleArn: textAt(firehose, "iam_role_arn"),
    },
    PinpointDestination: pinpoint && { ApplicationArn: textAt(pinpoint, "application_arn") },
    SnsDestination: topic && { TopicArn: textAt(topic, "topic_arn") },
  };
}

function flatten(found: EventDestination): ValueObject {
  const [watch, bridge, firehose] = [found.CloudWatchDestination, found.EventBridgeDestination, found.KinesisFirehoseDestination];
  const [pinpoint, topic] = [found.PinpointDestination, found.SnsDestination];
  return {
    enabled: found.Enabled ?? false,
    matching_event_types: found.MatchingEventTypes ?? [],
    cloud_watch_destination: watch ? [{ dimension_configuration: (watch.DimensionConfigurations ?? []).map(dimension) }] : [],
    event_bridge_destination: bridge ? [{ event_bus_arn: bridge.EventBusArn ?? "" }] : [],
    kinesis_firehose_destination: firehose
      ? [{ delivery_stream_arn: firehose.DeliveryStreamArn ?? "", iam_role_arn: firehose.IamRoleArn ?? "" }]
      : [],
    pinpoint_destination: pinpoint ? [{ application_arn: pinpoint.ApplicationArn ?? "" }] : [],
    sns_destination: topic ? [{ topic_arn: topic.TopicArn ?? "" }] : [],
  };
}

function dimension(found: {
  readonly DimensionName?: string | undefined;
  readonly DimensionValueSource?: string | undefined;
  readonly DefaultDimensionValue?: string | undefined;
}): ValueObject {
  return {
    default_dimension_value: found.DefaultDimensionValue ?? "",
    dimension_name: found.DimensionName ?? "",
    dimension_value_source: found.DimensionValueSource ?? "",
  };
}
