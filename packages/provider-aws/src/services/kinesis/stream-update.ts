/** What changes a stream that exists: one call for each, and its end is waited for. */
import type { EncryptionType, MetricsName } from "@aws-sdk/client-kinesis";
import { DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { AwsContext, WaitRow } from "../../resource.ts";
import { enumAt, numberAt, requiredText, textAt, textsAt } from "../attribute-map.ts";
import { timed } from "../timeouts.ts";
import { STREAM_UPDATE, streamMode, waitUntilActive } from "./find.ts";

/** Sends what changed, in the order in which the real provider does. */
export async function updateStream(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const StreamName = requiredText(prior, "name");
  const StreamARN = requiredText(prior, "id");
  const row = timed(STREAM_UPDATE, planned, "update");
  const step = async (call: () => Promise<unknown>) => {
    await call();
    await waitUntilActive(aws, StreamName, row);
  };
  const { kinesis } = aws.clients;
  const StreamMode = streamMode(planned);
  if (changed("stream_mode_details.stream_mode"))
    await step(() => kinesis.updateStreamMode({ StreamARN, StreamModeDetails: { StreamMode } }));
  if (StreamMode === "PROVISIONED" && changed("shard_count")) {
    const TargetShardCount = numberAt(planned, "shard_count");
    await step(() => kinesis.updateShardCount({ StreamName, TargetShardCount, ScalingType: "UNIFORM_SCALING" }));
  }
  if (changed("retention_period")) {
    const RetentionPeriodHours = numberAt(planned, "retention_period") ?? 0;
    const grows = RetentionPeriodHours > (numberAt(prior, "retention_period") ?? 0);
    if (grows) await step(() => kinesis.increaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours }));
    else if (RetentionPeriodHours !== 0)
      await step(() => kinesis.decreaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours }));
  }
  if (changed("shard_level_metrics")) {
    const [before, after] = [textsAt(prior, "shard_level_metrics"), textsAt(planned, "shard_level_metrics")];
    const gone = before.filter((name) => !after.includes(name)) as MetricsName[];
    if (gone.length > 0) await step(() => kinesis.disableEnhancedMonitoring({ StreamName, ShardLevelMetrics: gone }));
    const added = after.filter((name) => !before.includes(name)) as MetricsName[];
    if (added.length > 0) await step(() => kinesis.enableEnhancedMonitoring({ StreamName, ShardLevelMetrics: added }));
  }
  if (changed("encryption_type") || changed("kms_key_id")) await updateEncryption(aws, StreamName, prior, planned, row);
  if (changed("max_record_size_in_kib")) {
    const MaxRecordSizeInKiB = numberAt(planned, "max_record_size_in_kib");
    await step(() => kinesis.updateMaxRecordSize({ StreamARN, MaxRecordSizeInKiB }));
  }
}

async function updateEncryption(
  aws: AwsContext,
  StreamName: string,
  prior: ValueObject,
  planned: ValueObject,
  row: WaitRow,
): Promise<void> {
  if (textAt(planned, "encryption_type") === "KMS") return startEncryption(aws, StreamName, textAt(planned, "kms_key_id"), row);
  const EncryptionType = enumAt<EncryptionType>(prior, "encryption_type");
  await aws.clients.kinesis.stopStreamEncryption({ StreamName, EncryptionType, KeyId: textAt(prior, "kms_key_id") });
  await waitUntilActive(aws, StreamName, row);
}

/** Encrypts a stream's new records. Throws where there is no key. */
export async function startEncryption(
  aws: AwsContext,
  StreamName: string,
  KeyId: string | undefined,
  row: WaitRow,
): Promise<void> {
  if (KeyId === undefined) throw new DiagnosticError(keyMissing());
  await aws.clients.kinesis.startStreamEncryption({ StreamName, EncryptionType: "KMS", KeyId });
  await waitUntilActive(aws, StreamName, row);
}

/** What the real provider says where a key is missing. */
function keyMissing() {
  const detail = "KMS Key ID required when setting encryption_type is not set as NONE";
  return errorDiagnostic("DVT3001", "Invalid configuration", { detail, attribute: "kms_key_id" });
}
