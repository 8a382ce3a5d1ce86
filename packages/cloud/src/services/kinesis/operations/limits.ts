/** Resource policies, shard-level metrics, limits, warm throughput. */
import { checkPolicy, MalformedPolicy } from "../../../core/policy/document.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { invalidArgument, openShards } from "../shards.ts";
import { putConsumer, putStream, type Referenced, requireConsumer, requireStream, streamArn, streamsOf } from "../store.ts";

interface OnResource {
  readonly ResourceARN: string;
}

/** A stream or one of its consumers: its policy, and how it is kept. Throws ResourceNotFoundException. */
function policyHolder(ctx: Ctx, { ResourceARN }: OnResource) {
  if (!ResourceARN.includes("/consumer/")) {
    const { policy, ...stream } = requireStream(ctx, { ResourceARN });
    const keep = (Policy: string | undefined) =>
      putStream(ctx, { ...stream, ...(Policy === undefined ? {} : { policy: Policy }) });
    return { policy, keep };
  }
  const { stream, consumer } = requireConsumer(ctx, { ConsumerARN: ResourceARN });
  const { policy, ...bare } = consumer;
  const keep = (Policy: string | undefined) =>
    putConsumer(ctx, stream, { ...bare, ...(Policy === undefined ? {} : { policy: Policy }) });
  return { policy, keep };
}

export function putResourcePolicy(ctx: Ctx, input: OnResource & { readonly Policy: string }): void {
  const holder = policyHolder(ctx, input);
  try {
    checkPolicy(input.Policy, "resource");
  } catch (error) {
    if (error instanceof MalformedPolicy || error instanceof SyntaxError)
      throw invalidArgument(`Invalid policy: ${error.message}`);
    throw error;
  }
  holder.keep(input.Policy);
}

export function getResourcePolicy(ctx: Ctx, input: OnResource): { Policy: string } {
  const { policy } = policyHolder(ctx, input);
  if (policy === undefined)
    throw new ServiceError("ResourceNotFoundException", 400, `No resource policy found for resource ${input.ResourceARN}`);
  return { Policy: policy };
}

export function deleteResourcePolicy(ctx: Ctx, input: OnResource): void {
  policyHolder(ctx, input).keep(undefined);
}

const METRICS = [
  "IncomingBytes",
  "IncomingRecords",
  "OutgoingBytes",
  "OutgoingRecords",
  "WriteProvisionedThroughputExceeded",
  "ReadProvisionedThroughputExceeded",
  "IteratorAgeMilliseconds",
];

interface MetricsInput extends Referenced {
  readonly ShardLevelMetrics: readonly string[];
}

function changeMetrics(ctx: Ctx, input: MetricsInput, isOn: boolean) {
  const stream = requireStream(ctx, input);
  const named = input.ShardLevelMetrics.includes("ALL") ? METRICS : input.ShardLevelMetrics;
  const before = stream.shardMetrics ?? [];
  const after = METRICS.filter((name) =>
    isOn ? before.includes(name) || named.includes(name) : before.includes(name) && !named.includes(name),
  );
  putStream(ctx, { ...stream, shardMetrics: after });
  return {
    StreamName: stream.name,
    StreamARN: streamArn(stream),
    CurrentShardLevelMetrics: before,
    DesiredShardLevelMetrics: after,
  };
}

export const enableMonitoring = (ctx: Ctx, input: MetricsInput) => changeMetrics(ctx, input, true);
export const disableMonitoring = (ctx: Ctx, input: MetricsInput) => changeMetrics(ctx, input, false);

/** Developer guide, "Quotas and limits" (read 2026-11-21): other regions have 1,000 or 6,000. */
const LARGE_REGIONS = new Set(["us-east-1", "us-west-2", "eu-west-1"]);
const SHARDS_MAX = 1000;
const SHARDS_MAX_LARGE = 20_000;
const ON_DEMAND_MAX = 50;

export function describeLimits(ctx: Ctx) {
  const streams = streamsOf(ctx);
  return {
    ShardLimit: LARGE_REGIONS.has(ctx.region) ? SHARDS_MAX_LARGE : SHARDS_MAX,
    OpenShardCount: streams
      .filter(({ mode }) => mode === "PROVISIONED")
      .reduce((sum, stream) => sum + openShards(stream).length, 0),
    OnDemandStreamCount: streams.filter(({ mode }) => mode === "ON_DEMAND").length,
    OnDemandStreamCountLimit: ON_DEMAND_MAX,
  };
}

export function updateWarmThroughput(ctx: Ctx, input: Referenced & { readonly WarmThroughputMiBps: number }) {
  const stream = requireStream(ctx, input);
  if (stream.mode !== "ON_DEMAND")
    throw new ServiceError("ValidationException", 400, "Warm throughput is for streams in on-demand mode only.");
  putStream(ctx, { ...stream, warmMiBps: input.WarmThroughputMiBps });
  const WarmThroughput = { TargetMiBps: input.WarmThroughputMiBps, CurrentMiBps: input.WarmThroughputMiBps };
  return { StreamARN: streamArn(stream), StreamName: stream.name, WarmThroughput };
}

interface Settings {
  readonly Status: string;
  readonly startedMs?: number;
}

const settingsKey = (ctx: Ctx) => ["settings", ctx.account, ctx.region];

export function describeSettings(ctx: Ctx) {
  const { Status, startedMs } = ctx.store.get<Settings>(settingsKey(ctx)) ?? { Status: "DISABLED" };
  return {
    MinimumThroughputBillingCommitment: { Status, ...(startedMs === undefined ? {} : { StartedAt: new Date(startedMs) }) },
  };
}

export function updateSettings(ctx: Ctx, input: { readonly MinimumThroughputBillingCommitment: { readonly Status: string } }) {
  const { Status } = input.MinimumThroughputBillingCommitment;
  ctx.store.put(settingsKey(ctx), { Status, ...(Status === "ENABLED" ? { startedMs: ctx.now() } : {}) });
  return describeSettings(ctx);
}
