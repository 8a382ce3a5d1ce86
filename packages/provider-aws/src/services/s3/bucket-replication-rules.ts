/** Replication rules of a bucket, both ways. */
import type {
  AccessControlTranslation,
  DeleteMarkerReplication,
  Destination,
  EncryptionConfiguration,
  ExistingObjectReplication,
  Metrics,
  ReplicaModifications,
  ReplicationRule,
  ReplicationRuleFilter,
  ReplicationTime,
  ReplicationTimeValue,
  SourceSelectionCriteria,
  SseKmsEncryptedObjects,
} from "@aws-sdk/client-s3";
import type { Value, ValueObject } from "@dovetail/model";
import { block, blockAt, type Codec, expand, flatten, nonZero, rowsOf, text, textAt, textMapAt } from "../attribute-map.ts";
import { tagList, tagMap } from "../tags.ts";

const minutes = [rowsOf<ReplicationTimeValue>()("minutes", "Minutes", nonZero())];
const metrics = rowsOf<Metrics>();
const time = rowsOf<ReplicationTime>();
const destination = rowsOf<Destination>();
const DESTINATION = [
  destination(
    "access_control_translation",
    "AccessControlTranslation",
    block([rowsOf<AccessControlTranslation>()("owner", "Owner", text())]),
  ),
  destination("account", "Account", text()),
  destination("bucket", "Bucket", text()),
  destination(
    "encryption_configuration",
    "EncryptionConfiguration",
    block([rowsOf<EncryptionConfiguration>()("replica_kms_key_id", "ReplicaKmsKeyID", text())]),
  ),
  destination(
    "metrics",
    "Metrics",
    block([metrics("event_threshold", "EventThreshold", block(minutes)), metrics("status", "Status", text())]),
  ),
  destination(
    "replication_time",
    "ReplicationTime",
    block([time("status", "Status", text()), time("time", "Time", block(minutes))]),
  ),
  destination("storage_class", "StorageClass", text()),
];
const criteria = rowsOf<SourceSelectionCriteria>();
const CRITERIA = [
  criteria("replica_modifications", "ReplicaModifications", block([rowsOf<ReplicaModifications>()("status", "Status", text())])),
  criteria(
    "sse_kms_encrypted_objects",
    "SseKmsEncryptedObjects",
    block([rowsOf<SseKmsEncryptedObjects>()("status", "Status", text())]),
  ),
];

const filterCodec: Codec<ReplicationRuleFilter> = {
  expand(value) {
    const filter = blockAt({ value }, "value");
    if (filter === undefined) return Array.isArray(value) && value.length > 0 ? { Prefix: "" } : undefined;
    const [and, tag] = [blockAt(filter, "and"), blockAt(filter, "tag")];
    if (and !== undefined) {
      const Tags = tagList(textMapAt(and, "tags"));
      return { And: { Prefix: textAt(and, "prefix") ?? "", ...(Tags.length === 0 ? {} : { Tags }) } };
    }
    if (tag !== undefined) return { Tag: { Key: textAt(tag, "key"), Value: textAt(tag, "value") ?? "" } };
    return { Prefix: textAt(filter, "prefix") ?? "" };
  },
  flatten(member): Value {
    if (member === undefined) return [];
    const { And: and, Tag: tag } = member;
    return [
      {
        prefix: member.Prefix ?? "",
        and: and === undefined ? [] : [{ prefix: and.Prefix ?? "", tags: tagMap(and.Tags) }],
        tag: tag === undefined ? [] : [{ key: tag.Key ?? "", value: tag.Value ?? "" }],
      },
    ];
  },
};

const rule = rowsOf<ReplicationRule>();
const RULE = [
  rule(
    "delete_marker_replication",
    "DeleteMarkerReplication",
    block([rowsOf<DeleteMarkerReplication>()("status", "Status", text())]),
  ),
  rule("destination", "Destination", block(DESTINATION)),
  rule(
    "existing_object_replication",
    "ExistingObjectReplication",
    block([rowsOf<ExistingObjectReplication>()("status", "Status", text())]),
  ),
  rule("filter", "Filter", filterCodec),
  rule("id", "ID", text()),
  rule("prefix", "Prefix", text()),
  rule("source_selection_criteria", "SourceSelectionCriteria", block(CRITERIA)),
  rule("status", "Status", text()),
];

/** A rule as S3 wants it. A rule with a filter is of the second version, which has priorities; one without has a prefix. */
export function ruleInput(item: ValueObject): ReplicationRule {
  const input = expand<ReplicationRule>(RULE, item);
  if (input.Filter === undefined) return { ...input, Prefix: input.Prefix ?? "" };
  return { ...input, Priority: typeof item.priority === "number" ? item.priority : 0 };
}

/** What S3 has, as a `rule` block. */
export function ruleState(found: ReplicationRule): ValueObject {
  return { ...flatten(RULE, found), priority: found.Priority ?? 0 };
}
