import type { DimensionValueSource, EventDestination, EventType } from "@aws-sdk/client-ses";
import { DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blockAt, blocksAt, enumAt, isTrue, requiredText, textAt, textsAt } from "../attribute-map.ts";
import { conflicts, isArn, lengthBetween, matches, oneOf, runChecks } from "../checks.ts";
import { findSet, SET_MISSING, sesArn } from "./find.ts";

const TYPES = ["send", "reject", "bounce", "complaint", "delivery", "open", "click", "renderingFailure"];
const DESTINATIONS = ["cloudwatch_destination", "kinesis_destination", "sns_destination"];
const MISSING = [...SET_MISSING, "EventDestinationDoesNotExistException", "EventDestinationDoesNotExist"];

const CHECKS = [
  ...DESTINATIONS.map((one) =>
    conflicts(
      one,
      DESTINATIONS.filter((other) => other !== one),
    ),
  ),
  lengthBetween("cloudwatch_destination.default_value", 1, 256),
  matches(
    "cloudwatch_destination.default_value",
    /^[0-9A-Za-z_.@-]+$/,
    "must contain only alphanumeric, underscore, hyphen, period, and at signs characters",
  ),
  lengthBetween("cloudwatch_destination.dimension_name", 1, 256),
  matches(
    "cloudwatch_destination.dimension_name",
    /^[0-9A-Za-z_:-]+$/,
    "must contain only alphanumeric, underscore, and hyphen characters",
  ),
  oneOf("cloudwatch_destination.value_source", ["messageTag", "emailHeader", "linkTag"]),
  isArn("kinesis_destination.role_arn"),
  isArn("kinesis_destination.stream_arn"),
  oneOf("matching_types", TYPES),
  lengthBetween("name", 1, 64),
  matches("name", /^[0-9A-Za-z_-]+$/, "must contain only alphanumeric, underscore, and hyphen characters"),
  isArn("sns_destination.topic_arn"),
];

/** aws_ses_event_destination. Its id is its name; every change replaces it. */
export const resource: NativeResource = {
  type: "aws_ses_event_destination",
  defaults: { enabled: false },
  forceNew: [...DESTINATIONS, "configuration_set_name", "enabled", "matching_types", "name"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const ConfigurationSetName = requiredText(planned, "configuration_set_name");
    const EventDestination = destinationOf(planned);
    await aws.clients.ses.createConfigurationSetEventDestination({ ConfigurationSetName, EventDestination });
    await onCreated({ id: requiredText(planned, "name") });
  },
  async read(aws, state) {
    const [id, set] = [requiredText(state, "id"), requiredText(state, "configuration_set_name")];
    const found = await find(aws, set, id);
    if (found === undefined) return null;
    const arn = await sesArn(aws, `configuration-set/${set}:event-destination/${id}`);
    return { ...state, id, arn, configuration_set_name: set, ...flatten(found) };
  },
  async delete(aws, state) {
    const [EventDestinationName, ConfigurationSetName] = [
      requiredText(state, "id"),
      requiredText(state, "configuration_set_name"),
    ];
    await unlessMissing(MISSING, () =>
      aws.clients.ses.deleteConfigurationSetEventDestination({ ConfigurationSetName, EventDestinationName }),
    );
  },
  importId(id) {
    const [configuration_set_name = "", name, ...more] = id.split("/");
    if (name === undefined || more.length > 0) {
      const detail = `wrong format of import ID (${id}), use: 'configuration-set-name/event-destination-name'`;
      throw new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail }));
    }
    return { id: name, configuration_set_name };
  },
  async find(aws, planned) {
    const [id, configuration_set_name] = [requiredText(planned, "name"), requiredText(planned, "configuration_set_name")];
    return (await find(aws, configuration_set_name, id)) === undefined ? null : { id, configuration_set_name };
  },
};

async function find(aws: AwsContext, set: string, name: string): Promise<EventDestination | undefined> {
  return (await findSet(aws, set))?.EventDestinations?.find(({ Name }) => Name === name);
}

function destinationOf(planned: ValueObject): EventDestination {
  const dimensions = blocksAt(planned, "cloudwatch_destination").map((block) => ({
    DefaultDimensionValue: requiredText(block, "default_value"),
    DimensionName: requiredText(block, "dimension_name"),
    DimensionValueSource: enumAt<DimensionValueSource>(block, "value_source"),
  }));
  const [firehose, topic] = [blockAt(planned, "kinesis_destination"), blockAt(planned, "sns_destination")];
  return {
    Name: requiredText(planned, "name"),
    Enabled: isTrue(planned, "enabled"),
    MatchingEventTypes: textsAt(planned, "matching_types") as EventType[],
    CloudWatchDestination: dimensions.length > 0 ? { DimensionConfigurations: dimensions } : undefined,
    KinesisFirehoseDestination:
      firehose === undefined
        ? undefined
        : { DeliveryStreamARN: textAt(firehose, "stream_arn"), IAMRoleARN: textAt(firehose, "role_arn") },
    SNSDestination: topic === undefined ? undefined : { TopicARN: textAt(topic, "topic_arn") },
  };
}

function flatten(found: EventDestination): ValueObject {
  const [firehose, topic] = [found.KinesisFirehoseDestination, found.SNSDestination];
  return {
    cloudwatch_destination: (found.CloudWatchDestination?.DimensionConfigurations ?? []).map((dimension) => ({
      default_value: dimension.DefaultDimensionValue ?? "",
      dimension_name: dimension.DimensionName ?? "",
      value_source: dimension.DimensionValueSource ?? "",
    })),
    enabled: found.Enabled ?? false,
    kinesis_destination:
      firehose === undefined ? [] : [{ role_arn: firehose.IAMRoleARN ?? "", stream_arn: firehose.DeliveryStreamARN ?? "" }],
    matching_types: found.MatchingEventTypes ?? [],
    name: found.Name ?? "",
    sns_destination: topic === undefined ? [] : [{ topic_arn: topic.TopicARN ?? "" }],
  };
}
