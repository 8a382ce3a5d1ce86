import type {
  CreateEventSourceMappingRequest,
  EventSourceMappingConfiguration,
  ListEventSourceMappingsRequest,
  ListEventSourceMappingsResponse,
  UpdateEventSourceMappingRequest,
} from "@aws-sdk/client-lambda";
import { randomUuid } from "@dovetail/model";
import { arn, parseArn } from "../../../core/arn.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { refuseMembers } from "../../../core/unsupported.ts";
import { conflict, invalidParameter, notFound } from "../errors.ts";
import { checkMapping, type Kind } from "../event-sources/mapping-rules.ts";
import { startPoller, stopPoller } from "../event-sources/pollers.ts";
import { forgetProgress, resultOf } from "../event-sources/progress.ts";
import { functionArn, parseFunctionRef } from "../names.ts";
import { page } from "../paging.ts";
import { executionRole } from "../role.ts";
import { findTarget, keys, type MappingRecord, type Target } from "../store.ts";

/** Event source mappings: SQS queues, Kinesis and DynamoDB streams; Kafka and the rest are refused by name. */

function answer(ctx: Ctx, record: MappingRecord): EventSourceMappingConfiguration {
  const { UUID = "", LastProcessingResult } = record.config;
  const result = resultOf(ctx, UUID) ?? LastProcessingResult;
  return {
    ...record.config,
    ...(result === undefined ? {} : { LastProcessingResult: result }),
    LastModified: new Date(record.modifiedMs),
  };
}

function kindOf(input: Pick<CreateEventSourceMappingRequest, "EventSourceArn" | "SelfManagedEventSource">): Kind {
  const service = parseArn(input.EventSourceArn ?? "")?.service;
  if (service === "sqs" || service === "dynamodb" || service === "kinesis") return service;
  if (service === undefined && input.SelfManagedEventSource === undefined) throw invalidParameter("Unrecognized event source.");
  throw new ServiceError(
    "NotImplemented",
    501,
    `NotImplemented: lambda.CreateEventSourceMapping of ${service ?? "a self-managed event source"}`,
  );
}

/** Settings of mappings that nothing here can carry out. */
const UNSUPPORTED = ["ProvisionedPollerConfig", "MetricsConfig"] as const;

export async function createEventSourceMapping(
  ctx: Ctx,
  input: CreateEventSourceMappingRequest,
): Promise<EventSourceMappingConfiguration> {
  const kind = kindOf(input);
  refuseMembers("lambda.CreateEventSourceMapping", input, UNSUPPORTED);
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "");
  const target = ctx.snapshot((store) => findTarget(store, ref));
  checkMapping(kind, input);
  checkDuplicate(ctx, input, functionArn(ref));
  if (kind === "sqs") await checkQueue(ctx, input.EventSourceArn ?? "", target, ref);
  else await checkStream(ctx, kind, input, target, ref);
  const uuid = randomUuid(ctx.random);
  const config: EventSourceMappingConfiguration = {
    UUID: uuid,
    BatchSize: input.BatchSize ?? (kind === "sqs" ? 10 : 100),
    MaximumBatchingWindowInSeconds: input.MaximumBatchingWindowInSeconds ?? 0,
    EventSourceArn: input.EventSourceArn,
    EventSourceMappingArn: arn("lambda", ctx.region, ctx.account, `event-source-mapping:${uuid}`),
    FunctionArn: functionArn(ref),
    State: input.Enabled === false ? "Disabled" : "Enabled",
    StateTransitionReason: "USER_INITIATED",
    ...(input.FunctionResponseTypes === undefined ? {} : { FunctionResponseTypes: input.FunctionResponseTypes }),
    ...(input.FilterCriteria === undefined ? {} : { FilterCriteria: input.FilterCriteria }),
    ...(input.ScalingConfig === undefined ? {} : { ScalingConfig: input.ScalingConfig }),
    ...(kind === "sqs" ? {} : streamMembers(input)),
  };
  const record: MappingRecord & { tags?: object } = {
    config,
    modifiedMs: ctx.now(),
    account: ctx.account,
    region: ctx.region,
    ...(input.Tags === undefined ? {} : { tags: input.Tags }),
  };
  ctx.transact((store) => store.put(keys.mapping(ctx, uuid), record));
  startPoller(ctx, record);
  return { ...answer(ctx, record), State: "Creating" };
}

function streamMembers(input: CreateEventSourceMappingRequest): Partial<EventSourceMappingConfiguration> {
  return {
    StartingPosition: input.StartingPosition,
    ...(input.StartingPositionTimestamp === undefined ? {} : { StartingPositionTimestamp: input.StartingPositionTimestamp }),
    ParallelizationFactor: input.ParallelizationFactor ?? 1,
    MaximumRecordAgeInSeconds: input.MaximumRecordAgeInSeconds ?? -1,
    MaximumRetryAttempts: input.MaximumRetryAttempts ?? -1,
    BisectBatchOnFunctionError: input.BisectBatchOnFunctionError ?? false,
    TumblingWindowInSeconds: input.TumblingWindowInSeconds ?? 0,
    DestinationConfig: { OnFailure: {}, ...input.DestinationConfig },
    LastProcessingResult: "No records processed",
  };
}

function checkDuplicate(ctx: Ctx, input: CreateEventSourceMappingRequest, target: string): void {
  for (const { value } of ctx.store.range<MappingRecord>({ prefix: keys.mappings(ctx) })) {
    if (value.config.EventSourceArn !== input.EventSourceArn || value.config.FunctionArn !== target) continue;
    throw conflict(
      `The event source arn (" ${input.EventSourceArn} ") and function (" ${target.split(":function:")[1]} ") provided mapping already exists. Please update or delete the existing mapping with UUID ${value.config.UUID}`,
    );
  }
}

type Ref = ReturnType<typeof parseFunctionRef>;
const isDenied = (error: unknown) => error instanceof ServiceError && /^(AccessDenied|AccessDeniedException)$/.test(error.code);

async function checkQueue(ctx: Ctx, sourceArn: string, target: Target, ref: Ref): Promise<void> {
  const parts = parseArn(sourceArn);
  const owner = { account: parts?.account ?? ctx.account, region: parts?.region ?? ctx.region };
  const as = executionRole(ref.account, target.config.Role ?? "", ref.name);
  let visibilitySeconds: number;
  try {
    const { QueueUrl } = await ctx.call<{ QueueUrl: string }>("sqs", "GetQueueUrl", { QueueName: parts?.resource ?? "" }, owner);
    // Answers at once: a queue's messages are not touched by asking for none.
    const { Attributes } = await ctx.call<{ Attributes?: Record<string, string> }>(
      "sqs",
      "GetQueueAttributes",
      { QueueUrl, AttributeNames: ["VisibilityTimeout"] },
      { as, ...owner },
    );
    visibilitySeconds = Number(Attributes?.VisibilityTimeout ?? 30);
  } catch (error) {
    if (isDenied(error))
      throw invalidParameter("The provided execution role does not have permissions to call ReceiveMessage on SQS");
    if (
      (error instanceof ServiceError && error.code.includes("NonExistentQueue")) ||
      (error instanceof ServiceError && error.code === "QueueDoesNotExist")
    ) {
      throw invalidParameter(
        `Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.`,
      );
    }
    throw error;
  }
  const timeout = target.config.Timeout ?? 3;
  if (visibilitySeconds < timeout) {
    throw invalidParameter(
      `Queue visibility timeout: ${visibilitySeconds} seconds is less than Function timeout: ${timeout} seconds`,
    );
  }
}

/** The first call that reading takes, with the function's role. */
async function checkStream(
  ctx: Ctx,
  kind: "kinesis" | "dynamodb",
  input: CreateEventSourceMappingRequest,
  target: Target,
  ref: Ref,
): Promise<void> {
  const as = executionRole(ref.account, target.config.Role ?? "", ref.name);
  const streamArn = (input.EventSourceArn ?? "").replace(/\/consumer\/.*$/, "");
  try {
    if (kind === "kinesis") await ctx.call("kinesis", "DescribeStream", { StreamARN: streamArn }, { as });
    else await ctx.call("dynamodbstreams", "DescribeStream", { StreamArn: streamArn }, { as });
  } catch (error) {
    if (isDenied(error)) {
      const actions = kind === "kinesis" ? "DescribeStream, ListShards, and ListStreams" : "DescribeStream, and ListStreams";
      throw invalidParameter(
        `Cannot access stream ${input.EventSourceArn}. Please ensure the role can perform the GetRecords, GetShardIterator, ${actions} Actions on your stream in IAM.`,
      );
    }
    if (error instanceof ServiceError && error.code === "ResourceNotFoundException")
      throw invalidParameter(`Stream not found: ${input.EventSourceArn}`);
    throw error;
  }
}

function need(ctx: Ctx, uuid: string | undefined): MappingRecord {
  const record = ctx.store.get<MappingRecord>(keys.mapping(ctx, uuid ?? ""));
  if (record === undefined) throw notFound("The resource you requested does not exist.");
  return record;
}

type Uuid = { readonly UUID?: string | undefined };

export const getEventSourceMapping = (ctx: Ctx, input: Uuid): EventSourceMappingConfiguration =>
  answer(ctx, need(ctx, input.UUID));

export function updateEventSourceMapping(ctx: Ctx, input: UpdateEventSourceMappingRequest): EventSourceMappingConfiguration {
  refuseMembers("lambda.UpdateEventSourceMapping", input, UNSUPPORTED);
  const before = need(ctx, input.UUID);
  const { UUID: _uuid, Enabled, FunctionName, ...changes } = input;
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const functionName = FunctionName === undefined ? {} : { FunctionArn: functionArn(parseFunctionRef(ctx, FunctionName)) };
  const state = Enabled === undefined ? {} : { State: Enabled ? "Enabled" : "Disabled" };
  const config: EventSourceMappingConfiguration = { ...before.config, ...given, ...functionName, ...state };
  if (config.FilterCriteria !== undefined && (config.FilterCriteria.Filters ?? []).length === 0) delete config.FilterCriteria;
  checkMapping(kindOf(config), given, config);
  const record: MappingRecord = { ...before, config, modifiedMs: ctx.now() };
  ctx.store.put(keys.mapping(ctx, input.UUID ?? ""), record);
  ctx.after((after) => startPoller(after, record));
  return { ...answer(ctx, record), State: "Updating" };
}

export function deleteEventSourceMapping(ctx: Ctx, input: Uuid): EventSourceMappingConfiguration {
  const record = need(ctx, input.UUID);
  ctx.store.remove(keys.mapping(ctx, input.UUID ?? ""));
  forgetProgress(ctx, input.UUID ?? "");
  ctx.after((after) => stopPoller(after, input.UUID ?? ""));
  return { ...answer(ctx, record), State: "Deleting" };
}

export function listEventSourceMappings(ctx: Ctx, input: ListEventSourceMappingsRequest): ListEventSourceMappingsResponse {
  const wanted = input.FunctionName === undefined ? undefined : functionArn(parseFunctionRef(ctx, input.FunctionName));
  const all = [...ctx.store.range<MappingRecord>({ prefix: keys.mappings(ctx) })]
    .map(({ value }) => value)
    .filter((record) => wanted === undefined || record.config.FunctionArn === wanted)
    .filter((record) => input.EventSourceArn === undefined || record.config.EventSourceArn === input.EventSourceArn)
    .map((record) => answer(ctx, record));
  const { items, next } = page(all, input.Marker, input.MaxItems ?? 100);
  return { EventSourceMappings: items, ...(next === undefined ? {} : { NextMarker: next }) };
}
