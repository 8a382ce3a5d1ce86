/** The record of a table, and what DescribeTable says of it. */
import { arn } from "../../core/arn.ts";
import type { ResourcePolicy } from "./resource-policy.ts";
import { decreasesToday, type Throughput, type ThroughputHistory } from "./throughput-changes.ts";

export type ScalarType = "S" | "N" | "B";

export interface KeySchema {
  readonly hash: string;
  readonly range?: string;
}

export interface OnDemandLimits {
  readonly MaxReadRequestUnits?: number;
  readonly MaxWriteRequestUnits?: number;
}

export interface IndexRecord extends ThroughputHistory {
  readonly name: string;
  readonly kind: "global" | "local";
  readonly keys: KeySchema;
  readonly projection: "ALL" | "KEYS_ONLY" | "INCLUDE";
  readonly include: readonly string[];
  readonly throughput?: Throughput;
  readonly onDemand?: OnDemandLimits;
  readonly warm?: WarmUnits;
}

export interface StreamRecord {
  readonly label: string;
  readonly viewType: "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";
  readonly createdMs: number;
  /** Set once the stream was disabled: it can be read for 24 hours more. */
  readonly endedMs?: number;
  readonly policy?: ResourcePolicy;
}

export interface KinesisDestination {
  readonly streamArn: string;
  readonly isActive: boolean;
  readonly precision: "MILLISECOND" | "MICROSECOND";
}

export interface WarmUnits {
  readonly read: number;
  readonly write: number;
}

export interface TableRecord extends ThroughputHistory {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** AWS's TableId; also what the table's items are stored under, so that a new table of the same name starts empty. */
  readonly id: string;
  readonly createdMs: number;
  readonly attributes: { readonly [name: string]: ScalarType };
  readonly keys: KeySchema;
  readonly billingMode: "PROVISIONED" | "PAY_PER_REQUEST";
  readonly payPerRequestSinceMs?: number;
  /** Switches to on-demand capacity within a day, and changes of class within 30 days of the last one. */
  readonly onDemandSwitchesMs?: readonly number[];
  readonly classChangesMs?: readonly number[];
  readonly throughput: Throughput;
  readonly onDemand?: OnDemandLimits;
  readonly indexes: readonly IndexRecord[];
  readonly stream?: StreamRecord;
  readonly sse?: { readonly kmsKeyArn: string };
  readonly tableClass?: string;
  readonly deletionProtection: boolean;
  readonly ttl?: { readonly attribute: string; readonly enabled: boolean; readonly changedMs: number };
  /** Kinesis streams that change records were or are sent to. */
  readonly kinesis?: readonly KinesisDestination[];
  /** Where a restored table came from. */
  readonly restored?: { readonly backupArn?: string; readonly tableArn: string; readonly atMs: number };
  readonly warm?: WarmUnits;
  readonly recovery?: { readonly enabledMs: number; readonly days: number };
  readonly tags: { readonly [key: string]: string };
  readonly policy?: ResourcePolicy;
  readonly contributorInsights: {
    readonly [indexOrEmpty: string]: { readonly enabled: boolean; readonly changedMs: number; readonly mode?: string };
  };
}

export function tableArn(table: Pick<TableRecord, "account" | "region" | "name">): string {
  return arn("dynamodb", table.region, table.account, `table/${table.name}`);
}

export function streamArn(table: TableRecord, label: string): string {
  return `${tableArn(table)}/stream/${label}`;
}

export function indexNamed(table: TableRecord, name: string): IndexRecord | undefined {
  return table.indexes.find((index) => index.name === name);
}

export function keySchema(keys: KeySchema): object[] {
  const hash = { AttributeName: keys.hash, KeyType: "HASH" };
  return keys.range === undefined ? [hash] : [hash, { AttributeName: keys.range, KeyType: "RANGE" }];
}

export interface Contents {
  readonly count: number;
  readonly bytes: number;
}

export interface TableContents extends Contents {
  readonly indexes: ReadonlyMap<string, Contents>;
}

/** What AWS says of on-demand capacity that nobody asked to be warmed (Developer Guide, "DynamoDB warm throughput"). */
const ON_DEMAND_WARM: WarmUnits = { read: 12_000, write: 4_000 };

/** Units per second that the table or index serves at once: what was asked for, or what its capacity gives. */
export function warmUnits(table: TableRecord, throughput: Throughput, warm: WarmUnits | undefined): WarmUnits {
  const given = table.billingMode === "PAY_PER_REQUEST" ? ON_DEMAND_WARM : throughput;
  return { read: Math.max(given.read, warm?.read ?? 0), write: Math.max(given.write, warm?.write ?? 0) };
}

function warmThroughput(table: TableRecord, throughput: Throughput, warm: WarmUnits | undefined): object {
  const { read, write } = warmUnits(table, throughput, warm);
  return { ReadUnitsPerSecond: read, WriteUnitsPerSecond: write, Status: "ACTIVE" };
}

function describeThroughput(throughput: Throughput, history: ThroughputHistory, nowMs: number): object {
  const { increasedMs, decreasedMs } = history;
  return {
    ...(increasedMs === undefined ? {} : { LastIncreaseDateTime: new Date(increasedMs) }),
    ...(decreasedMs === undefined ? {} : { LastDecreaseDateTime: new Date(decreasedMs) }),
    NumberOfDecreasesToday: decreasesToday(history, nowMs),
    ReadCapacityUnits: throughput.read,
    WriteCapacityUnits: throughput.write,
  };
}

function describeIndex(
  table: TableRecord,
  index: IndexRecord,
  contents: TableContents,
  at: { status: string; nowMs: number },
): object {
  const found = contents.indexes.get(index.name);
  const common = {
    IndexName: index.name,
    KeySchema: keySchema(index.keys),
    Projection: {
      ProjectionType: index.projection,
      ...(index.include.length === 0 ? {} : { NonKeyAttributes: index.include }),
    },
    IndexSizeBytes: found?.bytes ?? 0,
    ItemCount: found?.count ?? 0,
    IndexArn: `${tableArn(table)}/index/${index.name}`,
  };
  if (index.kind === "local") return common;
  const throughput = index.throughput ?? { read: 0, write: 0 };
  return {
    ...common,
    IndexStatus: at.status,
    ProvisionedThroughput: describeThroughput(throughput, index, at.nowMs),
    ...(index.onDemand === undefined ? {} : { OnDemandThroughput: index.onDemand }),
    WarmThroughput: warmThroughput(table, throughput, index.warm),
  };
}

function describeStream(table: TableRecord): object {
  const { stream } = table;
  if (stream === undefined) return {};
  return {
    ...(stream.endedMs === undefined ? { StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType } } : {}),
    LatestStreamLabel: stream.label,
    LatestStreamArn: streamArn(table, stream.label),
  };
}

function describeBilling(table: TableRecord): object {
  if (table.payPerRequestSinceMs === undefined) return {};
  return {
    BillingModeSummary: {
      BillingMode: table.billingMode,
      LastUpdateToPayPerRequestDateTime: new Date(table.payPerRequestSinceMs),
    },
  };
}

function describeClass(table: TableRecord): object {
  if (table.tableClass === undefined) return {};
  const changed = table.classChangesMs?.at(-1);
  return {
    TableClassSummary: {
      TableClass: table.tableClass,
      ...(changed === undefined ? {} : { LastUpdateDateTime: new Date(changed) }),
    },
  };
}

function describeRestored({ restored }: TableRecord): object {
  if (restored === undefined) return {};
  const { backupArn, tableArn: source, atMs } = restored;
  return {
    RestoreSummary: {
      ...(backupArn === undefined ? {} : { SourceBackupArn: backupArn }),
      SourceTableArn: source,
      RestoreDateTime: new Date(atMs),
      RestoreInProgress: false,
    },
  };
}

export interface DescribeOptions {
  readonly nowMs: number;
  readonly status?: string;
  /** Status of the indexes that are not ACTIVE. */
  readonly indexStatus?: { readonly [index: string]: string };
}

/** `TableDescription`. Changes here are done at once, so `status` says only what AWS would have answered at that moment. */
export function describeTable(table: TableRecord, contents: TableContents, options: DescribeOptions): object {
  const indexes = (kind: IndexRecord["kind"]) =>
    table.indexes
      .filter((index) => index.kind === kind)
      .map((index) =>
        describeIndex(table, index, contents, { status: options.indexStatus?.[index.name] ?? "ACTIVE", nowMs: options.nowMs }),
      );
  const local = indexes("local");
  const global = indexes("global");
  return {
    AttributeDefinitions: Object.entries(table.attributes).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    TableName: table.name,
    KeySchema: keySchema(table.keys),
    TableStatus: options.status ?? "ACTIVE",
    CreationDateTime: new Date(table.createdMs),
    ProvisionedThroughput: describeThroughput(table.throughput, table, options.nowMs),
    TableSizeBytes: contents.bytes,
    ItemCount: contents.count,
    TableArn: tableArn(table),
    TableId: table.id,
    ...describeBilling(table),
    ...(local.length === 0 ? {} : { LocalSecondaryIndexes: local }),
    ...(global.length === 0 ? {} : { GlobalSecondaryIndexes: global }),
    ...describeStream(table),
    ...(table.sse === undefined
      ? {}
      : { SSEDescription: { Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn: table.sse.kmsKeyArn } }),
    ...describeClass(table),
    DeletionProtectionEnabled: table.deletionProtection,
    ...(table.onDemand === undefined ? {} : { OnDemandThroughput: table.onDemand }),
    WarmThroughput: warmThroughput(table, table.throughput, table.warm),
    ...describeRestored(table),
  };
}
