import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { randomUuid } from "@dovetail/model";
import { arn } from "../../../core/arn.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { refuseMembers } from "../../../core/unsupported.ts";
import { invalidParameter } from "../errors.ts";
import { readTableName } from "../input.ts";
import { readPolicy } from "../resource-policy.ts";
import {
  checkAttributes,
  checkIndexes,
  readAttributes,
  readGlobalIndex,
  readKeySchema,
  readLocalIndex,
  readOnDemand,
  readThroughput,
  readWarm,
  refuseOnDemand,
} from "../schema.ts";
import { findTable, putTable } from "../store.ts";
import { describeTable, type StreamRecord, type TableRecord } from "../table.ts";

/** `2026-11-21T12:00:00.000`: a stream's label is the time it was turned on. */
export function streamLabel(ms: number): string {
  return new Date(ms).toISOString().slice(0, -1);
}

export function readStream(given: CreateTableCommandInput["StreamSpecification"], nowMs: number): StreamRecord | undefined {
  if (given?.StreamEnabled !== true) {
    if (given?.StreamViewType !== undefined)
      throw invalidParameter("UnsupportedStreamSpecification: StreamViewType may only be specified when the stream is enabled");
    return undefined;
  }
  if (given.StreamViewType === undefined) throw invalidParameter("StreamViewType is required when StreamEnabled is true");
  return { label: streamLabel(nowMs), viewType: given.StreamViewType, createdMs: nowMs };
}

export function readEncryption(ctx: Ctx, given: CreateTableCommandInput["SSESpecification"]): TableRecord["sse"] {
  if (given?.Enabled !== true) {
    if (given?.KMSMasterKeyId !== undefined || given?.SSEType !== undefined)
      throw invalidParameter("KMSMasterKeyId and SSEType may only be specified when SSE is enabled");
    return undefined;
  }
  const key = given.KMSMasterKeyId;
  if (key?.startsWith("arn:") === true) return { kmsKeyArn: key };
  const resource = key === undefined ? "alias/aws/dynamodb" : key.startsWith("alias/") ? key : `key/${key}`;
  return { kmsKeyArn: arn("kms", ctx.region, ctx.account, resource) };
}

function newTable(ctx: Ctx, input: CreateTableCommandInput, name: string): TableRecord {
  const keys = readKeySchema(input.KeySchema);
  const billingMode = input.BillingMode === "PAY_PER_REQUEST" ? "PAY_PER_REQUEST" : "PROVISIONED";
  const throughput = readThroughput(input.ProvisionedThroughput, billingMode);
  const indexes = [
    ...(input.LocalSecondaryIndexes ?? []).map((given) => readLocalIndex(given, keys)),
    ...(input.GlobalSecondaryIndexes ?? []).map((given) => readGlobalIndex(given, billingMode)),
  ];
  checkIndexes(indexes);
  if (billingMode === "PROVISIONED") refuseOnDemand(input.OnDemandThroughput);
  const onDemand = readOnDemand(input.OnDemandThroughput);
  const warm = readWarm(input.WarmThroughput);
  const stream = readStream(input.StreamSpecification, ctx.now());
  const sse = readEncryption(ctx, input.SSESpecification);
  const policy = input.ResourcePolicy;
  const table: TableRecord = {
    account: ctx.account,
    region: ctx.region,
    name,
    id: randomUuid(ctx.random),
    createdMs: ctx.now(),
    attributes: readAttributes(input.AttributeDefinitions),
    keys,
    billingMode,
    ...(billingMode === "PAY_PER_REQUEST" ? { payPerRequestSinceMs: ctx.now() } : {}),
    throughput,
    ...(onDemand === undefined ? {} : { onDemand }),
    ...(warm === undefined ? {} : { warm }),
    indexes,
    ...(stream === undefined ? {} : { stream }),
    ...(sse === undefined ? {} : { sse }),
    ...(input.TableClass === undefined ? {} : { tableClass: input.TableClass }),
    deletionProtection: input.DeletionProtectionEnabled ?? false,
    tags: Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""])),
    ...(policy === undefined ? {} : { policy: { document: readPolicy(policy), revision: randomUuid(ctx.random) } }),
    contributorInsights: {},
  };
  checkAttributes(table);
  return table;
}

/** Answers CREATING, as AWS does; the table is there at once. */
export function createTable(ctx: Ctx, input: CreateTableCommandInput): object {
  refuseMembers("dynamodb.CreateTable", input, ["GlobalTableSourceArn", "GlobalTableSettingsReplicationMode"]);
  const name = readTableName(ctx, input.TableName);
  const table = newTable(ctx, input, name);
  if (findTable(ctx, name) !== undefined) throw new ServiceError("ResourceInUseException", 400, `Table already exists: ${name}`);
  putTable(ctx, table);
  const creating = Object.fromEntries(table.indexes.map((index) => [index.name, "CREATING"]));
  const empty = { count: 0, bytes: 0, indexes: new Map() };
  return { TableDescription: describeTable(table, empty, { nowMs: ctx.now(), status: "CREATING", indexStatus: creating }) };
}
