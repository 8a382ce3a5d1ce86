import { gzipSync } from "node:zlib";
import { randomUuid } from "@dovetail/model";
import type { Ctx } from "../../core/service.ts";
import { type AccountPolicyRecord, accountPolicies } from "./account-policies.ts";
import { logsMemory } from "./memory.ts";
import { destinationByArn } from "./operations/destinations.ts";
import { compilePattern, type FilterPattern } from "./pattern/filter-pattern.ts";
import { keys, type MetricFilterRecord, type StreamRecord, type SubscriptionRecord } from "./store.ts";

/** What happens to events as they arrive: metric filters and subscription filters. */
type Event = { readonly timestamp: number; readonly message: string };

const CACHE_MAX = 500;

/** Compiled patterns by their text. A pattern was checked when its filter was put. */
function compiled(ctx: Ctx, text: string): FilterPattern {
  const { patterns: cache } = logsMemory(ctx);
  let pattern = cache.get(text);
  if (pattern === undefined) {
    if (cache.size >= CACHE_MAX) cache.clear();
    pattern = compilePattern(text);
    cache.set(text, pattern);
  }
  return pattern;
}

export function deliver(ctx: Ctx, group: string, stream: StreamRecord, events: readonly Event[]): void {
  if (events.length === 0) return;
  for (const { value } of ctx.store.range<MetricFilterRecord>({ prefix: keys.metricFilters(ctx, group) }))
    countMetrics(ctx, value, events);
  for (const { value } of ctx.store.range<SubscriptionRecord>({ prefix: keys.subscriptions(ctx, group) }))
    forward(ctx, group, stream, value, events);
  for (const policy of accountPolicies(ctx, "SUBSCRIPTION_FILTER_POLICY", group))
    forward(ctx, group, stream, subscriptionOf(policy), events);
}

/** An account's subscription policy as a filter of the group. */
function subscriptionOf({ policyName, policyDocument, updatedMs }: AccountPolicyRecord): SubscriptionRecord {
  const document = JSON.parse(policyDocument) as {
    readonly DestinationArn: string;
    readonly FilterPattern: string;
    readonly RoleArn?: string;
    readonly Distribution?: string;
  };
  return {
    filterName: policyName,
    filterPattern: document.FilterPattern,
    destinationArn: document.DestinationArn,
    createdMs: updatedMs,
    ...(document.RoleArn === undefined ? {} : { roleArn: document.RoleArn }),
    ...(document.Distribution === undefined ? {} : { distribution: document.Distribution }),
  };
}

function countMetrics(ctx: Ctx, filter: MetricFilterRecord, events: readonly Event[]): void {
  const pattern = compiled(ctx, filter.filterPattern);
  for (const event of events) {
    const match = pattern(event.message);
    for (const { metricName, metricNamespace, metricValue = "1", defaultValue, dimensions, unit } of filter.transformations) {
      if (metricName === undefined || metricNamespace === undefined) continue;
      if (match === undefined) {
        if (defaultValue !== undefined) ctx.metric(metricNamespace, metricName, {}, defaultValue, unit ?? "None");
        continue;
      }
      const value = Number(metricValue.startsWith("$") ? match.select(metricValue) : metricValue);
      const entries = Object.entries(dimensions ?? {}).map(([name, selector]) => [name, match.select(selector)] as const);
      // AWS publishes nothing when the value isn't a number or a dimension is missing.
      if (Number.isNaN(value) || entries.some(([, found]) => found === undefined || found === null)) continue;
      ctx.metric(
        metricNamespace,
        metricName,
        Object.fromEntries(entries.map(([name, found]) => [name, String(found)])),
        value,
        unit ?? "None",
      );
    }
  }
}

function forward(ctx: Ctx, group: string, stream: StreamRecord, filter: SubscriptionRecord, events: readonly Event[]): void {
  const pattern = compiled(ctx, filter.filterPattern);
  const wanted = events.filter((event) => pattern(event.message) !== undefined);
  if (wanted.length === 0) return;
  const message = {
    messageType: "DATA_MESSAGE",
    owner: ctx.account,
    logGroup: group,
    logStream: stream.name,
    subscriptionFilters: [filter.filterName],
    logEvents: wanted.map((event, index) => ({
      id: `3${String(event.timestamp).padStart(26, "0")}${String(stream.nextSequence + index).padStart(29, "0")}`,
      ...event,
    })),
  };
  const dimensions = { LogGroupName: group, DestinationType: destinationType(filter), FilterName: filter.filterName };
  const bytes = wanted.reduce((sum, event) => sum + Buffer.byteLength(event.message), 0);
  ctx.metric("AWS/Logs", "ForwardedLogEvents", dimensions, wanted.length, "Count");
  ctx.metric("AWS/Logs", "ForwardedBytes", dimensions, bytes, "Bytes");
  ctx.after(async (after) => {
    try {
      await send(after, filter, message);
    } catch (error) {
      after.metric("AWS/Logs", "DeliveryErrors", dimensions, 1, "Count");
      after.hint(
        `subscription filter ${filter.filterName} of ${group}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  });
}

/** The dimension's value of a subscription filter's metrics. */
function destinationType({ destinationArn }: SubscriptionRecord): string {
  const service = destinationArn.split(":")[2];
  return service === "lambda" ? "Lambda" : service === "kinesis" ? "Kinesis Data Streams" : "Logs Destination";
}

/** A stream's record is the gzip itself; its partition key is the log stream, or random. */
async function toStream(ctx: Ctx, filter: SubscriptionRecord, arn: string, roleArn: string, message: object): Promise<void> {
  const stream = (message as { logStream?: string }).logStream ?? "";
  const PartitionKey = filter.distribution === "Random" || stream === "" ? randomUuid(ctx.random) : stream;
  const region = arn.split(":")[3] ?? ctx.region;
  const record = { StreamARN: arn, Data: gzipSync(JSON.stringify(message)), PartitionKey };
  const accountId = roleArn.split(":")[4] ?? ctx.account;
  const as = { kind: "role-session", accountId, accessKeyId: "", roleArn, roleId: "", sessionName: "logs" } as const;
  await ctx.call("kinesis", "PutRecord", record, { as, region, account: arn.split(":")[4] ?? ctx.account });
}

/** As `awslogs` events reach a function: gzip in base64; a stream gets the gzip. */
export async function send(ctx: Ctx, filter: SubscriptionRecord, message: object): Promise<void> {
  const logical = destinationByArn(ctx, filter.destinationArn);
  if (logical !== undefined) return toStream(ctx, filter, logical.targetArn, logical.roleArn, message);
  if (filter.destinationArn.split(":")[2] === "kinesis")
    return toStream(ctx, filter, filter.destinationArn, filter.roleArn ?? "", message);
  const data = gzipSync(JSON.stringify(message)).toString("base64");
  const sourceArn = `arn:aws:logs:${ctx.region}:${ctx.account}:log-group:${(message as { logGroup?: string }).logGroup ?? ""}:*`;
  await ctx.call(
    "lambda",
    "Invoke",
    { FunctionName: filter.destinationArn, InvocationType: "Event", Payload: Buffer.from(JSON.stringify({ awslogs: { data } })) },
    { as: { kind: "service", accountId: ctx.account, service: "logs.amazonaws.com", sourceArn, sourceAccount: ctx.account } },
  );
}
