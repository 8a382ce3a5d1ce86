import type { LogConfig } from "@aws-sdk/client-eventbridge";
import type { MutableValueObject, ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blockAt, expand, flatten, requiredText, rowsOf, text, textAt, textMapAt } from "../attribute-map.ts";
import { each, isArn, lengthBetween, matches, oneOf, runChecks } from "../checks.ts";
import { changedTags, tagList, tagMap } from "../tags.ts";
import { EVENTS_MISSING } from "./find.ts";

const logRow = rowsOf<LogConfig>();
const LOG_CONFIG = [logRow("include_detail", "IncludeDetail", text()), logRow("level", "Level", text())];

const CHECKS = [
  lengthBetween("name", 1, 256, { code: "DVT3007" }),
  matches("name", /^[/.\-_A-Za-z0-9]*$/, "", { code: "DVT3007" }),
  each("name", (value) => (value === "default" ? "cannot be 'default'" : undefined), { code: "DVT3007" }),
  lengthBetween("description", 0, 512),
  lengthBetween("kms_key_identifier", 1, 2048),
  isArn("dead_letter_config.arn"),
  oneOf("log_config.include_detail", ["NONE", "FULL"]),
  oneOf("log_config.level", ["OFF", "ERROR", "INFO", "TRACE"]),
];

/** aws_cloudwatch_event_bus. Its id is its name. */
export const resource: NativeResource = {
  type: "aws_cloudwatch_event_bus",
  forceNew: ["event_source_name", "name"],
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const name = requiredText(planned, "name");
    const tags = tagList(textMapAt(planned, "tags_all"));
    const source = textAt(planned, "event_source_name");
    await aws.clients.events.createEventBus({
      Name: name,
      ...(source ? { EventSourceName: source } : {}),
      ...settings(planned),
      ...(tags.length > 0 ? { Tags: tags } : {}),
    });
    await onCreated({ id: name });
  },
  read,
  async update(aws, prior, planned, changed) {
    const name = requiredText(prior, "id");
    if (["dead_letter_config", "description", "kms_key_identifier", "log_config"].some(changed)) {
      await aws.clients.events.updateEventBus({ Name: name, ...settings(planned) });
    }
    const { removed, added } = changedTags(prior, planned);
    const ResourceARN = requiredText(prior, "arn");
    if (removed.length > 0) await aws.clients.events.untagResource({ ResourceARN, TagKeys: removed });
    if (Object.keys(added).length > 0) await aws.clients.events.tagResource({ ResourceARN, Tags: tagList(added) });
  },
  async delete(aws, state) {
    await unlessMissing(EVENTS_MISSING, () => aws.clients.events.deleteEventBus({ Name: requiredText(state, "id") }));
  },
  async find(aws, planned) {
    return read(aws, { id: requiredText(planned, "name") });
  },
};

function settings(planned: ValueObject) {
  const arn = textAt(blockAt(planned, "dead_letter_config") ?? {}, "arn");
  const description = textAt(planned, "description");
  const key = textAt(planned, "kms_key_identifier");
  const log = blockAt(planned, "log_config");
  return {
    ...(arn ? { DeadLetterConfig: { Arn: arn } } : {}),
    ...(description ? { Description: description } : {}),
    ...(key ? { KmsKeyIdentifier: key } : {}),
    ...(log ? { LogConfig: expand(LOG_CONFIG, log) } : {}),
  };
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const name = requiredText(state, "id");
  const bus = await unlessMissing(EVENTS_MISSING, () => aws.clients.events.describeEventBus({ Name: name }));
  if (bus === undefined) return null;
  const tags = await unlessMissing(EVENTS_MISSING, () => aws.clients.events.listTagsForResource({ ResourceARN: bus.Arn ?? "" }));
  const values: MutableValueObject = {
    ...state,
    id: name,
    arn: bus.Arn ?? "",
    name: bus.Name ?? name,
    description: bus.Description ?? "",
    kms_key_identifier: bus.KmsKeyIdentifier ?? "",
    dead_letter_config: bus.DeadLetterConfig?.Arn ? [{ arn: bus.DeadLetterConfig.Arn }] : [],
    tags_all: tagMap(tags?.Tags),
  };
  if (aws.edition !== "5.100.0") values.log_config = bus.LogConfig === undefined ? [] : [flatten(LOG_CONFIG, bus.LogConfig)];
  return values;
}
