/** Streams: create, describe, list, delete, retention, mode, shards, encryption, tags, policies. */
import { randomHex } from "@dovetail/model";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { checkNewKey } from "../encryption.ts";
import { firstShards, invalidArgument, merge, openShards, scale, split } from "../shards.ts";
import {
  consumersOf,
  findStream,
  putStream,
  type Referenced,
  removeStream,
  requireStream,
  type ShardRecord,
  type StreamRecord,
  streamArn,
  streamsOf,
} from "../store.ts";
import { type Tags, tagged } from "./tags.ts";

interface Mode {
  readonly StreamMode: "PROVISIONED" | "ON_DEMAND";
}

interface CreateInput {
  readonly StreamName: string;
  readonly ShardCount?: number;
  readonly StreamModeDetails?: Mode;
  readonly Tags?: Tags;
  readonly MaxRecordSizeInKiB?: number;
}

const ON_DEMAND_SHARDS = 4;

export function createStream(ctx: Ctx, input: CreateInput): void {
  const mode = input.StreamModeDetails?.StreamMode ?? "PROVISIONED";
  if (mode === "ON_DEMAND" && input.ShardCount !== undefined)
    throw new ServiceError("ValidationException", 400, "ShardCount must not be specified for on-demand streams.");
  if (mode === "PROVISIONED" && input.ShardCount === undefined)
    throw new ServiceError("ValidationException", 400, "ShardCount must be specified for provisioned streams.");
  if (findStream(ctx, input) !== undefined)
    throw new ServiceError(
      "ResourceInUseException",
      400,
      `Stream ${input.StreamName} under account ${ctx.account} already exists.`,
    );
  const createdMs = ctx.now();
  putStream(ctx, {
    id: randomHex(ctx.random, 16),
    name: input.StreamName,
    account: ctx.account,
    region: ctx.region,
    createdMs,
    mode,
    retentionHours: 24,
    tags: tagged({}, input.Tags ?? {}),
    shards: firstShards(createdMs, input.ShardCount ?? ON_DEMAND_SHARDS),
    maxKiB: input.MaxRecordSizeInKiB ?? 1024,
  });
}

export function deleteStream(ctx: Ctx, input: Referenced & { readonly EnforceConsumerDeletion?: boolean }): void {
  const stream = requireStream(ctx, input);
  if (input.EnforceConsumerDeletion !== true && consumersOf(ctx, stream).length > 0)
    throw new ServiceError(
      "ResourceInUseException",
      400,
      `Stream ${stream.name} under account ${stream.account} can't be deleted because it has registered consumers.`,
    );
  removeStream(ctx, stream);
}

export function presentShard(shard: ShardRecord) {
  return {
    ShardId: shard.id,
    ...(shard.parents[0] === undefined ? {} : { ParentShardId: shard.parents[0] }),
    ...(shard.parents[1] === undefined ? {} : { AdjacentParentShardId: shard.parents[1] }),
    HashKeyRange: { StartingHashKey: shard.from, EndingHashKey: shard.to },
    SequenceNumberRange: {
      StartingSequenceNumber: shard.firstSequence,
      ...(shard.closed === undefined ? {} : { EndingSequenceNumber: shard.closed.sequence }),
    },
  };
}

function present(stream: StreamRecord) {
  return {
    StreamName: stream.name,
    StreamARN: streamArn(stream),
    StreamStatus: "ACTIVE",
    StreamModeDetails: { StreamMode: stream.mode },
    RetentionPeriodHours: stream.retentionHours,
    StreamCreationTimestamp: new Date(stream.createdMs),
    EnhancedMonitoring: [{ ShardLevelMetrics: stream.shardMetrics ?? [] }],
    ...(stream.keyId === undefined ? { EncryptionType: "NONE" } : { EncryptionType: "KMS", KeyId: stream.keyId }),
  };
}

export function describeStream(
  ctx: Ctx,
  input: Referenced & { readonly Limit?: number; readonly ExclusiveStartShardId?: string },
) {
  const stream = requireStream(ctx, input);
  const rest = stream.shards.filter((shard) => shard.id > (input.ExclusiveStartShardId ?? ""));
  const limit = input.Limit ?? 100;
  return {
    StreamDescription: { ...present(stream), Shards: rest.slice(0, limit).map(presentShard), HasMoreShards: rest.length > limit },
  };
}

export function describeStreamSummary(ctx: Ctx, input: Referenced) {
  const stream = requireStream(ctx, input);
  return {
    StreamDescriptionSummary: {
      ...present(stream),
      OpenShardCount: openShards(stream).length,
      ConsumerCount: consumersOf(ctx, stream).length,
      MaxRecordSizeInKiB: stream.maxKiB,
    },
  };
}

interface ListInput {
  readonly Limit?: number;
  readonly ExclusiveStartStreamName?: string;
  readonly NextToken?: string;
}

export function listStreams(ctx: Ctx, input: ListInput) {
  const start = input.NextToken ?? input.ExclusiveStartStreamName ?? "";
  const rest = streamsOf(ctx).filter((stream) => stream.name > start);
  const shown = rest.slice(0, input.Limit ?? 100);
  const last = shown.at(-1);
  return {
    StreamNames: shown.map((stream) => stream.name),
    HasMoreStreams: rest.length > shown.length,
    ...(rest.length > shown.length && last !== undefined ? { NextToken: last.name } : {}),
    StreamSummaries: shown.map((stream) => ({
      StreamName: stream.name,
      StreamARN: streamArn(stream),
      StreamStatus: "ACTIVE",
      StreamModeDetails: { StreamMode: stream.mode },
      StreamCreationTimestamp: new Date(stream.createdMs),
    })),
  };
}

interface Filter {
  readonly Type: string;
  readonly ShardId?: string;
  readonly Timestamp?: Date;
}

/** API reference, ShardFilter. */
function passes(shard: ShardRecord, filter: Filter | undefined): boolean {
  const atMs = filter?.Timestamp?.getTime() ?? 0;
  const endMs = shard.closed?.atMs ?? Number.POSITIVE_INFINITY;
  switch (filter?.Type) {
    case "AFTER_SHARD_ID":
      return shard.id > (filter.ShardId ?? "");
    case "AT_LATEST":
      return shard.closed === undefined;
    case "AT_TRIM_HORIZON":
      return shard.parents.length === 0;
    case "AT_TIMESTAMP":
      return shard.createdMs <= atMs && endMs > atMs;
    case "FROM_TIMESTAMP":
      return endMs >= atMs;
    default:
      return true;
  }
}

interface ShardsInput extends Referenced {
  readonly NextToken?: string;
  readonly ExclusiveStartShardId?: string;
  readonly MaxResults?: number;
  readonly ShardFilter?: Filter;
}

export function listShards(ctx: Ctx, input: ShardsInput) {
  if (input.NextToken !== undefined && (input.StreamName !== undefined || input.StreamARN !== undefined))
    throw invalidArgument("NextToken and StreamName cannot be provided together.");
  const [arn, id] = input.NextToken === undefined ? [] : Buffer.from(input.NextToken, "base64").toString("utf8").split(" ");
  if (input.NextToken !== undefined && id === undefined) throw invalidArgument("Invalid NextToken.");
  const stream = requireStream(ctx, arn === undefined ? input : { StreamARN: arn });
  const after = id ?? input.ExclusiveStartShardId ?? "";
  const rest = stream.shards.filter((shard) => shard.id > after && passes(shard, input.ShardFilter));
  const shown = rest.slice(0, input.MaxResults ?? 1000);
  const last = shown.at(-1);
  return {
    Shards: shown.map(presentShard),
    ...(rest.length > shown.length && last !== undefined
      ? { NextToken: Buffer.from(`${streamArn(stream)} ${last.id}`).toString("base64") }
      : {}),
  };
}

type Hours = Referenced & { readonly RetentionPeriodHours: number };

function retain(ctx: Ctx, input: Hours, isLonger: boolean): void {
  const stream = requireStream(ctx, input);
  const { RetentionPeriodHours: hours } = input;
  if (hours < 24 || hours > 8760) throw invalidArgument(`Retention period must be between 24 and 8760 hours, not ${hours}.`);
  if (isLonger ? hours < stream.retentionHours : hours > stream.retentionHours)
    throw invalidArgument(
      `Requested retention period (${hours} hours) for stream ${stream.name} can not be ${isLonger ? "shorter" : "longer"} than existing retention period (${stream.retentionHours} hours). Use ${isLonger ? "Decrease" : "Increase"}RetentionPeriod API.`,
    );
  putStream(ctx, { ...stream, retentionHours: hours });
}

export const increaseRetention = (ctx: Ctx, input: Hours): void => retain(ctx, input, true);
export const decreaseRetention = (ctx: Ctx, input: Hours): void => retain(ctx, input, false);

export function splitShard(
  ctx: Ctx,
  input: Referenced & { readonly ShardToSplit: string; readonly NewStartingHashKey: string },
): void {
  putStream(ctx, split(ctx, requireStream(ctx, input), input.ShardToSplit, input.NewStartingHashKey));
}

export function mergeShards(
  ctx: Ctx,
  input: Referenced & { readonly ShardToMerge: string; readonly AdjacentShardToMerge: string },
): void {
  putStream(ctx, merge(ctx, requireStream(ctx, input), input.ShardToMerge, input.AdjacentShardToMerge));
}

export function updateShardCount(ctx: Ctx, input: Referenced & { readonly TargetShardCount: number }) {
  const stream = requireStream(ctx, input);
  const now = openShards(stream).length;
  const target = input.TargetShardCount;
  if (stream.mode === "ON_DEMAND") throw invalidArgument("UpdateShardCount is not supported for on-demand streams.");
  if (target > now * 2 || target < now / 2)
    throw invalidArgument(`UpdateShardCount cannot scale from ${now} to ${target} shards: at most double, at least half.`);
  putStream(ctx, scale(ctx, stream, target));
  return { StreamName: stream.name, CurrentShardCount: now, TargetShardCount: target, StreamARN: streamArn(stream) };
}

export function updateStreamMode(ctx: Ctx, input: Referenced & { readonly StreamModeDetails: Mode }): void {
  putStream(ctx, { ...requireStream(ctx, input), mode: input.StreamModeDetails.StreamMode });
}

export function updateMaxRecordSize(ctx: Ctx, input: Referenced & { readonly MaxRecordSizeInKiB: number }): void {
  putStream(ctx, { ...requireStream(ctx, input), maxKiB: input.MaxRecordSizeInKiB });
}

export async function startEncryption(ctx: Ctx, input: Referenced & { readonly KeyId: string }): Promise<void> {
  await checkNewKey(ctx, requireStream(ctx, input), input.KeyId);
  ctx.transact(() => putStream(ctx, { ...requireStream(ctx, input), keyId: input.KeyId }));
}

export function stopEncryption(ctx: Ctx, input: Referenced): void {
  const { keyId: _off, ...stream } = requireStream(ctx, input);
  putStream(ctx, stream);
}
