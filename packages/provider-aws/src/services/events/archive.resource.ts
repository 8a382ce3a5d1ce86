import type { MutableValueObject, ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { numberAt, requiredText, textAt } from "../attribute-map.ts";
import { isArn, lengthBetween, runChecks } from "../checks.ts";
import { normalizeJson, withNormalizedJson } from "../json-text.ts";
import { eventPattern } from "./event-pattern.ts";
import { EVENTS_MISSING } from "./find.ts";
import { ARCHIVE_NAME, fits } from "./names.ts";

const CHECKS = [
  lengthBetween("name", 1, 48),
  fits("name", ARCHIVE_NAME),
  isArn("event_source_arn"),
  lengthBetween("description", 0, 512),
  lengthBetween("kms_key_identifier", 1, 2048),
  eventPattern("event_pattern"),
];

/** aws_cloudwatch_event_archive. Its id is its name. */
export const resource: NativeResource = {
  type: "aws_cloudwatch_event_archive",
  forceNew: ["event_source_arn", "name"],
  equivalence: { event_pattern: "json" },
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (_prior, planned) => ({ planned: withNormalizedJson(planned, ["event_pattern"]) }),
  async create(aws, planned, onCreated) {
    const ArchiveName = requiredText(planned, "name");
    const EventSourceArn = requiredText(planned, "event_source_arn");
    await aws.clients.events.createArchive({ ArchiveName, EventSourceArn, ...settings(planned) });
    await onCreated({ id: ArchiveName });
  },
  read,
  async update(aws, prior, planned) {
    await aws.clients.events.updateArchive({ ArchiveName: requiredText(prior, "id"), ...settings(planned) });
  },
  async delete(aws, state) {
    const ArchiveName = requiredText(state, "id");
    await unlessMissing(EVENTS_MISSING, () => aws.clients.events.deleteArchive({ ArchiveName }));
  },
  async find(aws, planned) {
    return read(aws, { id: requiredText(planned, "name") });
  },
};

function settings(planned: ValueObject) {
  const pattern = textAt(planned, "event_pattern");
  return {
    Description: textAt(planned, "description"),
    EventPattern: pattern === undefined ? undefined : normalizeJson(pattern),
    KmsKeyIdentifier: textAt(planned, "kms_key_identifier"),
    RetentionDays: numberAt(planned, "retention_days"),
  };
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const archive = await unlessMissing(EVENTS_MISSING, () => aws.clients.events.describeArchive({ ArchiveName: id }));
  if (archive === undefined) return null;
  const values: MutableValueObject = {
    ...state,
    id,
    arn: archive.ArchiveArn ?? "",
    description: archive.Description ?? "",
    event_pattern: normalizeJson(archive.EventPattern ?? ""),
    event_source_arn: archive.EventSourceArn ?? "",
    name: archive.ArchiveName ?? id,
    retention_days: archive.RetentionDays ?? 0,
  };
  if (aws.edition !== "5.100.0") values.kms_key_identifier = archive.KmsKeyIdentifier ?? "";
  return values;
}
