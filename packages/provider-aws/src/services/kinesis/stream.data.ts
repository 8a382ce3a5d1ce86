import type { Shard } from "@aws-sdk/client-kinesis";
import type { MutableValueObject, ValueObject } from "@dovetail/model";
import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { allPages } from "../pages.ts";
import { findStream, findStreamTags } from "./find.ts";

/** aws_kinesis_stream (data source). */
export const dataSource: NativeDataSource = {
  type: "aws_kinesis_stream",
  async read(aws, config): Promise<ValueObject> {
    const name = requiredText(config, "name");
    const stream = await findStream(aws, name);
    if (stream === undefined) throw notFound(`Kinesis Stream (${name})`);
    const shards = await allPages<Shard>(async (NextToken) => {
      const input = NextToken === undefined ? { StreamName: name } : { NextToken };
      const answer = await aws.clients.kinesis.listShards(input);
      return { items: answer.Shards, next: answer.NextToken };
    });
    const idsWhere = (isOpen: boolean) =>
      shards
        .filter(({ SequenceNumberRange }) => (SequenceNumberRange?.EndingSequenceNumber === undefined) === isOpen)
        .map(({ ShardId = "" }) => ShardId);
    const mode = stream.StreamModeDetails?.StreamMode;
    const values: MutableValueObject = {
      id: stream.StreamARN ?? "",
      arn: stream.StreamARN ?? "",
      closed_shards: idsWhere(false),
      creation_timestamp: Math.floor((stream.StreamCreationTimestamp?.getTime() ?? 0) / 1000),
      encryption_type: stream.EncryptionType ?? "",
      kms_key_id: stream.KeyId ?? "",
      name: stream.StreamName ?? name,
      open_shards: idsWhere(true),
      retention_period: stream.RetentionPeriodHours ?? 0,
      shard_level_metrics: (stream.EnhancedMonitoring ?? []).flatMap(({ ShardLevelMetrics }) => ShardLevelMetrics ?? []),
      status: stream.StreamStatus ?? "",
      stream_mode_details: mode === undefined ? [] : [{ stream_mode: mode }],
      tags: await findStreamTags(aws, name),
    };
    if (aws.edition === "5.100.0") return values;
    const { CurrentMiBps = 0, TargetMiBps = 0 } = stream.WarmThroughput ?? {};
    values.max_record_size_in_kib = stream.MaxRecordSizeInKiB ?? 0;
    values.warm_throughput =
      stream.WarmThroughput === undefined ? [] : [{ current_mib_ps: CurrentMiBps, target_mib_ps: TargetMiBps }];
    return values;
  },
};
