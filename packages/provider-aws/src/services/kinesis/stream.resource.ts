import type { EncryptionType, MetricsName } from "@aws-sdk/client-kinesis";
import { type MutableValueObject, UNKNOWN, type ValueObject } from "@dovetail/model";
import type { AwsContext, CustomPlan, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blockAt, enumAt, isTrue, numberAt, requiredText, textAt, textMapAt, textsAt } from "../attribute-map.ts";
import { between, configError, oneOf, runChecks } from "../checks.ts";
import { changedTags } from "../tags.ts";
import { timed } from "../timeouts.ts";
import {
  findStream,
  findStreamTags,
  KINESIS_MISSING,
  STREAM_CREATION,
  STREAM_DELETION,
  streamMode,
  waitUntilActive,
} from "./find.ts";
import { startEncryption, updateStream } from "./stream-update.ts";

const HOURS = 24;
const TAGS_A_CALL = 10;

const CHECKS = [
  oneOf("encryption_type", ["NONE", "KMS"]),
  between("max_record_size_in_kib", 1024, 10_240),
  between("retention_period", HOURS, 8760),
  oneOf("stream_mode_details.stream_mode", ["PROVISIONED", "ON_DEMAND"]),
];

/** aws_kinesis_stream. Its id is its ARN, its import id the name. Behaviour: `internal/service/kinesis/stream.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_kinesis_stream",
  defaults: { encryption_type: "NONE", enforce_consumer_deletion: false, retention_period: HOURS },
  forceNew: ["name"],
  unsupported: { warm_throughput_mib_ps: "warm throughput is not carried out" },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  suppressDiff: (path, prior, config) =>
    (path === "encryption_type" && String(prior).toLowerCase() === String(config).toLowerCase()) ||
    (path === "stream_mode_details" && config === null),
  customizePlan,
  create,
  read,
  update: async (aws, prior, planned, changed) => {
    await updateStream(aws, prior, planned, changed);
    const StreamName = requiredText(prior, "name");
    const { removed, added } = changedTags(prior, planned);
    for (let at = 0; at < removed.length; at += TAGS_A_CALL)
      await aws.clients.kinesis.removeTagsFromStream({ StreamName, TagKeys: removed.slice(at, at + TAGS_A_CALL) });
    const tags = Object.entries(added);
    for (let at = 0; at < tags.length; at += TAGS_A_CALL)
      await aws.clients.kinesis.addTagsToStream({ StreamName, Tags: Object.fromEntries(tags.slice(at, at + TAGS_A_CALL)) });
  },
  async delete(aws, state) {
    const StreamName = requiredText(state, "name");
    const EnforceConsumerDeletion = isTrue(state, "enforce_consumer_deletion");
    await unlessMissing(KINESIS_MISSING, () => aws.clients.kinesis.deleteStream({ StreamName, EnforceConsumerDeletion }));
    const row = timed(STREAM_DELETION, state, "delete");
    await aws.wait(row, async () => ((await findStream(aws, StreamName)) === undefined ? true : undefined));
  },
  importId: (id) => ({ id, name: id }),
  upgrades: {
    0: (state) => {
      const next: MutableValueObject = { ...state };
      // Version 0 kept no policy of deletion; `enforce_consumer_deletion` was unset.
      next.enforce_consumer_deletion ??= false;
      return next;
    },
  },
  async find(aws, planned) {
    const name = requiredText(planned, "name");
    const stream = await findStream(aws, name);
    return stream?.StreamARN === undefined ? null : { id: stream.StreamARN, name };
  },
};

function customizePlan(_prior: ValueObject | null, planned: ValueObject, config: ValueObject): CustomPlan {
  const details = blockAt(planned, "stream_mode_details");
  if (details?.stream_mode === UNKNOWN || config.stream_mode_details === UNKNOWN) return {};
  const [mode, count] = [streamMode(planned), numberAt(planned, "shard_count") ?? 0];
  const detail =
    mode === "ON_DEMAND" && count > 0
      ? `shard_count must not be set when stream_mode is ${mode}`
      : mode === "PROVISIONED" && count < 1
        ? `shard_count must be at least 1 when stream_mode is ${mode}`
        : undefined;
  return detail === undefined ? {} : { diagnostics: [configError(detail, "shard_count")] };
}

async function create(aws: AwsContext, planned: ValueObject, onCreated: (partial: ValueObject) => Promise<void>): Promise<void> {
  const StreamName = requiredText(planned, "name");
  const mode = streamMode(planned);
  const tags = textMapAt(planned, "tags_all");
  await aws.clients.kinesis.createStream({
    StreamName,
    MaxRecordSizeInKiB: numberAt(planned, "max_record_size_in_kib"),
    StreamModeDetails: blockAt(planned, "stream_mode_details") === undefined ? undefined : { StreamMode: mode },
    ShardCount: mode === "PROVISIONED" ? numberAt(planned, "shard_count") : undefined,
    Tags: Object.keys(tags).length > 0 ? tags : undefined,
  });
  const arn = `arn:${aws.partition}:kinesis:${aws.region}:${await aws.accountId()}:stream/${StreamName}`;
  await onCreated({ id: arn, name: StreamName });
  const row = timed(STREAM_CREATION, planned, "create");
  await waitUntilActive(aws, StreamName, row);
  const hours = numberAt(planned, "retention_period") ?? 0;
  if (hours > 0) {
    await aws.clients.kinesis.increaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours: hours });
    await waitUntilActive(aws, StreamName, row);
  }
  const metrics = textsAt(planned, "shard_level_metrics") as MetricsName[];
  if (metrics.length > 0) {
    await aws.clients.kinesis.enableEnhancedMonitoring({ StreamName, ShardLevelMetrics: metrics });
    await waitUntilActive(aws, StreamName, row);
  }
  if (enumAt<EncryptionType>(planned, "encryption_type") === "KMS")
    await startEncryption(aws, StreamName, textAt(planned, "kms_key_id"), row);
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const name = requiredText(state, "name");
  const stream = await findStream(aws, name);
  if (stream === undefined) return null;
  const mode = stream.StreamModeDetails?.StreamMode;
  const values: MutableValueObject = {
    ...state,
    id: stream.StreamARN ?? "",
    arn: stream.StreamARN ?? "",
    encryption_type: stream.EncryptionType ?? "",
    kms_key_id: stream.KeyId ?? "",
    name: stream.StreamName ?? name,
    retention_period: stream.RetentionPeriodHours ?? 0,
    shard_count: mode === "ON_DEMAND" ? 0 : (stream.OpenShardCount ?? 0),
    shard_level_metrics: (stream.EnhancedMonitoring ?? []).flatMap(({ ShardLevelMetrics }) => ShardLevelMetrics ?? []),
    stream_mode_details: mode === undefined ? [] : [{ stream_mode: mode }],
    tags_all: await findStreamTags(aws, name),
  };
  if (aws.edition !== "5.100.0") values.max_record_size_in_kib = stream.MaxRecordSizeInKiB ?? 0;
  return values;
}
