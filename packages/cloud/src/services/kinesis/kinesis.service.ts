import { arn } from "../../core/arn.ts";
import type { Ctx, IamRequest, Operation, ServiceDefinition } from "../../core/service.ts";
import * as consumers from "./operations/consumers.ts";
import * as limits from "./operations/limits.ts";
import * as records from "./operations/records.ts";
import * as streams from "./operations/streams.ts";
import { endSubscriptions, subscribeToShard } from "./operations/subscribe.ts";
import * as tags from "./operations/tags.ts";
import { observeRequest } from "./request-metrics.ts";
import { consumersOf, findStream, streamsOf } from "./store.ts";

interface Asked {
  readonly StreamName?: string;
  readonly StreamARN?: string;
  readonly ResourceARN?: string;
  readonly ConsumerARN?: string;
  readonly ShardIterator?: string;
}

function iam(ctx: Ctx, input: Asked): IamRequest {
  const request = resourceOf(ctx, input);
  const policy = policyOf(ctx, input.StreamARN ?? input.ResourceARN ?? request.resources?.[0] ?? "");
  return policy === undefined ? request : { ...request, resourcePolicy: policy };
}

/** The policy of a stream, or of a consumer where that is asked for. */
function policyOf(ctx: Ctx, arn: string): string | undefined {
  const stream = arn.includes(":stream/") ? findStream(ctx, { StreamARN: arn }) : undefined;
  if (stream === undefined || !arn.includes("/consumer/")) return stream?.policy;
  return consumersOf(ctx, stream).find((each) => each.arn === arn)?.policy;
}

function resourceOf(ctx: Ctx, input: Asked): IamRequest {
  const given = input.StreamARN ?? input.ResourceARN ?? input.ConsumerARN;
  if (given !== undefined) return { resources: [given] };
  if (input.ShardIterator !== undefined) return { resources: [records.iteratorArn(input.ShardIterator)] };
  return {
    resources: [input.StreamName === undefined ? "*" : arn("kinesis", ctx.region, ctx.account, `stream/${input.StreamName}`)],
  };
}

function on(handler: Operation["handler"], more: Partial<Operation> = {}): Operation {
  return { handler, iam, ...more };
}

const reads = { readonly: true } as const;

export const service: ServiceDefinition = {
  name: "kinesis",
  operations: {
    CreateStream: on(streams.createStream, { missing: "warm throughput" }),
    DeleteStream: on(streams.deleteStream),
    DescribeStream: on(streams.describeStream, reads),
    DescribeStreamSummary: on(streams.describeStreamSummary, reads),
    ListStreams: { handler: streams.listStreams, ...reads },
    ListShards: on(streams.listShards, reads),
    IncreaseStreamRetentionPeriod: on(streams.increaseRetention),
    DecreaseStreamRetentionPeriod: on(streams.decreaseRetention),
    SplitShard: on(streams.splitShard),
    MergeShards: on(streams.mergeShards),
    UpdateShardCount: on(streams.updateShardCount, { missing: "no intermediate shards" }),
    UpdateStreamMode: on(streams.updateStreamMode),
    UpdateMaxRecordSize: on(streams.updateMaxRecordSize),
    StartStreamEncryption: on(streams.startEncryption, {
      waits: true,
      missing: "the key is asked, records are not encrypted with it",
    }),
    StopStreamEncryption: on(streams.stopEncryption),
    AddTagsToStream: on(tags.addTags),
    RemoveTagsFromStream: on(tags.removeTags),
    ListTagsForStream: on(tags.listTags, reads),
    TagResource: on(tags.addTags),
    UntagResource: on(tags.removeTags),
    ListTagsForResource: on(tags.listResourceTags, reads),
    PutRecord: on(records.putRecord, { waits: true }),
    PutRecords: on(records.putRecords, { waits: true }),
    GetShardIterator: on(records.getShardIterator, reads),
    GetRecords: on(records.getRecords, reads),
    RegisterStreamConsumer: on(consumers.registerConsumer),
    DescribeStreamConsumer: on(consumers.describeConsumer, reads),
    ListStreamConsumers: on(consumers.listConsumers, reads),
    DeregisterStreamConsumer: on(consumers.deregisterConsumer),
    SubscribeToShard: on(subscribeToShard, { waits: true, missing: "2 MB a second and shard" }),
    PutResourcePolicy: on(limits.putResourcePolicy),
    GetResourcePolicy: on(limits.getResourcePolicy, reads),
    DeleteResourcePolicy: on(limits.deleteResourcePolicy),
    EnableEnhancedMonitoring: on(limits.enableMonitoring),
    DisableEnhancedMonitoring: on(limits.disableMonitoring),
    DescribeLimits: { handler: limits.describeLimits, ...reads },
    UpdateStreamWarmThroughput: on(limits.updateWarmThroughput),
    DescribeAccountSettings: { handler: limits.describeSettings, ...reads },
    UpdateAccountSettings: { handler: limits.updateSettings },
  },
  observe: observeRequest,
  stop: endSubscriptions,
  internal: { readRecords: records.readRecords, subscribe: records.subscribe },
  inventory: (ctx) => ({ streams: streamsOf(ctx).length }),
};
